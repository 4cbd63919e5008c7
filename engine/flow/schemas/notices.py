"""The schema of `notices` in bot.yaml.

It knows how the words of a notice are written, and not which notices there are.
"""

from __future__ import annotations

from engine.flow.model.asides import ASIDE_KEYS
from engine.flow.schemas.asides import ASIDE_NEEDS, aside_keys
from engine.flow.schemas.keys import Schema, name_key, object_of, one_of_keys, text_key
from engine.flow.schemas.looks import look_keys
from engine.flow.schemas.manner import notice_manner_keys


def notices_schema() -> Schema:
    """Make the schema of `notices`."""
    button = {"$ref": "#/$defs/notice_button"}
    notice = object_of(
        {
            "text": text_key("The message; result is what the notice gives.")
            | {"examples": ["Your visit is at {{ result.starts_at | time }}."]},
            "buttons": {
                "type": "array",
                "items": {
                    "if": {"type": "array"},
                    "then": {"type": "array", "items": button, "minItems": 1},
                    "else": button,
                },
                "description": "Buttons below one another; a list is a row of them.",
                "examples": [[{"text": "Map", "url": "https://example.com/map"}]],
            },
            **notice_manner_keys(),
        },
        required=("text",),
        title="notice",
    )
    return {
        "type": "object",
        "description": "What messages say that the bot sends of its own accord, by the name of the notice.",
        "additionalProperties": notice,
    }


def notice_button_schema() -> Schema:
    """Make the schema of a button: it starts a flow, or is for the client alone."""
    expression = {
        "type": ["string", "integer", "number", "boolean", "null"],
        "format": "expression",
    }
    needs = {key: [other] for key, other in ASIDE_NEEDS.items()}
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
            **aside_keys(),
            **look_keys(),
            "id": name_key(
                "Its name in translations; that of the flow, or the key of what it does, when left out."
            )
            | {"examples": ["map"]},
        },
        required=("text",),
        title="notice_button",
    )
    done = one_of_keys(button, ("start", *ASIDE_KEYS))
    return {**done, "dependentRequired": {"with": ["start"], **needs}}
