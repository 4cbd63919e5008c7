"""What a value can be: nothing or something, one of some values, or a number between two bounds.

It knows no syntax; every answer takes in at least what can really be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.ranges import Range, range_of_type, say_range
from engine.flow.types import Choice, Kind, ListOf, Maybe, Nothing, Scalar

if TYPE_CHECKING:
    from engine.flow.expression.ranges import Number
    from engine.flow.types import Type

MOST_VALUES: Final = 40
"""Whole numbers and texts are told one by one as long as there are no more than these."""


@dataclass(frozen=True, slots=True)
class Possible:
    """Whether it may be nothing, and what it may be otherwise: one of `values`, or a number from `low` to `high`.

    Days and instants are seconds after `base`, which is "today" or "now"; lengths of time have the base "span".
    """

    none: bool = False
    some: bool = True
    values: frozenset[Any] | None = None
    low: Number | None = None
    high: Number | None = None
    whole: bool = False
    base: str = ""

    @property
    def is_impossible(self) -> bool:
        """Whether nothing at all is left that it could be."""
        return not (self.none or self.some)

    @property
    def range(self) -> Range:
        """The least and the greatest number it can be."""
        if self.values is None:
            return Range(self.low, self.high)
        numbers = [one for one in self.values if isinstance(one, int | Decimal)]
        return Range(min(numbers), max(numbers)) if numbers else Range()

    def without_none(self) -> Possible:
        """Give what it can be where it is something."""
        return replace(self, none=False) if self.none else self

    def timeless(self) -> Possible:
        """Give what still holds of it tomorrow."""
        return Possible(self.none, self.some) if self.base else self

    def joined(self, other: Possible) -> Possible:
        """Give what is one or the other."""
        none = self.none or other.none
        if not (self.some and other.some):
            return replace(self if self.some else other, none=none)
        if self.base != other.base:
            return Possible(none)
        whole = self.whole and other.whole
        if self.values is not None and other.values is not None:
            union = self.values | other.values
            if len(union) <= MOST_VALUES:
                return Possible(none, values=union, whole=whole, base=self.base)
        both = self.range.joined(other.range)
        return Possible(none, low=both.low, high=both.high, whole=whole, base=self.base)

    def met(self, other: Possible) -> Possible:
        """Give what is both."""
        none, some = self.none and other.none, self.some and other.some
        if not some:
            return Possible(none, some=False)
        if self.values is not None and other.values is not None:
            return _one_of(none, self.values & other.values, self)
        if self.values is not None or other.values is not None:
            listed, bounds = (self, other) if self.values is not None else (other, self)
            kept = (one for one in listed.values or () if _is_within(one, bounds.range))
            return _one_of(none, frozenset(kept), listed)
        if self.base != other.base and self.range != Range():
            return replace(self, none=none)
        ends = self.range.greatest(Range(other.low)), self.range.least(Range(None, other.high))
        base, whole = self.base or other.base, self.whole or other.whole
        return _between(none, Range(ends[0].low, ends[1].high), whole=whole, base=base)

    def without(self, value: Any) -> Possible:
        """Give what it is besides one value."""
        if self.values is not None:
            return _one_of(self.none, self.values - {value}, self)
        if self.whole and isinstance(value, int):
            low = value + 1 if self.low == value else self.low
            high = value - 1 if self.high == value else self.high
            return _between(self.none, Range(low, high), whole=True, base=self.base)
        return self

    def below(self, other: Possible, *, strictly: bool) -> Possible:
        """Give what it is where it is less than the other, or, unless `strictly`, as much."""
        top = other.range.high
        if self.base != other.base and (self.base or self.range != Range()):
            return self.without_none()
        if top is None:
            return replace(self.without_none(), base=self.base or other.base)
        least = self.range.low
        if strictly and least is not None and least >= top:
            return Possible(some=False)
        if strictly and self.whole and top == int(top):
            top = top - 1
        return replace(self, none=False, base=self.base or other.base).met(
            Possible(high=top, base=other.base)
        )

    def above(self, other: Possible, *, strictly: bool) -> Possible:
        """Give what it is where it is more than the other, or, unless `strictly`, as much."""
        return self.mirrored().below(other.mirrored(), strictly=strictly).mirrored()

    def mirrored(self) -> Possible:
        """Give what its numbers are with the other sign."""
        if self.values is not None:
            is_numbers = all(type(one) in (int, Decimal) for one in self.values)
            return (
                replace(self, values=frozenset(-one for one in self.values)) if is_numbers else self
            )
        turned = self.range.negated()
        return replace(self, low=turned.low, high=turned.high)


UNKNOWN: Final = Possible(none=True)
"""What may be anything."""


def exactly(value: Any) -> Possible:
    """Give what is one value, known when the flow is checked."""
    if value is None:
        return Possible(none=True, some=False)
    if isinstance(value, bool | int | str | Decimal):
        return Possible(values=frozenset({value}), whole=type(value) is int)
    return Possible()


def number_between(range_: Range, *, whole: bool, base: str = "") -> Possible:
    """Give a number that is somewhere in a range."""
    return _between(False, range_, whole=whole, base=base)


@lru_cache(maxsize=1024)
def possible_of_type(type_: Type) -> Possible:
    """Give what a value of a type can be."""
    match type_:
        case Nothing():
            return Possible(none=True, some=False)
        case Maybe(inner=inner):
            return replace(possible_of_type(inner), none=True)
        case Choice(values=values):
            return Possible(values=frozenset(values) or None)
        case Scalar(kind=Kind.BOOL):
            return Possible(values=frozenset({True, False}))
        case Scalar(kind=Kind.INT | Kind.DECIMAL | Kind.MONEY as kind, min=low, max=high):
            return number_between(Range(low, high), whole=kind is Kind.INT)
        case _:
            return Possible()


@lru_cache(maxsize=1024)
def length_of_type(type_: Type) -> Possible:
    """Give how long a text or a list can be."""
    inner = type_.inner if isinstance(type_, Maybe) else type_
    is_known = isinstance(inner, Scalar | Choice | ListOf)
    return number_between(range_of_type(inner) if is_known else Range(0), whole=True)


def _between(
    none: bool,  # noqa: FBT001 - as in Possible
    range_: Range,
    *,
    whole: bool,
    base: str,
) -> Possible:
    low, high = range_.low, range_.high
    if low is None or high is None:
        return Possible(none, low=low, high=high, whole=whole, base=base)
    if low > high:
        return Possible(none, some=False)
    if whole and high - low < MOST_VALUES:
        numbers = frozenset(range(int(low), int(high) + 1))
        return Possible(none, values=numbers, whole=True, base=base)
    return Possible(none, low=low, high=high, whole=whole, base=base)


def _one_of(
    none: bool,  # noqa: FBT001 - as in Possible
    values: frozenset[Any],
    like: Possible,
) -> Possible:
    if not values:
        return Possible(none, some=False)
    return Possible(none, values=values, whole=like.whole, base=like.base)


def _is_within(value: Any, range_: Range) -> bool:
    if not isinstance(value, int | Decimal):
        return True
    return not Range(value, value).exceeds(range_)


def describe_possible(possible: Possible, declared: Possible) -> str:
    """Say what a value can be, such as `is "a" or "b"`, `is 1 to 6` or `is nothing`; nothing where it can be anything."""
    if not possible.some:
        return "is nothing"
    said = _describe_value(possible)
    if possible.none:
        return f"{said}, or nothing" if said else ""
    if not said and declared.none:
        return "is never nothing"
    return said


def _describe_value(possible: Possible) -> str:
    if possible.base:
        return ""
    if possible.range != Range():
        return f"is {say_range(possible.range)}"
    if possible.values is None or len(possible.values) > _MOST_SAID:
        return ""
    words = sorted(str(one) if isinstance(one, bool) else f'"{one}"' for one in possible.values)
    return "" if words == ["False", "True"] else f"is {' or '.join(words)}"


_MOST_SAID: Final = 5
