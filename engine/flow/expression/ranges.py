"""How small and how large a value can become: numbers by their value, texts and lists by their length.

It knows no syntax, and no functions by name.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.flow.expression.typing_rules import is_number, is_text, without_none
from engine.flow.types import Choice, ListOf, MapOf, Scalar, Type
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest; None where there is no bound."""

    low: Number | None = None
    high: Number | None = None

    def joined(self, other: Range) -> Range:
        """Give the range of a value that is in one or the other."""
        return Range(_both(min, self.low, other.low), _both(max, self.high, other.high))

    def least(self, other: Range) -> Range:
        """Give the range of the lesser of two values."""
        return Range(_both(min, self.low, other.low), _either(min, self.high, other.high))

    def greatest(self, other: Range) -> Range:
        """Give the range of the greater of two values."""
        return Range(_either(max, self.low, other.low), _both(max, self.high, other.high))

    def negated(self) -> Range:
        """Give the range of the value with the other sign."""
        return Range(
            None if self.high is None else -self.high, None if self.low is None else -self.low
        )

    def size(self) -> Range:
        """Give the range of the value without its sign."""
        turned = self.negated()
        if self.low is not None and self.low >= 0:
            return self
        return (
            turned
            if self.high is not None and self.high <= 0
            else Range(0, _both(max, self.high, turned.high))
        )

    def exceeds(self, allowed: Range) -> bool:
        """Tell whether a value can be outside of what is allowed."""
        below = allowed.low is not None and (self.low is None or self.low < allowed.low)
        above = allowed.high is not None and (self.high is None or self.high > allowed.high)
        return below or above


def range_of_type(type_: Type) -> Range:
    """Give the bounds of a type; a text or a list is not shorter than nothing."""
    match without_none(type_):
        case Scalar(min=low, max=high) as scalar if is_text(scalar):
            return Range(low or 0, high)
        case Scalar(min=low, max=high):
            return Range(low, high)
        case Choice(values=values):
            lengths = [utf16_length(value) for value in values] or [0]
            return Range(min(lengths), max(lengths))
        case ListOf(max=most):
            return Range(0, most)
        case MapOf(item=item) if is_number(item):
            return range_of_type(item)
        case _:
            return Range()


def range_of_sum(operator: ast.operator, left: Range, right: Range) -> Range:
    """Give the range of what an operator makes of two numbers, or of two texts that are joined."""
    compute = _SUMS.get(type(operator))
    return compute(left, right) if compute else Range()


def bounds_of(type_: Type) -> Range:
    """Give the bounds that a declared type sets."""
    inner = without_none(type_)
    if not (
        is_number(inner)
        or isinstance(inner, ListOf | MapOf)
        or (isinstance(inner, Scalar) and is_text(inner))
    ):
        return Range()
    return range_of_type(inner)


def say_excess(written: str, actual: Range, allowed: Range, type_: Type) -> str:
    """Say what a value can be and what is allowed, with the mend."""
    inner = without_none(type_)
    if isinstance(inner, MapOf):
        return f'values of "{written}" can be {say_range(actual)}, and only {say_range(allowed)} fits here; give both the same bounds'
    if isinstance(inner, ListOf):
        can, may, unit = say_range(actual), say_range(allowed), "items"
        return f'"{written}" can have {can} {unit}, and only {may} fits here; take a list with that "max"'
    if is_text(inner):
        mend = (
            f'bound it with "max: {allowed.high}"'
            if allowed.high is not None
            else 'bound it with "min"'
        )
        if allowed.high is not None and actual.high is not None and actual.high <= allowed.high:
            mend = f'bound it with "min: {allowed.low}"'
        return f'"{written}" can be {say_range(actual)} characters long, and only {say_range(allowed)} fits here; {mend}'
    if actual.low is not None and actual.low == actual.high:
        return f'"{written}" is {actual.low}, and only {say_range(allowed)} fits here'
    mend = written
    if allowed.high is not None and (actual.high is None or actual.high > allowed.high):
        mend = f"min({mend}, {allowed.high})"
    if allowed.low is not None and (actual.low is None or actual.low < allowed.low):
        mend = f"max({mend}, {allowed.low})"
    return f'"{written}" can be {say_range(actual)}, and only {say_range(allowed)} fits here; write "{mend}"'


def say_range(range_: Range) -> str:
    """Say a range: `1 to 6`, `3 or more`."""
    match range_:
        case Range(low=None, high=None):
            return "any number"
        case Range(low=low, high=None):
            return f"{low} or more"
        case Range(low=None, high=high):
            return f"{high} or less"
        case Range(low=low, high=high):
            return str(low) if low == high else f"{low} to {high}"


def _both(
    choose: Callable[[Number, Number], Number], one: Number | None, other: Number | None
) -> Number | None:
    return None if one is None or other is None else choose(one, other)


def _either(
    choose: Callable[[Number, Number], Number], one: Number | None, other: Number | None
) -> Number | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _add(one: Range, other: Range) -> Range:
    low = None if one.low is None or other.low is None else one.low + other.low
    high = None if one.high is None or other.high is None else one.high + other.high
    return Range(low, high)


def _subtract(one: Range, other: Range) -> Range:
    return _add(one, other.negated())


def _multiply(one: Range, other: Range) -> Range:
    ends = [end for range_ in (one, other) for end in (range_.low, range_.high)]
    if any(end is None for end in ends):
        is_positive = all(range_.low is not None and range_.low >= 0 for range_ in (one, other))
        return Range(0) if is_positive else Range()
    products = [
        left * right
        for left in (one.low, one.high)
        for right in (other.low, other.high)
        if left is not None and right is not None
    ]
    return Range(min(products), max(products))


def _remain(_one: Range, other: Range) -> Range:
    if other.low is not None and other.low > 0:
        return Range(0, None if other.high is None else other.high - 1)
    return Range()


_SUMS: Final[Mapping[type[ast.operator], Callable[[Range, Range], Range]]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _multiply,
    ast.Mod: _remain,
}
