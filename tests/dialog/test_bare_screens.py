"""Buttons are taken off the message of the last screen where there are some, and Telegram is not asked to where there are none."""

from typing import Any

import pytest

from engine.emulator import Emulator

FLOW = """\
flow: main
version: 1
title: Questions
start: [/main]
data:
  name: {type: text, default: ""}
  town: {type: text, default: ""}
  pets: {type: int, default: 0}
steps:
  name: {ask: text, text: "Name?", save: {name: it}}
  town:
    ask: text
    text: "Town?"
    save: {town: it}
    buttons: [{text: "Skip", go: pet}]
  pet: {ask: int, text: "Pets?", save: {pets: it}}
  done: {show: "Thanks.", end: {}}
"""

EDIT, SEND = "editMessageReplyMarkup", "sendMessage"


@pytest.fixture
def calls(emulator: Emulator) -> Any:
    """Give a function that returns what the bot has asked of Telegram since it was last called."""
    log = emulator.world.calls.calls

    def fresh() -> list[str]:
        found = [call.method for call in log if call.method.lower() != "getupdates"]
        log.clear()
        return found

    return fresh


async def test_a_question_without_buttons_costs_one_call(make_chat: Any, calls: Any) -> None:
    """Its answer is followed by the next screen alone; a question with buttons loses them."""
    chat = make_chat(main=FLOW)
    asked = {}
    calls()
    for text in ("/main", "Ann", "Berlin", "many", "2"):
        await chat.send(text)
        asked[text] = calls()

    assert asked.pop("Berlin") == [EDIT, SEND]
    assert {one for methods in asked.values() for one in methods} == {SEND}
    assert [len(asked[text]) for text in ("/main", "Ann", "many")] == [1, 1, 1]


async def test_it_is_known_after_a_restart(make_chat: Any, calls: Any) -> None:
    """The state says whether the last screen has buttons."""
    chat = make_chat(main=FLOW)
    await chat.send("/main")
    await chat.send("Ann")
    (kept,) = chat.store.kept.values()
    assert kept.value.partition(b"\n")[0].endswith(b",false]")

    fresh = make_chat(main=FLOW)
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept
    await fresh.send("Berlin")
    (kept,) = chat.store.kept.values()
    assert kept.value.partition(b"\n")[0].endswith(b",true]")
    calls()
    again = make_chat(main=FLOW)
    again.user_id, again.store.kept = chat.user_id, chat.store.kept
    await again.send("2")
    assert EDIT not in calls()


async def test_what_was_shown_last_counts(make_chat: Any, calls: Any) -> None:
    """A notice below a screen is bare, whatever the screen is; a screen shown again has its buttons."""
    chat = make_chat(main=FLOW)
    await chat.send("/main")
    await chat.send("Ann")
    calls()
    await chat.press("Skip")
    assert EDIT not in calls()
    assert await chat.text() == "Pets?"
    await chat.send("none")
    assert (await chat.text()).endswith("Pets?")
    await chat.send("/start")
    await chat.send("hello")
    assert sum(bool(one["buttons"]) for one in await chat.messages()) == 1
