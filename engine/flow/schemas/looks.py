"""The schemas of labels with a look: a colour, and a custom emoji.

It knows their shape, and nothing of the buttons that have them.
"""

from __future__ import annotations

from typing import Any, Final

from engine.flow.model.looks import Style
from engine.flow.schemas.keys import Schema, expression_key, object_of

EMOJI: Final = "^[0-9]{5,25}$"
"""The id that Telegram gives a custom emoji."""


def look_keys(*, is_conditional: bool = True) -> Schema:
    """Make the schemas of `style` and `icon`; not `is_conditional` where there is nothing that conditions could read."""
    styles = [style.value for style in Style]
    one: Schema = {"enum": styles, "description": "The colour of the button."}
    icon: Schema = {
        "type": "string",
        "pattern": EMOJI,
        "description": "The id of a custom emoji before the label.",
    }
    if not is_conditional:
        return {"style": one, "icon": icon}
    case = object_of(
        {
            "style": one,
            "icon": icon,
            "when": expression_key("The button looks so when this holds."),
        },
        title="look",
    )
    several: Schema = {
        "type": ["string", "array"],
        "description": "The colour of the button, or looks of which the first is taken whose condition holds.",
        "if": {"type": "string"},
        "then": {"enum": styles},
        "else": {
            "minItems": 1,
            "items": {
                "type": ["string", "object"],
                "if": {"type": "object"},
                "then": {**case, "anyOf": [{"required": ["style"]}, {"required": ["icon"]}]},
                "else": {"enum": styles},
            },
        },
    }
    return {"style": several, "icon": icon}


def label_key(description: str, *, is_conditional: bool = True, **more: Any) -> Schema:
    """Make the schema of a label: a text, or a mapping of it and its look."""
    text: Schema = {"type": "string", "format": "text", "minLength": 1, **more}
    looks = look_keys(is_conditional=is_conditional)
    at_length = object_of(
        {"text": {**text, "description": "The label."}, **looks}, required=("text",), title="label"
    )
    return {
        **text,
        "type": ["string", "object"],
        **({"description": description} if description else {}),
        "if": {"type": "object"},
        "then": at_length,
    }
