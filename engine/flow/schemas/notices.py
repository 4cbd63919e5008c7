"""The schema of `notices` in bot.yaml.

It knows how the words of a notice are written, and not which notices there are.
"""

from __future__ import annotations

from engine.flow.schemas.keys import Schema, name_key, object_of, text_key


def notices_schema() -> Schema:
    """Make the schema of `notices`."""
    notice = object_of(
        {
            "text": text_key("The message; result is what the notice gives.")
            | {"examples": ["Your visit is at {{ result.starts_at | time }}."]},
            "buttons": {
                "type": "array",
                "items": {
                    "if": {"type": "array"},
                    "then": {"type": "array", "items": _button(), "minItems": 1},
                    "else": _button(),
                },
                "description": "Buttons below one another; a list is a row of them.",
                "examples": [[{"text": "Map", "url": "https://example.com/map"}]],
            },
        },
        required=("text",),
        title="notice",
    )
    return {
        "type": "object",
        "description": "What messages say that the bot sends of its own accord, by the name of the notice.",
        "additionalProperties": notice,
    }


def _button() -> Schema:
    """Make the schema of a button: it starts a flow or opens an address."""
    expression = {
        "type": ["string", "integer", "number", "boolean", "null"],
        "format": "expression",
    }
    button = object_of(
        {
            "text": text_key("The label.") | {"examples": ["Show it"]},
            "start": name_key("A flow, which begins as by a deep link of it.")
            | {"examples": ["my_bookings"]},
            "with": {
                "type": "object",
                "description": "What the deep link carries, by name.",
                "additionalProperties": expression,
                "examples": [{"booking_id": "result.id"}],
            },
            "url": text_key("An address.") | {"examples": ["https://example.com/map"]},
            "id": name_key("Its name in translations; that of the flow, or url, when left out.")
            | {"examples": ["map"]},
        },
        required=("text",),
        title="notice_button",
    )
    return {
        **button,
        "dependentRequired": {"with": ["start"]},
        "anyOf": [{"required": ["start"]}, {"required": ["url"]}],
        "allOf": [{"not": {"type": "object", "anyOf": [{"required": ["start", "url"]}]}}],
    }
