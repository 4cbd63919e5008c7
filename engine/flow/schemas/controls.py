"""The schemas of the lines of `buttons` that keep a value.

It knows their keys; whether a value fits what is kept is checked later.
"""

from __future__ import annotations

from typing import Final

from engine.flow.schemas.keys import Schema, apart, expression_key, name_key, object_of, text_key
from engine.flow.schemas.looks import label_key

CONTROLS: Final = ("check", "count", "cycle", "one", "many")
"""The keys that make a line of `buttons` a control, each with the name of data that it keeps."""


def control_schema(queries: Schema) -> Schema:
    """Make the schema of a control: one for each key that makes it one."""
    chain: Schema = {"required": ["check"]}
    bodies = {
        "check": _check(),
        "count": _count(),
        "cycle": _options(
            "cycle", "A button that shows one option; a press keeps the next.", queries
        ),
        "one": _options("one", "A button for each option, of which one is marked.", queries),
        "many": _options("many", "A button for each option, of which several are marked.", queries),
    }
    for key in reversed(CONTROLS):
        chain = {"if": {"required": [key]}, "then": bodies[key], "else": chain}
    return {"type": "object", "title": "control", **chain}


def _check() -> Schema:
    return _control(
        "check",
        "A button that is marked or not: a bool of data, such as data.wrapped.",
        {
            "text": label_key("The label."),
            "checked": label_key("The label while it is marked; the label with ✅ when left out."),
        },
        required=("text",),
    )


def _count() -> Schema:
    whole = {"type": "integer"}
    return _control(
        "count",
        "A number between minus and plus: an int of data, such as data.people.",
        {
            "text": _may_miss("The label between the two; the number when left out."),
            "minus": _may_miss("The label that counts down; - when left out."),
            "plus": _may_miss("The label that counts up; + when left out."),
            "min": {**whole, "description": "Not below this."},
            "max": {**whole, "description": "Not above this."},
            "step": {**whole, "minimum": 1, "description": "By how much it is counted."},
            "wrap": {"type": "boolean", "description": "Above the max the min follows."},
        },
    )


def _options(kind: str, description: str, queries: Schema) -> Schema:
    more: Schema = {}
    if kind != "cycle":
        more["checked"] = label_key("The label of what is marked; the label with ✅ when left out.")
        more["columns"] = {
            "type": "integer",
            "minimum": 1,
            "maximum": 8,
            "description": "Buttons in a row.",
        }
    if kind == "many":
        count = {"type": "integer", "minimum": 0, "maximum": 100}
        more |= {
            "min": {**count, "description": "So many stay marked."},
            "max": {**count, "minimum": 1, "description": "No more than so many can be marked."},
            "too_few": text_key("Said when a mark cannot be taken away."),
            "too_many": text_key("Said when one more than max is marked."),
        }
    body = _control(
        kind,
        f"{description} It keeps a name of data, such as data.size.",
        {
            "labels": {
                "type": "object",
                "description": "The labels of the options by their texts, in their order.",
                "propertyNames": {"minLength": 1},
                "additionalProperties": label_key("The label of this option."),
                "minProperties": 1,
            },
            "of": {**queries, "description": "A query whose items are the options."},
            "key": expression_key("What tells items apart; item.id when left out."),
            "text": label_key("The label; it can read item, and label where there are labels."),
            **more,
        },
    )
    body["dependentRequired"] = {"of": ["text"], "key": ["of"]}
    return {**body, **apart(("labels", "of"))}


def _control(
    key: str, description: str, properties: Schema, *, required: tuple[str, ...] = ()
) -> Schema:
    kept = {"type": "string", "format": "expression", "description": description}
    common = {
        "id": name_key("Tells controls of the same name apart."),
        "when": expression_key("The control is there when this holds."),
    }
    return object_of(
        {key: kept, **properties, **common}, required=(key, *required), title=_TITLES.get(key, key)
    )


def _may_miss(description: str) -> Schema:
    label = label_key(f"{description} With false there is no such button.")
    return {
        **label,
        "type": ["string", "object", "boolean"],
        "else": {"if": {"type": "boolean"}, "then": {"const": False}},
    }


_TITLES: Final = {"one": "one option", "many": "many options"}
"""What a control is called whose key a list has, too."""
