"""Timeouts: when a silent person is moved on, what restarts the clock, and that one firing moves once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.actions import Context, command
from engine.dialog.turns import TurnResult
from tests.dialog.conftest import NOW

MAIN = """\
flow: main
version: 1
title: Timeouts
data: {name: {type: text, optional: true}}
steps:
  offer:
    show: "An offer."
    buttons: [{text: "Take", go: name}, {text: "Look", run: look}]
    timeout: {after: 15m, go: expired, say: "That offer expired."}
  name:
    ask: text
    text: "Your name?"
    max: 5
    save: {name: it}
    timeout: {after: 1h, go: end, say: "Never mind, {{ user.first_name }}."}
  done: {show: "Thanks, {{ data.name }}.", buttons: [{text: "OK", go: end}]}
  expired: {show: "Again?", buttons: [{text: "Again", go: offer}]}
"""
LOOK = """\
flow: look
version: 1
title: Look
steps:
  picture: {show: "A picture.", buttons: [{text: "Back", go: end}]}
"""


async def _offer(make_chat: Any, *functions: Any, **flows: str) -> Any:
    chat = make_chat(*functions, **{"main": MAIN, "look": LOOK, **flows})
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_silence_moves_on(make_chat: Any) -> None:
    """After the time a step gives, the person is where its timeout leads, told why, in a message of its own."""
    chat = await _offer(make_chat)
    before = len(await chat.messages())

    assert await chat.wait(minutes=14) == []
    assert await chat.wait(minutes=1) == [TurnResult.HANDLED]

    assert await chat.text() == "That offer expired.\n\nAgain?"
    assert len(await chat.messages()) == before + 1
    assert (await chat.messages())[-2]["buttons"] in (None, [])


async def test_timeout_to_the_end_leads_below(make_chat: Any) -> None:
    """A flow that ends by its timeout leads back to what ran it."""
    chat = await _offer(make_chat)
    await chat.press("Take")

    await chat.wait(hours=1)

    assert (await chat.text()).startswith("Never mind, Somebody.\n\nHome")


async def test_press_on_an_expired_screen_is_an_old_button(make_chat: Any) -> None:
    """What was offered until the timeout cannot be taken after it."""
    chat = await _offer(make_chat)
    data = await chat.data_of("Take")
    await chat.wait(minutes=15)

    await chat.forge(data)

    assert await chat.text() == "That offer expired.\n\nAgain?"


async def test_whatever_the_person_does_starts_the_clock_anew(make_chat: Any) -> None:
    """A wrong answer is no silence: the time counts from the last screen."""
    chat = await _offer(make_chat)
    await chat.press("Take")
    chat.clock.turn(minutes=59)
    await chat.send("much too long")

    assert await chat.wait(minutes=2) == []
    assert await chat.wait(minutes=58) == [TurnResult.HANDLED]


async def test_stray_entry_is_harmless_and_is_put_right(make_chat: Any) -> None:
    """The state alone tells when a timeout is due: an entry that is early is noted anew, one without a timeout forgotten."""
    chat = await _offer(make_chat)
    key = next(iter(chat.store.kept))
    chat.store.due[key] = NOW
    kept = chat.store.kept[key]

    assert await chat.wait() == [None]

    assert chat.store.due[key] == NOW + timedelta(minutes=15)
    assert chat.store.kept[key] == kept
    await chat.wait(minutes=15)
    chat.store.due[key] = NOW
    assert await chat.wait() == [None]
    assert key not in chat.store.due


async def test_one_firing_moves_once(make_chat: Any) -> None:
    """Two processes that find the same timeout due take its move once."""
    chat = await _offer(make_chat)
    chat.clock.turn(minutes=15)
    key = next(iter(chat.store.kept))
    before = len(await chat.messages())

    ended = await asyncio.gather(*(chat.conversations.expire(chat.bot, key) for _ in range(3)))

    assert sorted(ended, key=str) == [None, None, TurnResult.HANDLED]
    assert len(await chat.messages()) == before + 1


async def test_process_that_lost_the_race_looks_again(make_chat: Any) -> None:
    """A firing whose write comes second finds what the other did, and does nothing."""
    chat = await _offer(make_chat)
    chat.store.interfere = 1

    assert await chat.wait(minutes=15) == [TurnResult.HANDLED]
    assert await chat.text() == "That offer expired.\n\nAgain?"


async def test_silence_in_a_sub_flow_is_silence(make_chat: Any) -> None:
    """A timeout below closes what was opened above its step."""
    chat = await _offer(make_chat)
    await chat.press("Look")

    await chat.wait(minutes=15)

    assert await chat.text() == "That offer expired.\n\nAgain?"


@dataclass(frozen=True, slots=True)
class Hold:
    """A place held for a while."""

    id: int
    expires_at: datetime


@command("holds.make")
async def make_hold(context: Context) -> Hold:
    """Hold a place for ten minutes."""
    return Hold(1, context.now + timedelta(minutes=10))


@command("holds.release")
async def release_hold(_context: Context, *, hold: Hold) -> None:
    """Release a place."""
    if hold.id != 1:
        raise ValueError(hold)


HOLDS = """\
flow: main
version: 1
title: Holds
data: {hold: Hold, name: {type: text, optional: true}}
steps:
  hold: {do: holds.make(), save: {hold: result}}
  name:
    ask: text
    text: "Your name?"
    max: 5
    save: {name: it}
    timeout: {at: data.hold.expires_at, go: release, say: "The place is free again."}
  done: {show: "Thanks.", buttons: [{text: "OK", go: end}]}
  release: {do: holds.release(hold=data.hold), go: gone}
  gone: {show: "Gone.", buttons: [{text: "OK", go: end}]}
"""


async def test_moment_is_not_put_off(make_chat: Any) -> None:
    """`at` names a moment, which nothing the person does puts off."""
    chat = await _offer(make_chat, make_hold, release_hold, main=HOLDS)
    chat.clock.turn(minutes=9)
    await chat.send("much too long")

    assert await chat.wait(minutes=1) == [TurnResult.HANDLED]
    assert await chat.text() == "The place is free again.\n\nGone."


async def test_command_of_a_timeout_is_named_by_the_state_it_was_found_in(make_chat: Any) -> None:
    """A firing that is repeated after a crash asks for the same effect."""
    chat = await _offer(make_chat, make_hold, release_hold, main=HOLDS)
    key = next(iter(chat.store.kept))
    kept = chat.store.kept[key]
    await chat.wait(minutes=10)

    chat.store.kept[key] = kept  # as if the process had died before it wrote
    await chat.conversations.expire(chat.bot, key)

    (_, _, first), (_, _, second) = [one for one in chat.runner.commands if "release" in one[0]]
    assert first == second
    assert f":timeout:{chat.user_id}:{chat.user_id}::{kept.revision}:" in first


OTHERWISE = """\
flow: main
version: 2
title: Timeouts
steps:
  offer: {show: "An offer.", buttons: [{text: "OK", go: end}]}
"""


async def test_timeout_of_a_step_that_a_deploy_removed_is_harmless(
    make_chat: Any, redeploy: Any
) -> None:
    """Nobody is moved by a timeout that the flows in force do not have."""
    chat = await _offer(make_chat)
    shown = await chat.text()
    redeploy(chat, main=OTHERWISE, look=LOOK)

    assert await chat.wait(minutes=15) == [TurnResult.HANDLED]
    assert await chat.text() == shown
    redeploy(chat, look=LOOK, main=LOOK.replace("look", "main"))
    assert await chat.wait(minutes=15) == []


async def test_person_who_lost_access_is_told_so_by_the_timeout(make_chat: Any) -> None:
    """A timeout goes through the same door as a press."""
    chat = await _offer(
        make_chat, main=MAIN.replace("steps:", "access: user.role == 'client'\nsteps:")
    )
    chat.directory.roles[chat.user_id] = "admin"

    await chat.wait(minutes=15)

    assert (await chat.text()).startswith("Not for you.\n\nHome")


async def test_failing_timeout_does_not_repeat_itself(make_chat: Any) -> None:
    """What breaks is told once, and the person stays where they are until they do something."""

    @command("things.crash")
    async def crash_thing(_context: Context) -> None:
        """Break."""
        raise RuntimeError

    flow = MAIN.replace("go: expired, say", "go: bad, say").replace(
        "  expired:", "  bad: {do: things.crash()}\n  expired:"
    )
    chat = await _offer(make_chat, crash_thing, main=flow)

    assert await chat.wait(minutes=15) == [TurnResult.RECOVERED]
    assert await chat.text() == "Broken.\n\nAn offer."
    assert await chat.wait(minutes=15) == []
    await chat.send("?")
    assert await chat.wait(minutes=15) == [TurnResult.RECOVERED]


async def test_turn_without_timeouts_schedules_nothing(make_chat: Any) -> None:
    """Conversations without a timeout cost the index nothing."""
    chat = await _offer(make_chat, main=LOOK.replace("look", "main"))

    assert chat.store.due == {}
