"""The kinds of keys that schemas are made of: names, texts, expressions, mappings.

It knows nothing of what is written where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.flow.model.moves import Opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


type Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME: Final = r"^[a-z][a-z0-9_]*$"
PARAMETER_OR_NAME: Final = r"^\$?[a-z][a-z0-9_]*$"


def opening_key() -> Schema:
    """Give the schema of where a flow opens."""
    return {
        "enum": [Opening.ABOVE.value, Opening.INSTEAD.value, Opening.BESIDE.value],
        "title": "open",
        "description": (
            "Where the flow opens: above what is open, coming back to it; instead of all that is open; or beside it, in a message of its own."
        ),
    }


TOASTS: Final = ("toast", "alert")
"""The keys that answer a press: for a moment, or until it is confirmed."""


def go_say_keys() -> Schema:
    """Give the keys of a move."""
    return {
        "go": name_key("The step that follows, or end."),
        "say": text_key("Shown above the next screen."),
        "toast": text_key("Answers the press for a moment, on top of the chat."),
        "alert": text_key("Answers the press until it is confirmed."),
    }


MOVE_NEEDS: Final = dict.fromkeys(("say", "toast", "alert"), "go")
"""What stands beside a move alone."""


def object_of(
    properties: Schema,
    *,
    required: Iterable[str] = (),
    title: str = "",
    description: str = "",
    needs: Mapping[str, str] | None = None,
) -> Schema:
    """Give the schema of a mapping with these keys alone; `needs` are keys that stand only beside another."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    if needs:
        schema["dependentRequired"] = {key: [other] for key, other in needs.items()}
    words = {"title": title, "description": description}
    return schema | {key: value for key, value in words.items() if value}


def names_of(value: Schema, description: str, least: int = 0) -> Schema:
    """Give the schema of values by name, at least so many."""
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"pattern": NAME},
        "additionalProperties": value,
        **({"minProperties": least} if least else {}),
    }


def short_or(long: Schema, *more: str) -> Schema:
    """Give the schema of what is a text, one of `more`, or a mapping when written at length."""
    return {"type": ["string", *more, "object"], "if": {"type": "object"}, "then": long}


def one_of_keys(schema: Schema, keys: tuple[str, ...], *excluding: tuple[str, str]) -> Schema:
    """Demand exactly one of these keys, and that no pair of `excluding` stands together."""
    pairs = [(a, b) for a in keys for b in keys if a < b] + list(excluding)
    return {**schema, "anyOf": [{"required": [key]} for key in keys], **apart(*pairs)}


def apart(*pairs: tuple[str, str]) -> Schema:
    """Forbid each two keys to stand together."""
    either = [{"required": list(pair)} for pair in pairs]
    return {"allOf": [{"not": {"type": "object", "anyOf": either}}]}


def name_key(description: str = "") -> Schema:
    """Give the schema of a name."""
    return {"type": "string", "pattern": NAME} | (
        {"description": description} if description else {}
    )


def text_key(description: str = "") -> Schema:
    """Give the schema of a text that people read."""
    return {"type": "string", "format": "text", "minLength": 1} | (
        {"description": description} if description else {}
    )


def expression_key(description: str = "") -> Schema:
    """Give the schema of an expression."""
    words = {"description": description} if description else {}
    kinds = ["string", "integer", "number", "boolean", "null"]
    return {"type": kinds, "format": "expression", **words}
