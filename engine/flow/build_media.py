"""What a window says of media to its frozen value.

It knows the spelling, and nothing of files or addresses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.flow.model.media import ALBUM, WITHOUT_TEXT, Media, MediaKind
from engine.flow.nodes import ListNode, MapNode
from engine.flow.reader import as_scalar, text_of, whole_number

if TYPE_CHECKING:
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def read_media(reader: Reader, step: str, node: MapNode) -> dict[str, Any]:
    """Read `media` of a window: what has the text under it, and what stands above in messages of its own."""
    written = node.entries.get("media")
    if isinstance(written, ListNode):
        named = enumerate(written.items, 1)
        read = [_one(reader, f"{step}.media.{number}", item) for number, item in named]
        return {"above": tuple(one for one in read if one)}
    if isinstance(written, MapNode) and ALBUM in written.entries:
        value = reader.code(written.entries[ALBUM])
        album = Media(kind=MediaKind.PHOTO, position=value.position, value=value, is_album=True)
        return {"above": (album,)}
    media = _one(reader, f"{step}.media", written) if written else None
    if media is not None and media.kind in WITHOUT_TEXT:
        return {"above": (media,)}
    return {"media": media}


def _one(reader: Reader, path: str, written: Node) -> Media | None:
    """Read `{photo: place}`, where the place may be `{id: …}` or `{from: expression}` instead."""
    if not isinstance(written, MapNode):
        return None
    kind = next(kind for kind in MediaKind if kind.value in written.entries)
    source, thumbnail = written.entries[kind.value], written.entries.get("thumbnail")
    media = Media(
        kind=kind,
        position=source.position,
        spoiler=_flag(written, "spoiler"),
        is_below=_flag(written, "below"),
        options=_options(written),
        thumbnail=text_of(thumbnail) if thumbnail else None,
        thumbnail_position=thumbnail.position if thumbnail else None,
    )
    if not isinstance(source, MapNode):
        return replace(media, place=reader.wording(path, source))
    if "id" in source.entries:
        return replace(media, file_id=text_of(source.entries["id"]))
    return replace(media, value=reader.code(source.entries["from"]))


def _options(written: MapNode) -> dict[str, int | str | bool]:
    """Give what Telegram is told of a file, in its words."""
    options: dict[str, int | str | bool] = {}
    for key in _NUMBERS:
        if key in written.entries:
            options[key] = whole_number(as_scalar(written.entries[key])) or 1
    for key in _WORDS:
        if key in written.entries:
            options[key] = text_of(written.entries[key])
    if _flag(written, "streaming"):
        options["supports_streaming"] = True
    return options


def _flag(node: MapNode, key: str) -> bool:
    found = node.entries.get(key)
    return found is not None and as_scalar(found).value is True


_NUMBERS: Final = ("width", "height", "duration", "length")
_WORDS: Final = ("performer", "title")
