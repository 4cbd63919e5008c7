"""What a step remembers, forgets and asks for again."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query


@dataclass(frozen=True, slots=True)
class Echo:
    """A number given back."""

    id: int


@query("echo.number")
async def echo_number(_context: Context, *, n: int) -> Echo:
    """Give a number back."""
    return Echo(n)


COUNT = """\
flow: main
version: 1
title: Count
start: [/count]
data:
  n: {type: int, default: 0}
  note: {type: text, optional: true, default: first}
steps:
  a:
    show: "n {{ got.id }} {% if data.note is not None %}{{ data.note }}{% else %}-{% endif %}"
    load: {got: echo.number(n=data.n)}
    buttons:
      - {text: "Next", go: a, id: next, save: {n: data.n + 1}, when: got.id >= 0}
      - {text: "Clear", go: a, id: clear, save: {note: None}}
      - {text: "Leave", go: end}
"""


async def test_a_query_is_asked_again_when_its_arguments_changed(make_chat: Any) -> None:
    """What a condition asked for before the press does not stand in for what the next screen asks for."""
    chat = make_chat(echo_number, main=COUNT)
    await chat.send("/count")
    await chat.press("Next")
    assert await chat.text() == "n 1 first"


async def test_nothing_saved_is_nothing_kept(make_chat: Any) -> None:
    """None saved into data with a default does not become the default again."""
    chat = make_chat(echo_number, main=COUNT)
    await chat.send("/count")
    await chat.press("Clear")
    await chat.press("Next")
    assert await chat.text() == "n 1 -"


ASKS = """\
flow: main
version: 1
title: Asks
start: [/asks]
data:
  one: {type: decimal, default: 0}
  two: {type: text, default: x}
steps:
  first:
    ask: decimal
    text: "One?"
    invalid: ["No.", "Still no."]
    give_up: {after: 3, go: second}
    save: {one: it}
  second:
    ask: email
    text: "Two?"
    invalid: "Not an address."
    give_up: {after: 2, go: long}
    save: {two: it}
  long:
    show: "{% if data.two == 'x' %}{{ data.two }}{% endif %} {{ data.one | number }}"
    buttons: [{text: "Leave", go: end}]
anytime:
  /second: {go: second}
"""


@pytest.mark.parametrize("text", ["0." + "0" * 30 + "1", "9" * 19, "NaN", "1e5000", "x"])
async def test_an_answer_that_cannot_be_kept_is_a_wrong_answer(make_chat: Any, text: str) -> None:
    """What would not survive the store is refused at once, kindly."""
    chat = make_chat(main=ASKS)
    await chat.send("/asks")
    await chat.send(text)
    assert await chat.text() == "No.\n\nOne?"


async def test_wrong_answers_are_counted_for_their_step(make_chat: Any) -> None:
    """Leaving a question by a command forgets how often it was answered wrong."""
    chat = make_chat(main=ASKS)
    await chat.send("/asks")
    await chat.send("x")
    await chat.send("x")
    await chat.send("/second")
    await chat.send("a@b..de")
    assert await chat.text() == "Not an address.\n\nTwo?"


SUB = """\
flow: sub
version: {version}
title: Sub
start: [/sub2]
steps:
  {step}:
    show: "In sub."
    buttons: [{{text: "Leave", go: end}}]
"""

OUTER = """\
flow: main
version: 1
title: Outer
start: [/outer]
steps:
  sub: {run: sub, go: after}
  after:
    show: "After."
    buttons: [{text: "Leave", go: end}]
"""


async def test_a_sub_flow_that_changed_does_not_lock_anybody_out(
    make_chat: Any, redeploy: Any
) -> None:
    """When the step of a sub-flow is gone, who stood there begins it anew; its end leads on in the flow that ran it."""
    chat = make_chat(main=OUTER, sub=SUB.format(version=1, step="one"))
    await chat.send("/outer")
    assert await chat.text() == "In sub."
    redeploy(chat, main=OUTER, sub=SUB.format(version=2, step="two"))
    await chat.send("hello")
    assert await chat.text() == "Old button.\n\nIn sub."
    await chat.press("Leave")
    assert await chat.text() == "After."


async def test_a_sub_flow_that_is_gone_takes_its_caller_along(
    make_chat: Any, redeploy: Any
) -> None:
    """When a sub-flow is gone, its caller's passing step is no place to stand, nor a first one: home is."""
    chat = make_chat(main=OUTER, sub=SUB.format(version=1, step="one"))
    await chat.send("/outer")
    changed = OUTER.replace("version: 1", "version: 2").replace("run: sub", "run: other")
    redeploy(chat, main=changed, other=SUB.format(version=1, step="one").replace("sub", "other"))
    await chat.send("hello")
    assert (await chat.text()).startswith("Old button.\n\nHome")
    await chat.press("Go")
    assert await chat.text() == "In other."


LONG = """\
flow: main
version: 1
title: Long
start: [/long]
data: {text: {type: text, max: 4000, default: x}}
steps:
  ask:
    ask: text
    text: "Write."
    max: 4000
    save: {text: it}
  see:
    # usher: ignore[too-much-text] because the run time shall cut it
    show: "<b>{{ data.text }}</b> {{ data.text }}"
    buttons: [{text: "Leave", go: end}]
"""


async def test_a_text_too_long_for_telegram_is_cut(make_chat: Any) -> None:
    """A screen that grew too long is shown as far as it fits, whole characters and no broken markup."""
    chat = make_chat(main=LONG)
    await chat.send("/long")
    await chat.send("😀<" * 1300)
    seen = await chat.text()
    assert seen.startswith("😀<😀<")
    assert seen.endswith("…")
    assert len(seen.encode("utf-16-le")) // 2 <= 4096
    assert await chat.buttons() == [["Leave"]]


async def test_a_question_without_its_own_words_has_the_bots(make_chat: Any) -> None:
    """Where `invalid` is left out, a wrong answer is told apart from a word nobody asked for."""
    chat = make_chat(main=LONG)
    await chat.send("/long")
    await chat.send("", contact=True)
    assert await chat.text() == "Not that.\n\nWrite."
