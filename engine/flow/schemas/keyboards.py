"""The key `keyboard` of windows, as JSON Schema.

It knows the shape; which keys can stand under a chat is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.schemas.keys import object_of, one_of_keys, text_key

if TYPE_CHECKING:
    from engine.flow.schemas.keys import Schema

OF_KEYS: Final = ("resize", "one_time", "persistent")
"""What only a keyboard with keys can be."""


def keyboard_schema() -> Schema:
    """Make the schema of a keyboard: one under the chat, or a reply that begins at once."""
    options = {
        "under": {"enum": ["chat"], "description": "The buttons stand under the chat, as keys."},
        "force_reply": {
            "enum": [True],
            "description": "What the person writes next is a reply to the question.",
        },
        "placeholder": text_key("Shown where the person writes, until they do."),
        "resize": _switch("The keys are no higher than they need to be; true when left out."),
        "one_time": _switch("The keys are folded away when one is pressed."),
        "persistent": _switch("The keys cannot be folded away."),
        "selective": _switch("In a group, for those alone whom the text mentions."),
    }
    words = "Where the buttons are, when not under the message."
    excluding = [(key, "force_reply") for key in OF_KEYS]
    return one_of_keys(
        object_of(options, title="keyboard", description=words),
        ("under", "force_reply"),
        *excluding,
    )


def _switch(description: str) -> Schema:
    return {"type": "boolean", "description": description}
