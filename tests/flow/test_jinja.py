"""Texts beside Jinja2: what our reader accepts Jinja2 reads the same way, and what Jinja2 refuses we refuse.

`JINJA_TEXTS=5000 pytest tests/flow/test_jinja.py` tries more than the suite does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import add, mul, sub
from types import NoneType
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import jinja2
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment

from engine.flow.annotations import type_of
from engine.flow.expression import arithmetic
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.flow.expressions import Namespace, Scope
from engine.flow.formats import Formats
from engine.flow.templates import compile_template
from engine.flow.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INT,
    MONEY,
    TEXT,
    TIME,
    ListOf,
    Maybe,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRIED: Final = int(os.environ.get("JINJA_TEXTS", "250"))


@dataclass(frozen=True)
class Item:
    """A record of the tests."""

    id: int
    title: str
    note: str | None


TYPES: Final[Mapping[str, Type]] = {
    "name": TEXT, "other": TEXT, "count": INT, "most": INT, "yes": BOOL, "note": Maybe(TEXT), "day": DATE, "at": TIME,
    "start": DATETIME, "span": DURATION, "price": MONEY, "rate": DECIMAL, "words": ListOf(TEXT), "numbers": ListOf(INT),
    "items": ListOf(type_of(Item)),
}  # fmt: skip
SCOPE: Final = Scope({"data": Namespace(TYPES)})
FORMATS: Final = Formats(
    "en", ZoneInfo("Europe/Berlin"), "EUR", datetime(2027, 3, 27, 12, tzinfo=UTC)
)
WORDS = st.text(st.sampled_from("ab<&>'\" \n{}%#-é🙂ß\u2028"), max_size=6)


class Data(dict[str, Any]):
    """Data of which Jinja2 sees the names alone, and no methods of a dict."""

    def __getattribute__(self, name: str) -> Any:
        """Give a name of the data before anything that a dict has."""
        return self[name] if name in TYPES else super().__getattribute__(name)


DATA = st.fixed_dictionaries(
    {
        "name": WORDS,
        "other": WORDS,
        "count": st.integers(-9, 25),
        "most": st.integers(-9, 25),
        "yes": st.booleans(),
        "note": st.none() | WORDS,
        "day": st.dates(date(2026, 1, 1), date(2028, 12, 31)),
        "at": st.just(time(9, 5)),
        "start": st.just(datetime(2027, 3, 28, 8, 30, tzinfo=UTC)),
        "span": st.integers(-3000, 3000).map(lambda minutes: timedelta(minutes=minutes)),
        "price": st.decimals(-99, 9999, places=2),
        "rate": st.decimals(-2, 2, places=1),
        "words": st.lists(WORDS, max_size=3),
        "numbers": st.lists(st.integers(-3, 9), max_size=3),
        "items": st.lists(st.builds(Item, st.integers(1, 9), WORDS, st.none() | WORDS), max_size=3),
    }
).map(Data)


def _environment() -> jinja2.Environment:
    """Make the environment of Jinja2 with our filters, functions and operators, and nothing of its own."""

    class Ours(SandboxedEnvironment):
        intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

        def call_binop(self, _context: Any, operator: str, left: Any, right: Any) -> Any:
            return _calculate(operator, left, right)

    environment = Ours(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.tests = {"None": lambda value: value is None}
    environment.filters = {name: _called(one) for name, one in FILTERS.items()}
    environment.globals = {name: _called(one) for name, one in FUNCTIONS.items()}
    return environment


def _called(operation: Any) -> Any:
    places = [one.name for one in operation.parameters if not one.by_name]

    def call(*given: Any, **named: Any) -> Any:
        given += tuple(named.pop(name) for name in places[len(given) :] if name in named)
        values = [Decimal(str(one)) if isinstance(one, float) else one for one in given]
        return operation.run(*([FORMATS] if operation.localized else []), *values, **named)

    return call


def _calculate(operator: str, left: Any, right: Any) -> Any:
    left, right = (Decimal(str(one)) if isinstance(one, float) else one for one in (left, right))
    of = date if type(left) is date else str if isinstance(left, str) else NoneType
    run = _OPERATORS.get((operator, of)) or _OPERATORS[operator, NoneType]
    return run(left, right)


_OPERATORS: Final[Mapping[tuple[str, type], Callable[[Any, Any], Any]]] = {
    ("+", str): lambda one, other: str(one) + str(other),
    ("+", date): arithmetic.move_day,
    ("-", date): arithmetic.move_day_back,
    ("+", NoneType): add,
    ("-", NoneType): sub,
    ("*", NoneType): mul,
    ("/", NoneType): arithmetic.divide,
    ("//", NoneType): arithmetic.divide_whole,
    ("%", NoneType): arithmetic.remainder,
}


JINJA: Final = _environment()
LABELS: Final = JINJA.overlay(autoescape=False)


# -- good texts of every construct


def _joined(shape: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Fill the gaps of a shape, `§`, with parts; now and then in parentheses."""
    maybe = [st.one_of(part, part, part.map("({})".format)) for part in parts]
    return st.tuples(*maybe).map(lambda found: _fill(shape, found))


def _fill(shape: str, parts: tuple[str, ...]) -> str:
    pieces = shape.split("§")
    return pieces[0] + "".join(part + piece for part, piece in zip(parts, pieces[1:], strict=True))


def _named(make: Callable[[], st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    """Give a strategy that Hypothesis writes out as a name, for all that is in it would be too long."""
    made = make()

    @st.composite
    def draw_text(draw: st.DrawFn) -> str:
        return draw(made)

    return draw_text()


_LEAF_INT = st.sampled_from(
    ["data.count", "data.most", "0", "7", "len(data.name)", "len(data.words)", "round(data.rate)"]
)
INTS = _named(
    lambda: st.recursive(
        _LEAF_INT,
        lambda inner: st.one_of(
            *(_joined(f"§ {sign} §", inner, inner) for sign in ("+", "-", "*")),
            _joined("§ // 3", inner),
            _joined("§%4", inner),
            _joined("-§", inner),
            _joined("+ §", inner),
            _joined("min(§, §)", inner, inner),
            _joined("max(§, §, 3)", inner, inner),
            _joined("abs(§)", inner),
            _joined("§ if data.yes else §", inner, inner),
            _joined("§ | default(§)", inner, inner),
        ),
        max_leaves=4,
    )
)
_ESCAPES = [
    "'it\\'s'", '"\\""', "'\\n\\t'", "'\\u00e9\\x41'", "'}}'", '"%}"', "'{{'", "'{#'", "'🙂'", "'é' ", "''", "'a\"b'", "'\\\\'",
]  # fmt: skip
_LEAF_TEXT = st.sampled_from(["data.name", "data.other", *_ESCAPES])
TEXTS = _named(lambda: st.recursive(
    st.one_of(
        _LEAF_TEXT,
        _joined("§ | number", INTS),
        _joined("§|number(2)", INTS),
        _joined("§ | plural(one='day', other=\"days\")", INTS),
        st.sampled_from(
            [
                "data.day | date", "data.day|date('long')", "data.day | date(style='full')", "data.day | weekday('short')",
                "(data.day + days(3)) | date", "data.day - days(1) | date", "today() | date", "data.at | time",
                "data.start | datetime('short')", "data.start | time", "data.span | duration", "(data.span * 2) | duration",
                "data.price | money", "(data.price * 2 - 1) | money", "data.price * 2 | money", "data.rate | number(1)",
                "data.rate / 4 | number", "(data.rate / 4) | number", "0.5 | number", "data.note | default('-')",
                "data.note | default(data.name) | upper", "data.words | join", "data.words|join(' / ')|upper",
                "data.numbers | join", "['a', data.name] | join('+')", "hours(1) | duration",
            ]
        ),
    ),
    lambda inner: st.one_of(
        _joined("§ + §", inner, inner),
        _joined("§ | upper", inner),
        _joined("§|lower", inner),
        _joined("§ | capitalize | lower", inner),
        _joined("§ if data.count > 2 else §", inner, inner),
        _joined("§ if data.yes and not data.count == 1 else §", inner, inner),
        _joined("data.note if data.note is not None else §", inner),
    ),
    max_leaves=4,
))  # fmt: skip
BOOLS = _named(lambda: st.recursive(
    st.one_of(
        st.sampled_from(["data.yes", "True", "false", "data.note is None", "data.note is not None", "data.note == None"]),
        *(_joined(f"§ {sign} §", INTS, INTS) for sign in ("<", "<=", ">", ">=", "==", "!=")),
        _joined("§ < § <= §", INTS, INTS, INTS),
        _joined("1 == § != §", INTS, INTS),
        _joined("§ == §", TEXTS, TEXTS),
        _joined("§ in §", TEXTS, TEXTS),
        _joined("§ not in data.words", TEXTS),
        _joined("§ in [§, 2]", INTS, INTS),
        _joined("not § in (1, 2)", INTS),
    ),
    lambda inner: st.one_of(
        _joined("§ and §", inner, inner),
        _joined("§ or §", inner, inner),
        _joined("not §", inner),
        _joined("§ if § else §", inner, inner, inner),
        _joined("data.note is not None and (data.note == 'a' or §)", inner),
    ),
    max_leaves=3,
))  # fmt: skip
_IN_LOOP = st.sampled_from(
    ["loop.index", "one.title", "one.id", "loop.index * 2", "one.note | default('')",
     "'first' if loop.first else 'next'", "one.title if not loop.last else one.title | upper"]
)  # fmt: skip
_OPEN = st.sampled_from(["{{", "{{ ", "{{-", "{{- ", "{{\n"])
_CLOSE = st.sampled_from(["}}", " }}", " -}}", "-}}", "\n}}"])
_BEGIN = st.sampled_from(["{%", "{% ", "{%- ", "{%-\n"])
_END = st.sampled_from([" %}", " -%}", "\n%}"])
LITERALS = st.text(st.sampled_from("ab \n\t>'\"}%#-é🙂\u2028\x85\r"), max_size=6) | st.sampled_from(
    ["<b>x</b>", "&lt;", "&#160;", '<a href="https://x.org">y</a>', "{ }", "}}", "%}", "#}", " {- "]
)


def _output(value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("{}{}{}".format, _OPEN, value, _CLOSE)


def _block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def mark(word: str, code: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[str]:
        return st.builds(
            "{}{} {}{}".format, _BEGIN, st.just(word), st.just("") if code is None else code, _END
        )

    in_loop = st.one_of(LITERALS, _output(_IN_LOOP), inner)
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(mark("if", BOOLS), inner, mark("endif")).map("".join),
        st.tuples(mark("if", BOOLS), inner, mark("else"), inner, mark("endif")).map("".join),
        st.tuples(
            mark("if", BOOLS), inner, mark("elif", BOOLS), inner, mark("else"), inner, mark("endif")
        ).map("".join),
        st.tuples(mark("for", st.just("one in data.items")), in_loop, in_loop, mark("endfor")).map(
            "".join
        ),
        st.tuples(
            mark("for", st.just("word in data.words")),
            _output(st.just("word ~ ''") | st.just("word")),
            mark("endfor"),
        ).map("".join),
        st.tuples(
            mark("for", st.just("n in [1, data.count]")),
            _output(st.just("n + loop.index")),
            mark("endfor"),
        ).map("".join),
        st.builds(
            "{{#{}{}{}#}}".format, st.sampled_from(["", "-"]), LITERALS, st.sampled_from(["", "-"])
        ),
    )


GOOD = _named(lambda: st.recursive(LITERALS | _output(TEXTS) | _output(INTS), _block, max_leaves=5))


def _shown(text: str, data: Data, *, html: bool = True) -> str | None:
    """Give what we show, or None where we refuse the text."""
    template, faults = compile_template(text, SCOPE, html=html)
    assert (template is None) == bool(faults)
    return template.render({"data": data, "formats": FORMATS}) if template else None


@settings(max_examples=TRIED)
@given(GOOD, DATA)
def test_texts_mean_what_they_mean_in_jinja(text: str, data: Data) -> None:
    """Every construct that we accept shows in Jinja2, with our filters, what we show."""
    shown = _shown(text, data)
    event("accepted" if shown is not None else "refused")

    assert shown is None or shown == JINJA.from_string(text).render(data=data)


_PIECES = [
    "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "~", "if", "for", "in", "endif", "endfor", "else", "elif", "end", "set x = 1", "raw",
    "endraw", "recursive", "x", "one", "word", "loop", "data", ".", ",", "|", "upper", "safe", "(", ")", "[", "]", "'", '"', "\\", " ",
    "\n", "not", "is", "None", "none", "and", "or", "==", "=", "<", "1", "0.5", "1_0", "0x1", "1e3", "007", "*", "**", "//", "%", "@", "!",
    ":", ";", "é", "\u00a0", "\u2028", "\ufeff", "\x0c", "lambda", "await", "True", "true", "defined", "import", "in range(3)", "b'x'", "f'x'",
]  # fmt: skip


@st.composite
def _spoiled(draw: st.DrawFn) -> str:
    """Change a good text in one to three places."""
    text = draw(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 4)))
        piece = draw(st.sampled_from(["", *_PIECES]) | st.just(text[at:end] * 2))
        text = text[:at] + piece + text[end:]
    return text


@settings(max_examples=TRIED)
@given(_spoiled(), DATA)
def test_what_jinja_refuses_is_refused(text: str, data: Data) -> None:
    """A good text with a few changes is refused wherever Jinja2 refuses it, and else is shown as Jinja2 shows it."""
    for html, theirs in ((True, JINJA), (False, LABELS)):
        shown = _shown(text, data, html=html)
        event("accepted" if shown is not None else "refused")

        assert shown is None or shown == theirs.from_string(text).render(data=data)
