"""The schema of a line of `buttons` that repeats its buttons for each item of a list.

It knows nothing of the window around it.
"""

from __future__ import annotations

from engine.flow.schemas.keys import Schema, expression_key, name_key, object_of


def list_line_schema() -> Schema:
    """Make the schema of a list among buttons; inside it are buttons, controls, rows and further lists."""
    single, line = {"$ref": "#/$defs/single"}, {"$ref": "#/$defs/list"}
    positive = {"type": "integer", "minimum": 1}
    return object_of(
        {
            "list": expression_key("A query, or an expression that gives a list."),
            "as": name_key("What an item is called inside; item when left out."),
            "id": name_key("Tells lists of one window apart."),
            "key": expression_key("What tells items apart; their id when left out."),
            "page": {**positive, "maximum": 50, "default": 8, "description": "Items on one page."},
            "columns": {
                **positive, "maximum": 8, "default": 1,
                "description": "How many items stand side by side.",
            },
            "pager": {"$ref": "#/$defs/pager"},
            "when": expression_key("The list is there when this holds."),
            "buttons": {
                "type": "array",
                "minItems": 1,
                "description": "The buttons and controls of each item; a list among them is a row, and there may be lists of its own.",
                "items": {
                    "type": ["object", "array"],
                    "if": {"type": "object"},
                    "then": {"if": {"required": ["list"]}, "then": line, "else": single},
                    "else": {"items": single, "minItems": 1},
                },
            },
        },
        required=("list", "buttons"),
        title="list",
    )  # fmt: skip
