"""How values are laid out as YAML: in brackets where that is short, else line by line; quotes only where YAML needs them.

It knows plain values - texts, numbers, lists and groups of keys - and nothing of scenarios.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from engine.flow.formatting.scalars import literal_lines, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WIDTH: Final = 100
"""Columns in which a value in brackets must fit."""

LEFT_OUT: Final = object()
"""A value that is not written: a key with nothing behind it."""


def lay_out(values: Mapping[str, Any], *, column: int = 0) -> list[str]:
    """Give the lines of a group of keys that begins at a column, without that indentation."""
    return [line for key, value in values.items() for line in _entry(key, value, column)]


def lay_out_item(values: Mapping[str, Any], *, column: int, is_short: bool) -> list[str]:
    """Give the lines of a group of keys that is an item of a list, on one line where it is to be short and can be."""
    if is_short and (line := in_brackets(values, room=WIDTH - column - 2)):
        return [f"- {line}"]
    first, *others = lay_out(values, column=column + 2)
    return [f"- {first}", *indent(others)]


def in_brackets(value: Any, *, room: int) -> str | None:
    """Write a list or a group of keys on one line; None where it has a text of several lines, or is too long."""
    if value and _has_breaks(value):
        return None
    written = _flow(value)
    return written if len(written) <= room or not value else None


def indent(lines: Iterable[str]) -> list[str]:
    """Move lines two columns on."""
    return [f"  {line}" if line else "" for line in lines]


def _entry(key: str, value: Any, column: int) -> list[str]:
    head = f"{write_text(key, in_flow=True)}:"
    if value is LEFT_OUT:
        return [head]
    if isinstance(value, str):
        mark, *below = literal_lines(value) or [write_text(value, in_flow=False)]
        return [f"{head} {mark}", *indent(below)]
    if not isinstance(value, dict | list):
        return [f"{head} {_flow(value)}"]
    if (line := in_brackets(value, room=WIDTH - column - len(head) - 1)) is not None:
        return [f"{head} {line}"]
    below = lay_out(value, column=column + 2) if isinstance(value, dict) else _items(value, column)
    return [head, *indent(below)]


def _items(values: Sequence[Any], column: int) -> list[str]:
    lines: list[str] = []
    for value in values:
        if isinstance(value, dict) and value:
            lines += lay_out_item(value, column=column + 2, is_short=True)
        else:
            lines.append(f"- {_flow(value)}")
    return lines


def _has_breaks(value: Any) -> bool:
    match value:
        case str():
            return "\n" in value
        case dict():
            return any(map(_has_breaks, value.values()))
        case list():
            return any(map(_has_breaks, value))
    return False


def _flow(value: Any) -> str:
    match value:
        case str():
            return write_text(value, in_flow=True)
        case dict():
            entries = (
                f"{write_text(key, in_flow=True)}: {_flow(one)}" for key, one in value.items()
            )
            return "{" + ", ".join(entries) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
    return "" if value is LEFT_OUT else json.dumps(value)
