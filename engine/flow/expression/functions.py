"""The functions and filters of the expression language: their parameters, result types and what they do.

It knows no syntax and no names of a flow.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression import arithmetic
from engine.flow.expression.progress import draw_progress, progress_length
from engine.flow.expression.ranges import Range
from engine.flow.expression.typing_rules import are_ordered, is_text, unite, without_none
from engine.flow.expression.written import written_as
from engine.flow.types import (
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    TEXT,
    TIME,
    Choice,
    ListOf,
    Nothing,
    Type,
    describe,
)
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function takes at one place: any of `types`, or whatever `fits`, said as `wanted`."""

    name: str
    types: tuple[Type, ...] = ()
    fits: Callable[[Type], bool] | None = None
    wanted: str = ""
    required: bool = True
    by_name: bool = False
    may_be_nothing: bool = False

    def describe(self) -> str:
        """Say what may stand here."""
        return self.wanted or " or ".join(describe(type_) for type_ in self.types)


@dataclass(frozen=True, slots=True)
class Operation:
    """A function or filter; the first parameter of a filter is what stands left of `|`.

    `result` gives the type from those of the arguments by parameter name, in order, or None where they do not go
    together, `range` how small and large it can be. `run` gets the Formats first where `localized`. `repeats` lets the last
    parameter stand many times; with `unites` the result is one of the arguments.
    `usual` are the names that arguments which lack theirs are likely to have, the last of them first to be meant.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Callable[[Sequence[Type]], Type | None]
    run: Callable[..., Any]
    localized: bool = False
    repeats: bool = False
    usual: tuple[str, ...] = ()
    unites: bool = False
    range: Callable[[Sequence[Range]], Range] | None = None


def _always(type_: Type) -> Callable[[Sequence[Type]], Type]:
    return lambda _: type_


def _first(types: Sequence[Type]) -> Type:
    return types[0]


def _extreme(types: Sequence[Type]) -> Type | None:
    result: Type | None = types[0]
    for type_ in types:
        if result is None or not are_ordered(result, type_):
            return None
        result = unite(result, type_)
    return result


def _rounded(types: Sequence[Type]) -> Type:
    if types[0] == MONEY:
        return MONEY
    return DECIMAL if len(types) > 1 else INT


def _defaulted(types: Sequence[Type]) -> Type | None:
    value, otherwise = types
    return otherwise if isinstance(value, Nothing) else unite(without_none(value), otherwise)


def _is_countable(type_: Type) -> bool:
    return is_text(type_) or isinstance(type_, ListOf)


def _is_joinable(type_: Type) -> bool:
    return isinstance(type_, ListOf) and (is_text(type_.item) or type_.item == INT)


def _count(value: Any) -> int:
    return utf16_length(value) if isinstance(value, str) else len(value)


def _round(number: Any, places: int | None = None) -> Any:
    if places is None:
        return arithmetic.round_number(number)
    return arithmetic.bounded_decimal(arithmetic.round_number(number, places))


def _default(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _join(values: Sequence[Any], separator: str = ", ") -> str:
    return separator.join(map(str, values))


def _number(formats: Any, value: Any, places: int | None = None) -> str:
    shown: str = formats.number(value, None if places is None else max(0, min(places, 12)))
    return shown


def _plural(formats: Any, value: Any, **forms: str) -> str:
    shown: str = formats.plural(value, forms)
    return shown


def _shown_by(method: str) -> Callable[..., str]:
    def show(formats: Any, *arguments: Any) -> str:
        shown: str = getattr(formats, method)(*arguments)
        return shown

    return show


def _joined(ranges: Sequence[Range]) -> Range:
    return reduce(Range.joined, ranges) if ranges else Range()


_STYLES: Final = Choice(None, ("short", "medium", "long", "full"))
_STYLE: Final = Parameter("style", (_STYLES,), required=False)
_DATE_STYLE: Final = Parameter(
    "style", (Choice(None, ("short", "medium", "long", "full", "near")),), required=False
)
_WEEKDAY_STYLE: Final = Parameter("style", (Choice(None, ("short", "full")),), required=False)
_NUMBER: Final = Parameter("value", (INT, DECIMAL, MONEY))
_ANY_TEXT: Final = Parameter("value", (TEXT,))
_PLACES: Final = Parameter("places", (INT,), required=False)
_ORDERED: Final = Parameter("value", (INT, DECIMAL, MONEY, DATE, TIME, DATETIME, DURATION))
_FORMS: Final = tuple(
    Parameter(form, (TEXT,), required=form == "other", by_name=True)
    for form in ("few", "many", "one", "other", "two", "zero")
)


def _table(*operations: Operation) -> Mapping[str, Operation]:
    return {operation.name: operation for operation in operations}


def _span(unit: str) -> Operation:
    return Operation(
        unit,
        (Parameter("count", (INT,)),),
        _always(DURATION),
        lambda count: arithmetic.span(**{unit: count}),
    )


def _as_shown(_: object) -> Range:
    """Give the length of a number, an amount, a date or a time as people read it: never 200 in any locale."""
    return Range(1, 200)


def _shown(name: str, types: tuple[Type, ...], *parameters: Parameter) -> Operation:
    return Operation(
        name,
        (Parameter("value", types), *parameters),
        _always(TEXT),
        _shown_by(name),
        localized=True,
        range=_as_shown,
    )


def _spelled(name: str, spell: Callable[[str], str]) -> Operation:
    """Give a filter that spells a text otherwise; of a choice it makes the choice of what its values become."""

    def result(types: Sequence[Type]) -> Type:
        values = types[0].values if isinstance(types[0], Choice) else None
        return Choice(None, tuple(dict.fromkeys(map(spell, values)))) if values else TEXT

    return Operation(name, (_ANY_TEXT,), result, spell)


FUNCTIONS: Final = _table(
    Operation("today", (), _always(DATE), lambda formats: formats.today(), localized=True),
    Operation("now", (), _always(DATETIME), lambda formats: formats.now, localized=True),
    Operation(
        "currency",
        (),
        _always(TEXT),
        lambda formats: formats.currency,
        localized=True,
        range=lambda _: Range(3, 3),
    ),
    Operation(
        "date",
        (
            Parameter(
                "value", (DATETIME,), written_as(dt.date), "a datetime, or a day as '2027-12-24'"
            ),
        ),
        _always(DATE),
        lambda formats, value: formats.day_of(value),
        localized=True,
    ),
    Operation(
        "time",
        (Parameter("value", (DATETIME,), written_as(dt.time), "a datetime, or a time as '17:00'"),),
        _always(TIME),
        lambda formats, value: formats.time_of(value),
        localized=True,
    ),
    Operation(
        "datetime",
        (Parameter("day", (DATE,)), Parameter("time", (TIME,))),
        _always(DATETIME),
        lambda formats, day, time: formats.instant(day, time),
        localized=True,
    ),
    _span("days"),
    _span("hours"),
    _span("minutes"),
    Operation(
        "len",
        (Parameter("value", (), _is_countable, "text or a list"),),
        _always(INT),
        _count,
        range=_joined,
    ),
    Operation(
        "min",
        (_ORDERED, _ORDERED),
        _extreme,
        min,
        repeats=True,
        unites=True,
        range=lambda ranges: reduce(Range.least, ranges),
    ),
    Operation(
        "max",
        (_ORDERED, _ORDERED),
        _extreme,
        max,
        repeats=True,
        unites=True,
        range=lambda ranges: reduce(Range.greatest, ranges),
    ),
    Operation(
        "abs",
        (Parameter("value", (INT, DECIMAL, MONEY, DURATION)),),
        _first,
        abs,
        range=lambda ranges: ranges[0].size(),
    ),
    Operation("round", (_NUMBER, _PLACES), _rounded, _round),
)
"""What can be called as name(…)."""

FILTERS: Final = _table(
    _shown("date", (DATE, DATETIME), _DATE_STYLE),
    _shown("time", (TIME, DATETIME), _STYLE),
    _shown("datetime", (DATETIME,), _STYLE),
    _shown("weekday", (DATE, DATETIME), _WEEKDAY_STYLE),
    _shown("day", (DATE, DATETIME)),
    _shown("month", (DATE, DATETIME), _WEEKDAY_STYLE),
    _shown("year", (DATE, DATETIME)),
    _shown("hour", (TIME, DATETIME)),
    _shown("minute", (TIME, DATETIME)),
    _shown("money", (MONEY, DECIMAL)),
    _shown("duration", (DURATION,)),
    Operation(
        "number", (_NUMBER, _PLACES), _always(TEXT), _number, localized=True, range=_as_shown
    ),
    _spelled("upper", str.upper),
    _spelled("lower", str.lower),
    _spelled("capitalize", str.capitalize),
    Operation(
        "default",
        (Parameter("value", may_be_nothing=True), Parameter("otherwise", may_be_nothing=True)),
        _defaulted,
        _default,
        unites=True,
        range=_joined,
    ),
    Operation(
        "join",
        (
            Parameter("value", (), _is_joinable, "a list of text or int"),
            Parameter("separator", (TEXT,), required=False),
        ),
        _always(TEXT),
        _join,
    ),
    Operation(
        "plural",
        (Parameter("value", (INT, DECIMAL)), *_FORMS),
        _always(TEXT),
        _plural,
        localized=True,
        usual=("one", "other"),
    ),
    Operation(
        "progress",
        (
            Parameter("value", (INT, DECIMAL)),
            Parameter("width", (INT,), required=False, by_name=True),
            Parameter("filled", (TEXT,), required=False, by_name=True),
            Parameter("empty", (TEXT,), required=False, by_name=True),
        ),
        _always(TEXT),
        draw_progress,
        usual=("width", "filled", "empty"),
        range=progress_length,
    ),
)
"""What can stand right of `|`."""
