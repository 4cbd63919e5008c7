"""The part of the flow schema that says what an invoice has.

It knows the shape of its keys; how long its texts can become is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.paying import NEEDS
from engine.flow.schemas.keys import expression_key, name_key, names_of, object_of, text_key
from engine.flow.schemas.looks import label_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.schemas.keys import Schema

MOST_TIPS: Final = 4
"""How many tips Telegram proposes."""

_OF_WINDOW: Final = ("load", "buttons", "timeout", "protect", "silent", "effect")


def pay_schema(window: Mapping[str, Schema], expressions: Schema) -> Schema:
    """Make the schemas of the keys of an invoice."""
    amount = expression_key("An amount of money.")
    price = object_of(
        {"text": text_key("What the amount is for."), "amount": amount},
        required=("text", "amount"),
        title="price",
    )
    refusal = object_of(
        {
            "go": name_key("The step that follows, or end."),
            "say": text_key(
                "Why it cannot be paid; shown where the person pays, and above the next screen."
            ),
        },
        required=("go", "say"),
        title="refusal",
    )
    tips = {
        "max": expression_key("The most that can be given above the price."),
        "suggest": {
            "type": "array",
            "items": amount,
            "minItems": 1,
            "maxItems": MOST_TIPS,
            "description": "Tips that are proposed.",
        },
    }
    return {
        "pay": {
            "description": "What is to be paid: an amount, or lines that are added up.",
            "if": {"type": "array"},
            "then": {"items": price, "minItems": 1},
            "else": amount,
        },
        "title": text_key("What is paid for; at most 32 characters."),
        "text": text_key(
            "The description under the title, without formatting; at most 255 characters."
        ),
        "button": label_key("The label of the button that pays."),
        "about": expression_key(
            "A whole number that comes back with the payment, such as a booking's."
        ),
        "check": {
            "$ref": "#/$defs/command",
            "description": "A command that looks once more before anything is paid.",
        },
        "outcomes": names_of(
            refusal, "Why each outcome of the command refuses the payment, and where it leads."
        ),
        "save": expressions,
        "need": {
            "type": "array",
            "items": {"enum": list(NEEDS)},
            "minItems": 1,
            "uniqueItems": True,
            "description": "What whoever pays has to tell.",
        },
        "tips": object_of(
            tips, required=("max",), title="tips", description="What can be given above the price."
        ),
        "photo": {
            "type": "string",
            "pattern": "^https://",
            "description": "The address of a picture.",
        },
        **{key: window[key] for key in _OF_WINDOW},
    }
