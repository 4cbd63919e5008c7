"""What a value goes through where its type is accepted but not quite the one wanted, or where it was computed.

It knows no syntax; each function returned takes a value and gives one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.flow.expression import arithmetic
from engine.flow.expression.typing_rules import without_none
from engine.flow.types import Choice, Kind, ListOf, MapOf, Maybe, Nothing, Scalar, Type

if TYPE_CHECKING:
    from collections.abc import Callable

type Conversion = Callable[[Any], Any]


def find_converter(expected: Type, actual: Type) -> Conversion | None:
    """Return what turns a value of `actual` into one of `expected`, or None where it is one already."""
    match expected, actual:
        case _, Nothing():
            return None
        case (Maybe(), _) | (_, Maybe()):
            return _past_none(find_converter(without_none(expected), without_none(actual)))
        case Scalar(kind=Kind.DECIMAL | Kind.MONEY), Scalar(kind=Kind.INT):
            return arithmetic.bounded_decimal
        case Choice(python=python), Choice(python=other) if python is not None:
            return None if python is other else python
        case (ListOf(), ListOf()) | (MapOf(), MapOf()):
            return _convert_several(expected, actual)
        case _:
            return None


def find_bound(type_: Type) -> Conversion | None:
    """Return what brings a computed value into the range that flows keep, or None where it cannot leave it."""
    match type_:
        case Scalar(kind=Kind.INT):
            return arithmetic.bounded_int
        case Scalar(kind=Kind.DECIMAL | Kind.MONEY):
            return arithmetic.bounded_decimal
        case Maybe(inner=inner):
            return _past_none(find_bound(inner))
        case _:
            return None


def _past_none(convert: Conversion | None) -> Conversion | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _convert_several(expected: Type, actual: Type) -> Conversion | None:
    match expected, actual:
        case MapOf(item=wanted), MapOf(item=item) if convert := find_converter(wanted, item):
            return lambda values: {key: convert(value) for key, value in values.items()}
        case ListOf(), ListOf():
            return _convert_list(expected, actual)
        case _:
            return None


def _convert_list(expected: ListOf, actual: ListOf) -> Conversion | None:
    convert = find_converter(expected.item, actual.item)
    if convert is not None:
        return lambda values: expected.python(map(convert, values))
    return None if expected.python is actual.python else expected.python
