"""Schemas as text for editors and people: what fits on a line stands on one.

It knows JSON, and nothing of what the schemas are for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIDTH: Final = 120
"""How long a line may be that holds more than one value."""


def write_schema(schema: Mapping[str, Any]) -> str:
    """Write a schema as JSON."""
    return "".join(_pieces(schema, 0)) + "\n"


def _pieces(value: Any, depth: int) -> Iterator[str]:
    whole = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (depth and 2 * depth + len(whole) <= WIDTH):
        yield whole
        return
    if isinstance(value, dict):
        opening, closing = "{}"
        entries = [(f"{json.dumps(key)}: ", one) for key, one in value.items()]
    else:
        opening, closing = "[]"
        entries = [("", one) for one in value]
    yield opening
    for number, (key, one) in enumerate(entries):
        yield f"{',' if number else ''}\n{'  ' * (depth + 1)}{key}"
        yield from _pieces(one, depth + 1)
    yield f"\n{'  ' * depth}{closing}"
