"""What a value can become, and where that is more than data, arguments and results can hold."""

from collections.abc import Callable

import pytest

from engine.flow.bounds import narrow_bounds
from engine.flow.checked import Checked
from engine.flow.expressions import Namespace, Scope, compile_expression
from engine.flow.types import TEXT, Kind, ListOf, Maybe, Scalar

PEOPLE = Scalar(Kind.INT, 1, 6)
NAME = Scalar(Kind.TEXT, None, 40)
DATA = Namespace(
    {
        "people": PEOPLE,
        "maybe": Maybe(PEOPLE),
        "count": Scalar(Kind.INT),
        "name": NAME,
        "note": TEXT,
        "rate": Scalar(Kind.DECIMAL, 0, 1),
        "names": ListOf(TEXT, 3),
    }
)

FITTING = [
    ("data.people", PEOPLE),
    ("7 - data.people", PEOPLE),
    ("min(data.people + 1, 6)", PEOPLE),
    ("max(1, min(data.count, 6))", PEOPLE),
    ("data.maybe | default(3)", PEOPLE),
    ("data.people if data.people < 3 else 6", PEOPLE),
    ("None if data.people < 3 else 6", Maybe(PEOPLE)),
    ("data.people % 6 + 1", PEOPLE),
    ("abs(-data.people)", PEOPLE),
    ("len(data.names) + 1", PEOPLE),
    ("len(data.name)", Scalar(Kind.INT, 0, 40)),
    ("data.people * data.rate", Scalar(Kind.DECIMAL, 0, 6)),
    ("data.name", NAME),
    ("'Ann'", NAME),
    ("data.name + '!'", Scalar(Kind.TEXT, None, 41)),
    ("['a', data.note]", ListOf(TEXT, 2)),
    ("data.note", TEXT),
    ("data.people + 100", Scalar(Kind.INT)),
]

EXCEEDING = [
    ("data.people + 1", PEOPLE, '"data.people + 1" can be 2 to 7, and only 1 to 6 fits here; write "min(data.people + 1, 6)"'),
    ("data.people - 1", PEOPLE, 'write "max(data.people - 1, 1)"'),
    ("data.count", PEOPLE, '"data.count" can be any number, and only 1 to 6 fits here; write "max(min(data.count, 6), 1)"'),
    ("-data.people", PEOPLE, '"-data.people" can be -6 to -1'),
    ("9", PEOPLE, '"9" is 9, and only 1 to 6 fits here'),
    ("data.maybe | default(7)", PEOPLE, "can be 1 to 7"),
    ("data.people if data.people < 3 else 0", PEOPLE, "can be 0 to 6"),
    ("data.note", NAME, 'bound it with "max: 40"'),
    ("data.name + '!'", NAME, "can be 1 to 41 characters long"),
    ("'" + "x" * 41 + "'", NAME, "can be 41 characters long"),
    ("['a', 'b', 'c', 'd']", ListOf(TEXT, 3), "can have 4 items"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FITTING)
def test_what_surely_fits_is_no_problem(text: str, expected: Scalar) -> None:
    """Arithmetic, choices and functions keep within bounds that they cannot leave."""
    assert compile_expression(text, Scope({"data": DATA}), expected=expected)[1] == ()


@pytest.mark.parametrize(("text", "expected", "message"), EXCEEDING)
def test_what_may_not_fit_is_told_with_its_range(text: str, expected: Scalar, message: str) -> None:
    """The message says what the value can be, what can stand there, and the mend."""
    _, (fault,) = compile_expression(text, Scope({"data": DATA}), expected=expected)

    assert fault.code == "out-of-bounds"
    assert message in fault.message


@pytest.mark.parametrize(
    ("condition", "low", "high"),
    [
        ("data.people < 6", 1, 5),
        ("data.people <= 5 and data.note == 'x'", 1, 5),
        ("2 < data.people and data.people != 5", 3, 6),
        ("data.people >= 0", 1, 6),
        ("data.people == 4", 4, 4),
        ("data.people < 6 or data.people > 2", 1, 6),
        ("data.people <", 1, 6),
    ],
)
def test_a_condition_narrows_the_bounds_behind_it(condition: str, low: int, high: int) -> None:
    """A comparison with a number that must hold bounds what is read where it does."""
    space = narrow_bounds({"data": DATA}, condition)["data"]

    assert isinstance(space, Namespace)
    assert space.fields["people"] == Scalar(Kind.INT, low, high)


def test_a_condition_narrows_a_plain_name() -> None:
    """The answer that `allow` lets through is bounded by it."""
    names = narrow_bounds({"it": Maybe(Scalar(Kind.INT))}, "it >= 1 and it <= 6")

    assert names == {"it": Maybe(PEOPLE)}


def test_conditions_of_any_depth_have_no_bounds() -> None:
    """A condition that Python's parser cannot hold is told elsewhere; here it says nothing of bounds."""
    names = {"it": Scalar(Kind.INT)}

    assert narrow_bounds(names, "not " * 5000 + "it > 1") == names
    assert narrow_bounds(names, "(" * 5000 + "it > 1" + ")" * 5000) == names


def test_no_answer_is_longer_than_a_message(check_visit: Callable[[str], Checked]) -> None:
    """A text that must be longer than any message could never be given."""
    head = "flow: visit\nversion: 1\ntitle: Visit\ndata: {name: text}\nsteps:\n"
    step = "  name: {ask: text, text: Who?, min: 5000, save: {name: it}, go: end}\n"

    (problem,) = check_visit(head + step).problems

    assert problem.code == "bad-bounds"
    assert '"min" is 5000, and no message is longer than 4096' in problem.message
