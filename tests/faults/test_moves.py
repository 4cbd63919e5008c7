"""Bookings are moved while others want the same time: the new time is won first, and until then the old one is kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from tests.faults.conftest import OpenSite
from tests.faults.site import Site, Visitor, labels_of
from tests.faults.test_races import walk_to_confirmation

BUFFER = timedelta(minutes=15)


@pytest.fixture(scope="module")
async def buffered(open_salon: OpenSite) -> AsyncIterator[Site]:
    """Give the salon, whose shortest service blocks a step of the grid before and after it; two processes serve it."""
    async with open_salon() as salon:
        await salon.execute(
            "UPDATE services SET buffer_before_minutes = 15, buffer_after_minutes = 15"
            " WHERE title = 'Consultation'"
        )
        await asyncio.gather(salon.start(), salon.start())
        yield salon


async def book(visitor: Visitor, day: int, hour: int) -> None:
    """Book the free time of that place among those of the day, which has its place among the days with free times.

    Each test has a day of its own, all of which is ahead.
    """
    await walk_to_confirmation(visitor, day, hour)
    visitor.presses("Confirm ✅")
    await visitor.has_seen("Booked!")


async def walk_to_move(visitor: Visitor, day: int, hour: int | str) -> str:
    """Bring somebody to the question whether to move their booking within its day; return the label of the time."""
    visitor.says("/mybookings")
    for question, place in (
        ("Your bookings", 0),
        ("№", "Move to another time"),
        ("Which day would suit", day),
        ("Free times for", hour),
    ):
        if question.startswith("Which day") and isinstance(place, int):
            await visitor.picks_day(question, place, seconds=120)
            continue
        screen = await visitor.sees(question, seconds=120)
        labels = labels_of(screen)
        label = labels[place] if isinstance(place, int) else place
        visitor.presses(label, message_id=screen["message_id"])
    await visitor.sees("Move .*Consultation", seconds=120)
    return str(label)


async def starts_of(site: Site, visitor: Visitor) -> list[datetime]:
    """Read when somebody's live bookings start."""
    return await site.fetch(
        "SELECT lower(period) FROM bookings WHERE user_id = $1 AND status = 'confirmed'",
        visitor.id,
    )


async def test_f16_into_ones_own_buffer(buffered: Site) -> None:
    """What a booking blocks around itself is free for it, and for it alone."""
    ann = buffered.person()
    await book(ann, 1, 0)
    (before,) = await starts_of(buffered, ann)
    await walk_to_move(ann, 1, 0)

    ann.presses("Yes, move it")
    await ann.has_seen("Moved!")

    assert await starts_of(buffered, ann) == [before + BUFFER]
    assert await buffered.fetch("SELECT version FROM bookings WHERE user_id = $1", ann.id) == [2]


async def test_f16_into_anothers_time(buffered: Site) -> None:
    """Who comes too late for a time is told so, shown what is left, and keeps the time that they had."""
    ann, bob = buffered.person(), buffered.person("Bob")
    await book(ann, 2, 0)
    held = await starts_of(buffered, ann)
    wanted = await walk_to_move(ann, 2, 4)
    await walk_to_confirmation(bob, 2, wanted)
    bob.presses("Confirm ✅")
    await bob.has_seen("Booked!")

    ann.presses("Yes, move it")

    await ann.sees("your booking stays where it was")
    assert await starts_of(buffered, ann) == held
    assert wanted not in ann.buttons()
    ann.presses(ann.buttons()[0])
    await ann.sees("Move .*Consultation")
    ann.presses("Yes, move it")
    await ann.has_seen("Moved!")
    assert await starts_of(buffered, ann) != held


async def test_f16_many_into_one_time(buffered: Site) -> None:
    """Of people who move to one time in one moment, and one who books it, one has it; the others keep theirs, without deadlock."""
    people = [buffered.person(f"P{number}") for number in range(4)]
    for one in people:
        await book(one, 3, 0)
    held = [await starts_of(buffered, one) for one in people]
    wanted = await walk_to_move(people[0], 3, 10)
    await asyncio.gather(*(walk_to_move(one, 3, wanted) for one in people[1:]))
    guest = buffered.person("Guest")
    await walk_to_confirmation(guest, 3, wanted)

    for one in people:
        one.presses("Yes, move it")
    guest.presses("Confirm ✅")
    await guest.is_answered(7, seconds=120)
    await asyncio.gather(*(one.is_answered(12, seconds=120) for one in people))
    await guest.person.settles(60, quiet_seconds=1)

    told = ["".join(one.texts()) for one in people]
    moved = [number for number, text in enumerate(told) if "Moved!" in text]
    assert len(moved) + ("Booked!" in "".join(guest.texts())) == 1
    assert sum("your booking stays where it was" in text for text in told) == 4 - len(moved)
    for number, one in enumerate(people):
        assert (await starts_of(buffered, one) == held[number]) == (number not in moved)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await buffered.fetch(deadlocks) == [0]
