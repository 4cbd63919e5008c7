"""What is kept, and what is done again, when something fails in the middle of a turn."""

from typing import Any

import pytest

from engine.actions import Context, command, query
from tests.dialog.conftest import BOT_YAML

COUNTS = {"first": 0, "second": 0}


@command("steps.first")
async def take_first(_context: Context) -> int:
    """Count and answer."""
    COUNTS["first"] += 1
    return COUNTS["first"]


@command("steps.second")
async def take_second(_context: Context) -> int:
    """Break, always."""
    COUNTS["second"] += 1
    raise RuntimeError("out of order")


def _flow(error: str = "") -> str:
    return f"""\
flow: main
version: 1
title: Two commands
start: [/two]
data: {{first: {{type: int, default: 0}}}}
steps:
  begin:
    do: steps.first()
    save: {{first: result}}
    go: show
  show:
    show: "First: {{{{ data.first }}}}"
    buttons: [{{text: "Both", go: first}}, {{text: "Leave", go: end}}]
  first:
    do: steps.first()
    save: {{first: result}}
    go: second
  second:
    do: steps.second()
    go: show
  again:
    do: steps.second()
    go: show
{error}"""


@pytest.fixture(autouse=True)
def _fresh() -> None:
    COUNTS.update(first=0, second=0)


ERROR = "anytime:\n  error: {go: again}\n"


async def test_a_turn_is_taken_anew_when_another_process_wrote(make_chat: Any) -> None:
    """The loser of a race takes its turn from the newer state, and asks for the same effects by the same keys."""
    chat = make_chat(take_first, take_second, main=_flow().replace(AGAIN, ""))
    chat.store.interfere = 1
    await chat.send("/two")
    assert (await chat.text()).startswith("First")
    keys = [key for _, _, key in chat.runner.commands]
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_a_conversation_that_never_settles_is_told_so(make_chat: Any) -> None:
    """After three tries the person hears that it did not work, and nothing is shown that was not kept."""
    chat = make_chat(take_first, take_second, main=_flow().replace(AGAIN, ""))
    chat.store.interfere = 3
    await chat.send("/two")
    assert await chat.text() == "Broken."
    assert not chat.store.kept
    assert chat.results == ["failed"]


async def test_the_error_edge_keeps_what_was_done(make_chat: Any) -> None:
    """When the second command fails, what the first one gave is not forgotten: its effect is there."""
    edge = 'anytime:\n  error: {go: show, say: "The second one failed."}\n'
    chat = make_chat(take_first, take_second, main=_flow(edge).replace(AGAIN, ""))
    await chat.send("/two")
    assert chat.results == ["handled"]
    await chat.press("Both")
    assert chat.results == ["recovered"]
    assert await chat.text() == "The second one failed.\n\nFirst: 2"


async def test_an_error_edge_that_fails_too_is_taken_once(make_chat: Any) -> None:
    """A flow whose error edge leads into the same failure does not go round in it."""
    chat = make_chat(take_first, take_second, main=_flow(ERROR))
    await chat.send("/two")
    await chat.press("Both")
    assert COUNTS["second"] <= 4
    assert (await chat.alerts())[-1]["answered"]


AGAIN = """\
  again:
    do: steps.second()
    go: show
"""


@query("steps.left")
async def count_left(_context: Context) -> int:
    """Break, always."""
    raise RuntimeError("out of order")


SHOWN = """\
flow: main
version: 1
title: A command and what follows
start: [/two]
steps:
  begin:
    show: "Shall we?"
    buttons: [{text: "Do it", go: first}, {text: "Look", go: after}]
  first:
    do: steps.first()
    go: after
  after:
    show: "{{ left }} are left."
    load: {left: steps.left()}
    buttons: [{text: "Back", go: begin}]
anytime:
  error: {go: end, say: "Nothing was done."}
"""
DONE = '  done_anyway: "It is done."\n'


async def test_nobody_is_told_that_nothing_was_done_when_it_was(make_chat: Any) -> None:
    """When what follows a command breaks, the words of the error, which know nothing of it, are not said."""
    chat = make_chat(take_first, count_left, main=SHOWN, bot=BOT_YAML + DONE)
    await chat.send("/two")
    await chat.press("Do it")
    assert COUNTS["first"] == 1
    said = [message["text"] for message in await chat.messages()]
    assert any("It is done." in text for text in said)
    assert not any("Nothing was done." in text for text in said)


async def test_the_words_of_an_error_are_said_where_nothing_was_done(make_chat: Any) -> None:
    """The same failure without a command before it is told in the flow's own words."""
    chat = make_chat(take_first, count_left, main=SHOWN, bot=BOT_YAML + DONE)
    await chat.send("/two")
    await chat.press("Look")
    said = [message["text"] for message in await chat.messages()]
    assert any("Nothing was done." in text for text in said)
    assert not any("It is done." in text for text in said)
