"""Texts in Markdown: what they become, and where their mistakes are told."""

from collections.abc import Callable

import pytest

from engine.flow.checked import Checked
from engine.flow.markdown import as_html
from engine.flow.nodes import MapNode, ScalarNode
from engine.flow.source import read_source

type Check = Callable[..., Checked]


def _node(text: str) -> ScalarNode:
    lines = "\n".join(f"  {line}" for line in text.splitlines())
    root = read_source("a.yaml", f"a: |-\n{lines}\n").root
    assert isinstance(root, MapNode)
    node = root.entries["a"]
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ __under__ ~gone~ ||hidden||", "<b>bold</b> <i>it</i> <u>under</u> <s>gone</s> <tg-spoiler>hidden</tg-spoiler>"),
        ("*all _of_ it*", "<b>all <i>of</i> it</b>"),
        ("`a < b` & c", "<code>a &lt; b</code> &amp; c"),
        ("```python\nx < 1\n```", '<pre><code class="language-python">x &lt; 1\n</code></pre>'),
        ("[a *b*](https://x.y/{{ data.n }}?c=1&d)", '<a href="https://x.y/{{ data.n }}?c=1&amp;d">a <b>b</b></a>'),
        ("![😀](tg://emoji?id=123)", '<tg-emoji emoji-id="123">😀</tg-emoji>'),
        (">a\n>b\nc", "<blockquote>a\nb</blockquote>\nc"),
        ("**>a\n>b", "<blockquote expandable>a\nb</blockquote>"),
        (r"\*as it is\* 1\. 2\!", "*as it is* 1. 2!"),
        ("2 * 3 = 6! snake_case_name (5 > 3).", "2 * 3 = 6! snake_case_name (5 &gt; 3)."),
        ("{{ a * b }}{% if a > b %}*yes*{% endif %}", "{{ a * b }}{% if a > b %}<b>yes</b>{% endif %}"),
    ],
)  # fmt: skip
def test_signs_become_tags(text: str, html: str) -> None:
    """Whatever MarkdownV2 can mark is marked, and a sign that means nothing stands for itself, escaped or not."""
    made, slips = as_html(_node(text))
    assert (made.text, slips) == (html, ())


FLOW = """\
flow: visit
version: 1
title: Visit
format: markdown
steps:
  hello:
    show: "TEXT"
    buttons: [{text: "*On*", go: bye, say: "*Well!*"}]
  bye: {show: "<b>Bye</b> *", format: html, end: {}}
"""


def test_a_flow_in_markdown_is_shown_as_html(check_visit: Check) -> None:
    """All messages of the flow are Markdown but those of a step that says otherwise; labels are never marked."""
    checked = check_visit(
        FLOW.replace("TEXT", "*Hello*, {{ user.first_name }}.").replace("*On*", "On")
    )
    assert [problem.message for problem in checked.problems] == []
    assert checked.bot is not None
    texts = {wording.text for wording in checked.bot.flows["visit"].wordings}
    assert {"<b>Hello</b>, {{ user.first_name }}.", "<b>Well!</b>", "<b>Bye</b> *"} <= texts


@pytest.mark.parametrize(
    ("text", "code", "column", "message"),
    [
        ("Hello *you", "markdown", 18, '"*" is not closed'),
        ("*Hello _you* there_", "markdown", 23, '"*" ends while "_" is open'),
        ("*Hello* {{ nobody }}", "unknown-name", 23, 'no name "nobody"'),
        ("*{% if user.role == 'admin' %}a*{% endif %}", "bad-html", None, ""),
    ],
)
def test_mistakes_are_told_where_they_are_written(
    check_visit: Check, text: str, code: str, column: int | None, message: str
) -> None:
    """What is wrong in Markdown is told at its line and column there."""
    checked = check_visit(FLOW.replace("TEXT", text).replace("*On*", "On"))
    problem = checked.problems[0]
    assert (problem.code, problem.position.line) == (code, 7)
    assert column is None or problem.position.column == column
    assert message in problem.message


def test_a_translation_is_written_like_its_original(check_visit: Check) -> None:
    """What translates Markdown is Markdown, and its mistakes are told in its file."""
    bot = (
        "bot: salon\nlocale: en\nlocales: [en, de]\nroles: [client]\nhome: visit\ntime_zone: UTC\ncurrency: EUR\n"
        "messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}\n"
    )
    flow = "flow: visit\nversion: 1\ntitle: Visit\nformat: markdown\nsteps:\n  hello: {show: '*Hello*', end: {}}\n"
    german = (
        "bot: {messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}}\n"
        "menu: {title: M, main: {text: Hallo, buttons: {visit: Besuch}}}\n"
        "visit: {title: Besuch, hello: {text: '*Hallo*'}}\n"
    )
    files = {"bot.yaml": bot, "texts/de.yaml": german}
    checked = check_visit(flow, **files)
    assert [problem.message for problem in checked.problems] == []
    assert checked.bot is not None
    compiled = checked.bot.flows["visit"]
    wording = next(one for one in compiled.wordings if one.path == "visit.hello.text")
    assert compiled.wordings[wording]["de"].text == "<b>Hallo</b>"
    files["texts/de.yaml"] = german.replace("*Hallo*", "*Hallo")
    (problem,) = check_visit(flow, **files).problems
    assert (problem.code, problem.position.path) == ("markdown", "texts/de.yaml")
