from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.actions import (  # read by type_of
    Contact,
    Email,
    File,
    Location,
    Money,
    Phone,
)
from engine.flow.annotations import type_of
from engine.flow.types import (
    DATETIME,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    NOTHING,
    TEXT,
    Kind,
    ListOf,
    MapOf,
    Maybe,
    Scalar,
    Type,
)
from engine.flow.values import LARGEST_DECIMAL, LARGEST_INT, from_json, to_json, utf16_length


class Size(StrEnum):
    """A choice of the tests."""

    SMALL = "small"
    LARGE = "large"


class Tag(BaseModel):
    """A pydantic record of the tests."""

    name: str
    size: Size


@dataclass(frozen=True)
class Everything:
    """A record with a field of every type."""

    yes: bool
    whole: int
    part: Decimal
    price: Money
    words: str
    day: date
    clock: time
    instant: datetime
    length: timedelta
    phone: Phone
    email: Email
    size: Size
    kind: Literal["a", "b"]
    tags: list[Tag]
    pair: tuple[int, ...]
    counts: dict[str, int]
    more: Everything | None


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_DECIMALS = st.decimals(-LARGEST_DECIMAL, LARGEST_DECIMAL, places=4)
_FLAT: dict[str, st.SearchStrategy[Any]] = {
    "yes": st.booleans(),
    "whole": st.integers(-LARGEST_INT, LARGEST_INT),
    "part": _DECIMALS,
    "price": _DECIMALS,
    "words": _WORDS,
    "day": st.dates(),
    "clock": st.times(),
    "instant": st.datetimes(
        datetime(2, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
        datetime(9998, 1, 1),  # noqa: DTZ001 - see above
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
    ),
    "length": st.timedeltas(timedelta(days=-99999), timedelta(days=99999)),
    "phone": st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True),
    "email": st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.org", fullmatch=True),
    "size": st.sampled_from(Size),
    "kind": st.sampled_from(["a", "b"]),
    "tags": st.lists(st.builds(Tag, name=_WORDS, size=st.sampled_from(Size)), max_size=3),
    "pair": st.lists(st.integers(-9, 9), max_size=3).map(tuple),
    "counts": st.dictionaries(_WORDS, st.integers(-9, 9), max_size=3),
}
_ONE = st.builds(Everything, **_FLAT, more=st.none())


@given(st.builds(Everything, **_FLAT, more=st.none() | _ONE))
def test_values_survive_json_exactly(value: Everything) -> None:
    """What a conversation holds comes back from Redis equal and of the same Python types."""
    type_ = type_of(Everything)

    read = from_json(type_, json.loads(json.dumps(to_json(type_, value))))

    assert read == value
    assert isinstance(read.size, Size)
    assert isinstance(read.pair, tuple)
    assert read.instant.utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        (INT, True),
        (INT, 1.0),
        (INT, "1"),
        (INT, 2**63),
        (DECIMAL, 1.5),
        (DECIMAL, "1e5"),
        (DECIMAL, "NaN"),
        (MONEY, "1,50"),
        (MONEY, "٣"),
        (TEXT, 5),
        (TEXT, "\ud800"),
        (Scalar(Kind.BOOL), 1),
        (Scalar(Kind.DATE), "2027-02-30"),
        (Scalar(Kind.DATE), "20270228"),
        (Scalar(Kind.TIME), "25:00"),
        (Scalar(Kind.TIME), "10:00+01:00"),
        (DATETIME, "2027-01-01T10:00:00"),
        (DATETIME, "soon"),
        (DATETIME, "0001-01-01T00:00:00+00:00"),
        (DATETIME, "9999-12-31T23:59:59+00:00"),
        (DURATION, ""),
        (DURATION, "-"),
        (DURATION, "15"),
        (DURATION, "999999999999999s"),
        (Scalar(Kind.PHONE), "0151"),
        (Scalar(Kind.EMAIL), "a@b"),
        (type_of(Size), "medium"),
        (type_of(Size), 3),
        (ListOf(INT), {"a": 1}),
        (ListOf(INT), "12"),
        (MapOf(INT), [1]),
        (MapOf(INT), {"a": "b"}),
        (type_of(Tag), {"name": "x"}),
        (type_of(Tag), {"name": "x", "size": "small", "more": 1}),
        (type_of(Tag), []),
        (type_of(None), 0),
        (INT, None),
    ],
)
def test_json_of_another_shape_is_refused(type_: Type, raw: Any) -> None:
    """Nothing is guessed: JSON that does not fit its type is a ValueError."""
    with pytest.raises(ValueError, match=r"is no|value|field"):
        from_json(type_, raw)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (INT, Decimal(1)),
        (DECIMAL, 1),
        (DECIMAL, Decimal("Infinity")),
        (DECIMAL, Decimal("1E-20")),
        (DATETIME, datetime(2027, 1, 1)),  # noqa: DTZ001 - the fault under test
        (Scalar(Kind.DATE), datetime(2027, 1, 1, tzinfo=UTC)),
        (type_of(Tag), {"name": "x"}),
        (ListOf(INT), "ab"),
        (MapOf(INT), {1: 1}),
    ],
)
def test_values_of_another_type_are_not_written(type_: Type, value: Any) -> None:
    """A value that could not be read back is refused when it is written."""
    with pytest.raises(ValueError, match="is no"):
        to_json(type_, value)


@pytest.mark.parametrize("convert", [to_json, from_json])
@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        (Scalar(Kind.INT, 1, 6), 7, "is 7, must be at most 6"),
        (Scalar(Kind.INT, 1, 6), 0, "is 0, must be at least 1"),
        (Scalar(Kind.TEXT, max=3), "🙂🙂", "is 4 characters long, must be at most 3"),
        (ListOf(INT, 1), [1, 2], "has 2 items, must have at most 1"),
        (ListOf(Scalar(Kind.INT, max=1)), [1, 2], 'at "1": is 2'),
    ],
)
def test_bounds_hold_both_ways(convert: Any, type_: Type, value: Any, message: str) -> None:
    """Bounds are checked when a value is kept and when it is read."""
    with pytest.raises(ValueError, match="must") as raised:
        convert(type_, value)

    assert message in str(raised.value)


def test_nothing_is_a_value() -> None:
    """What a command without a result returns can be kept like any other."""
    assert from_json(NOTHING, to_json(NOTHING, None)) is None
    with pytest.raises(ValueError, match="nothing"):
        to_json(NOTHING, 0)


def test_yaml_defaults_read_well() -> None:
    """A default is written as a person would: whole numbers for money, words for durations."""
    assert from_json(MONEY, 10) == Decimal(10)
    assert from_json(DURATION, "1d2h30m") == timedelta(days=1, hours=2, minutes=30)
    assert from_json(Scalar(Kind.TIME), "10:30") == time(10, 30)
    assert from_json(Maybe(INT), None) is None


def test_text_is_counted_as_telegram_counts() -> None:
    """A character beyond the basic plane is two UTF-16 units."""
    assert utf16_length("a🙂é") == len("a🙂é".encode("utf-16-le")) // 2


SENT = [
    Contact("+4915112345678", "Ann", "Lee", 7),
    Contact("+4915112345678", "Ann"),
    Location(Decimal("52.5163"), Decimal("-13.3777")),
    File("photo", "AgAC", "AQAD", size=9_000),
    File("document", "BQAC", "AgAD", "plan.pdf", "application/pdf", 5 * 10**9),
]


@pytest.mark.parametrize("sent", SENT)
def test_what_people_send_is_kept_and_read_back(sent: Any) -> None:
    """A contact, a location and a file are data like any other."""
    type_ = type_of(type(sent))

    assert from_json(type_, json.loads(json.dumps(to_json(type_, sent)))) == sent


def test_a_file_of_no_kind_is_refused() -> None:
    """What Telegram does not know is not kept."""
    kept = {"kind": "film", "file_id": "A", "unique_id": "B", "name": None, "mime_type": None}

    with pytest.raises(ValueError, match="film"):
        from_json(type_of(File), {**kept, "size": None})
