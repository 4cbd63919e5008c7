"""Cancelling, moving, holding, booking and taking what is offered cross one another: nobody meets, and nobody waits in a circle."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from actions import bookings, holds, waitlist
from actions.records import Booking, Slot, show_slot
from engine.actions import Context, Outcome
from storage import booking_tables, database, services, slots, users
from storage.desk_tables import waitlist_offers, waitlist_wishes
from storage.values import Profile, Role, SlotSearch
from tests.actions.test_booking_race import NOW, context, count_deadlocks

type Act = Callable[[Context], Awaitable[Any]]

PEOPLE = range(80_000, 80_040)
ADMIN = 80_100
AHEAD = 52

TWO_AT_ONE_TIME = text("""
SELECT one.id FROM bookings AS one JOIN bookings AS other
ON other.staff_id = one.staff_id AND other.id > one.id AND other.blocked && one.blocked
WHERE one.status IN ('held', 'pending', 'confirmed') AND other.status IN ('held', 'pending', 'confirmed')
AND (one.group_session_id = other.group_session_id) IS NOT TRUE
""")


class Crowd:
    """People at one desk, each act of whom is a transaction of its own, as the engine makes it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.sessions = database.create_sessions(engine)

    async def open(self) -> tuple[int, list[Slot]]:
        """Make the people known; give a service and the free times of some days ahead with all who give it."""
        async with self.sessions() as session, session.begin():
            for user_id in (*PEOPLE, ADMIN):
                await users.identify(session, Profile(user_id, "P"))
            await users.grant_role(session, ADMIN, Role.ADMIN)
            (service,) = [
                one for one in await services.list_active(session) if one.title == "Haircut"
            ]
            start = NOW + timedelta(days=AHEAD)
            search = SlotSearch(service, start, start + timedelta(days=3))
            found = await slots.list_free(session, search, now=NOW)
        apart: dict[int, list[Any]] = {}
        for slot in found:
            mine = apart.setdefault(slot.staff.id, [])
            if not mine or slot.starts_at >= mine[-1].starts_at + timedelta(hours=1):
                mine.append(slot)
        return service.id, [show_slot(slot) for mine in apart.values() for slot in mine[:4]]

    async def do(self, user_id: int, act: Act) -> Any:
        """Do one thing."""
        async with self.sessions() as session, session.begin():
            return await act(context(session, user_id))

    async def all_at_once(self, acts: list[tuple[int, Act]]) -> list[Any]:
        """Do many things at once."""
        async with asyncio.timeout(60):
            return await asyncio.gather(*(self.do(*one) for one in acts))

    async def clean_up(self) -> None:
        """Leave the salon to others as it was."""
        async with self.sessions() as session, session.begin():
            table = booking_tables.bookings
            await session.execute(delete(waitlist_wishes))
            await session.execute(delete(table).where(table.c.user_id.in_([0, *PEOPLE])))


def wait(service_id: int, slot: Slot) -> Act:
    """Wait for a time like a slot, with anyone."""
    return lambda context: waitlist.join(
        context,
        service_id=service_id,
        location_id=slot.location_id,
        first_day=slot.there_day,
        last_day=slot.there_day + timedelta(days=3),
    )


def book(service_id: int, slot: Slot) -> Act:
    """Book a slot."""
    return lambda context: bookings.create_booking(context, slot=slot, service_id=service_id)


def cancel(made: Booking, *, by_admin: bool) -> Act:
    """Cancel a booking, by its person or an administrator."""
    does = bookings.cancel_any_booking if by_admin else bookings.cancel_booking
    return lambda context: does(context, booking_id=made.id)


def move(made: Booking, slot: Slot) -> Act:
    """Move a booking to the time of a slot, with its own staff."""
    there = Slot(
        slot.id, slot.starts_at, slot.ends_at, made.staff_id, "", made.location_id, "", 1,
        slot.there_day, slot.there_time, "",
    )  # fmt: skip
    return lambda context: bookings.move_booking(context, booking_id=made.id, slot=there)


def hold(service_id: int, first: Slot, then: Slot) -> Act:
    """Hold a time, and then another in its place."""

    async def act(context: Context) -> Any:
        one = await holds.place_hold(context, slot=first, service_id=service_id)
        given_up = None if isinstance(one, Outcome) else one.id
        return await holds.place_hold(
            context, slot=then, service_id=service_id, instead_of=given_up
        )

    return act


async def test_nobody_waits_in_a_circle(salon: AsyncEngine) -> None:
    """Times given back while others want them are offered, taken or booked: none twice, and no deadlock is broken."""
    crowd = Crowd(salon)
    before = await count_deadlocks(salon)
    service_id, times = await crowd.open()
    try:
        made = await crowd.all_at_once(
            [(PEOPLE[number % 6], book(service_id, slot)) for number, slot in enumerate(times)]
        )
        assert all(isinstance(one, Booking) for one in made)
        waiting = [(person, wait(service_id, times[0])) for person in PEOPLE[10:30]]
        await crowd.all_at_once(waiting)
        acts: list[tuple[int, Act]] = []
        for number, one in enumerate(made):
            owner, other = PEOPLE[number % 6], times[(number + 5) % len(times)]
            acts += [
                (owner, cancel(one, by_admin=False)),
                (ADMIN, cancel(one, by_admin=True)),
                (owner, move(one, other)),
                (PEOPLE[30 + number % 10], hold(service_id, times[number], other)),
                (PEOPLE[30 + (number + 1) % 10], book(service_id, times[number])),
            ]
        await crowd.all_at_once(acts)
        async with crowd.sessions() as session:
            found = await session.execute(
                select(waitlist_offers.c.id, waitlist_wishes.c.user_id)
                .join(waitlist_wishes, waitlist_wishes.c.id == waitlist_offers.c.wish_id)
                .where(waitlist_offers.c.opens_at <= NOW)
            )
            offers = found.all()
            assert (await session.execute(TWO_AT_ONE_TIME)).all() == []
        answers: list[tuple[int, Act]] = []
        for offer_id, user_id in offers:
            answers += [
                (user_id, lambda context, one=offer_id: waitlist.take(context, offer_id=one)),  # type: ignore[misc]  # of this round
                (user_id, lambda context, one=offer_id: waitlist.take(context, offer_id=one)),  # type: ignore[misc]  # as above
                (PEOPLE[-1], book(service_id, times[offer_id % len(times)])),
            ]
        ended = await crowd.all_at_once(answers)

        booked = {one.id for one in ended if isinstance(one, Booking)}
        assert len(booked) >= len(offers) > 0
        async with crowd.sessions() as session:
            assert (await session.execute(TWO_AT_ONE_TIME)).all() == []
    finally:
        await crowd.clean_up()
    assert await count_deadlocks(salon) == before
