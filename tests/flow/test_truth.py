"""What conditions are proved to be, against what they are: judged without values, then evaluated with all kinds of them.

`CONDITIONS=3000 pytest tests/flow/test_truth.py` tries more of them than the suite does.
"""

import datetime as dt
import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume as require
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.flow.expression.paths import Names
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.expression.truth import assume, judge, read_condition, value_of
from engine.flow.expressions import Namespace, Scope, compile_expression
from engine.flow.formats import Formats
from engine.flow.types import BOOL, DATE, MONEY, Choice, Kind, Maybe, Scalar, Type

EXAMPLES = int(os.environ.get("CONDITIONS", "300"))
NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
FORMATS = Formats("en", dt.UTC, "EUR", NOW)
COUNT = Scalar(Kind.INT, 1, 6)
KIND = Choice(None, ("a", "b", "c"))
DATA: dict[str, Type] = {
    "n": COUNT,
    "m": Maybe(Scalar(Kind.INT)),
    "k": KIND,
    "l": Maybe(KIND),
    "b": BOOL,
    "d": DATE,
    "o": Maybe(DATE),
    "p": MONEY,
    "t": Scalar(Kind.TEXT, 1, 5),
}
NAMES: Names = {"data": Namespace(DATA, frozenset())}
SCOPE = Scope(NAMES)

DAYS = st.integers(-3, 3).map(lambda days: NOW.date() + dt.timedelta(days))
VALUES = st.fixed_dictionaries(
    {
        "n": st.integers(1, 6),
        "m": st.none() | st.integers(-9, 9),
        "k": st.sampled_from("abc"),
        "l": st.none() | st.sampled_from("abc"),
        "b": st.booleans(),
        "d": DAYS,
        "o": st.none() | DAYS,
        "p": st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(3), Decimal(-2)]),
        "t": st.sampled_from(["a", "b", "aaaaa"]),
    }
)
NUMBERS = st.recursive(
    st.sampled_from(["data.n", "data.p", "len(data.t)", "data.m", "0", "1", "3", "6", "2.5"]),
    lambda inner: st.builds(
        "({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "%"]), inner
    )
    | st.builds("min({}, {})".format, inner, inner)
    | st.builds("(-{})".format, inner)
    | st.builds("({} if data.b else {})".format, inner, inner)
    | st.builds("({} | default(2))".format, inner),
    max_leaves=3,
)
DATES = st.sampled_from(
    ["data.d", "data.o", "today()", "(today() + days(2))", "(today() - days(data.n))"]
)
TEXTS = st.sampled_from(["data.k", "data.l", "data.t", "'a'", "'c'", "(data.l | default('b'))"])
ORDERS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
ATOMS = (
    st.builds("{} {} {}".format, NUMBERS, ORDERS, NUMBERS)
    | st.builds("{} {} {} < {}".format, NUMBERS, ORDERS, NUMBERS, NUMBERS)
    | st.builds("{} {} {}".format, DATES, ORDERS, DATES)
    | st.builds("{} {} {}".format, TEXTS, st.sampled_from(["==", "!="]), TEXTS)
    | st.builds("{} in [{}, {}]".format, TEXTS, TEXTS, TEXTS)
    | st.builds("{} not in [{}, {}]".format, NUMBERS, NUMBERS, NUMBERS)
    | st.builds("data.{} {} None".format, st.sampled_from("mlo"), st.sampled_from(["is", "is not"]))
    | st.sampled_from(["data.b", "True", "False"])
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
    | st.builds("(not {})".format, inner)
    | st.builds("({} if {} else {})".format, inner, inner, inner),
    max_leaves=5,
)


@settings(max_examples=EXAMPLES)
@given(CONDITIONS, st.lists(VALUES, min_size=8, max_size=8))
def test_what_is_proved_of_a_condition_is_so(text: str, rows: list[dict[str, Any]]) -> None:
    """A condition that never or always holds does so with every value; what is known where it holds is true there."""
    compiled, _ = compile_expression(text, SCOPE, expected=BOOL)
    require(compiled is not None)
    tree = read_condition(text)
    assert compiled is not None
    assert tree is not None
    proved = judge(tree, NOTHING_KNOWN, NAMES)

    for row in rows:
        holds = compiled.evaluate({"data": row, "formats": FORMATS})
        assert proved in (None, holds)
        state = assume(tree, NOTHING_KNOWN, NAMES, holds=holds)
        assert state is not None
        for path, known in state.paths.items():
            if path.startswith("data."):
                value = row[path.removeprefix("data.")]
                assert known.none if value is None else known.some
                is_told = known.values is not None and not known.base
                assert value is None or not is_told or value in (known.values or ())
                if isinstance(value, int | Decimal) and not known.base:
                    assert known.range.low is None or known.range.low <= value
                    assert known.range.high is None or value <= known.range.high


@dataclass(frozen=True)
class _Case:
    text: str
    proved: bool | None


CASES = [
    _Case("data.n > 6", proved=False),
    _Case("0 < data.n <= 6", proved=True),
    _Case("data.n > 3", proved=None),
    _Case("data.n == 1 and data.n == 2", proved=False),
    _Case("data.n != 1 or data.n != 2", proved=True),
    _Case("data.n + 1 > 7", proved=False),
    _Case("data.k in ['a', 'b', 'c']", proved=True),
    _Case("data.k == 'a' and data.k == 'b'", proved=False),
    _Case("data.l is None and data.l == 'a'", proved=False),
    _Case("data.l is not None and data.l != 'a' and data.l not in ['b', 'c']", proved=False),
    _Case("data.d < data.n", proved=None),
    _Case("data.b or not data.b", proved=True),
    _Case("data.t == 'a' and data.t != 'a'", proved=False),
    _Case("len(data.t) > 5", proved=False),
    _Case("data.d >= today() and data.d < today()", proved=False),
    _Case("data.d >= today() and data.d <= today() + days(30)", proved=None),
    _Case("data.d > today() + days(2) and data.d < today() + days(2)", proved=False),
    _Case("data.d < data.o and data.o < data.d", proved=False),
    _Case("(data.l | default('a')) == 'd'", proved=False),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_conditions_that_people_write_are_judged(case: _Case) -> None:
    """Bounds, choices, nothing, lengths, days from today and comparisons as written decide what they can decide."""
    tree = read_condition(case.text)

    assert tree is not None
    assert judge(tree, NOTHING_KNOWN, NAMES) is case.proved


def test_value_of_a_sum_keeps_its_bounds() -> None:
    """What is computed from bounded numbers is bounded, as long as its values can be told."""
    tree = read_condition("data.n * 2 + 1")

    assert tree is not None
    assert value_of(tree, NOTHING_KNOWN, NAMES).range.high == 13
