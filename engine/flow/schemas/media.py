"""The key `media` of windows, as JSON Schema.

It knows the shape; whether a file is there is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.media import ALBUM, LARGEST_ALBUM, MediaKind
from engine.flow.schemas.keys import expression_key, object_of, one_of_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.schemas.keys import Schema

_TEXTS: Final[Mapping[str, str]] = {
    MediaKind.PHOTO: "A picture: a file beside the flows, or an address.",
    MediaKind.VIDEO: "A video, MPEG4.",
    MediaKind.ANIMATION: "A video without sound, or a GIF.",
    MediaKind.DOCUMENT: "Any file.",
    MediaKind.AUDIO: "Music, MP3 or M4A.",
    MediaKind.VOICE: "A spoken message, OGG with OPUS.",
    MediaKind.VIDEO_NOTE: "A round video message, MPEG4; it stands above the text in a message of its own.",
    MediaKind.STICKER: "A sticker, WEBP, TGS or WEBM; it stands above the text in a message of its own.",
}
_FRAMED: Final = (MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.ANIMATION)
_TIMED: Final = (
    MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.AUDIO, MediaKind.VOICE, MediaKind.VIDEO_NOTE,
)  # fmt: skip
OPTIONS: Final[Mapping[str, tuple[MediaKind, ...]]] = {
    "spoiler": _FRAMED,
    "below": _FRAMED,
    "width": (MediaKind.VIDEO, MediaKind.ANIMATION),
    "height": (MediaKind.VIDEO, MediaKind.ANIMATION),
    "duration": _TIMED,
    "length": (MediaKind.VIDEO_NOTE,),
    "performer": (MediaKind.AUDIO,),
    "title": (MediaKind.AUDIO,),
    "streaming": (MediaKind.VIDEO,),
    "thumbnail": (
        MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.AUDIO, MediaKind.DOCUMENT, MediaKind.VIDEO_NOTE,
    ),
}  # fmt: skip
"""What can be said of media besides, and of which kinds."""


def media_schema() -> Schema:
    """Make the schema of what is shown beside a text: one thing, an album that a list gives, or several things."""
    return {
        "type": ["object", "array"],
        "description": "Shown above the text; several as an album.",
        "if": {"type": "object"},
        "then": {"if": {"required": [ALBUM]}, "then": _album(), "else": _one("below")},
        "else": {
            "items": {"$ref": "#/$defs/album_media"},
            "minItems": 2,
            "maxItems": LARGEST_ALBUM,
        },
    }


def album_media_schema() -> Schema:
    """Make the schema of one of several media."""
    return _one()


def media_source_keys() -> Schema:
    """Give the schemas of the keys that stand in the place of a path or an address."""
    expression = {"type": ["string", "integer", "number", "boolean", "null"]}
    return {
        "id": {
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]{10,200}$",
            "description": "The id by which Telegram knows a file that this bot has sent or got.",
        },
        "from": {
            **expression,
            "description": "A file that somebody sent, an Upload of a query, or nothing.",
        },
    }


def _one(*more: str) -> Schema:
    kinds = tuple(kind.value for kind in MediaKind)
    keys = {
        **_kind_keys(),
        **{key: _OPTION_KEYS[key] for key in OPTIONS if key in (*_COMMON, *more)},
    }
    return one_of_keys(object_of(keys), kinds, *_apart(keys))


def _apart(keys: Schema) -> Iterator[tuple[str, str]]:
    """Give each option with the kinds that do not have it."""
    for key, kinds in OPTIONS.items():
        if key in keys:
            yield from ((key, kind.value) for kind in MediaKind if kind not in kinds)


def _album() -> Schema:
    keys = {ALBUM: expression_key("A list of files that somebody sent, or of Uploads of a query.")}
    return object_of(keys, title=ALBUM)


def _kind_keys() -> Schema:
    source = {
        "type": ["string", "object"],
        "minLength": 1,
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/media_source"},
    }
    return {kind.value: {**source, "description": _TEXTS[kind]} for kind in MediaKind}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _number(description: str) -> Schema:
    return {"type": "integer", "minimum": 1, "description": description}


def _word(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 64, "description": description}


_OPTION_KEYS: Final[Schema] = {
    "spoiler": _flag("It is shown after a tap."),
    "below": _flag("It is shown below the text, not above."),
    "width": _number("Its width in pixels."),
    "height": _number("Its height in pixels."),
    "duration": _number("How many seconds it lasts."),
    "length": _number("The diameter of a video message in pixels."),
    "performer": _word("Who plays the music."),
    "title": _word("The name of the music."),
    "streaming": _flag("The video can be watched while it arrives."),
    "thumbnail": _word(
        "The picture that stands for it: a JPEG beside the flows, of at most 200 KB."
    ),
}
_COMMON: Final = tuple(key for key in OPTIONS if key != "below")
