"""The schemas of buttons, media and calls, which all steps that wait have.

It knows nothing of the kinds of steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.windows import ShowAs
from engine.flow.schemas.asides import ASIDE_NEEDS, aside_keys
from engine.flow.schemas.controls import CONTROLS
from engine.flow.schemas.keys import (
    Schema,
    expression_key,
    name_key,
    object_of,
    opening_key,
    text_key,
)
from engine.flow.schemas.looks import look_keys

if TYPE_CHECKING:

    from engine.actions import Action, ActionKind, Catalog


def or_use(schema: Schema) -> Schema:
    """Allow the use of a fragment in the place of something."""
    return {
        "type": "object",
        "if": {"type": "object", "required": ["use"]},
        "then": {"$ref": "#/$defs/use"},
        "else": schema,
    }


def show_as_key(description: str, *modes: ShowAs) -> Schema:
    """Make the schema of how a screen is shown."""
    return {
        "enum": [mode.value for mode in modes],
        "title": "show_as",
        "description": description,
    }


def button_schema(go_say: Schema, expressions: Schema) -> Schema:
    """Make the schema of a button."""
    return object_of(
        {
            "text": text_key("The label; it has no formatting."),
            **look_keys(),
            "id": name_key("Tells buttons with the same target apart."),
            **go_say,
            "run": name_key("A flow that comes back to this step."),
            "turn": expression_key(
                "The page that is shown then: first, previous, next or last, or its number."
            ),
            "of": name_key(
                "What has the pages: the id of a list or of a group, or text, or choose."
            ),
            "with": expressions,
            **aside_keys(),
            "open": opening_key(),
            "when": expression_key("The button is there when this holds."),
            "save": expressions,
            "show_as": show_as_key(
                "How the screen that follows is shown: edited, sent, sent with this one deleted, or not at all.",
                *ShowAs,
            ),
        },
        required=("text",),
        needs={"say": "go", "with": "run", "open": "run", "of": "turn", **ASIDE_NEEDS},
    )


def line_definitions() -> Schema:
    """Make the schemas of a line of `buttons` (a button, a control, a row or a group of these, a menu or a list) and of one in a row."""
    is_control = {"anyOf": [{"required": [key]} for key in CONTROLS]}
    single = {"$ref": "#/$defs/single"}
    menu = object_of(
        {
            "menu": name_key("A button for each flow that has an entry in this menu."),
            "columns": {"type": "integer", "minimum": 1, "maximum": 8},
            "when": expression_key("The menu is there when this holds."),
        },
        required=("menu",),
        title="menu",
    )
    group = object_of(
        {
            "buttons": {"type": "array", "items": single, "minItems": 1},
            "columns": {"type": "integer", "minimum": 1, "maximum": 8},
            "rows": {
                "type": "integer",
                "minimum": 1,
                "maximum": 50,
                "description": "No more rows are shown at once.",
            },
            "pager": {"$ref": "#/$defs/pager"},
            "id": name_key("What its pages are called where something else turns them."),
            "when": expression_key("The group is there when this holds."),
        },
        required=("buttons", "columns"),
        title="group of buttons",
        needs={"pager": "rows", "id": "rows"},
    )
    line = {
        "type": ["object", "array"],
        "if": {"type": "object"},
        "then": {
            "if": {"required": ["menu"]},
            "then": menu,
            "else": {
                "if": {"required": ["list"]},
                "then": {"$ref": "#/$defs/list"},
                "else": {"if": {"required": ["buttons"]}, "then": group, "else": single},
            },
        },
        "else": {"items": single, "minItems": 1},
    }
    return {
        "line": line,
        "single": {
            "if": is_control,
            "then": {"$ref": "#/$defs/control"},
            "else": {"$ref": "#/$defs/button"},
        },
    }


def call_key(catalog: Catalog, kind: ActionKind) -> Schema:
    """Make the schema of a call; editors complete the names of the catalog's actions with it."""
    examples = [_example(action) for action in catalog.values() if action.kind is kind]
    return {
        "type": "string",
        "format": kind.value,
        "description": f"A call of a {kind.value} with keyword arguments.",
        "examples": examples,
    }


def _example(action: Action) -> str:
    """Write a call with the arguments that it must have."""
    required = (one.name for one in action.parameters if one.required)
    return f"{action.name}({', '.join(f'{name}=…' for name in required)})"
