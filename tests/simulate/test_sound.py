"""What must hold after every act: each kind of flaw is seen where it is, and what Telegram may well do is none."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from aiogram.exceptions import TelegramAPIError

from engine.emulator.faults import Fault
from engine.simulate.chat import simulate
from engine.simulate.invariants import Invariant, read_invariants
from engine.simulate.sound import Inspector, Wrong
from tests.simulate.test_chat import ACTIONS, MAIN

if TYPE_CHECKING:
    from engine.simulate.chat import Chat
    from tests.simulate.conftest import MakeSimulator


async def _post(chat: Chat, text: str) -> None:
    with suppress(TelegramAPIError):
        await chat.stage.telegram.send_message(chat.sight.place.chat.id, text)


async def test_what_telegram_refuses_is_seen_once(make_simulator: MakeSimulator) -> None:
    """A message beyond Telegram's bounds is a flaw of the act in which it was sent."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        inspector = Inspector(chat.stage)
        await chat.send("/main")
        await _post(chat, "x" * 5_000)

        flaw = await inspector.inspect("ann")

        assert flaw is not None
        assert flaw.wrong is Wrong.REFUSED
        assert flaw.fact == "Telegram refuses sendMessage: Bad Request: message is too long"
        assert await inspector.inspect("ann") is None


async def test_trouble_that_was_asked_for_is_no_flaw(make_simulator: MakeSimulator) -> None:
    """A fault of Telegram, or a person who has blocked the bot, says nothing of the bot."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        inspector = Inspector(chat.stage)
        await chat.send("/main")
        chat.stage.world.faults.add(Fault(error=400, description="Bad Request: no luck"))
        await _post(chat, "Hello")
        await chat.block()
        await _post(chat, "Hello")

        assert await inspector.inspect("ann") is None


async def test_a_press_that_waits_for_ever_is_seen(make_simulator: MakeSimulator) -> None:
    """A press without an answer leaves its button waiting."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        place = chat.sight.place
        message = next(one for one in reversed(place.chat.messages.values()) if one.from_bot)
        chat.stage.world.new_callback(
            place.require_bot(), place.user, message, data="x", button_text="Apple"
        )

        flaw = await Inspector(chat.stage).inspect("ann")

        assert flaw is not None
        assert (flaw.wrong, flaw.fact) == (
            Wrong.UNANSWERED,
            'the press on "Apple" is not answered',
        )


async def test_a_screen_that_is_not_what_is_kept_is_seen(make_simulator: MakeSimulator) -> None:
    """Who sees a step in which they do not stand is told of what they see next to nothing."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        key, kept = chat.stage.key_of(chat.sight), chat.stage.ports.store
        await chat.send("/main")
        before = await kept.load(key)
        assert before is not None
        await chat.pick(1)
        after = await kept.load(key)
        assert after is not None
        await kept.save(key, before.value, expected_revision=after.revision)

        flaw = await Inspector(chat.stage).inspect("ann")

        assert flaw is not None
        assert (flaw.wrong, flaw.mark) == (Wrong.ADRIFT, "main.what")


async def test_a_step_without_a_way_on_is_seen(make_simulator: MakeSimulator) -> None:
    """A window whose buttons are all hidden holds a person until they write a command."""
    flow = """\
flow: main
version: 1
title: Main
start: [/main]
steps:
  # usher: ignore[trap] because this is what the test is about
  wall:
    show: "A wall."
    buttons:
      - {text: "Through", go: end, when: user.role == 'admin'}
"""
    async with simulate(make_simulator(*ACTIONS, main=flow)) as chat:
        await chat.send("/main")

        flaw = await Inspector(chat.stage).inspect("ann")

        assert flaw is not None
        assert (flaw.wrong, flaw.mark) == (Wrong.STUCK, "main.wall")


SQL = """\
-- What all of it is about

-- Nobody is nobody.
SELECT 1
WHERE ';' = 'x';
-- Two lines of comment
-- The day is young
SELECT 2 WHERE :now > now();
"""


def test_truths_are_read_with_their_names() -> None:
    """The comment right above a query is its name; a semicolon within a line ends nothing."""
    assert read_invariants(SQL) == (
        Invariant("Nobody is nobody", "SELECT 1\nWHERE ';' = 'x'"),
        Invariant("The day is young", "SELECT 2 WHERE :now > now()"),
    )


@pytest.mark.parametrize("text", ["SELECT 1;\n", "-- One\nSELECT 1\n", "-- One\n\n  \nSELECT"])
def test_what_is_no_truth_is_refused(text: str) -> None:
    """A query without a name, or without an end, is told of."""
    with pytest.raises(ValueError, match="query"):
        read_invariants(text)
