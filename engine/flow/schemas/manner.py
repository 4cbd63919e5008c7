"""The keys of a window that say how its message reaches people, as JSON Schema; bot.yaml has them for all windows.

It knows nothing of texts and media.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.manner import EFFECTS, PreviewSize
from engine.flow.schemas.keys import object_of, text_key

if TYPE_CHECKING:
    from engine.flow.schemas.keys import Schema

FORMATS: Final = ("html", "markdown")
"""How messages can be written."""

PREVIEWS: Final = ("on", "off", "above")
"""What can be said of a preview in a word."""


EFFECT: Final = f"^(?:(?:{'|'.join(EFFECTS)})\ufe0f?|[0-9]{{10,20}})$"
"""An emoji whose effect bots may use, or the id of an effect."""


def manner_keys() -> Schema:
    """Give the schemas of the keys of a window that say how its message reaches people."""
    return {
        "preview": {
            "type": ["string", "object"],
            "description": "The preview of the first link in the text: on, off or above the text; or {url: …} of another.",
            "if": {"type": "object"},
            "then": {"$ref": "#/$defs/preview"},
            "else": {"enum": list(PREVIEWS)},
        },
        "format": format_key("How the texts of this step are written."),
        "protect": _flag("The message can be neither forwarded nor saved."),
        "silent": _flag("The message makes no sound as it arrives."),
        "effect": {
            "type": "string",
            "pattern": EFFECT,
            "description": "The animation that plays as the message arrives, in private chats: 🎉, or Telegram's id of one.",
        },
    }


def notice_manner_keys() -> Schema:
    """Give the schemas of the keys of a notice that say how its message reaches people."""
    keys = manner_keys()
    return {
        **keys,
        "format": format_key("How the text of the notice is written."),
        "preview": _preview_word(),
    }


def format_key(description: str) -> Schema:
    """Make the schema of how texts are written."""
    return {"enum": list(FORMATS), "description": f"{description} HTML when left out."}


def preview_schema() -> Schema:
    """Make the schema of a link preview written at length."""
    return object_of(
        {
            "url": text_key("The address that is previewed, which need not be in the text."),
            "size": {
                "enum": [size.value for size in PreviewSize],
                "description": "How large its picture is; Telegram decides when left out.",
            },
            "above": _flag("It stands above the text."),
        },
        required=("url",),
        title="preview",
    )


def defaults_schema() -> Schema:
    """Make the schema of what bot.yaml says of the messages of all windows."""
    keys = manner_keys()
    del keys["effect"], keys["format"]
    keys["preview"] = _preview_word()
    return object_of(
        keys,
        title="defaults",
        description="What holds for each window and notice that says nothing else.",
    )


def _preview_word() -> Schema:
    return {
        "enum": list(PREVIEWS),
        "description": "The preview of the first link in a text: on, off or above the text.",
    }


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}
