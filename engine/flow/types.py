"""What a value in a flow can be, and how the words for it are read and written.

It knows neither expressions nor how a value is stored or shown.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Final,
)

from engine.flow.names import as_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Kind(StrEnum):
    """The scalars, by the words flows use for them."""

    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    MONEY = "money"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DURATION = "duration"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `min` and `max` bound a number, or the length of a text in UTF-16 units."""

    kind: Kind
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some texts, from a Literal (`python` is None) or a StrEnum."""

    name: str | None
    values: tuple[str, ...]
    python: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The declared fields of a dataclass or pydantic model; two are equal when their class is."""

    name: str
    fields: Mapping[str, Type] = field(compare=False, repr=False)
    python: type


@dataclass(frozen=True, slots=True)
class ListOf:
    """Several values of one type, at most `max`; `python` is what such a list is made of."""

    item: Type
    max: int | None = None
    python: type = field(default=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MapOf:
    """Values of one type by keys, which are texts, as those of the items of a list."""

    item: Type


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value, or None."""

    inner: Type


@dataclass(frozen=True, slots=True)
class Nothing:
    """The type of None."""


type Type = Scalar | Choice | Record | ListOf | MapOf | Maybe | Nothing

NOTHING: Final = Nothing()
BOOL: Final = Scalar(Kind.BOOL)
INT: Final = Scalar(Kind.INT)
DECIMAL: Final = Scalar(Kind.DECIMAL)
MONEY: Final = Scalar(Kind.MONEY)
TEXT: Final = Scalar(Kind.TEXT)
DATE: Final = Scalar(Kind.DATE)
TIME: Final = Scalar(Kind.TIME)
DATETIME: Final = Scalar(Kind.DATETIME)
DURATION: Final = Scalar(Kind.DURATION)


def parse_type(
    text: str,
    names: Mapping[str, Type],
    *,
    min: int | None = None,  # noqa: A002 - the words that flows use
    max: int | None = None,  # noqa: A002 - the words that flows use
) -> Type:
    """Read a type as written in a flow: a scalar's word, a name in `names`, or `list[…]` or `map[…]` of these.

    The bounds of a map are those of its values.

    Raises:
        ValueError: there is no such type, or it cannot be bounded so.
    """
    if min is not None and max is not None and min > max:
        raise ValueError(f'"min" is {min}, which is above "max", {max}; swap them')
    found = _parse_word(text.strip(), names)
    match found:
        case Scalar(kind=kind) if kind in _BOUNDED:
            return Scalar(kind, min, max)
        case MapOf(item=Scalar(kind=kind)) if kind in _BOUNDED:
            return MapOf(Scalar(kind, min, max))
        case ListOf(item=item) if min is None:
            return ListOf(item, max)
        case _ if min is None and max is None:
            return found
        case _:
            bounded = ", ".join(f'"{kind}"' for kind in sorted(_BOUNDED))
            raise ValueError(
                f'type "{text}" cannot have "min" or "max"; {bounded} can, and lists "max"'
            )


def describe(type_: Type) -> str:
    """Say a type in the words of flows: "text", "list of Slot", "date or nothing", "list of (Slot or nothing)"."""
    match type_:
        case Scalar(kind=kind):
            return str(kind)
        case Choice(name=name, values=values):
            given = " or ".join(f'"{value}"' for value in values)
            return name or (f"the text {given}" if len(values) == 1 else given)
        case Record(name=name):
            return name
        case ListOf(item=item) | MapOf(item=item):
            said, word = describe(item), "list" if isinstance(type_, ListOf) else "map"
            return f"{word} of ({said})" if " or " in said else f"{word} of {said}"
        case Maybe(inner=inner):
            return f"{describe(inner)} or nothing"
        case Nothing():
            return "nothing"


def accepts(expected: Type, actual: Type) -> bool:
    """Tell whether a value of `actual` can stand where `expected` is wanted; bounds are not looked at."""
    match expected, actual:
        case Maybe(inner=inner), _:
            given = actual.inner if isinstance(actual, Maybe) else actual
            return given == NOTHING or accepts(inner, given)
        case Scalar(kind=wanted), Scalar(kind=kind):
            return kind is wanted or kind in _WIDER.get(wanted, ())
        case Scalar(kind=wanted), Choice():
            return wanted is Kind.TEXT
        case Choice(values=wanted_values), Choice(values=values):
            return set(values) <= set(wanted_values)
        case (ListOf(item=wanted_item), ListOf(item=item)) | (
            MapOf(item=wanted_item),
            MapOf(item=item),
        ):
            return item == NOTHING or accepts(wanted_item, item)
        case _:
            return expected == actual


def suggest(word: str, options: Iterable[str]) -> str:
    """Return the option that `word` was probably meant to be, as `; did you mean "…"?`, or nothing."""
    close = closest(word, options)
    return f'; did you mean "{close}"?' if close else ""


def closest(word: str, options: Iterable[str]) -> str:
    """Return the option that `word` was probably meant to be, or nothing."""
    known = list(options)
    name = as_name(word)
    if name in known:
        return name
    if len(known) > MOST_COMPARED:
        known = [one for one in known if one[:1] == word[:1]][:MOST_COMPARED]
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else ""


def choose_from(word: str, options: Iterable[str], noun: str, *, meant: str = "") -> str:
    """Say what a wrong word was probably meant to be, and all that it could be: `; steps are "a", "b"`.

    `meant` is what it was meant to be, where that is known.
    """
    names = sorted(set(options))
    if not names:
        return f"; there are no {noun}"
    meant = f'; did you mean "{meant}"?' if meant else suggest(word, names)
    return f"{meant} {noun} are {listed(names)}" if meant else f"; {noun} are {listed(names)}"


def listed(options: Iterable[str]) -> str:
    """Quote and sort names for a message."""
    names = sorted(options)
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return (", ".join(f'"{option}"' for option in names[:MOST_LISTED]) or "none") + more


MOST_LISTED: Final = 60
MOST_COMPARED: Final = 200
"""Beyond so many, names are only compared with a wrong one that begins alike."""


MEANT: Final[Mapping[str, str]] = {
    "boolean": "bool",
    "number": "int",
    "integer": "int",
    "float": "decimal",
    "string": "text",
    "str": "text",
    "image": "photo",
    "picture": "photo",
    "day": "date",
    "mail": "email",
    "e-mail": "email",
    "tel": "phone",
}
"""What other languages call the types of values and answers."""

_BOUNDED: Final = frozenset({Kind.INT, Kind.DECIMAL, Kind.MONEY, Kind.TEXT})
_WIDER: Final[Mapping[Kind, frozenset[Kind]]] = {
    Kind.DECIMAL: frozenset({Kind.INT}),
    Kind.MONEY: frozenset({Kind.INT}),
    Kind.TEXT: frozenset({Kind.PHONE, Kind.EMAIL}),
}
_LIST: Final = re.compile(r"list\[(.+)\]", re.DOTALL)
_MAP: Final = re.compile(r"map\[(.+)\]", re.DOTALL)
_LISTS_DEEP: Final = 5


def _parse_word(text: str, names: Mapping[str, Type], deep: int = 0) -> Type:
    if text in Kind:
        return Scalar(Kind(text))
    if text in names:
        return names[text]
    within = _LIST.fullmatch(text)
    if within and deep < _LISTS_DEEP:
        return ListOf(_parse_word(within[1].strip(), names, deep + 1))
    values = _MAP.fullmatch(text)
    if values and deep == 0:
        return MapOf(_parse_word(values[1].strip(), names, deep + 1))
    hint = choose_from(MEANT.get(text.lower(), text), [*Kind, *names], "types")
    raise ValueError(
        f'no type "{text}"{hint}, "list[…]" and "map[…]" of these, and lists of texts as [small, large]'
    )
