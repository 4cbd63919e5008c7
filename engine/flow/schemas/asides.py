"""The keys of a button that say what the person's own client does, as JSON Schema.

It knows their shape; whether an address can be opened is checked later.
"""

from __future__ import annotations

from typing import Final

from engine.flow.model.asides import HERE, AsideKind, ChatKind
from engine.flow.schemas.keys import Schema, text_key

ASIDE_NEEDS: Final = {
    "to": AsideKind.INLINE.value,
    "forward_text": AsideKind.LOGIN.value,
    "bot": AsideKind.LOGIN.value,
    "write_access": AsideKind.LOGIN.value,
}
"""Keys that stand only beside another."""

USERNAME: Final = "^[A-Za-z][A-Za-z0-9_]{3,31}$"
"""The name of a bot on Telegram."""


def aside_keys() -> Schema:
    """Make the schemas of these keys by name."""
    kinds = [kind.value for kind in ChatKind]
    query = text_key("What is written behind the bot's name as an inline query; it may be empty.")
    return {
        "url": text_key("A web address."),
        "web_app": text_key("The https address of a web app, which opens in private chats."),
        "login": text_key("The https address of a site where the person is logged in."),
        "inline": {**query, "minLength": 0},
        "copy": text_key("What is copied: 1 to 256 characters."),
        "to": {
            "type": ["string", "array"],
            "if": {"type": "string"},
            "then": {"enum": [HERE]},
            "else": {"items": {"enum": kinds}, "minItems": 1, "uniqueItems": True},
            "description": "Where the inline query is begun: here, or in a chat of these kinds; in any when left out.",
        },
        "forward_text": text_key("The label of the button in messages that are forwarded."),
        "bot": {
            "type": "string",
            "pattern": USERNAME,
            "description": "The name of the bot whose login the site uses, when it is another one.",
        },
        "write_access": {
            "type": "boolean",
            "description": "The person is asked to let the bot write to them.",
        },
    }
