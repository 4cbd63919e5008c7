"""Several people at one time: as many as there are places, however they come and go."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import storage
from actions import bookings, holds, slots
from actions.records import Booking, Hold, Slot, show_slot
from engine.actions import Context, Outcome
from storage import booking_tables, database, tables, users
from storage.values import Profile, Service, SlotSearch
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import find_service, first_slot
from tests.actions.test_booking_race import attempt, count_deadlocks, people_of

CLASS = "Styling class"


async def join(context: Context, slot: Slot, people: int = 1) -> Booking | Outcome[Any]:
    """Try to book places in a class."""
    service_id = await find_service(context, CLASS)
    return await bookings.create_booking(context, slot=slot, service_id=service_id, people=people)


async def places(context: Context, slot: Slot, people: int = 1) -> int:
    """Tell how many places are shown as left; none when the time is not offered."""
    service_id = await find_service(context, CLASS)
    found = await slots.list_free(
        context, service_id=service_id, day=slot.starts_at.date(), people=people
    )
    return next((one.places for one in found if one.starts_at == slot.starts_at), 0)


async def taken(session: AsyncSession) -> list[int]:
    """Return what the database counts for each session, and see that it counts what is booked."""
    live = booking_tables.bookings.c.group_session_id == booking_tables.group_sessions.c.id
    counted = select(func.coalesce(func.sum(booking_tables.bookings.c.party), 0)).where(
        live, text(booking_tables.LIVE)
    )
    rows = await session.execute(
        select(booking_tables.group_sessions.c.taken, counted.scalar_subquery()).order_by(
            booking_tables.group_sessions.c.id
        )
    )
    both = [tuple(row) for row in rows]
    assert all(count == booked for count, booked in both)
    return [count for count, _ in both]


async def test_places_are_counted_and_shown(desk: Any) -> None:
    """Six places: two and three leave one, which two cannot have, and one can; then the time is gone."""
    ann, bob, cid = [await desk.context(number) for number in (1, 2, 3)]
    _, slot = await first_slot(ann, CLASS)
    assert slot.places == 6

    pair = await join(ann, slot, 2)
    assert isinstance(pair, Booking)
    assert (pair.people, pair.price) == (2, Decimal("50.00"))
    assert isinstance(await join(bob, slot, 3), Booking)

    assert (await places(cid, slot), await places(cid, slot, 2)) == (1, 0)
    assert await join(cid, slot, 2) == Outcome("slot_taken")
    assert isinstance(await join(cid, slot), Booking)
    assert await places(cid, slot) == 0
    assert await taken(ann.session) == [6]


@pytest.mark.parametrize("people", [0, 7])
async def test_a_party_is_from_one_to_all(desk: Any, people: int) -> None:
    """Nobody, or more than there are places, cannot come."""
    ann = await desk.context()
    _, slot = await first_slot(ann, CLASS)
    assert await join(ann, slot, people) == Outcome("not_available")
    assert await places(ann, slot, 7) == 0


async def test_who_cancels_gives_the_places_back(desk: Any) -> None:
    """Places of a cancelled booking can be booked, and those of a moved one where it was."""
    ann, bob = await desk.context(1), await desk.context(2)
    _, slot = await first_slot(ann, CLASS)
    _, other = await first_slot(ann, CLASS, 1)
    mine, theirs = [await join(one, slot, 3) for one in (ann, bob)]
    assert isinstance(mine, Booking)
    assert isinstance(theirs, Booking)

    moved = await bookings.move_booking(bob, booking_id=theirs.id, slot=other)
    assert isinstance(moved, Booking)
    assert (moved.people, await taken(ann.session)) == (3, [3, 3])
    await bookings.cancel_booking(ann, booking_id=mine.id)

    assert await taken(ann.session) == [0, 3]
    assert (await places(ann, slot), await places(ann, other)) == (6, 3)


async def test_a_move_needs_places_where_it_goes(desk: Any) -> None:
    """Into a session with too few places nothing moves, and the places of before are kept."""
    ann, bob = await desk.context(1), await desk.context(2)
    _, slot = await first_slot(ann, CLASS)
    _, other = await first_slot(ann, CLASS, 1)
    mine = await join(ann, slot, 2)
    assert isinstance(mine, Booking)
    assert isinstance(await join(bob, other, 5), Booking)

    moved = await bookings.move_booking(ann, booking_id=mine.id, slot=other)

    assert moved == Outcome("slot_taken")
    assert await taken(ann.session) == [2, 5]


async def test_held_places_come_back(desk: Any) -> None:
    """A hold keeps its places until it expires or is given up; confirmed, it has them for good."""
    ann, bob, cid = [await desk.context(number) for number in (1, 2, 3)]
    service_id, slot = await first_slot(ann, CLASS)
    hold = await holds.place_hold(ann, slot=slot, service_id=service_id, people=4)
    assert isinstance(hold, Hold)
    other = await holds.place_hold(bob, slot=slot, service_id=service_id, people=2)
    assert isinstance(other, Hold)
    assert await join(cid, slot) == Outcome("slot_taken")
    assert await places(ann, slot) == 4

    assert isinstance(await join(bob, slot, 2), Booking)
    later = desk.later(cid, NOW + timedelta(minutes=6))
    assert await places(later, slot) == 4
    assert isinstance(await join(later, slot, 4), Booking)

    assert await taken(ann.session) == [6]
    assert await storage.bookings.find(ann.session, hold.id) is None


async def test_a_session_and_a_booking_do_not_meet(desk: Any) -> None:
    """While somebody leads a class they take nobody alone, and no other class begins in the middle of it."""
    ann, bob = await desk.context(1), await desk.context(2)
    _, slot = await first_slot(ann, CLASS)
    assert isinstance(await join(ann, slot), Booking)

    haircut = await find_service(ann, "Haircut")
    within = replace(slot, starts_at=slot.starts_at + timedelta(minutes=15))
    alone = await bookings.create_booking(bob, slot=within, service_id=haircut)
    busy = await slots.list_free(
        bob, service_id=haircut, day=slot.starts_at.date(), staff_id=slot.staff_id
    )

    assert alone == Outcome("slot_taken")
    assert not [
        one for one in busy if one.starts_at < slot.ends_at and one.ends_at > slot.starts_at
    ]


async def test_places_taken_away_leave_who_has_booked(desk: Any) -> None:
    """When a class becomes smaller than it is booked, everybody keeps their place, and nobody else comes."""
    ann, bob = await desk.context(1), await desk.context(2)
    service_id, slot = await first_slot(ann, CLASS)
    assert isinstance(await join(ann, slot, 5), Booking)
    services = tables.services
    smaller = update(services).where(services.c.id == service_id).values(capacity=2)
    await ann.session.execute(smaller)

    assert await join(bob, slot) == Outcome("slot_taken")
    assert await places(bob, slot) == 0
    assert await taken(ann.session) == [5]


async def test_the_database_itself_holds_the_number(desk: Any) -> None:
    """Whoever writes past all our queries cannot take more places than there are."""
    ann = await desk.context()
    _, slot = await first_slot(ann, CLASS)
    made = await join(ann, slot, 2)
    assert isinstance(made, Booking)
    of_it = update(booking_tables.bookings).where(booking_tables.bookings.c.id == made.id)

    with pytest.raises(IntegrityError, match="group_sessions_taken_check"):
        await ann.session.execute(of_it.values(party=7))


async def prepare_class(sessions: Any, ahead: int, capacity: int) -> tuple[Service, Slot]:
    """Make two hundred people known, and find a class so many days ahead, of so many places."""
    async with sessions() as session, session.begin():
        for user_id in people_of(ahead):
            await users.identify(session, Profile(user_id, "P"))
        found = await storage.services.list_active(session)
        service = replace(next(one for one in found if one.title == CLASS), capacity=capacity)
        resize = update(tables.services).where(tables.services.c.id == service.id)
        await session.execute(resize.values(capacity=capacity))
        start = NOW + timedelta(days=ahead)
        search = SlotSearch(service, start, start + timedelta(days=4))
        free = await storage.slots.list_free(session, search, now=NOW)
    return service, show_slot(free[0])


async def test_ten_of_two_hundred_come(salon: AsyncEngine) -> None:
    """Two hundred at once want one of ten places: ten have one in each round, and no deadlock is broken."""
    sessions = database.create_sessions(salon)
    before = await count_deadlocks(salon)
    for ahead in (21, 28, 35):
        service, slot = await prepare_class(sessions, ahead, 10)
        async with asyncio.timeout(60):
            ended = await asyncio.gather(
                *(attempt(sessions, person, service, slot) for person in people_of(ahead))
            )
        counted = Counter("in" if isinstance(end, Booking) else end.name for end in ended)
        assert counted == {"in": 10, "slot_taken": 190}
    assert await count_deadlocks(salon) == before
