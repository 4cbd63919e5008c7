"""Many people, one slot; hours that change under a flow: one winner, and a truth for everybody else."""

import asyncio
from typing import Any

from tests.faults.site import Site, Visitor

CROWD = 40
"""Two hundred race in tests/service/test_exactly_once.py; here each of them has walked the whole way over HTTP."""


async def walk_to_confirmation(visitor: Visitor, day: int = 0, time: int = 0) -> dict[str, Any]:
    """Bring somebody to the question whether to book, for a day and a time by their places in the lists."""
    visitor.says("/book")
    for question, place in (
        ("What would you like", "Consultation"),
        ("Where would", 0),
        ("Who would", 0),
        ("Which day", day),
        ("Free times", time),
        ("Anything we should know", "Skip"),
    ):
        screen = await visitor.sees(question, seconds=120)
        labels = [button["text"] for row in screen["buttons"] for button in row]
        label = labels[place] if isinstance(place, int) else _first_with(labels, place)
        visitor.presses(label, message_id=screen["message_id"])
    return await visitor.sees("Shall we book this", seconds=120)


async def test_f13_a_crowd_and_one_slot(salon: Site) -> None:
    """All press Confirm for the same time: one has it, the others see the times that are left, and nothing deadlocks."""
    await salon.start()
    crowd = [salon.person(f"P{number}") for number in range(CROWD)]
    await asyncio.gather(*(walk_to_confirmation(one) for one in crowd))
    for one in crowd:
        one.presses("Confirm ✅")
    await asyncio.gather(*(one.is_answered(7, seconds=120) for one in crowd))
    told = ["".join(one.texts()) for one in crowd]
    assert sum("Booked!" in text for text in told) == 1
    assert sum("That time has just gone" in text for text in told) == CROWD - 1
    assert all("Free times" in text for text in told if "Booked!" not in text)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await salon.fetch(deadlocks) == [0]


async def test_f15_hours_edited_during_the_flow(salon: Site) -> None:
    """A time that was offered, and closed before it was confirmed, is not booked, and the person is told."""
    await salon.start()
    ann = salon.person()
    await walk_to_confirmation(ann)
    await salon.execute("DELETE FROM weekly_hours")
    ann.presses("Confirm ✅")
    await ann.sees("can no longer be booked")
    assert await salon.fetch("SELECT count(*) FROM bookings WHERE user_id = $1", ann.id) == [0]


def _first_with(labels: list[str], part: str) -> str:
    return next(label for label in labels if part in label)
