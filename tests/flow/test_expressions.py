from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.actions import ActionKind, Catalog, Context, Money, Outcome, User, command, query
from engine.flow.annotations import type_of
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.flow.expressions import (
    Expression,
    Fault,
    Namespace,
    Scope,
    compile_call,
    compile_expression,
)
from engine.flow.formats import Formats
from engine.flow.types import (
    BOOL,
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
    MapOf,
    Maybe,
    Record,
    Scalar,
    Type,
    describe,
)
from engine.flow.values import LARGEST_INT, to_json


class Status(StrEnum):
    """A choice of the tests."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Service:
    """A record of the tests."""

    id: int
    title: str
    price: Money
    note: str | None = None
    status: Status = Status.OPEN

    @property
    def hidden(self) -> int:
        """Not a field."""
        return 1


USER = type_of(User)
assert isinstance(USER, Record)
ROLE = Choice("role", ("client", "staff", "admin"))
SCOPE = Scope(
    {
        "data": Namespace(
            {
                "service": Maybe(type_of(Service)),
                "day": Maybe(DATE),
                "people": Scalar(Kind.INT, 1, 6),
                "count": INT,
                "rate": DECIMAL,
                "slot": DATETIME,
                "words": TEXT,
                "tags": ListOf(TEXT),
                "counts": MapOf(Scalar(Kind.INT, 0, 9)),
                "yes": BOOL,
                "maybe_yes": Maybe(BOOL),
                "due": DATE,
            },
            unset=frozenset({"slot"}),
        ),
        "user": Record("User", {**USER.fields, "role": ROLE}, User),
        "item": type_of(Service),
        "it": INT,
    }
)
NOW = datetime(2027, 3, 27, 12, tzinfo=UTC)
ENV: dict[str, Any] = {
    "data": {
        "service": None,
        "day": None,
        "people": 3,
        "count": 0,
        "rate": Decimal("1.5"),
        "slot": None,
        "words": "héllo",
        "tags": ["a", "b"],
        "counts": {"1": 4},
        "yes": True,
        "maybe_yes": None,
        "due": date(2027, 4, 1),
    },
    "user": User(7, "admin", "Anna", "en", "UTC"),
    "item": Service(1, "Cut", Decimal("12.50")),
    "it": 5,
    "formats": Formats("en", ZoneInfo("Europe/Berlin"), "EUR", NOW),
}


def _compile(text: str, expected: Type | None = None) -> Expression:
    expression, faults = compile_expression(text, SCOPE, expected=expected)
    assert faults == ()
    assert expression is not None
    return expression


def _faults(text: str, expected: Type | None = None) -> tuple[Fault, ...]:
    expression, faults = compile_expression(text, SCOPE, expected=expected)
    assert expression is None
    return faults


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("1 + 2 * 3", 7, INT),
        ("-data.people", -3, INT),
        ("7 // 2 + 7 % 2", 4, INT),
        ("7 / 2", Decimal("3.5"), DECIMAL),
        ("data.count / data.people", Decimal(0), DECIMAL),
        ("0.1 + 0.2", Decimal("0.3"), DECIMAL),
        ("item.price * 2", Decimal(25), MONEY),
        ("item.price + item.price - 5", Decimal(20), MONEY),
        ("item.price / 3", Decimal("4.166666666667"), MONEY),
        ("'a' + data.words", "ahéllo", TEXT),
        ("'l' in data.words and 'a' in data.tags", True, BOOL),
        ("user.role in ['client', 'admin']", True, BOOL),
        ("item.status == 'open'", True, BOOL),
        ("1 < it <= 5 != 6", True, BOOL),
        ("not data.yes or it > 4", True, BOOL),
        ("data.day is None", True, BOOL),
        ("data.day == today()", False, BOOL),
        ("data.day", None, Maybe(DATE)),
        ("1 if data.yes else 2.5", Decimal(1), DECIMAL),
        ("'a' if data.yes else None", "a", Maybe(Choice(None, ("a",)))),
        ("today() + days(5)", date(2027, 4, 1), DATE),
        ("data.due - today()", timedelta(days=5), DURATION),
        ("now() + hours(2) - now()", timedelta(hours=2), DURATION),
        ("-days(1) + minutes(30) * 2", timedelta(hours=-23), DURATION),
        ("len(data.tags) + len('🙂')", 4, INT),
        ("min(3, data.rate, 9)", Decimal("1.5"), DECIMAL),
        ("max(data.due, today())", date(2027, 4, 1), DATE),
        ("round(data.rate) + abs(-2)", 4, INT),
        ("round(item.price / 3, 2)", Decimal("4.17"), MONEY),
        ("round(2.345, places=2)", Decimal("2.35"), DECIMAL),
        ("data.day | default(today()) | date('short')", "3/27/27", TEXT),
        ("(it + 1) | number", "6", TEXT),
        ("user.first_name | upper", "ANNA", TEXT),
        ("data.tags | join(' & ')", "a & b", TEXT),
        ("it | plural(one='place', other='places')", "places", TEXT),
        ("data.counts[item.id]", 4, Maybe(Scalar(Kind.INT, 0, 9))),
        ("data.counts['b'] | default(0) | number", "0", TEXT),
        ("data.counts[it] == 3", False, BOOL),
        ("{}", {}, MapOf(NOTHING)),
        ("[1, 2.5]", [Decimal(1), Decimal("2.5")], ListOf(DECIMAL)),
        (" data.people\n  > 2 ", True, BOOL),
        ("'a' 'b'", "ab", Choice(None, ("ab",))),
    ],
)
def test_expressions_have_values_and_types(text: str, value: Any, type_: Type) -> None:
    """An expression means what it means in Python, and its type says what comes out."""
    expression = _compile(text)

    result = expression.evaluate(ENV)

    assert (result, expression.type) == (value, type_)
    assert type(result) is type(value)
    to_json(expression.type, result)


@pytest.mark.parametrize(
    ("text", "code", "marked", "said"),
    [
        ("dta.x", "unknown-name", "dta", 'did you mean "data"? names are "data", "it"'),
        ("people", "unknown-name", "people", 'did you mean "data.people"?'),
        ("true", "unknown-name", "true", 'did you mean "True"?'),
        ("data.peple", "unknown-field", "peple", 'did you mean "people"?'),
        ("item.hidden", "unknown-field", "hidden", 'fields are "id"'),
        ("item.__class__", "unknown-field", "__class__", "fields are"),
        ("it.real", "unknown-field", "real", '"it" is int, which has no fields'),
        ("data", "wrong-type", "data", "read one of its names"),
        ("foo(1)", "unknown-function", "foo", 'functions are "abs"'),
        ("upper(data.words)", "unknown-function", "upper", "it is a filter"),
        ("data.words | uper", "unknown-filter", "uper", 'did you mean "upper"?'),
        ("data.words | len", "unknown-filter", "len", 'write "len(data.words)"'),
        ("data.words.upper()", "not-allowed", "data.words.upper", 'write "data.words | upper"'),
        ("services.list()", "not-allowed", "services.list", "actions are called"),
        ("data.service.title", "maybe-none", "data.service", "check"),
        ("data.day + days(1)", "maybe-none", "data.day", '"data.day | default(…)"'),
        ("data.day > today()", "maybe-none", "data.day", "may be nothing"),
        ("max(data.day, data.due)", "maybe-none", "data.day", "may be nothing"),
        ("today", "wrong-type", "today", 'write "today()"'),
        ("~it", "not-allowed", "~it", "cannot be used"),
        ("-(it > 1 or nope)", "unknown-name", "nope", "names are"),
        ("it in data.maybe_yes", "maybe-none", "data.maybe_yes", "may be nothing"),
        ("not data.service", "maybe-none", "data.service", 'write "data.service is not None"'),
        ("data.slot", "maybe-unset", "data.slot", "make it optional"),
        ("it and data.yes", "wrong-type", "it", "a condition is true or false"),
        ("user.role == 'admim'", "wrong-type", "'admim'", 'did you mean "admin"?'),
        ("user.role in ['admin', 'x']", "wrong-type", "'x'", 'values are "admin"'),
        ("'shut' == item.status", "wrong-type", "'shut'", 'values are "closed", "open"'),
        ("it == 'a'", "wrong-type", "'a'", "never equal"),
        ("it < data.words", "wrong-type", "data.words", "have no order"),
        ("it in data.tags", "wrong-type", "it", "never holds"),
        ("1 in it", "wrong-type", "it", "a list or a text"),
        ("data.words + 1", "wrong-type", "data.words + 1", '"+" cannot join'),
        ("item.price * item.price", "wrong-type", "item.price * item.price", "money"),
        ("today() + 1", "wrong-type", "today() + 1", "date"),
        ("-data.words", "wrong-type", "data.words", '"-" cannot stand before'),
        ("[1, 'a']", "wrong-type", "'a'", "one type"),
        ("1 if data.yes else 'a'", "wrong-type", "1 if data.yes else 'a'", "one type"),
        ("min(1, 'a')", "wrong-type", "'a'", '"min" takes'),
        ("min(1, today())", "wrong-type", "min(1, today())", "values of one type"),
        ("data.due | date('longer')", "wrong-type", "'longer'", 'did you mean "long"'),
        ("days()", "missing-argument", "days()", '"days" lacks "count", int'),
        ("min(1)", "missing-argument", "min(1)", "lacks"),
        ("it | plural(one='a')", "missing-argument", "plural(one='a')", '"other"'),
        ("days(1, 2)", "unknown-argument", "2", "no more than one argument"),
        ("round(1.5, digits=1)", "unknown-argument", "digits=1", 'names are "places"'),
        ("data.day == None", "not-allowed", "None", '"data.day is None"'),
        ("it is 5", "not-allowed", "5", 'write "=="'),
        ("it / data.count", "not-allowed", "data.count", "may be zero"),
        ("it / 0", "not-allowed", "0", "zero"),
        ("it % (1 - 1)", "not-allowed", "1 - 1", "zero"),
        ("it ** 2", "not-allowed", "it ** 2", '"**" cannot be used'),
        ("'a' * 9", "not-allowed", "'a' * 9", "repeated"),
        ("3 * data.tags", "not-allowed", "3 * data.tags", "repeated"),
        ("it + 1 | number", "not-allowed", "it + 1 | number", "(it + 1) | …"),
        ("-it | number", "not-allowed", "-it | number", "(-it) | …"),
        ("it | number + 'a'", "not-allowed", "number + 'a'", "is no filter"),
        ("data.tags[0]", "not-allowed", "data.tags[0]", "index"),
        ("user['role']", "not-allowed", "user['role']", 'write "user.role"'),
        ("data.count['a']", "not-allowed", "data.count['a']", "index"),
        ("data.counts[data.day]", "maybe-none", "data.day", "may be nothing"),
        ("data.counts[item]", "wrong-type", "item", "the key of a map is one value"),
        ("data.counts[nope]", "unknown-name", "nope", "names are"),
        ("data.counts[1] + 1", "maybe-none", "data.counts[1]", "may be nothing"),
        ("[x for x in data.tags]", "not-allowed", "[x for x in data.tags]", "a loop"),
        ("lambda: 1", "not-allowed", "lambda: 1", "lambda"),
        ("(it := 3)", "not-allowed", "it := 3", ":="),
        ("{1: 2}", "not-allowed", "{1: 2}", "{ }"),
        ("it & 1", "not-allowed", "it & 1", '"&"'),
        ("9223372036854775808", "not-allowed", "9223372036854775808", "largest"),
        ("...", "not-allowed", "...", "cannot be used"),
        ("f'{it}'", "syntax", "f'", "join texts"),
        ("b'a'", "syntax", "b'", "without the letters"),
        ("1_000", "syntax", "1_000", "no number"),
        ("0x1F", "syntax", "0x1F", "no number"),
        ("012", "syntax", "012", "leading zero"),
        ("1e5", "syntax", "1e5", "no number"),
        ("2.", "syntax", "2.", "no decimal"),
        ("it # note", "syntax", "#", "cannot be"),
        ("'''a'''", "syntax", "''", "one pair of quotes"),
        ("'open", "syntax", "'", "not closed"),
        ("(it", "syntax", "(", "not closed"),
        ("it)", "syntax", ")", "closes nothing"),
        ("it) + (it", "syntax", ")", "closes nothing"),
        ("it >", "syntax", ">", "not complete"),
        ("", "syntax", "", "empty"),
        ("'\\ud800'", "not-allowed", "'\\ud800'", "cannot be used"),
        ("'\\d'", "syntax", None, "escape"),
    ],
)
def test_faults_name_what_is_wrong_where(
    text: str, code: str, marked: str | None, said: str
) -> None:
    """Each fault has its code, the span it is about, and the mend."""
    (fault,) = _faults(text)

    assert fault.code == code
    assert said in fault.message
    if marked is not None:
        assert text[fault.offset : fault.offset + fault.length] == marked


def test_all_faults_are_found_in_one_pass() -> None:
    """One reading tells everything that is wrong, in the order it is written."""
    faults = _faults("dta.x == 1 and it + 'a' > 2 or user.role == 'x' and foo(bar)")

    assert [fault.code for fault in faults] == [
        "unknown-name",
        "wrong-type",
        "wrong-type",
        "unknown-function",
        "unknown-name",
    ]


def test_offsets_count_characters_in_every_script() -> None:
    """A fault behind letters of several bytes, or on a later line, is still where it is."""
    text = "'héé🙂' == data.words\n and\r\n dta"

    (fault,) = _faults(text)

    assert text[fault.offset : fault.offset + fault.length] == "dta"


@pytest.mark.parametrize(
    "text",
    [
        "data.service is not None and data.service.note is not None and len(data.service.note) > 3",
        "data.service is None or data.service.price > 10",
        "not (data.service is None) and data.service.id == 1",
        "data.service.title if data.service is not None else 'none'",
        "'none' if data.service is None else data.service.title",
        "data.service is not None and (data.day is None or data.day > today()) and data.service.id > 0",
        "not (data.service is None or data.day is None) and data.day > today()",
        "data.day == today() and data.day > today() - days(1)",
        "data.day in [today(), data.due] and data.day > today()",
        "data.maybe_yes is not None and data.maybe_yes",
    ],
)
def test_checks_for_nothing_narrow(text: str) -> None:
    """Behind a check that a value is there, it can be read."""
    _compile(text).evaluate(ENV)


@pytest.mark.parametrize(
    "text",
    [
        "data.service is not None or data.service.id > 0",
        "data.service is None and data.service.id > 0",
        "(data.service is not None or data.yes) and data.service.id > 0",
        "data.service.id if data.service is None else 0",
        "data.service != item and data.service.id > 0",
        "data.day == data.day and data.day > today()",
    ],
)
def test_other_checks_do_not_narrow(text: str) -> None:
    """Where a value may still be nothing, reading it is a fault."""
    assert {fault.code for fault in _faults(text)} <= {"maybe-none"}


def test_conditions_say_what_they_prove() -> None:
    """A checker learns from a condition which values are there on either side of it."""
    both = _compile("data.service is not None and data.day is not None")
    either = _compile("data.service is None or data.day is None")

    assert both.when_true == either.when_false == {"data.service", "data.day"}
    assert both.when_false == either.when_true == frozenset()


def test_a_narrowed_scope_is_believed() -> None:
    """What holds before an expression need not be checked in it again."""
    scope = Scope(SCOPE.names, frozenset({"data.service"}))

    expression, faults = compile_expression("data.service.title", scope)

    assert faults == ()
    assert expression is not None
    assert expression.type == TEXT


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("5", MONEY, Decimal(5)),
        ("'open'", type_of(Status), Status.OPEN),
        ("it if data.yes else None", Maybe(DECIMAL), Decimal(5)),
        ("[1, it]", ListOf(MONEY), [Decimal(1), Decimal(5)]),
        ("None", Maybe(MONEY), None),
        ("9223372036854775807 + 1", DECIMAL, Decimal(10) ** 15),
        (
            "(data.service.status if data.service is not None else None) | default('open')",
            type_of(Status),
            Status.OPEN,
        ),
        ("min(data.rate, 1)", DECIMAL, Decimal(1)),
        (
            "[data.rate | default(1), min(1, data.rate)]",
            ListOf(DECIMAL),
            [Decimal("1.5"), Decimal(1)],
        ),
    ],
)
def test_values_are_converted_to_what_is_expected(text: str, expected: Type, value: Any) -> None:
    """Where a wider type is wanted its own Python type comes out, ready to be kept."""
    result = _compile(text, expected).evaluate(ENV)

    assert result == value
    assert type(result) is type(value)
    to_json(expected, result)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("data.due | date | default('any day')", "Apr 1, 2027"),
        ("data.day | date | default('any day')", "any day"),
        ("data.day | weekday('short') | upper | default('any day')", "any day"),
        ("(data.people if data.maybe_yes is not None else None) | number | default('-')", "-"),
    ],
)
def test_a_filter_makes_nothing_of_nothing(text: str, value: str) -> None:
    """What may be nothing is shown by its filter where it is there, and `default` says what stands in for it."""
    expression = _compile(text)

    assert (expression.type, expression.evaluate(ENV)) == (TEXT, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("time('17:00') > time('9:00' if data.yes else '08:30')", None),
        ("time('17:00') > time('09:00' if data.yes else '08:30')", True),
        ("date('2027-04-01') == data.due", True),
        ("datetime(data.due, time('09:00'))", datetime(2027, 4, 1, 7, tzinfo=UTC)),
        ("datetime(date('2027-10-31'), time('02:30'))", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("datetime(date('9999-12-31'), time('23:59')) > now()", True),
        ("date(datetime(data.due, time('00:00')))", date(2027, 4, 1)),
        ("time(now())", time(13)),
        ("date('1.4.2027')", None),
        ("date('20270401')", None),
        ("date(data.words)", None),
    ],
)
def test_days_and_times_of_day_are_written_where_the_user_is(text: str, value: Any) -> None:
    """A day and a time of day have one form each; together they are an instant, which has a day and a time again."""
    expression, faults = compile_expression(text, SCOPE)

    assert [fault.code for fault in faults] == ([] if expression else ["wrong-type"])
    assert (expression.evaluate(ENV) if expression else None) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date(data.due)", 'write "data.due | date"'),
        ("time('5 pm')", "a time as '17:00'"),
        ("user.role | upper == 'USER'", 'values are "ADMIN", "CLIENT", "STAFF"'),
        (
            "data.day | date",
            'check "data.day is not None" first, or write "data.day | date | default(…)"',
        ),
        ("data.day | default('any')", 'write "data.day | date | default(…)"'),
        ("data.people | default('any')", 'write "data.people | number | default(…)"'),
        ("[mornings]", "the text itself is written \"'mornings'\""),
    ],
)
def test_messages_say_how_a_value_is_written(text: str, said: str) -> None:
    """A filter that may have nothing to show, a default of another type and a bare word tell what would be right."""
    assert said in _faults(text, TEXT)[0].message


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("it", BOOL, "wrong-type"),
        ("data.maybe_yes", BOOL, "maybe-none"),
        ("data.day", DATE, "maybe-none"),
        ("None", DATE, "wrong-type"),
        ("'half'", type_of(Status), "wrong-type"),
        ("2.5", MONEY, "wrong-type"),
    ],
)
def test_unexpected_types_are_faults(text: str, expected: Type, code: str) -> None:
    """A value of another type than the one wanted is a fault of the whole expression."""
    assert [fault.code for fault in _faults(text, expected)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "it + " * 99 + "it",
        "(" * 150 + "1" + ")" * 150,
        "[" * 100 + "]" * 100,
        "not " * 120 + "data.yes",
        "-" * 490 + "1",
        "data" + ".x" * 200,
        "abs(" * 60 + "1" + ")" * 60,
        "1 if data.yes else " * 26 + "1",
        "x" * 501,
        "[" + "1," * 200 + "1]",
        "lambda:" * 60 + "1",
        "~" * 499 + "1",
        "data.words" + " | upper" * 50,
    ],
)
def test_deep_and_long_expressions_are_refused(text: str) -> None:
    """Whatever its nesting, an expression costs no stack: it is refused."""
    (fault,) = _faults(text)

    assert fault.code == "too-complex"


def test_arithmetic_stays_in_range() -> None:
    """Days, instants, durations and numbers stop at the ends of what a flow can keep."""
    huge = "9223372036854775807"

    assert _compile(f"{huge} * {huge}").evaluate(ENV) == int(huge)
    assert _compile(f"-{huge} * {huge}").evaluate(ENV) == -int(huge)
    assert _compile(f"today() + days({huge})").evaluate(ENV).year == 9998
    assert _compile(f"now() - days({huge})").evaluate(ENV).year == 2
    assert _compile(f"(now() + days({huge})) | datetime").evaluate(ENV)
    assert _compile(f"days({huge}) * {huge} + hours({huge})").evaluate(ENV)
    assert _compile("999999999999999.999999999999 * 9").evaluate(ENV) == Decimal(10) ** 15


_ATOMS = st.sampled_from(
    [
        "it",
        "0",
        "1",
        "2.5",
        "'a'",
        "''",
        "None",
        "True",
        "data.people",
        "data.count",
        "data.rate",
        "data.words",
        "data.tags",
        "data.yes",
        "data.day",
        "data.due",
        "data.service",
        "item.price",
        "item.title",
        "user.role",
        "today()",
        "now()",
        "days(2)",
        "item.status",
        "data.maybe_yes",
        "[1,2]",
        "'admin'",
        "9223372036854775807",
        "data.slot",
        "nope",
        "item.nope",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        [
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "in",
            "and",
            "or",
            "is",
            "|",
            "not in",
            "is not",
            "**",
        ]
    )
    names = st.sampled_from([*FUNCTIONS, *FILTERS])
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("{}({})".format, names, inner),
        st.builds("{}({}, {})".format, names, inner, inner),
        st.builds("({} | {})".format, inner, names),
        st.builds("(not {})".format, inner),
        st.builds("(-{})".format, inner),
        st.builds("{}.note".format, inner),
    )


_GRAMMAR = {
    "int": [
        "it", "data.count", "0", "9223372036854775807", "len(data.words)", "({int} + {int})", "({int} * {int})",
        "({int} // data.people)", "round({decimal})", "abs({int})", "(-{int})", "min({int}, {int})",
        "({int} if {bool} else {int})",
    ],
    "decimal": [
        "data.rate", "999999999999999.999999999999", "({int} / data.people)", "({decimal} * {decimal})",
        "({int} / 0.000000000001)", "round({decimal}, {int})", "max({int}, {decimal})",
    ],
    "money": ["item.price", "({money} - {money})", "({money} * {decimal})", "({money} / 3)"],
    "date": ["data.due", "today()", "({date} - {duration})", "(data.day | default({date}))"],
    "datetime": ["now()", "({datetime} + {duration})", "({datetime} - {duration})"],
    "duration": [
        "days({int})", "minutes({int})", "({datetime} - {datetime})", "({date} - {date})",
        "({duration} * {int})", "({duration} - {duration})", "(-{duration})",
    ],
    "text": [
        "data.words", "item.title", "user.role", "({text} + {text})", "({text} | upper)", "({money} | money)",
        "({decimal} | number({int}))", "({date} | date('full'))", "({datetime} | datetime)",
        "({datetime} | time)", "({duration} | duration)", "({decimal} | plural(one={text}, other='b'))",
        "(data.tags | join({text}))",
    ],
    "bool": [
        "data.yes", "data.service is None", "({bool} and {bool})", "(not {bool})", "({text} in {text})",
        "({money} < {decimal})", "({datetime} >= {datetime})", "({duration} != {duration})",
    ],
}  # fmt: skip


@st.composite
def _typed_expressions(draw: st.DrawFn) -> str:
    """Grow an expression from the grammar, each part of the type that its place wants."""

    def grow(kind: str, depth: int) -> str:
        forms = [form for form in _GRAMMAR[kind] if depth or "{" not in form]
        form = draw(st.sampled_from(forms or _GRAMMAR[kind][:1]))
        return re.sub(r"\{(\w+)\}", lambda part: grow(part[1], max(depth - 1, 0)), form)

    return grow(draw(st.sampled_from(sorted(_GRAMMAR))), 3)


@settings(max_examples=200, deadline=None)
@given(_typed_expressions(), st.integers(-LARGEST_INT, LARGEST_INT), st.dates())
@example("((999999999999999.999999999999 * data.rate) | number)", 0, date.max)
@example("((9223372036854775807 * 9) | number(12))", 0, date.min)
def test_well_typed_expressions_compile_and_have_values(text: str, number: int, day: date) -> None:
    """What is well typed is accepted, and has a value however large its parts become."""
    expression, faults = compile_expression(text, SCOPE)
    if expression is None:
        assert {fault.code for fault in faults} <= {"too-complex", "wrong-type"}
        return
    data = {**ENV["data"], "count": number, "rate": Decimal(10) ** 15, "due": day}

    to_json(expression.type, expression.evaluate({**ENV, "data": data, "it": -number}))


_SERVICES = st.none() | st.builds(
    Service, st.integers(0, 9), st.text(max_size=3), st.decimals(0, 999, places=2)
)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(_ATOMS, _grow, max_leaves=8),
    _SERVICES,
    st.none() | st.dates(),
    st.none() | st.booleans(),
)
@example("data.due - days(2) * 9223372036854775807", None, None, None)
@example("data.day | default(now())", None, None, None)
def test_checked_expressions_never_fail(
    text: str,
    service: Service | None,
    day: date | None,
    yes: bool | None,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    """An expression that passed the check has a value of its type, whatever the data."""
    expression, faults = compile_expression(text, SCOPE)
    assert (expression is None) == bool(faults)
    assert all(0 <= fault.offset <= len(text) and fault.length >= 1 for fault in faults)
    if expression is not None:
        data = {**ENV["data"], "service": service, "day": day, "maybe_yes": yes}

        value = expression.evaluate({**ENV, "data": data})

        to_json(expression.type, value)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                *"()[]{}'\"\\#|.,:=+-*/% \n",
                "data",
                "it",
                "lambda",
                "for",
                "in",
                "if",
                "not",
                "\x00",
                "é",
                "1",
                "await",
                "*",
                "**",
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    """Nothing a person can type makes the reader raise."""
    expression, faults = compile_expression(text, SCOPE)

    assert (expression is None) == bool(faults)


def test_compiled_code_has_no_builtins() -> None:
    """The code that runs sees the environment and its constants, nothing else of Python."""
    evaluate: Any = _compile("it + 1").evaluate

    assert evaluate.__globals__["__builtins__"] == {}


def test_checking_loads_no_heavy_library() -> None:
    """Expressions and texts are checked without aiogram, SQLAlchemy, Redis, FastAPI or pydantic."""
    program = (
        "import sys, engine.flow.templates; "
        "print([name for name in ('aiogram', 'sqlalchemy', 'redis', 'fastapi', 'pydantic') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


# -- calls of actions


@query("services.list")
async def list_services(
    context: Context, *, limit: int = 5, day: date | None = None
) -> list[Service]:
    """List services."""
    raise NotImplementedError(context, limit, day)


@command("services.order")
async def order_service(
    context: Context, *, service_id: int, price: Money, how: Literal["now", "later"]
) -> Service | Outcome[Literal["gone"]]:
    """Order a service."""
    raise NotImplementedError(context, service_id, price, how)


CATALOG = Catalog([list_services, order_service])


def test_calls_give_typed_arguments() -> None:
    """A call's arguments are evaluated by name, in the types that the signature wants."""
    call, faults = compile_call(
        "services.order(service_id=item.id, price=5, how='now')", SCOPE, CATALOG, ActionKind.COMMAND
    )

    assert faults == ()
    assert call is not None
    assert call.evaluate(ENV) == {"service_id": 1, "price": Decimal(5), "how": "now"}
    assert call.action is CATALOG["services.order"]
    assert describe(call.type) == "Service"


@pytest.mark.parametrize(
    ("text", "codes", "said"),
    [
        ("services.lst()", ["unknown-action"], 'did you mean "services.list"? queries are'),
        ("services.order()", ["unknown-action"], "is a command, and a query is wanted"),
        ("services.list", ["syntax"], 'write "services.list()"'),
        ("it", ["unknown-action"], "is no call of a query"),
        ("services.list(5)", ["unknown-argument"], '"limit=5"'),
        ("services.list(limt=5)", ["unknown-argument"], 'did you mean "limit"?'),
        ("services.list(limit='a')", ["wrong-type"], 'argument "limit" of "services.list" is int'),
        ("services.list(limit=dta, day=data.slot)", ["unknown-name", "maybe-unset"], "dta"),
        ("nope.list(limit=dta)", ["unknown-action", "unknown-name"], ""),
        ("services.list(", ["syntax"], "not closed"),
        ("services.list(**data)", ["wrong-type", "unknown-argument"], ""),
    ],
)
def test_wrong_calls_are_faults(text: str, codes: list[str], said: str) -> None:
    """A call that the action would refuse is refused before the bot starts."""
    call, faults = compile_call(text, SCOPE, CATALOG, ActionKind.QUERY)

    assert call is None
    assert sorted(fault.code for fault in faults) == sorted(codes)
    assert said in faults[0].message


def test_missing_arguments_are_faults() -> None:
    """Every argument without a default has to be given."""
    _, faults = compile_call("services.order(price=1)", SCOPE, CATALOG, ActionKind.COMMAND)

    assert [fault.message for fault in faults] == [
        '"services.order" lacks argument "how", "now" or "later"; add "how=…"',
        '"services.order" lacks argument "service_id", int; add "service_id=…"',
    ]


def test_generated_code_reads_declared_fields_alone() -> None:
    """The code names the fields it reads; the text itself is never compiled."""
    evaluate: Any = _compile("item.price * it").evaluate

    assert set(evaluate.__code__.co_names) == {"price", "bound"}
