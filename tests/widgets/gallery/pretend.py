"""Queries that give what an example of the gallery writes down, typed as if somebody had programmed them.

It does not know what asks them.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import make_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from engine.actions import Context, query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TYPES: Final[Mapping[str, Any]] = {"text": str, "int": int, "date": date, "bool": bool}


def pretend_query(said: str, gives: Any) -> Callable[..., Any]:
    """Make the query `subject.verb(name: type, …)` that gives these values.

    `gives` is a list of texts, numbers or days, or of records under the name of their type, as in `{Dish: [{id: soup}]}`.
    Arguments named `offset` and `limit` cut the list, `first` and `last` the days; others make no difference.
    """
    found = re.fullmatch(r"(\w+\.\w+)(?:\((.*)\))?", said)
    if found is None:
        raise ValueError(f'"{said}" is not "subject.verb" or "subject.verb(name: type)"')
    given, annotation = _values(gives)
    taken = [one.strip() for one in (found[2] or "").split(",") if one.strip()]

    async def answer(_context: Context, **arguments: Any) -> Any:
        return _cut(given, arguments)

    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_ONLY)]
    annotations: dict[str, Any] = {"return": annotation}
    for one in taken:
        name, _, kind = (part.strip() for part in one.partition(":"))
        parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY))
        annotations[name] = _type_of(kind)
    answer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect looks for
    answer.__annotations__ = annotations
    return query(found[1])(answer)


def _values(gives: Any) -> tuple[Any, Any]:
    """Return values with their type."""
    if isinstance(gives, list):
        item: Any = type(gives[0])
        return gives, list[item]
    if not isinstance(gives, dict):
        return gives, type(gives)
    ((name, rows),) = gives.items()
    many = rows if isinstance(rows, list) else [rows]
    record: Any = make_dataclass(name, _fields(many), frozen=True)
    made = [record(**{key: _value(value) for key, value in row.items()}) for row in many]
    return (made, list[record]) if isinstance(rows, list) else (made[0], record)


def _fields(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = []
    for name in rows[0]:
        values = [_value(row[name]) for row in rows]
        kind: Any = next((type(one) for one in values if one is not None), str)
        fields.append((name, kind | None if None in values else kind))
    return fields


def _value(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def _type_of(kind: str) -> Any:
    found = _TYPES[kind.removesuffix("?")]
    return found | None if kind.endswith("?") else found


def _cut(given: Any, arguments: Mapping[str, Any]) -> Any:
    if not isinstance(given, list):
        return given
    first: date | None = arguments.get("first")
    last: date | None = arguments.get("last")
    kept = [
        one for one in given if (first is None or one >= first) and (last is None or one <= last)
    ]
    offset, limit = arguments.get("offset", 0), arguments.get("limit", len(kept))
    return kept[offset : offset + limit]
