"""What a value in a flow can be, read from Python annotations or from words in YAML.

It knows neither expressions nor how a value is stored or shown.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType, NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from engine.actions import Marker, MaxLength

if TYPE_CHECKING:
    from engine.actions import Catalog


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
class Maybe:
    """A value, or None."""

    inner: Type


@dataclass(frozen=True, slots=True)
class Nothing:
    """The type of None."""


type Type = Scalar | Choice | Record | ListOf | Maybe | Nothing

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


def type_of(annotation: Any) -> Type:
    """Read a Python annotation as a flow type.

    Raises:
        TypeError: flows have no such values; the message names the annotation.
    """
    return _Reader({}).read(annotation)


def named_types(catalog: Catalog) -> Mapping[str, Record | Choice]:
    """Collect every record and named choice that any action takes or returns, by class name.

    Raises:
        TypeError: an annotation is no flow type, or two classes have one name.
    """
    reader = _Reader({})
    found: dict[str, Record | Choice] = {}
    for action in catalog.values():
        annotations = [parameter.annotation for parameter in action.parameters]
        for annotation in (*annotations, action.result):
            try:
                _collect(reader.read(annotation), found)
            except TypeError as error:
                raise TypeError(f'action "{action.name}": {error}') from error
    return MappingProxyType(dict(sorted(found.items())))


def parse_type(
    text: str,
    names: Mapping[str, Type],
    *,
    min: int | None = None,  # noqa: A002 - the words that flows use
    max: int | None = None,  # noqa: A002 - the words that flows use
) -> Type:
    """Read a type as written in a flow: a scalar's word, a name in `names`, or `list[…]` of either.

    Raises:
        ValueError: there is no such type, or it cannot be bounded so.
    """
    if min is not None and max is not None and min > max:
        raise ValueError(f'"min" is {min}, which is above "max", {max}; swap them')
    found = _parse_word(text.strip(), names)
    match found:
        case Scalar(kind=kind) if kind in _BOUNDED:
            return Scalar(kind, min, max)
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
    """Say a type in the words of flows: "text", "list of Slot", "date or nothing"."""
    match type_:
        case Scalar(kind=kind):
            return str(kind)
        case Choice(name=name, values=values):
            given = " or ".join(f'"{value}"' for value in values)
            return name or (f"the text {given}" if len(values) == 1 else given)
        case Record(name=name):
            return name
        case ListOf(item=item):
            return f"list of {describe(item)}"
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
        case ListOf(item=wanted_item), ListOf(item=item):
            return item == NOTHING or accepts(wanted_item, item)
        case _:
            return expected == actual


def suggest(word: str, options: Iterable[str]) -> str:
    """Return the option that `word` was probably meant to be, as `; did you mean "…"?`, or nothing."""
    close = difflib.get_close_matches(word, list(options), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def choose_from(word: str, options: Iterable[str], noun: str) -> str:
    """Say what a wrong word was probably meant to be, and all that it could be: `; steps are "a", "b"`."""
    names = sorted(set(options))
    if not names:
        return f"; there are no {noun}"
    meant = suggest(word, names)
    return f"{meant} {noun} are {listed(names)}" if meant else f"; {noun} are {listed(names)}"


def listed(options: Iterable[str]) -> str:
    """Quote and sort names for a message."""
    return ", ".join(f'"{option}"' for option in sorted(options)) or "none"


_BOUNDED: Final = frozenset({Kind.INT, Kind.DECIMAL, Kind.MONEY, Kind.TEXT})
_WIDER: Final[Mapping[Kind, frozenset[Kind]]] = {
    Kind.DECIMAL: frozenset({Kind.INT}),
    Kind.MONEY: frozenset({Kind.INT}),
    Kind.TEXT: frozenset({Kind.PHONE, Kind.EMAIL}),
}
_PLAIN: Final[Mapping[Any, Type]] = {
    None: NOTHING,
    NoneType: NOTHING,
    bool: BOOL,
    int: INT,
    Decimal: DECIMAL,
    str: TEXT,
    date: DATE,
    time: TIME,
    datetime: DATETIME,
    timedelta: DURATION,
}
_LIST: Final = re.compile(r"list\[(.+)\]", re.DOTALL)
_LISTS_DEEP: Final = 5


class _Reader:
    """Reads annotations; remembers the records it has met, so that recursive ones end."""

    def __init__(self, records: dict[type, Record]) -> None:
        self._records = records

    def read(self, annotation: Any) -> Type:
        try:
            if annotation in _PLAIN:
                return _PLAIN[annotation]
        except TypeError:
            pass  # unhashable: an Annotated with unhashable metadata, read below
        if isinstance(annotation, TypeAliasType):
            return self.read(annotation.__value__)
        if isinstance(annotation, NewType):
            return self.read(annotation.__supertype__)
        if get_origin(annotation) is not None:
            return self._read_generic(annotation)
        if isinstance(annotation, type):
            return self._read_class(annotation)
        raise TypeError(f"{annotation!r} is no flow type; {_CAN_BE}")

    def _read_generic(self, annotation: Any) -> Type:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return _mark(self.read(arguments[0]), arguments[1:])
        if origin is Literal:
            return _read_literal(annotation, arguments)
        if origin in (Union, UnionType):
            return self._read_union(annotation, arguments)
        if origin in (list, Sequence) and len(arguments) == 1:
            return ListOf(self.read(arguments[0]))
        if origin is tuple and arguments[1:] == (Ellipsis,):
            return ListOf(self.read(arguments[0]), python=tuple)
        raise TypeError(f"{annotation} is no flow type; {_CAN_BE}")

    def _read_union(self, annotation: Any, arguments: tuple[Any, ...]) -> Type:
        members = [member for member in arguments if member is not NoneType]
        if len(members) == 1:
            inner = self.read(members[0])
            return inner if isinstance(inner, Maybe) else Maybe(inner)
        raise TypeError(f"{annotation} is no flow type: only a union with None is; {_CAN_BE}")

    def _read_class(self, python: type) -> Type:
        if issubclass(python, StrEnum):
            return Choice(python.__name__, tuple(member.value for member in python), python)
        if python in self._records:
            return self._records[python]
        annotations = _field_annotations(python)
        if annotations is None:
            raise TypeError(f"{python.__name__} is no flow type; {_CAN_BE}")
        fields: dict[str, Type] = {}
        record = Record(python.__name__, MappingProxyType(fields), python)
        self._records[python] = record
        for name, annotation in annotations.items():
            try:
                fields[name] = self.read(annotation)
            except TypeError as error:
                del self._records[python]
                raise TypeError(f'field "{name}" of {python.__name__}: {error}') from error
        return record


_CAN_BE: Final = (
    "use bool, int, Decimal, Money, str, date, time, datetime, timedelta, Phone, Email, "
    "a Literal of texts, a StrEnum, a dataclass, a pydantic model, a list of these, or one of them | None"
)


def _mark(type_: Type, metadata: tuple[Any, ...]) -> Type:
    for mark in metadata:
        match type_, mark:
            case Scalar(), Marker(kind=kind):
                type_ = Scalar(Kind(kind), type_.min, type_.max)
            case Scalar(kind=Kind.TEXT), MaxLength(value=value):
                type_ = Scalar(Kind.TEXT, type_.min, value)
            case ListOf(item=item, python=python), MaxLength(value=value):
                type_ = ListOf(item, value, python)
            case Maybe(inner=inner), Marker() | MaxLength():
                type_ = Maybe(_mark(inner, (mark,)))
            case _, Marker() | MaxLength():
                raise TypeError(f"{describe(type_)} cannot be marked with {mark}")
    return type_


def _read_literal(annotation: Any, values: tuple[Any, ...]) -> Type:
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"{annotation} is no flow type: only a Literal of texts is; {_CAN_BE}")
    return Choice(None, tuple(dict.fromkeys(str(value) for value in values)))


def _field_annotations(python: type) -> Mapping[str, Any] | None:
    """Return the resolved annotations of a record's fields; None where the class is no record."""
    if dataclasses.is_dataclass(python):
        names = [one.name for one in dataclasses.fields(python) if one.init]
    elif _is_pydantic(python):
        names = list(python.model_fields)  # type: ignore[attr-defined]  # a pydantic model has them
    else:
        return None
    # `datetime` and the like may be imported under TYPE_CHECKING only; flows name them all the same.
    known = {one.__name__: one for one in (date, time, datetime, timedelta, Decimal)}
    try:
        hints = get_type_hints(python, localns=known, include_extras=True)
    except NameError as error:
        raise TypeError(f"{python.__name__}: {error}; import it outside TYPE_CHECKING") from error
    return {name: hints[name] for name in names}


def _is_pydantic(python: type) -> bool:
    """Recognise a model without importing pydantic: a model's class has imported it already."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(python, pydantic.BaseModel)


def _collect(type_: Type, found: dict[str, Record | Choice]) -> None:
    match type_:
        case ListOf(item=inner) | Maybe(inner=inner):
            _collect(inner, found)
        case Choice(name=None):
            pass
        case Record(name=str() as name) | Choice(name=str() as name):
            if name in found:
                if found[name] != type_:
                    raise TypeError(f'two classes are named "{name}"')
                return
            found[name] = type_
            if isinstance(type_, Record):
                for one in type_.fields.values():
                    _collect(one, found)


def _parse_word(text: str, names: Mapping[str, Type], deep: int = 0) -> Type:
    if text in Kind:
        return Scalar(Kind(text))
    if text in names:
        return names[text]
    within = _LIST.fullmatch(text)
    if within and deep < _LISTS_DEEP:
        return ListOf(_parse_word(within[1].strip(), names, deep + 1))
    words = [*Kind, *names]
    raise ValueError(f'no type "{text}"{choose_from(text, words, "types")}, and "list[…]" of these')
