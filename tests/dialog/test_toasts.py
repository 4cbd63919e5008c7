"""Answers to a press: on top of the chat where there was one, above the next screen where there was none."""

from typing import Any, Literal

import pytest

from engine.actions import Context, Outcome, command

FLOW = """\
flow: main
version: 1
title: Main
data:
  count: {type: int, min: 0, max: 9, default: 0}
  note: {type: text, max: 20, optional: true}
steps:
  first:
    show: "First, {{ data.count }}."
    buttons:
      - {text: More, go: first, save: {count: "min(data.count + 1, 9)"}, toast: "Now {{ data.count }} & on"}
      - {text: Warn, go: second, alert: "Mind, {{ user.first_name | default('you') }}!", say: Said.}
      - {text: Tell, toast: Only this.}
      - {text: Take, go: take, id: take, toast: Taking.}
      - {text: Run, run: other, alert: Off we go.}
      - {text: Write, go: write}
  second:
    ask: phone
    text: Number?
    share: Share
    save: {}
    buttons: [{text: Back, go: first, toast: "Back <again>"}]
    timeout: {after: 1m, go: first, toast: Too late.}
    go: first
  write: {ask: text, text: Write., max: 20, save: {note: it}, go: first, toast: "It was {{ data.note }}"}
  take: {do: things.take(), outcomes: {gone: {go: first, alert: It was gone.}}, go: first, toast: Taken.}
anytime:
  /stop: {go: first, toast: Stopped.}
"""
OTHER = """\
flow: other
version: 1
title: Other
steps: {only: {show: Other., buttons: [{text: Out, go: end}]}}
"""


@command("things.take")
async def _take(context: Context) -> Outcome[Literal["gone"]] | None:
    """Take a thing, if one is left."""
    return Outcome("gone") if context.user.role == "admin" else None


@pytest.fixture
async def chat(make_chat: Any) -> Any:
    """Open a chat at the first step."""
    opened = make_chat(_take, main=FLOW, other=OTHER)
    await opened.send("/start")
    await opened.press("Go")
    return opened


async def last(chat: Any) -> tuple[str | None, bool]:
    """Return the last answer to a press, and whether it is an alert."""
    answer = (await chat.alerts())[-1]
    return answer["text"], answer["show_alert"]


async def test_a_toast_answers_the_press_after_it_has_saved(chat: Any) -> None:
    """A toast reads what the press kept, is plain text, and does not stand in the message."""
    await chat.press("More")

    assert await last(chat) == ("Now 1 & on", False)
    assert await chat.text() == "First, 1."


async def test_an_alert_is_to_be_confirmed_and_stands_beside_what_is_said(chat: Any) -> None:
    """An alert and what is said above the next screen do not shut each other out."""
    await chat.press("Warn")

    text, is_alert = await last(chat)
    assert (str(text)[:5], is_alert) == ("Mind,", True)
    assert await chat.text() == "Said.\n\nNumber?"


async def test_a_button_may_do_nothing_but_tell(chat: Any) -> None:
    """A button with a toast alone answers, and the screen stays as it is, with its other buttons live."""
    before = (await chat.messages())[-1]

    await chat.press("Tell")

    assert await last(chat) == ("Only this.", False)
    assert (await chat.messages())[-1] == before


async def test_a_button_that_runs_a_flow_answers(chat: Any) -> None:
    """An alert beside `run` answers the press that opens the flow."""
    await chat.press("Run")

    assert await last(chat) == ("Off we go.", True)
    assert await chat.text() == "Other."


async def test_the_last_of_several_answers_and_none_is_lost(chat: Any) -> None:
    """Of the toasts of one turn the last is the answer; those before stand above the next screen."""
    await chat.press("Take")
    assert await last(chat) == ("Taken.", False)
    assert await chat.text() == "Taking.\n\nFirst, 0."

    chat.directory.roles[chat.user_id] = "admin"
    await chat.press("Take")
    assert await last(chat) == ("It was gone.", True)
    assert await chat.text() == "Taking.\n\nFirst, 0."


async def test_where_nothing_was_pressed_it_is_said(chat: Any) -> None:
    """A key under the chat, an answer, a command and a timeout have no press to answer: a toast stands above the screen."""
    await chat.press("Warn")
    await chat.press("Back")
    assert await chat.text() == "Back <again>\n\nFirst, 0."

    await chat.press("Write")
    await chat.send("a & b")
    assert await chat.text() == "It was a & b\n\nFirst, 0."

    await chat.send("/stop")
    assert await chat.text() == "Stopped.\n\nFirst, 0."

    await chat.press("Warn")
    await chat.wait(minutes=2)
    assert await chat.text() == "Too late.\n\nFirst, 0."


async def test_a_press_that_comes_again_is_answered_again(chat: Any) -> None:
    """Should the process end before it answered, the update that comes again brings the same answer, and moves nothing."""
    await chat.act("presses", {"text": "More"})
    [update] = await chat.bot.get_updates(timeout=0)
    await chat.bot.get_updates(offset=update.update_id + 1, timeout=0)

    await chat.dispatcher.feed_update(chat.bot, update)
    await chat.dispatcher.feed_update(chat.bot, update)

    assert await last(chat) == ("Now 1 & on", False)
    assert await chat.text() == "First, 1."
