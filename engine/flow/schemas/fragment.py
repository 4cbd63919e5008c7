"""The schema of a fragment's file: a flow's, where parameters can stand for names.

It knows nothing of what a use gives.
"""

from __future__ import annotations

from typing import Any, Final

from engine.flow.schemas.keys import (
    DIALECT,
    NAME,
    PARAMETER_OR_NAME,
    Schema,
    expression_key,
    name_key,
    names_of,
    object_of,
    one_of_keys,
)

PARAMETER_TYPES: Final = ("step", "flow", "text", "expression", "data")


def fragment_schema(flow: Schema) -> Schema:
    """Make the schema of a fragment's file from that of flows: there `$name` can stand for names as well."""
    definitions = _with_parameters(flow["$defs"])
    parameter = object_of(
        {
            "type": {"enum": list(PARAMETER_TYPES), "description": "What it stands for."},
            "default": expression_key("What it is where nothing is given."),
        },
        required=("type",),
    )
    kinds = {"if": {"type": "object"}, "then": parameter, "else": {"enum": list(PARAMETER_TYPES)}}
    properties = {
        "fragment": name_key("The name of the fragment, by which flows use it."),
        "params": names_of(kinds, "What a use gives; $name stands for it as a whole value."),
        "buttons": {
            "type": "array",
            "description": "Buttons and rows of buttons.",
            "minItems": 1,
            "items": {"$ref": "#/$defs/line"},
        },
        "steps": names_of(
            {"$ref": "#/$defs/step"}, "Steps; the first one takes the name that the use has.", 1
        ),
    }
    whole = object_of(properties, required=("fragment",))
    return {
        "$schema": DIALECT,
        "title": "Usher fragment",
        "description": "Buttons or steps that are written once and used in many flows.",
        **one_of_keys(whole, ("buttons", "steps")),
        "$defs": definitions,
    }


def _with_parameters(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: (
                PARAMETER_OR_NAME if key == "pattern" and value == NAME else _with_parameters(value)
            )
            for key, value in schema.items()
        }
    return [_with_parameters(one) for one in schema] if isinstance(schema, list) else schema
