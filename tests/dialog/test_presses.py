"""One button pressed more than once, or while something else is under way."""

from typing import Any

import pytest

from engine.actions import Context, command

TAKEN = """\
flow: main
version: 1
title: Take
steps:
  take: {do: things.take(), go: taken}
  taken: {show: "Taken.", end: {}}
"""

LIKED = """\
flow: main
version: 1
title: Like
start: [/like]
steps:
  look:
    show: "Do you like it?"
    buttons: [{text: "Like", go: like}, {text: "Leave", go: end}]
  like: {do: things.take(), go: look}
"""


@command("things.take")
async def _take(_context: Context) -> None:
    """Take a thing."""


BROKEN = """\
flow: main
version: 1
title: Break
start: [/break]
steps:
  look: {show: "Break it?", buttons: [{text: "Break", go: break_it}]}
  break_it: {do: things.spoil(), go: end}
  sorry: {show: "It broke.", buttons: [{text: "Leave", go: end}]}
anytime:
  error: {go: sorry, say: Sorry.}
"""


@command("things.spoil")
async def _break(_context: Context) -> None:
    """Break."""
    raise OSError


async def test_a_flow_that_comes_back_at_once_is_run_once(make_chat: Any) -> None:
    """Two presses of a button that runs a flow are one command, although all is as before it afterwards."""
    chat = make_chat(_take, main=TAKEN)
    await chat.send("/start")
    data = await chat.data_of("Go")
    for _ in range(3):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert len(chat.runner.commands) == 1
    texts = [one["text"] for one in await chat.messages() if one["from_bot"]]
    assert texts.count("Taken.") == 1
    assert texts[-1].startswith("Home")


async def test_a_command_that_leads_back_is_run_once(make_chat: Any) -> None:
    """Two presses on one screen are one command, also where the screen after it looks the same."""
    chat = make_chat(_take, main=LIKED)
    await chat.send("/like")
    data = await chat.data_of("Like")
    for _ in range(3):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert len(chat.runner.commands) == 1
    await chat.press("Like")
    assert len(chat.runner.commands) == 2
    assert all(alert["answered"] for alert in await chat.alerts())


@pytest.mark.parametrize(("flow", "begin", "button", "shown"), [
    (LIKED, "/like", "Leave", "Home, "),
    (BROKEN, "/break", "Break", "Sorry.\n\nIt broke."),
])  # fmt: skip
async def test_a_press_while_the_screen_is_shown_again_leads_on_below(
    make_chat: Any, flow: str, begin: str, button: str, shown: str
) -> None:
    """Who writes and presses at once sees the new screen below both, and the copy of the old one loses its buttons."""
    chat = make_chat(_take, _break, main=flow)
    await chat.send(begin)
    await chat.act("messages", {"text": "Hm"})
    await chat.act("presses", {"text": button})
    await chat.deal()

    first, copy, newest = [one for one in await chat.messages() if one["from_bot"]][-3:]
    assert copy["text"] == f"Use the buttons.\n\n{first['text']}"
    assert newest["text"].startswith(shown)
    assert [bool(one["buttons"]) for one in (first, copy, newest)] == [False, False, True]
