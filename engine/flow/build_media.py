"""What a window says of media to its frozen value.

It knows the spelling, and nothing of files or addresses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.flow.model.windows import Media, MediaKind
from engine.flow.nodes import MapNode
from engine.flow.reader import as_scalar, text_of

if TYPE_CHECKING:
    from engine.flow.reader import Reader


def read_media(reader: Reader, step: str, node: MapNode) -> Media | None:
    """Read `media: {photo: place}`, where the place may be `{id: …}` or `{from: expression}` instead."""
    written = node.entries.get("media")
    if not isinstance(written, MapNode):
        return None
    kind = next(kind for kind in MediaKind if kind.value in written.entries)
    source = written.entries[kind.value]
    media = Media(
        kind=kind,
        position=source.position,
        spoiler=_flag(written, "spoiler"),
        is_below=_flag(written, "below"),
    )
    if not isinstance(source, MapNode):
        return replace(media, place=reader.wording(f"{step}.media", source))
    if "id" in source.entries:
        return replace(media, file_id=text_of(source.entries["id"]))
    return replace(media, value=reader.code(source.entries["from"]))


def _flag(node: MapNode, key: str) -> bool:
    found = node.entries.get(key)
    return found is not None and as_scalar(found).value is True
