"""The key `media` of windows, as JSON Schema.

It knows the shape; whether a file is there is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.windows import MediaKind

if TYPE_CHECKING:
    from engine.flow.schemas.keys import Schema

WITHOUT_SPOILER: Final = (MediaKind.DOCUMENT, MediaKind.AUDIO, MediaKind.VOICE)
"""What Telegram cannot hide behind a spoiler."""


def media_keys() -> Schema:
    """Give the schemas of the keys of `media`: its kinds, of which one is written, and `spoiler`."""
    source = {
        "type": ["string", "object"],
        "minLength": 1,
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/media_source"},
    }
    texts = {
        MediaKind.PHOTO: "A picture: a file beside the flows, or an address.",
        MediaKind.VIDEO: "A video, MPEG4.",
        MediaKind.ANIMATION: "A video without sound, or a GIF.",
        MediaKind.DOCUMENT: "Any file.",
        MediaKind.AUDIO: "Music, MP3 or M4A.",
        MediaKind.VOICE: "A spoken message, OGG with OPUS.",
    }
    kinds = {kind.value: {**source, "description": text} for kind, text in texts.items()}
    return {
        **kinds,
        "spoiler": {"type": "boolean", "description": "It is shown after a tap."},
        "below": {"type": "boolean", "description": "It is shown below the text, not above."},
    }


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
