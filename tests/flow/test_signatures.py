"""Signatures that authors of actions write, as the types that flows see, and those that are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Optional, Union

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen, MultipleOf
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

from engine.actions import Catalog, Context, MaxLength, Money, Phone, SignatureError, job, query
from engine.flow.annotations import named_types, type_of
from engine.flow.check import check_flows
from engine.flow.types import (
    DATE,
    DATETIME,
    DECIMAL,
    INT,
    MONEY,
    Choice,
    Kind,
    ListOf,
    Maybe,
    Record,
    Scalar,
    Type,
    describe,
)
from engine.flow.values import from_json, to_json


class State(StrEnum):
    """A choice of the tests."""

    OPEN = "open"
    SHUT = "shut"


@dataclass(frozen=True)
class Thing:
    """What others are made of; a constant and what only makes it are no fields."""

    id: int
    label: Annotated[str, MaxLen(40)]
    source: InitVar[int | None] = None
    made: str = field(default="", init=False)
    KIND: ClassVar[str] = "thing"


@dataclass(frozen=True)
class Parcel(Thing):
    """Has the fields of a thing before its own, one of them named before its class is there."""

    inside: list[Parcel | None] = field(default_factory=list)
    state: State = State.OPEN
    owner: Owner | None = None


@dataclass(frozen=True)
class Owner:
    """A person whose class stands below the one that names it."""

    name: str
    parcels: tuple[Parcel, ...] = ()


class Bill(BaseModel):
    """A model whose fields are bounded in every way pydantic has."""

    model_config = ConfigDict(frozen=True)

    id: PositiveInt
    number: str = Field(min_length=1, max_length=12, pattern="[A-Z]+")
    count: int = Field(ge=0, lt=10)
    note: Annotated[str | None, Field(max_length=200)] = None
    phone: Phone | None = None
    total: Money = Field(gt=0, le=1000, decimal_places=2)
    rate: Decimal = Field(ge=Decimal("0.5"), lt=Decimal("1.5"))
    words: list[Annotated[str, StringConstraints(max_length=9, to_lower=True)]] = Field(
        max_length=3
    )
    due: date | None = None
    state: Literal["paid", "open"] | State


class LateBill(Bill):
    """A model has the fields of the one it is made from, and changes them."""

    state: Literal["paid", "open"] = "open"
    fee: int | None = Field(default=None, ge=1)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Annotated[str, MaxLen(9)], Scalar(Kind.TEXT, max=9)),
        (Annotated[str, MinLen(2), MaxLen(9)], Scalar(Kind.TEXT, 2, 9)),
        (Annotated[str, Len(2, 9)], Scalar(Kind.TEXT, 2, 9)),
        (Annotated[str, MaxLen(9), MaxLength(5)], Scalar(Kind.TEXT, max=5)),
        (Annotated[str, Field(max_length=9)], Scalar(Kind.TEXT, max=9)),
        (Annotated[str, StringConstraints(max_length=9)], Scalar(Kind.TEXT, max=9)),
        (Annotated[int, Ge(1), Le(6)], Scalar(Kind.INT, 1, 6)),
        (Annotated[int, Gt(1), Lt(6)], Scalar(Kind.INT, 2, 5)),
        (Annotated[int, Interval(ge=1, lt=6)], Scalar(Kind.INT, 1, 5)),
        (Annotated[int, Field(ge=1, le=6)], Scalar(Kind.INT, 1, 6)),
        (Annotated[int | None, Ge(1)], Maybe(Scalar(Kind.INT, 1))),
        (Annotated[int, Ge(1)] | None, Maybe(Scalar(Kind.INT, 1))),
        (PositiveInt, Scalar(Kind.INT, 1)),
        (Annotated[Decimal, Ge(0), Le(1)], Scalar(Kind.DECIMAL, 0, 1)),
        (Annotated[Money, Ge(0)], Scalar(Kind.MONEY, 0)),
        (Annotated[list[int], MaxLen(3)], ListOf(INT, 3)),
        (Annotated[list[Annotated[int, Ge(1)]], Len(0, 3)], ListOf(Scalar(Kind.INT, 1), 3)),
        (Annotated[int, "people"], INT),
        (Optional[int], Maybe(INT)),  # noqa: UP045 - authors may write it so
        (Union[None, date], Maybe(DATE)),  # noqa: UP007 - authors may write it so
        (list[datetime | None] | None, Maybe(ListOf(Maybe(DATETIME)))),
        (Sequence[Decimal], ListOf(DECIMAL)),
        (list[list[Money | None]], ListOf(ListOf(Maybe(MONEY)))),
        (Literal["a", None], Maybe(Choice(None, ("a",)))),  # noqa: PYI061 - authors may write it so
        (Literal[State.OPEN], Choice(None, ("open",))),
        (list[State], ListOf(Choice("State", ("open", "shut"), State))),
    ],
)
def test_bounds_and_optionals_are_types(annotation: Any, expected: Type) -> None:
    """A bound is the same whoever's mark it is, and nothing is nested as deep as it is written."""
    assert type_of(annotation) == expected


def test_dataclasses_inherit_and_name_each_other() -> None:
    """A record has the fields of its bases first; classes may be named before they are there."""
    parcel = type_of(Parcel)

    assert isinstance(parcel, Record)
    assert list(parcel.fields) == ["id", "label", "inside", "state", "owner"]
    assert parcel.fields["label"] == Scalar(Kind.TEXT, max=40)
    assert parcel.fields["inside"] == ListOf(Maybe(parcel))
    assert describe(parcel.fields["inside"]) == "list of (Parcel or nothing)"
    owner = parcel.fields["owner"]
    assert isinstance(owner, Maybe)
    assert isinstance(owner.inner, Record)
    assert owner.inner.fields["parcels"] == ListOf(parcel)


def test_models_have_the_bounds_of_their_fields() -> None:
    """What `Field` says is a bound where flows have one; what they have none for the model looks at itself."""
    late = type_of(LateBill)

    assert isinstance(late, Record)
    assert dict(late.fields) == {
        "id": Scalar(Kind.INT, 1),
        "number": Scalar(Kind.TEXT, 1, 12),
        "count": Scalar(Kind.INT, 0, 9),
        "note": Maybe(Scalar(Kind.TEXT, max=200)),
        "phone": Maybe(Scalar(Kind.PHONE)),
        "total": Scalar(Kind.MONEY, 0, 1000),
        "rate": Scalar(Kind.DECIMAL, 0, 2),
        "words": ListOf(Scalar(Kind.TEXT, max=9), 3),
        "due": Maybe(DATE),
        "state": Choice(None, ("paid", "open")),
        "fee": Maybe(Scalar(Kind.INT, 1)),
    }


def test_models_are_kept_and_read_again() -> None:
    """A model's value comes back from JSON as it was, and JSON that its own rules refuse is refused."""
    type_ = type_of(LateBill)
    bill = LateBill(
        id=1, number="AB", count=3, total=Decimal("9.50"), rate=Decimal(1), words=["a"]
    )  # fmt: skip

    raw = to_json(type_, bill)

    assert from_json(type_, raw) == bill
    assert isinstance(raw, dict)
    with pytest.raises(ValueError, match="number"):
        from_json(type_, {**raw, "number": "ab"})


class Loud(Enum):
    """No choice of texts."""

    YES = "yes"


class Level(IntEnum):
    """No choice of texts."""

    LOW = 1


@dataclass(frozen=True)
class Box[T]:
    """A record of anything."""

    inside: T


class Shelf[T](BaseModel):
    """A model of anything."""

    inside: T


class Renamed(BaseModel):
    """A model that is made by other names than those of its fields."""

    title: str = Field(alias="Title")


@dataclass(frozen=True)
class Deep:
    """A record with a list of what flows do not have."""

    things: list[dict[int, int]]


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (dict[int, int], "dict[int, int] is no flow type; use bool, int, Decimal"),
        (dict, "dict is no flow type"),
        (set[int], "set[int] is no flow type"),
        (list, "list is no flow type"),
        (Any, "Any is no flow type"),
        (object, "object is no flow type"),
        (float, "float is no flow type"),
        (bytes, "bytes is no flow type"),
        (Callable[[], int], "is no flow type"),
        (int | str, "int | str is no flow type: only a union with None is"),
        (int | str | None, "only a union with None is"),
        (list[int | str], "int | str is no flow type"),
        (Literal[1, "a"], "only a Literal of texts is"),
        (Literal[None], "only a Literal of texts is"),  # noqa: PYI061 - that is what is refused
        (Loud, "Loud is no flow type"),
        (Level, "Level is no flow type"),
        (Box[int], "Box[int] is no flow type"),
        (Box, "Box is no flow type: it is generic"),
        (Shelf[int], "Shelf[int] is no flow type: it is generic"),
        (Shelf, "Shelf is no flow type: it is generic"),
        (Renamed, 'field "title" of Renamed has an alias'),
        (list[Deep], 'field "things" of Deep: dict[int, int] is no flow type'),
        (Annotated[int, MaxLen(3)], "int cannot be marked with MaxLen(max_length=3)"),
        (Annotated[str, Ge(3)], "text cannot be marked with Ge(ge=3)"),
        (Annotated[date, Ge(date(2026, 1, 1))], "date cannot be marked with"),
        (
            Annotated[Decimal, Gt(0)],
            "decimal cannot be marked with Gt(gt=0); a text can be bounded",
        ),
        (Annotated[Decimal, Ge(Decimal("0.5"))], "each by a whole number"),
        (Annotated[int, MultipleOf(5)], "int cannot be marked with MultipleOf"),
        (Annotated[str, Field(pattern="a")], "text cannot be marked with"),
        (Annotated[int, AfterValidator(abs)], "int cannot be marked with AfterValidator"),
        (Annotated[list[int], MinLen(1)], "list of int cannot be marked with MinLen"),
        (Annotated[int, Ge(6), Le(1)], "no int is at least 6 and at most 1"),
    ],
)
def test_what_flows_cannot_hold_is_refused(annotation: Any, said: str) -> None:
    """What has no flow type, or a mark that nobody would hold values to, is refused by name with what is allowed."""
    with pytest.raises(TypeError, match=r"flow type|marked|alias|no int") as raised:
        type_of(annotation)

    assert said in str(raised.value)


@query("things.find")
async def _find_thing(_context: Context, *, by: str | int) -> Thing | None:
    """Find a thing by more than flows can say."""
    raise NotImplementedError(by)


@query("boxes.find")
async def _find_box(_context: Context, *, size: int) -> Box[int]:
    """Find a box, which flows cannot hold."""
    raise NotImplementedError(size)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (_find_thing, 'action "things.find", parameter "by": str | int is no flow type: only'),
        (_find_box, 'action "boxes.find", result: '),
    ],
)
def test_message_names_action_and_parameter(function: Any, said: str) -> None:
    """Who wrote the action is led to the parameter, or told that it is the result."""
    with pytest.raises(TypeError) as raised:
        named_types(Catalog([function]))

    assert said in str(raised.value)


@query("bills.list")
async def _list_bills(
    _context: Context,
    *,
    count: Annotated[int, Interval(ge=1, le=9)],
    word: Annotated[str, MaxLen(5)],
) -> Annotated[list[LateBill], MaxLen(30)]:
    """List bills."""
    raise NotImplementedError((count, word))


FLOW = """\
flow: visit
version: 1
title: Visit
steps:
  bills:
    load: {{bills: "bills.list(count={count}, word={word})"}}
    show: "Bills: {{% for bill in bills %}}{text}{{% endfor %}}"
    end: {{}}
"""


@pytest.mark.parametrize(
    ("count", "word", "text", "said"),
    [
        ("9", "'cut'", "{{ bill.number }}", ""),
        ("10", "'cut'", "{{ bill.number }}", '"10"'),
        ("9", "'colour'", "{{ bill.number }}", "'colour'"),
        (
            "9",
            "'cut'",
            "{{ bill.note | default('') }}",
            "\"bill.note | default('')\" 200 \u00d7 30",
        ),
        ("9", "'cut'", "{{ bill.fee }}", "may be nothing"),
    ],
)
def test_checks_use_the_bounds(
    base_files: dict[str, str], count: str, word: str, text: str, said: str
) -> None:
    """Arguments are held to the bounds of parameters; budgets of texts count those of fields."""
    visit = FLOW.format(count=count, word=word, text=text)
    sources = {Path(name): one for name, one in {**base_files, "visit.yaml": visit}.items()}

    problems = check_flows(Path(), Catalog([_list_bills]), sources=sources).problems

    assert said in " ".join(problem.message for problem in problems)
    assert len(problems) == bool(said)


@pytest.mark.parametrize("name", ["things.break", "class.list"])
def test_actions_are_named_by_words_that_a_flow_can_write(name: str) -> None:
    """A word of Python in the name of an action is refused where it is registered: no flow could call it."""
    with pytest.raises(SignatureError, match=f'"{name}" has "(break|class)", a word of Python'):
        query(name)


def test_jobs_have_names_of_their_own() -> None:
    """Two jobs of one name, and one that no log could be searched for, are refused; a job is no action."""

    async def clean(_session: object, _now: object) -> int:
        return 0

    assert not len(Catalog([job("clean")(clean)]))
    with pytest.raises(SignatureError, match='two jobs are named "clean"'):
        Catalog([job("clean")(clean), job("clean")(clean)])
    with pytest.raises(SignatureError, match='job "clean up" is not named by letters'):
        job("clean up")
