"""Updates come twice, late, too many or broken, and processes die over them: each has one effect, and none is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.faults.conftest import reach_question
from tests.faults.site import Site

GIVEN_UP = "SELECT reason FROM inbox WHERE set_aside_at IS NOT NULL"


@pytest.fixture
async def calm(steady: Site) -> AsyncIterator[Site]:
    """Give a lab whose bot runs, and in which nothing breaks yet."""
    yield steady
    await steady.execute("DELETE FROM lab_marks")
    await steady.execute("DELETE FROM lab_switches")


async def marks(site: Site) -> list[str]:
    """Return the notes of all marks, in their order."""
    return await site.fetch("SELECT note FROM lab_marks ORDER BY id")


async def test_f1_killed_with_updates_in_work(lab: Site) -> None:
    """Twenty people press at once and the process is killed: after a restart each has one mark and an answer."""
    bot = await lab.start()
    await lab.execute("INSERT INTO lab_switches VALUES ('slow', 0.5)")
    people = await asyncio.gather(*(reach_question(lab, f"note {n}") for n in range(20)))
    for person in people:
        person.presses("Slowly")
    await asyncio.sleep(0.4)
    await bot.kill()

    await lab.start()

    await asyncio.gather(*(person.sees("Marked as № 1") for person in people))
    await asyncio.gather(*(person.is_answered(1) for person in people))
    assert sorted(await marks(lab)) == sorted(f"note {n}" for n in range(20))


async def test_f2_asked_to_stop_with_updates_in_work(lab: Site) -> None:
    """Work in hand is finished within the grace time, what is not is done after the restart, and the exit is clean."""
    bot = await lab.start()
    await lab.execute("INSERT INTO lab_switches VALUES ('slow', 1)")
    people = await asyncio.gather(*(reach_question(lab, f"note {n}") for n in range(15)))
    for person in people:
        person.presses("Slowly")
    await asyncio.sleep(0.3)
    assert await bot.stop(15) == 0

    await lab.start()

    await asyncio.gather(*(person.sees("Marked as № 1") for person in people))
    assert len(await marks(lab)) == 15


async def test_f4_a_turn_that_breaks_once_is_taken_again(calm: Site) -> None:
    """A query that breaks is tried again unseen; one that always breaks is told politely, and the next update flows."""
    ann = await reach_question(calm, "one")
    await calm.execute("INSERT INTO lab_switches VALUES ('look once', 1)")
    ann.presses("Look")
    await ann.sees("Seen 0")
    assert "Something broke" not in "".join(ann.texts())

    ann.presses("Back")
    await ann.sees("Mark “one”")
    await calm.execute("INSERT INTO lab_switches VALUES ('look', 1)")
    ann.presses("Look")
    await ann.sees("Something broke|It broke")
    await ann.is_answered(3)
    ann.says("/start")
    await ann.sees("Home of Ann")


async def test_f5_poison_stops_nobody_else(calm: Site) -> None:
    """While one person's update breaks again and again, others are served."""
    ann, bob = await reach_question(calm, "one"), calm.person("Bob")
    await calm.execute("INSERT INTO lab_switches VALUES ('look', 1)")
    ann.presses("Look")
    bob.says("/mark")
    await bob.sees("Note", seconds=3)


async def test_f5_poison_that_kills_its_process(lab: Site) -> None:
    """An update that kills four processes is set aside and told of; what waited behind it and beside it has one effect."""
    bot = await lab.start()
    ann, bob = await reach_question(lab, "deadly"), await reach_question(lab, "two")
    ann.presses("Die")
    ann.says("/cancel")
    while not await lab.fetch(GIVEN_UP):
        if bot.popen.poll() is not None:
            bot = lab.launch()
        await asyncio.sleep(0.05)
    await bot.wait_until_ready()

    bob.presses("Yes")

    await bob.sees("Marked as № 1")
    await ann.is_answered(1)
    assert ann.person.alerts()[-1]["text"] == "Something broke."
    await ann.has_seen("Nothing was marked.")
    assert await marks(lab) == ["two"]
    assert await lab.fetch(GIVEN_UP) == ["4 processes died while they handled it"]


async def test_f6_content_that_nobody_expects(calm: Site) -> None:
    """A message as long as Telegram allows, control characters, emoji of many parts and unknown kinds break nothing."""
    ann = calm.person()
    ann.says("/mark")
    await ann.sees("Note")
    for strange in ("x" * 4096, "\u202e\u0000?", "👩‍👩‍👧‍👦" * 300):
        ann.says(strange)
    ann.says(dice="🎲")
    ann.says(sticker=True)
    await ann.sees("Not that|Mark")
    ann.says("/start")
    await ann.sees("Home of Ann")


async def test_f11_a_command_and_a_word_at_once_keep_their_order(calm: Site) -> None:
    """Of two messages sent in one breath the first is obeyed first."""
    visitors = [calm.person() for _ in range(10)]
    for visitor in visitors:
        visitor.says("/mark")
        visitor.says("in order")
    await asyncio.gather(*(visitor.sees("Mark “in order”") for visitor in visitors))


async def test_f12_five_fast_presses_are_one(calm: Site) -> None:
    """A button pressed five times in a row makes one mark, and each press is answered."""
    ann = await reach_question(calm, "one")
    message = ann.last() or {}
    data = message["buttons"][0][0]["callback_data"]
    for _ in range(5):
        ann.presses(data=data, message_id=message["message_id"], forge=True)
    await ann.is_answered(5)
    await ann.sees("Marked as № 1")
    assert await marks(calm) == ["one"]


async def test_f47_an_action_that_breaks_or_takes_too_long(lab: Site) -> None:
    """The flow's error edge is taken, and nothing of the action stays."""
    await lab.start(ACTION_TIMEOUT_SECONDS="0.5")
    await lab.execute("INSERT INTO lab_switches VALUES ('break', 1), ('slow', 5)")
    ann, bob = await reach_question(lab, "one"), await reach_question(lab, "two")
    ann.presses("Stumble")
    bob.presses("Slowly")
    await ann.sees("It broke, and nothing was marked")
    await bob.sees("It broke, and nothing was marked")
    assert await marks(lab) == []
