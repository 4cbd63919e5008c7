"""The schemas of labels with a look: a colour, and a custom emoji.

It knows their shape, and nothing of the buttons that have them.
"""

from __future__ import annotations

from typing import Any, Final

from engine.flow.model.looks import Style
from engine.flow.schemas.keys import Schema, expression_key, object_of, text_key

EMOJI: Final = "^[0-9]{5,25}$"
"""The id that Telegram gives a custom emoji."""


STYLES: Final = tuple(style.value for style in Style)


def look_keys() -> Schema:
    """Make the schemas of `style` and `icon`."""
    return {"style": {"$ref": "#/$defs/style"}, "icon": _icon()}


def label_key(description: str, **more: Any) -> Schema:
    """Make the schema of a label: a text, or a mapping of it and its look; `more` holds for the text."""
    inside = {"properties": {"text": more}} if more else {}
    return {
        "type": ["string", "object"],
        "format": "text",
        "minLength": 1,
        **more,
        **({"description": description} if description else {}),
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/label", **inside},
    }


def look_definitions(*, is_conditional: bool = True) -> Schema:
    """Make what looks refer to; labels are not `is_conditional` where there is nothing that conditions could read."""
    return {
        "style": _style(),
        "label": object_of(
            {
                "text": text_key("The label."),
                **(look_keys() if is_conditional else {"style": _colour(), "icon": _icon()}),
            },
            required=("text",),
            title="label",
        ),
    }


def _style() -> Schema:
    case = object_of(
        {
            "style": _colour(),
            "icon": _icon(),
            "when": expression_key("The button looks so when this holds."),
        },
        title="look",
    )
    return {
        "type": ["string", "array"],
        "description": "The colour of the button, or looks of which the first is taken whose condition holds.",
        "if": {"type": "string"},
        "then": {"enum": list(STYLES)},
        "else": {
            "minItems": 1,
            "items": {
                "type": ["string", "object"],
                "if": {"type": "object"},
                "then": {**case, "anyOf": [{"required": ["style"]}, {"required": ["icon"]}]},
                "else": {"enum": list(STYLES)},
            },
        },
    }


def _colour() -> Schema:
    return {"enum": list(STYLES), "description": "The colour of the button."}


def _icon() -> Schema:
    return {
        "type": "string",
        "pattern": EMOJI,
        "description": "The id of a custom emoji before the label.",
    }
