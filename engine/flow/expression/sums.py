"""What sums, products and calls can be, from what their parts can be.

It knows neither names nor conditions.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.possible import (
    UNKNOWN,
    Possible,
    number_between,
)
from engine.flow.expression.ranges import Range, range_of_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_SPANS: Final = {"days": 86400, "hours": 3600, "minutes": 60}


def possible_of_call(name: str, arguments: list[Possible]) -> Possible:
    """Give what a call of a function can give; UNKNOWN for most."""
    if name in _SPANS and arguments:
        range_ = range_of_sum(ast.Mult(), arguments[0].range, Range(_SPANS[name], _SPANS[name]))
        return number_between(range_, whole=True, base="span")
    if name in ("today", "now"):
        return number_between(Range(0, 0), whole=True, base=name)
    compute = _EXTREMES.get(name)
    if compute is None or not arguments or len({one.base for one in arguments}) > 1:
        return UNKNOWN
    joined = arguments[0].range
    for one in arguments[1:]:
        joined = compute(joined, one.range)
    whole = all(one.whole for one in arguments)
    return number_between(joined, whole=whole, base=arguments[0].base)


_EXTREMES: Final[Mapping[str, Callable[[Range, Range], Range]]] = {
    "min": Range.least,
    "max": Range.greatest,
}


def possible_of_sum(operator: ast.operator, one: Possible, other: Possible) -> Possible:
    """Give what a sum, a difference, a product or a remainder can be."""
    if not isinstance(operator, ast.Add | ast.Sub | ast.Mult | ast.Mod):
        return UNKNOWN
    is_text = any(isinstance(value, str) for each in (one, other) for value in each.values or ())
    is_moved = one.base in _MOMENTS and other.base == "span"
    is_alike = one.base == other.base and one.base not in _MOMENTS
    if is_text or not (is_moved or is_alike) or (is_moved and isinstance(operator, ast.Mult)):
        return UNKNOWN
    if one.base == "today" and not _is_days(other):
        return UNKNOWN
    range_ = range_of_sum(operator, one.range, other.range)
    return number_between(range_, whole=one.whole and other.whole, base=one.base)


_MOMENTS: Final = frozenset({"today", "now"})


def _is_days(span: Possible) -> bool:
    ends: tuple[Any, Any] = span.range.low, span.range.high
    return all(end is not None and end % 86400 == 0 for end in ends)
