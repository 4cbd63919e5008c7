"""The keys of `choose` that search, mark and group, as JSON Schema.

It knows their shape; what their expressions refer to is checked later.
"""

from __future__ import annotations

from engine.flow.schemas.keys import Schema, object_of
from engine.flow.schemas.looks import label_key


def list_keys() -> Schema:
    """Give the schemas of `group`, `search`, `one` and `many` by name."""
    search = object_of(
        {
            "by": {"enum": ["label", "query"], "description": "What finds the items."},
            "clear": label_key("The label of the button that ends the search."),
            "no_match": _text("Shown when nothing is found; it can read search."),
        },
        required=["by"],
    )
    marks = {
        "done": label_key("The label of the button that goes on; it can read count."),
        "mark": label_key("Stands before a marked label.", maxLength=8),
        "too_few": _text("Said when too few are marked as done is pressed."),
    }
    count = {"type": "integer", "minimum": 0, "maximum": 1000}
    several = {
        "min": {**count, "description": "So many must be marked."},
        "max": {**count, "minimum": 1, "description": "No more than so many can be marked."},
        "too_many": _text("Said when one more than max is marked."),
    }
    one = {**marks, "chosen": _expression("The item that is marked at first.")}
    many = {**marks, **several, "chosen": _expression("The items that are marked at first.")}
    return {
        "group": label_key(
            "The heading that an item stands under; items of one group stand together."
        ),
        "search": {
            "type": ["string", "object"],
            "description": "What the person writes narrows the list.",
            "if": {"type": "object"},
            "then": search,
            "else": {"enum": ["label", "query"]},
        },
        "one": {**object_of(one), "description": "One item is marked and kept by a button."},
        "many": {
            **object_of(many),
            "description": "Several items are marked and kept by a button.",
        },
    }


def _text(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": description}


def _expression(description: str) -> Schema:
    kinds = ["string", "integer", "number", "boolean", "null"]
    return {"type": kinds, "description": description}
