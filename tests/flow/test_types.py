from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, NewType

import pytest
from pydantic import BaseModel

from engine.actions import Catalog, Context, Email, MaxLength, Money, Phone, query
from engine.flow.annotations import named_types, type_of
from engine.flow.types import (
    BOOL,
    DATE,
    DECIMAL,
    INT,
    MONEY,
    NOTHING,
    TEXT,
    Choice,
    Kind,
    ListOf,
    MapOf,
    Maybe,
    Record,
    Scalar,
    Type,
    accepts,
    describe,
    parse_type,
)


class Colour(StrEnum):
    """A choice of the tests."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Staff:
    """A record of the tests that holds itself."""

    id: int
    name: str
    boss: Staff | None = None

    @property
    def secret(self) -> str:
        """Not a field."""
        return "not a field"


class Room(BaseModel):
    """A pydantic record of the tests."""

    number: int
    colour: Colour
    staff: list[Staff]


@query("rooms.list")
async def list_rooms(context: Context, *, colour: Colour | None = None) -> list[Room]:
    """List rooms."""
    raise NotImplementedError(context, colour)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (bool, BOOL),
        (int, INT),
        (Decimal, DECIMAL),
        (Money, MONEY),
        (str, TEXT),
        (Phone, Scalar(Kind.PHONE)),
        (Email, Scalar(Kind.EMAIL)),
        (date, DATE),
        (time, Scalar(Kind.TIME)),
        (datetime, Scalar(Kind.DATETIME)),
        (timedelta, Scalar(Kind.DURATION)),
        (None, NOTHING),
        (Annotated[str, MaxLength(500)], Scalar(Kind.TEXT, max=500)),
        (Annotated[list[int], MaxLength(3)], ListOf(INT, 3)),
        (Annotated[str | None, MaxLength(9)], Maybe(Scalar(Kind.TEXT, max=9))),
        (tuple[int, ...], ListOf(INT)),
        (dict[str, int], MapOf(INT)),
        (Mapping[str, Annotated[str, MaxLength(9)]], MapOf(Scalar(Kind.TEXT, max=9))),
        (Literal["a", "b"], Choice(None, ("a", "b"))),
        (Colour, Choice("Colour", ("red", "blue"), Colour)),
        (Money | None, Maybe(MONEY)),
    ],
)
def test_annotations_become_types(annotation: Any, expected: Type) -> None:
    """Every annotation an action author may write has one flow type."""
    assert type_of(annotation) == expected


@pytest.mark.parametrize(
    ("annotation", "named"),
    [
        (float, "float"),
        (dict[int, int], "dict"),
        (int | str, "int | str"),
        (tuple[int, str], "tuple"),
        (Literal[1, 2], "Literal"),
        (object, "object"),
        (Annotated[int, MaxLength(3)], "MaxLength"),
    ],
)
def test_other_annotations_are_refused_by_name(annotation: Any, named: str) -> None:
    """An annotation that flows cannot hold is refused with its name, not read as something close."""
    with pytest.raises(TypeError, match=r"flow type|cannot be marked") as raised:
        type_of(annotation)

    assert named in str(raised.value)


type Alias = list[Id]
Id = NewType("Id", int)


def test_aliases_are_seen_through() -> None:
    """A type under another name is that type."""
    assert type_of(Alias) == ListOf(INT)


def test_fields_that_flows_cannot_hold_are_named() -> None:
    """The message leads to the field of the record, however deep."""

    @dataclass(frozen=True)
    class Broken:
        ratio: float

    with pytest.raises(TypeError, match='field "ratio" of Broken: float is no flow type'):
        type_of(list[Broken])


def test_names_that_do_not_exist_at_run_time_are_told() -> None:
    """A field whose class is imported for type checkers alone says so."""
    hidden: Any = dataclass(type("Hidden", (), {"__annotations__": {"id": "Nowhere"}}))

    with pytest.raises(TypeError, match=r"Nowhere.*outside TYPE_CHECKING"):
        type_of(hidden)


def test_records_have_declared_fields_only() -> None:
    """A property is not a field, and a record may contain itself."""
    staff = type_of(Staff)

    assert isinstance(staff, Record)
    assert list(staff.fields) == ["id", "name", "boss"]
    assert staff.fields["boss"] == Maybe(staff)


def test_pydantic_models_are_records() -> None:
    """A pydantic model's fields are read with the types nested in it."""
    room = type_of(Room)

    assert isinstance(room, Record)
    assert room.fields["colour"] == type_of(Colour)
    assert room.fields["staff"] == ListOf(type_of(Staff))


def test_named_types_are_found_in_signatures() -> None:
    """Every class that a signature reaches can be named in a flow, beside what people send."""
    named = list(named_types(Catalog([list_rooms])))

    assert named == [
        *("Colour", "Room", "Staff", "chat", "checklist", "contact", "dice", "file", "location"),
        *("managed_bot", "message", "payment", "person", "poll", "story", "venue"),
    ]


def test_two_classes_of_one_name_are_refused() -> None:
    """A name in a flow means one class."""
    other: Any = dataclass(frozen=True)(type("Colour", (), {"__annotations__": {"id": int}}))

    async def list_paints(context: Context) -> object:
        raise NotImplementedError(context)

    list_paints.__annotations__["return"] = list[other]
    query("paints.list")(list_paints)
    with pytest.raises(TypeError, match='two classes are named "Colour"'):
        named_types(Catalog([list_rooms, list_paints]))


def test_types_are_read_as_written_in_yaml() -> None:
    """A word, a name, and a list of either are types; bounds belong to them."""
    names = {"Staff": type_of(Staff)}

    assert parse_type("int", names, min=1, max=6) == Scalar(Kind.INT, 1, 6)
    assert parse_type("list[Staff]", names, max=5) == ListOf(names["Staff"], 5)
    assert parse_type(" list[list[text]] ", names) == ListOf(ListOf(TEXT))
    assert parse_type("map[int]", names, min=0, max=9) == MapOf(Scalar(Kind.INT, 0, 9))
    assert parse_type("map[list[Staff]]", names) == MapOf(ListOf(names["Staff"]))


@pytest.mark.parametrize(
    ("text", "bounds", "message"),
    [
        ("Stafff", {}, 'no type "Stafff"; did you mean "Staff"? types are "Staff", "bool"'),
        ("list[x]", {}, 'no type "x"'),
        ("map[map[int]]", {}, 'no type "map[int]"'),
        ("map[bool]", {"max": 1}, 'type "map[bool]" cannot have "min" or "max"'),
        ("date", {"min": 1}, 'type "date" cannot have "min" or "max"'),
        ("int", {"min": 3, "max": 1}, '"min" is 3, which is above "max", 1'),
        ("list[" * 9 + "int" + "]" * 9, {}, "no type"),
    ],
)
def test_wrong_types_say_what_would_be_right(text: str, bounds: Any, message: str) -> None:
    """A type that does not exist is refused with the list of those that do."""
    with pytest.raises(ValueError, match=r"type|min") as raised:
        parse_type(text, {"Staff": type_of(Staff)}, **bounds)

    assert message in str(raised.value)


def test_types_are_said_in_the_words_of_flows() -> None:
    """Messages never show a Python class of ours."""
    assert describe(ListOf(Maybe(type_of(Staff)))) == "list of (Staff or nothing)"
    assert describe(Maybe(ListOf(type_of(Staff)))) == "list of Staff or nothing"
    assert describe(MapOf(Maybe(INT))) == "map of (int or nothing)"
    assert describe(ListOf(ListOf(Choice(None, ("a", "b"))))) == 'list of (list of ("a" or "b"))'
    assert describe(Choice(None, ("a", "b"))) == '"a" or "b"'
    assert describe(NOTHING) == "nothing"


@pytest.mark.parametrize(
    ("expected", "actual", "fits"),
    [
        (DECIMAL, INT, True),
        (MONEY, INT, True),
        (INT, DECIMAL, False),
        (MONEY, DECIMAL, False),
        (TEXT, Scalar(Kind.PHONE), True),
        (Scalar(Kind.PHONE), TEXT, False),
        (TEXT, Choice(None, ("a",)), True),
        (Choice(None, ("a", "b")), Choice(None, ("a",)), True),
        (Choice(None, ("a",)), Choice(None, ("a", "b")), False),
        (Maybe(INT), INT, True),
        (Maybe(INT), NOTHING, True),
        (Maybe(DECIMAL), Maybe(INT), True),
        (INT, Maybe(INT), False),
        (ListOf(DECIMAL), ListOf(INT), True),
        (ListOf(INT), ListOf(NOTHING), True),
        (MapOf(DECIMAL), MapOf(INT), True),
        (MapOf(INT), MapOf(TEXT), False),
        (BOOL, INT, False),
        (INT, BOOL, False),
    ],
)
def test_what_stands_where_another_is_wanted(expected: Type, actual: Type, *, fits: bool) -> None:
    """A narrower type fits a wider one, and nothing else does."""
    assert accepts(expected, actual) is fits
