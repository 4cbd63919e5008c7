"""What a mark on a Python annotation makes of a flow type: its kind, or the bounds of its values.

It reads the marks of engine.actions, of annotated_types and of pydantic, the latter two without importing them.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, Final

from engine.actions import Marker, MaxLength
from engine.flow.types import Kind, ListOf, Maybe, Scalar, Type, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


def constrain(type_: Type, marks: Iterable[Any], *, is_of_model: bool = False) -> Type:
    """Give a type its marks; what flows have no bound for is left to a model, which looks at its own values.

    Raises:
        TypeError: a mark does not fit the type, or nobody would hold values to it.
    """
    for mark in _single(marks):
        type_ = _constrain(type_, mark, is_of_model=is_of_model)
    return type_


def _single(marks: Iterable[Any]) -> Iterator[Any]:
    """Give marks one by one: some are groups of others, such as `Interval`, and pydantic's `Field`."""
    for mark in marks:
        if _home(mark) == "pydantic" and hasattr(mark, "metadata"):
            yield from _single(mark.metadata)
        elif getattr(mark, "__is_annotated_types_grouped_metadata__", False) is True:
            yield from _single(mark)
        else:
            yield mark


def _constrain(type_: Type, mark: Any, *, is_of_model: bool) -> Type:
    is_ours = isinstance(mark, Marker | MaxLength)
    if not is_ours and _home(mark) not in ("annotated_types", "pydantic"):
        return type_  # words for people or other programs
    if isinstance(type_, Maybe):
        return Maybe(_constrain(type_.inner, mark, is_of_model=is_of_model))
    made = _kind(type_, mark) if isinstance(mark, Marker) else _bound(type_, mark)
    if made is not None:
        return made
    if is_of_model and not is_ours:
        return _weaker(type_, mark) or type_
    raise TypeError(f"{describe(type_)} cannot be marked with {mark}; {_MARKS}")


def _kind(type_: Type, mark: Marker) -> Type | None:
    return Scalar(Kind(mark.kind), type_.min, type_.max) if isinstance(type_, Scalar) else None


def _bound(type_: Type, mark: Any) -> Type | None:
    """Give the type with a bound that says exactly what the mark says; None where there is none."""
    name, value = _reading(mark)
    if type(value) is not int:
        return None
    match type_:
        case Scalar(kind=kind) if name in _ENDS.get(kind, ()):
            return _within(type_, *_ENDS[kind][name](value))
        case ListOf(item=item, max=most, python=python) if name in ("MaxLen", "MaxLength"):
            return ListOf(item, value if most is None else min(value, most), python)
        case ListOf() if name == "MinLen" and value == 0:
            return type_
        case _:
            return None


def _weaker(type_: Type, mark: Any) -> Type | None:
    """Give a number the nearest bound around one that is not whole, or that excludes its end."""
    name, value = _reading(mark)
    if not isinstance(type_, Scalar) or type_.kind not in (Kind.INT, Kind.DECIMAL, Kind.MONEY):
        return None
    match name:
        case "Gt" | "Ge":
            return _within(type_, floor(value), None)
        case "Lt" | "Le":
            return _within(type_, None, -floor(-value))
        case _:
            return None


def _within(type_: Scalar, low: int | None, high: int | None) -> Scalar:
    lows = [one for one in (type_.min, low) if one is not None]
    highs = [one for one in (type_.max, high) if one is not None]
    made = Scalar(type_.kind, max(lows, default=None), min(highs, default=None))
    if made.min is not None and made.max is not None and made.min > made.max:
        raise TypeError(
            f"no {describe(type_)} is at least {made.min} and at most {made.max}; mend the bounds"
        )
    return made


def _reading(mark: Any) -> tuple[str, Any]:
    """Give the name of a mark and the one value that it has."""
    name = type(mark).__name__
    return name, getattr(mark, _VALUES.get(name, ""), None)


def _home(mark: Any) -> str:
    return type(mark).__module__.partition(".")[0]


_VALUES: Final[Mapping[str, str]] = {
    "MaxLength": "value",
    "MaxLen": "max_length",
    "MinLen": "min_length",
    "Ge": "ge",
    "Gt": "gt",
    "Le": "le",
    "Lt": "lt",
}

type _Ends = Mapping[str, Callable[[int], tuple[int | None, int | None]]]

_LENGTHS: Final[_Ends] = {
    "MaxLength": lambda value: (None, value),
    "MaxLen": lambda value: (None, value),
    "MinLen": lambda value: (value, None),
}
_NUMBERS: Final[_Ends] = {"Ge": lambda value: (value, None), "Le": lambda value: (None, value)}
_WHOLE: Final[_Ends] = {
    **_NUMBERS,
    "Gt": lambda value: (value + 1, None),
    "Lt": lambda value: (None, value - 1),
}
_ENDS: Final[Mapping[Kind, _Ends]] = {
    Kind.TEXT: _LENGTHS,
    Kind.INT: _WHOLE,
    Kind.DECIMAL: _NUMBERS,
    Kind.MONEY: _NUMBERS,
}
_MARKS: Final = (
    "a text can be bounded by a length, an int by ge, gt, le or lt, decimal and money by ge or le, each by a whole number, "
    "and a list by the most it holds"
)
