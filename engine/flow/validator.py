"""jsonschema's validator, spared the values that plainly fit: most of its time goes into descending to them.

It knows the keywords that the schemas use, and finds the same errors in the same order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator, validators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

type Errors = Iterator[ValidationError]


def _properties(validator: Any, properties: Any, instance: Any, _schema: Any) -> Errors:
    if not isinstance(instance, dict):
        return
    for name, schema in properties.items():
        if name in instance and not _plainly_fits(schema, instance[name]):
            yield from validator.descend(instance[name], schema, path=name, schema_path=name)


def _additional(validator: Any, additional: Any, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, dict) and isinstance(additional, dict):
        known = schema.get("properties", {})
        values = [value for key, value in instance.items() if key not in known]
        if "patternProperties" not in schema and all(
            _plainly_fits(additional, value) for value in values
        ):
            return
    yield from _LIBRARY["additionalProperties"](validator, additional, instance, schema)


def _if(validator: Any, condition: Any, instance: Any, schema: Any) -> Errors:
    branch = "then" if _holds(validator, condition, instance) else "else"
    if branch in schema:
        yield from validator.descend(instance, schema[branch], schema_path=branch)


def _any_of(validator: Any, branches: Any, instance: Any, schema: Any) -> Errors:
    if not any(_has_required(branch, instance) for branch in branches):
        yield from _LIBRARY["anyOf"](validator, branches, instance, schema)


def _not(validator: Any, refused: Any, instance: Any, schema: Any) -> Errors:
    pairs = refused.get("anyOf")
    if not (
        isinstance(instance, dict)
        and pairs
        and all(pair.keys() == {"required"} for pair in pairs)
        and not any(_has_required(pair, instance) for pair in pairs)
    ):
        yield from _LIBRARY["not"](validator, refused, instance, schema)


def _holds(validator: Any, condition: Any, instance: Any) -> bool:
    if condition.keys() == {"required"}:
        return not isinstance(instance, dict) or _has_required(condition, instance)
    if condition == {"type": "object"}:
        return isinstance(instance, dict)
    return bool(validator.evolve(schema=condition).is_valid(instance))


def _has_required(schema: Any, instance: Any) -> bool:
    return (
        schema.keys() == {"required"}
        and isinstance(instance, dict)
        and all(key in instance for key in schema["required"])
    )


def _plainly_fits(schema: Any, value: Any) -> bool:
    """Tell whether a text surely fits; what is not told here is asked of the library."""
    if not isinstance(value, str) or not schema.keys() <= _PLAIN:
        return False
    kinds = schema.get("type")
    return (
        ("string" in kinds if isinstance(kinds, list) else kinds == "string")
        and len(value) >= schema.get("minLength", 0)
        and ("pattern" not in schema or _pattern(schema["pattern"]).search(value) is not None)
    )


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_PLAIN: Final = frozenset(
    {"type", "minLength", "pattern", "description", "title", "examples", "format"}
)
_LIBRARY: Final[Mapping[str, Callable[..., Errors]]] = Draft202012Validator.VALIDATORS

Validator: Final[Any] = validators.extend(  # type: ignore[no-untyped-call]  # untyped in the library
    Draft202012Validator,
    {
        "properties": _properties,
        "additionalProperties": _additional,
        "if": _if,
        "anyOf": _any_of,
        "not": _not,
    },
)
"""Draft 2020-12 as the schemas of flows use it."""
