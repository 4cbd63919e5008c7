"""What a window says of media to its frozen value.

It knows the spelling, and nothing of files or addresses.
"""

from __future__ import annotations

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
    spoiler = written.entries.get("spoiler")
    is_hidden = spoiler is not None and as_scalar(spoiler).value is True
    at = source.position
    if not isinstance(source, MapNode):
        place = reader.wording(f"{step}.media", source)
        return Media(kind=kind, position=at, place=place, spoiler=is_hidden)
    if "id" in source.entries:
        file_id = text_of(source.entries["id"])
        return Media(kind=kind, position=at, file_id=file_id, spoiler=is_hidden)
    value = reader.code(source.entries["from"])
    return Media(kind=kind, position=at, value=value, spoiler=is_hidden)
