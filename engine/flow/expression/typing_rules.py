"""Which types go together: in arithmetic, comparisons, branches and conditions.

It knows neither syntax nor positions; it answers with a type, or None where there is none.
"""

from __future__ import annotations

import ast
from typing import Final

from engine.flow.types import (
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    NOTHING,
    TEXT,
    Choice,
    Kind,
    ListOf,
    Maybe,
    Nothing,
    Scalar,
    Type,
    accepts,
)

_NUMBERS: Final = frozenset({Kind.INT, Kind.DECIMAL, Kind.MONEY})
_TEXTS: Final = frozenset({Kind.TEXT, Kind.PHONE, Kind.EMAIL})
_ORDERED: Final = _NUMBERS | {Kind.DATE, Kind.TIME, Kind.DATETIME, Kind.DURATION}


def is_number(type_: Type) -> bool:
    """Tell whether arithmetic can be done with it."""
    return isinstance(type_, Scalar) and type_.kind in _NUMBERS


def is_text(type_: Type) -> bool:
    """Tell whether it is a text at run time."""
    return isinstance(type_, Choice) or (isinstance(type_, Scalar) and type_.kind in _TEXTS)


def without_none(type_: Type) -> Type:
    """Return what a Maybe may hold, and any other type as it is."""
    return type_.inner if isinstance(type_, Maybe) else type_


def unite(one: Type, other: Type) -> Type | None:
    """Return the type that values of either have."""
    if isinstance(one, Maybe | Nothing) or isinstance(other, Maybe | Nothing):
        return _unite_maybe(one, other)
    if isinstance(one, Choice) and isinstance(other, Choice):
        return _unite_choices(one, other)
    if accepts(one, other):
        return one if one == other else _unbounded(one)
    if accepts(other, one):
        return _unbounded(other)
    return TEXT if is_text(one) and is_text(other) else None


def are_comparable(one: Type, other: Type) -> bool:
    """Tell whether `==` between the two can ever be true."""
    one, other = without_none(one), without_none(other)
    if isinstance(one, Choice) and isinstance(other, Choice):
        return bool(set(one.values) & set(other.values))
    if is_number(one) and is_number(other):
        return True
    if isinstance(one, ListOf) and isinstance(other, ListOf):
        return NOTHING in (one.item, other.item) or are_comparable(one.item, other.item)
    return (
        (is_text(one) and is_text(other))
        or accepts(one, other)
        or accepts(other, one)
        or NOTHING in (one, other)
    )


def are_ordered(one: Type, other: Type) -> bool:
    """Tell whether one of the two can be less than the other."""
    if is_number(one) and is_number(other):
        return True
    return (
        isinstance(one, Scalar)
        and isinstance(other, Scalar)
        and one.kind is other.kind
        and one.kind in _ORDERED
    )


def arithmetic_type(operator: ast.operator, left: Type, right: Type) -> Type | None:
    """Return the type of `left operator right`."""
    if not isinstance(left, Scalar | Choice) or not isinstance(right, Scalar | Choice):
        return None
    if is_text(left) and is_text(right):
        return TEXT if isinstance(operator, ast.Add) else None
    if not isinstance(left, Scalar) or not isinstance(right, Scalar):
        return None
    return _TABLE.get((type(operator), left.kind, right.kind))


def _unite_maybe(one: Type, other: Type) -> Type | None:
    if isinstance(one, Nothing) or isinstance(other, Nothing):
        kept = other if isinstance(one, Nothing) else one
        return kept if isinstance(kept, Maybe | Nothing) else Maybe(kept)
    inner = unite(without_none(one), without_none(other))
    return None if inner is None else Maybe(inner)


def _unite_choices(one: Choice, other: Choice) -> Choice:
    if accepts(one, other):
        return one
    if accepts(other, one):
        return other
    return Choice(None, tuple(dict.fromkeys((*one.values, *other.values))))


def _unbounded(type_: Type) -> Type:
    return Scalar(type_.kind) if isinstance(type_, Scalar) else type_


def _table() -> dict[tuple[type[ast.operator], Kind, Kind], Type]:
    table: dict[tuple[type[ast.operator], Kind, Kind], Type] = {}

    def add(
        operators: tuple[type[ast.operator], ...], left: Scalar, right: Scalar, gives: Type
    ) -> None:
        for operator in operators:
            table[operator, left.kind, right.kind] = gives

    plus, minus, times, by = (ast.Add,), (ast.Sub,), (ast.Mult,), (ast.Div,)
    either, whole = (ast.Add, ast.Sub), (ast.FloorDiv, ast.Mod)
    for one, other in ((INT, DECIMAL), (DECIMAL, INT), (DECIMAL, DECIMAL)):
        add(either + times, one, other, DECIMAL)
    add(either + times + whole, INT, INT, INT)
    for number in (INT, DECIMAL):
        for divisor in (INT, DECIMAL):
            add(by, number, divisor, DECIMAL)
        add(times, MONEY, number, MONEY)
        add(times, number, MONEY, MONEY)
        add(by, MONEY, number, MONEY)
    for one, other in ((MONEY, MONEY), (MONEY, INT), (INT, MONEY)):
        add(either, one, other, MONEY)
    for moment in (DATE, DATETIME):
        add(either, moment, DURATION, moment)
        add(plus, DURATION, moment, moment)
        add(minus, moment, moment, DURATION)
    add(either, DURATION, DURATION, DURATION)
    add(times, DURATION, INT, DURATION)
    add(times, INT, DURATION, DURATION)
    return table


_TABLE: Final = _table()
