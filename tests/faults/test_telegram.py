"""Telegram refuses, is slow, or falls over: the final state is shown, once where that can be, and nobody else waits."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from engine.emulator import people
from tests.faults.conftest import reach_question
from tests.faults.site import Site


@pytest.fixture(autouse=True)
def _no_faults_left(steady: Site) -> Iterator[None]:
    yield
    steady.emulator.world.faults.clear()


async def fail(site: Site, method: str, **fault: Any) -> None:
    """Make the next calls of a method fail."""
    async with httpx.AsyncClient(base_url=site.emulator.base_url) as client:
        answer = await client.post("/_emulator/faults", json={"method": method, **fault})
        assert answer.is_success, answer.text


async def test_f19_flood_control_delays_one_and_no_other(steady: Site) -> None:
    """A message that Telegram holds up arrives once, after the wait; somebody else's arrives meanwhile."""
    ann, bob = await reach_question(steady, "one"), steady.person("Bob")
    await fail(steady, "editMessageText", error=429, retry_after=2, chat_id=ann.id)
    ann.presses("No")
    bob.says("/start")
    await bob.sees("Home of Bob", seconds=1.9)
    await ann.sees("Home of Ann")
    assert sum("Nothing was marked" in text for text in ann.texts()) == 1


async def test_f20_flood_control_on_an_edit_keeps_what_was_done(steady: Site) -> None:
    """The mark is made once, and the screen shows it after the wait."""
    ann = await reach_question(steady, "one")
    await fail(steady, "editMessageText", error=429, retry_after=1, times=2, chat_id=ann.id)
    ann.presses("Yes")
    await ann.sees("Marked as № 1")
    rows = await steady.fetch("SELECT note FROM lab_marks WHERE user_id = $1", ann.id)
    assert rows == ["one"]


async def test_f21_a_screen_that_is_not_modified_is_no_fault(steady: Site) -> None:
    """An old button that shows the same screen again says so, and nothing is logged as a failure."""
    ann = await reach_question(steady, "one")
    ann.presses("Look")
    await ann.sees("Seen 0")
    ann.presses("Back")
    await ann.sees("Mark “one”")
    data = ann.person.alerts()[0]["data"]
    message_id = (ann.last() or {})["message_id"]
    ann.presses(data=data, message_id=message_id, forge=True)
    await ann.is_answered(3)
    await ann.sees("Mark “one”")


REFUSALS = [
    "Bad Request: message to edit not found",
    "Bad Request: message can't be edited",
    "Bad Request: there is no text in the message to edit",
    "Bad Request: MESSAGE_ID_INVALID",
]


@pytest.mark.parametrize("reason", REFUSALS)
async def test_f22_an_edit_that_cannot_be_becomes_a_message(steady: Site, reason: str) -> None:
    """Whatever Telegram has against the edit, the next screen is shown as a new message."""
    ann = await reach_question(steady, "one")
    before = len(ann.texts())
    await fail(steady, "editMessageText", error=400, description=reason, chat_id=ann.id)
    ann.presses("Look")
    await ann.sees("Seen 0")
    assert len(ann.texts()) == before + 1
    await ann.is_answered(1)


async def test_f24_a_chat_that_is_gone_holds_nobody_up(steady: Site) -> None:
    """What cannot be delivered to one chat is given up there, and others are served."""
    ann, bob = await reach_question(steady, "one"), steady.person("Bob")
    description = "Bad Request: chat not found"
    await fail(steady, "editMessageText", error=400, description=description, chat_id=ann.id)
    ann.presses("Look")
    bob.says("/start")
    await bob.sees("Home of Bob")
    await ann.is_answered(1)


async def test_f25_a_page_of_html_is_waited_out(steady: Site) -> None:
    """A gateway that answers with pages is asked again, more slowly, until the screen has arrived."""
    ann = await reach_question(steady, "one")
    await fail(steady, "editMessageText", error=502, html=True, times=2, chat_id=ann.id)
    ann.presses("Yes")
    await ann.sees("Marked as № 1")


async def test_f26_a_line_cut_before_and_after_delivery(steady: Site) -> None:
    """Of a new message, one arrives when the line was cut before it, and at most two when it was cut after it."""
    for cut, most in (("before", 1), ("after", 2)):
        ann = steady.person()
        await fail(steady, "sendMessage", cut=cut, chat_id=ann.id)
        ann.says("/start")
        await ann.sees("Home of Ann")
        await asyncio.sleep(1.5)
        assert 1 <= len(ann.texts()) <= most


async def test_f28_an_answer_that_comes_too_late_is_no_fault(steady: Site) -> None:
    """Telegram no longer takes the answer of a callback; the screen is shown all the same."""
    ann = await reach_question(steady, "one")
    description = (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    await fail(steady, "answerCallbackQuery", error=400, description=description)
    ann.presses("Look")
    await ann.sees("Seen 0")


async def test_f30_a_name_is_text(steady: Site) -> None:
    """A name that looks like HTML is shown as it is written."""
    eve = steady.person("<b>Eve</b> & Co")
    eve.says("/start")
    await eve.sees("Home of <b>Eve</b> & Co, 0 marks")


async def test_f23_somebody_who_blocked_the_bot_can_come_back(steady: Site) -> None:
    """What cannot reach them holds nobody up, and /start finds them where a stranger begins."""
    ann, bob = await reach_question(steady, "one"), steady.person("Bob")
    ann.presses("Look")
    ann.person.blocks()
    bob.says("/start")
    await bob.sees("Home of Bob")
    ann.says("/start")
    await ann.sees("Home of Ann")


async def test_f29_conversations_follow_their_group(steady: Site) -> None:
    """Who stood in a flow as the group got another id goes on there, whether they answer or press what they saw before."""
    world, ann, bob = steady.emulator.world, steady.person(), steady.person("Bob")
    group = world.new_group("Team", supergroup=False, creator_id=ann.id)
    bot = next(iter(world.bots.values()))
    people.set_member(world, group, bot, "administrator", by=world.users[ann.id])
    people.set_member(world, group, world.users[bob.id], "member", by=world.users[ann.id])
    before = [steady.person(chat_id=group.id, number=one.id) for one in (ann, bob)]
    before[0].says("/mark")
    await before[0].sees("Note")
    before[1].says("/mark")
    before[1].says("bob's")
    await before[1].sees("Mark “bob's”")

    moved = people.migrate(world, group)

    after = [steady.person(chat_id=moved.id, number=one.id) for one in (ann, bob)]
    after[0].says("ann's")
    asked = await after[0].sees("Mark “ann's”")
    before[1].presses("Yes")
    await after[1].sees("Marked as № 1")
    after[0].presses("Yes", message_id=asked["message_id"])
    await after[0].is_answered(1)
    notes = await steady.fetch(
        "SELECT note FROM lab_marks WHERE user_id = ANY($1::bigint[])", [ann.id, bob.id]
    )
    assert sorted(notes) == ["ann's", "bob's"]


async def test_f29_a_group_that_became_a_supergroup(steady: Site) -> None:
    """After a group has moved to another id the bot serves it there."""
    world, ann = steady.emulator.world, steady.person()
    group = world.new_group("Team", supergroup=False, creator_id=ann.id)
    bot = next(iter(world.bots.values()))
    people.set_member(world, group, bot, "member", by=world.users[ann.id])
    before = steady.person(chat_id=group.id, number=ann.id)
    before.says("/start")
    await before.sees("Home of Ann")

    moved = people.migrate(world, group)

    after = steady.person(chat_id=moved.id, number=ann.id)
    after.says("/start")
    await after.sees("Home of Ann")
