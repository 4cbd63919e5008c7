from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import markupsafe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.actions import Money, User
from engine.flow.annotations import type_of
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.flow.expressions import Fault, Namespace, Scope, compile_expression
from engine.flow.formats import Formats
from engine.flow.templates import Template, compile_template, escape
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
    MapOf,
    Maybe,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Service:
    """A record of the tests."""

    id: int
    title: str
    price: Money
    note: str | None = None


SCOPE = Scope(
    {
        "data": Namespace(
            {
                "name": TEXT,
                "count": INT,
                "yes": BOOL,
                "note": Maybe(TEXT),
                "day": DATE,
                "clock": TIME,
                "instant": DATETIME,
                "length": DURATION,
                "price": MONEY,
                "rate": DECIMAL,
                "service": Maybe(type_of(Service)),
                "words": ListOf(TEXT),
                "counts": MapOf(INT),
                "maybe_words": Maybe(ListOf(TEXT)),
                "services": ListOf(type_of(Service)),
            }
        ),
        "user": type_of(User),
    }
)
FORMATS = Formats("en", ZoneInfo("Europe/Berlin"), "EUR", datetime(2027, 3, 27, 12, tzinfo=UTC))
DATA: dict[str, Any] = {
    "name": "Tom & <b>",
    "count": 2,
    "yes": True,
    "note": None,
    "day": date(2027, 3, 28),
    "clock": None,
    "instant": datetime(2027, 3, 28, 8, 30, tzinfo=UTC),
    "length": timedelta(minutes=90),
    "price": Decimal("12.50"),
    "rate": Decimal("0.5"),
    "service": Service(1, "Cut", Decimal(20)),
    "words": ["a", "b<"],
    "maybe_words": None,
    "services": [Service(1, "Cut", Decimal(20)), Service(2, "Colour", Decimal(50), "long")],
}
ENV: dict[str, Any] = {
    "data": DATA,
    "user": User(7, "client", "Anna", "en", "UTC"),
    "formats": FORMATS,
}


def _compile(text: str, *, html: bool = True) -> Template:
    template, faults = compile_template(text, SCOPE, html=html)
    assert faults == ()
    assert template is not None
    return template


def _faults(text: str, *, html: bool = True) -> tuple[Fault, ...]:
    template, faults = compile_template(text, SCOPE, html=html)
    assert template is None
    return faults


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Hi {{ user.first_name }}!", "Hi Anna!"),
        ("{{ data.name }}", "Tom &amp; &lt;b&gt;"),
        ("<b>{{ data.day | date('long') }}</b>", "<b>March 28, 2027</b>"),
        ("{{ data.price | money }} {{ data.count * 3 }}", "€12.50 6"),
        ("{% if data.note is not None %}{{ data.note }}{% else %}-{% endif %}", "-"),
        ("{% if data.note is None %}-{% else %}{{ data.note }}{% endif %}", "-"),
        ("{% if data.count > 5 %}a{% elif data.yes %}b{% else %}c{% endif %}", "b"),
        ("{% if data.count > 5 %}a{% endif %}", ""),
        (
            (
                "{% for s in data.services %}{{ loop.index }}. {{ s.title }}"
                "{% if s.note is not None %} ({{ s.note }}){% endif %}"
                "{% if not loop.last %}; {% endif %}{% endfor %}"
            ),
            "1. Cut; 2. Colour (long)",
        ),
        (
            "{% for a in data.words %}{% for b in data.words %}{{ loop.index }}{% endfor %}{% endfor %}",
            "1212",
        ),
        ("{{ 'a }} b' }}{# {{ nothing }} #}", "a }} b"),
        ("{% if (data.yes if data.count > 1 else data.count == 0) %}a{% endif %}", "a"),
        ("{% for x in (data.words if data.yes else []) %}{{ loop.index }}{% endfor %}", "12"),
        ("a  {{- data.count -}}  b {%- if data.yes -%} c {%- endif %} d\n", "a2bc d"),
        ("a\r\nb\r\n", "a\nb"),
        ("{ } }} %} {", "{ } }} %} {"),
        ('<a href="https://x.org/?a={{ data.count }}&amp;b">x</a>', None),
        ("{% if data.yes %}<b>a</b>{% else %}<i>a</i>{% endif %}", "<b>a</b>"),
        ("<b>{% if data.yes %}a</b>{% else %}b</b>{% endif %}", "<b>a</b>"),
        ('<pre><code class="language-python">x</code></pre>', None),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', None),
        ("<blockquote expandable><b>a</b></blockquote>", None),
        ("1 &lt; 2 &amp;&#160;&#xA0; & x > y", None),
    ],
)
def test_texts_are_rendered(text: str, shown: str | None) -> None:
    """A text shows its values escaped, its branches and its loops, as Jinja2 would."""
    rendered = _compile(text).render(ENV)

    assert rendered == (text.replace("{{ data.count }}", "2") if shown is None else shown)


def test_labels_are_not_escaped() -> None:
    """A button shows a name as it is, and a "<" in it is just that."""
    assert _compile("1 < {{ data.name }} <x>", html=False).render(ENV) == "1 < Tom & <b> <x>"


@pytest.mark.parametrize(
    ("text", "code", "marked", "said"),
    [
        ("a {{ dta }}", "unknown-name", "dta", 'did you mean "data"?'),
        ("a {{ data.note }}", "maybe-none", "data.note", '"data.note | default(…)"'),
        ("a {{ None }}", "maybe-none", "None", "nothing"),
        ("a {{ data.day }}", "wrong-type", "data.day", 'write "data.day | date"'),
        ("a {{ data.clock }}", "wrong-type", "data.clock", 'write "data.clock | time"'),
        ("a {{ data.instant }}", "wrong-type", "data.instant", '"data.instant | datetime"'),
        ("a {{ data.length }}", "wrong-type", "data.length", '"data.length | duration"'),
        ("a {{ data.price }}", "wrong-type", "data.price", '"data.price | money"'),
        ("a {{ data.price * 2 }}", "wrong-type", "data.price * 2", '"(data.price * 2) | money"'),
        ("a {{ data.rate }}", "wrong-type", "data.rate", '"data.rate | number"'),
        ("a {{ data.yes }}", "wrong-type", "data.yes", "if data.yes else"),
        ("a {{ data.words }}", "wrong-type", "data.words", '"data.words | join"'),
        ("a {{ data.services[0].id }}", "not-allowed", "data.services[0]", "index"),
        ("a {{ data.services }}", "wrong-type", "data.services", "{% for"),
        ("a {{ data.service }}", "maybe-none", "data.service", "may be nothing"),
        ("a {{ data.service | default(None) }}", "maybe-none", None, "may be nothing"),
        ("a {{ }}", "syntax", " ", "empty"),
        ("a {{ data.count", "syntax", "{{", "not closed"),
        ("a {# x", "syntax", "{#", "not closed"),
        ("a {% if data.yes %}", "syntax", "{%", '"if" has no "endif"'),
        ("{% for x in data.words %}", "syntax", "{%", '"for" has no "endfor"'),
        ("{% endif %}", "syntax", "{% endif %}", 'closes no "if"'),
        ("{% else %}", "syntax", "{% else %}", "between"),
        ("{% if data.yes %}{% else x %}{% endif %}", "syntax", " x ", "nothing stands behind"),
        ("{% iff data.yes %}", "not-allowed", "{% iff data.yes %}", 'did you mean "if"?'),
        ("{% set x = 1 %}", "not-allowed", "{% set x = 1 %}", "a text sets no names"),
        ("{% for x, y in data.words %}{% endfor %}", "syntax", None, "for name in list"),
        ("{% for x in data.count %}{% endfor %}", "wrong-type", "data.count", "over a list"),
        (
            "{% for x in data.maybe_words %}{% endfor %}",
            "maybe-none",
            "data.maybe_words",
            "not None",
        ),
        (
            "{% if data.yes if data.yes else data.yes %}x{% endif %}",
            "not-allowed",
            None,
            'write "(data.yes if data.yes else data.yes)"',
        ),
        (
            "{% for x in data.words if data.yes else data.words %}x{% endfor %}",
            "not-allowed",
            "data.words if data.yes else data.words",
            "all of a block",
        ),
        ("{% if data.note %}{% endif %}", "maybe-none", "data.note", "is not None"),
        ("{% if data.count %}{% endif %}", "wrong-type", "data.count", "true or false"),
        ("{% for x in data.words %}{% endfor %}{{ x }}", "unknown-name", "x", "no name"),
        ("<div>x</div>", "bad-html", "<div>", 'tags are "a", "b"'),
        ("x <b>y", "bad-html", "<b>", 'has no "</b>"'),
        ("x</b>", "bad-html", "</b>", "closes no tag"),
        ("a < b", "bad-html", "<", "&lt;"),
        ("a &nbsp; b", "bad-html", "&nbsp;", "&#160;"),
        ("x <b", "bad-html", "<b", "not closed"),
        ("<b {{ data.count }}>x</b>", "bad-html", None, "attribute"),
        ("<a>x</a>", "bad-html", "<a>", "href"),
        ("<a href='x' style='y'>x</a>", "bad-html", None, 'no attribute "style"'),
        ("<a href={{ data.name }}>x</a>", "bad-html", None, "quotes"),
        ("<span class='x'>x</span>", "bad-html", "<span class='x'>", "tg-spoiler"),
        ("<b><i>x</b></i>", "bad-html", "</b>", 'stands where "</i>" is to close "<i>"'),
        ("<b>x</b y>", "bad-html", "</b y>", "nothing stands behind"),
        ("<b x=>y</b>", "bad-html", "<b x=>", 'no attribute "x"'),
        ("<a href='x' !=>y</a>", "bad-html", None, ""),
        ("<code class='py'>x</code>", "bad-html", None, "language-…"),
        ("<tg-time>x</tg-time>", "bad-html", "<tg-time>", "unix"),
        ("{% if data.yes %}<b {% endif %}>x</b>", "bad-html", "<b ", "in its branch"),
        ("<{{ data.count }}>", "bad-html", "<", "opens no tag"),
        ("{{ data.services[0] | join }}", "not-allowed", "data.services[0]", "index"),
        ("{{ [data.service] }}", "wrong-type", "[data.service]", "for"),
        ("<code><b>x</b></code>", "bad-html", "<b>", 'cannot stand inside "<code>"'),
        ("<blockquote><blockquote>x</blockquote></blockquote>", "bad-html", None, "another"),
        ("{% for x in data.words %}<b>{% endfor %}", "bad-html", None, "each round"),
        ("<b {% if data.yes %}x{% endif %}", "bad-html", None, "inside a tag"),
    ],
)
def test_faults_name_what_is_wrong_where(
    text: str, code: str, marked: str | None, said: str
) -> None:
    """Each fault of a text has its code, its span in the whole text, and the mend."""
    fault = _faults(text)[0]

    assert fault.code == code
    assert said in fault.message
    if marked is not None:
        assert text[fault.offset : fault.offset + fault.length] == marked


def test_all_faults_are_found_in_one_pass() -> None:
    """Marks, expressions and tags are all looked at, on every branch."""
    text = "{{ a }}<b>{% if c %}{{ d }}{% else %}{{ data.day }}{% endif %}{% nope %}<div>"

    assert [fault.code for fault in _faults(text)] == [
        "unknown-name",
        "bad-html",
        "unknown-name",
        "unknown-name",
        "wrong-type",
        "not-allowed",
        "bad-html",
    ]


def test_an_unknown_tag_is_one_fault() -> None:
    """A tag that Telegram does not have is told once, where it opens."""
    assert [fault.offset for fault in _faults("a <div>x</div> </p>")] == [2, 15]


def test_branches_that_leave_other_tags_open_are_faults() -> None:
    """A tag opened on one branch alone is a fault, because some user would meet it."""
    assert {fault.code for fault in _faults("{% if data.yes %}<b>{% endif %}x</b>")} == {"bad-html"}


@pytest.mark.parametrize(
    "text",
    [
        "{% if data.yes %}" * 50 + "x" + "{% endif %}" * 50,
        "{% for a in data.words %}" * 3 + "x" + "{% endfor %}" * 3,
        "x" * 9000,
        "{{ " + "(" * 200 + ")" * 200 + " }}",
    ],
)
def test_deep_and_long_texts_are_refused(text: str) -> None:
    """A text that would cost too much is refused before it is compiled."""
    assert "too-complex" in {fault.code for fault in _faults(text)}


def test_long_chains_of_elif_compile() -> None:
    """A text may have many branches; they do not nest."""
    arms = "".join(f"{{% elif data.count == {number} %}}{number}" for number in range(250))

    assert _compile(f"{{% if data.count > 99 %}}x{arms}{{% endif %}}").render(ENV) == "2"


# -- any text


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "{#",
                "#}",
                "-",
                "if",
                "for",
                "in",
                "endif",
                "endfor",
                "else",
                "elif",
                " ",
                "data.yes",
                "data.words",
                "x",
                "<",
                ">",
                "<b>",
                "</b>",
                "'",
                '"',
                "a",
                "&",
                ";",
                "\n",
                "\\",
                "=",
                "/",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    """Nothing a person can type makes the reader raise, and every fault lies in the text."""
    template, faults = compile_template(text, SCOPE, html=True)

    assert (template is None) == bool(faults)
    assert all(0 <= fault.offset <= len(text) for fault in faults)


@given(st.text(max_size=30))
def test_escaping_is_that_of_jinja(text: str) -> None:
    """Values are escaped by the same letters as Jinja2 escapes them."""
    assert escape(text) == str(markupsafe.escape(text))


# -- the examples of the manual

_MANUAL = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text()
_ROW = re.compile(r"^\| `(?P<code>[^`]+)` \| `(?P<shown>[^`]*)` \|", re.MULTILINE)
_EXAMPLES = [(row["code"].replace("\\|", "|"), row["shown"]) for row in _ROW.finditer(_MANUAL)]


@pytest.mark.parametrize(("code", "shown"), _EXAMPLES)
def test_examples_of_the_manual_hold(code: str, shown: str) -> None:
    """Every example in docs/expressions.md gives what the manual says."""
    data = {**DATA, "name": "Anna", "words": ["cut", "colour"], "counts": {"a": 3}}
    env: Mapping[str, Any] = {**ENV, "data": data}
    if re.search("{[{%#]", code):
        assert _compile(code).render(env).replace("\u202f", " ") == shown
        return
    expression, faults = compile_expression(code, SCOPE)
    assert faults == ()
    assert expression is not None
    assert str(expression.evaluate(env)).replace("\u202f", " ") == shown


def test_the_manual_shows_every_function_and_filter() -> None:
    """A function or filter that is not in the manual cannot be found by those who need it."""
    codes = " ".join(code for code, _ in _EXAMPLES)

    assert [name for name in FUNCTIONS if f"{name}(" not in codes] == []
    assert [name for name in FILTERS if not re.search(rf"\| {name}\b", codes)] == []
