"""Moving a booking to another time: what may be chosen, what is looked at again, and who is told."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

import storage
from actions import bookings, slots
from actions.bookings import move_booking
from actions.notices import booking_made, booking_moved, booking_reminder
from actions.records import Booking, Slot, show_slot
from engine.actions import Outcome
from storage import database
from storage.tables import roles
from storage.values import BookingStatus, Role, SlotSearch
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import book, find_service, first_slot
from tests.actions.test_booking_race import context, count_deadlocks

ADMIN = 70


async def other_times(desk: Any, context: Any, booking: Booking) -> list[Slot]:
    """List the times to which a booking can be moved on its own day."""
    del desk
    day = booking.starts_at.astimezone(context.time_zone).date()
    return await slots.list_other_times(context, booking_id=booking.id, day=day)


async def test_a_moved_booking_has_the_new_time_and_no_other(desk: Any) -> None:
    """It is the same booking at another time, and somebody else can have the old one."""
    client = await desk.context()
    booking = await book(client)
    *_, last = await other_times(desk, client, booking)

    moved = await move_booking(client, booking_id=booking.id, slot=last)

    moved_by = last.starts_at - booking.starts_at
    there = replace(
        booking,
        reschedule_until=booking.reschedule_until + moved_by,
        cancel_until=booking.cancel_until + moved_by,
    )
    there = replace(there, there_day=last.there_day, there_time=last.there_time)
    assert moved == replace(there, starts_at=last.starts_at, ends_at=last.ends_at)
    assert await bookings.list_mine(client) == [moved]
    assert (await book(await desk.context(2))).starts_at == booking.starts_at


async def test_what_is_offered_is_of_the_same_staff_and_place(desk: Any) -> None:
    """The own buffer is among the times offered, the own time is not, and the day is open."""
    client = await desk.context()
    booking = await book(client, number=8)
    day = booking.starts_at.astimezone(client.time_zone).date()

    offered = await other_times(desk, client, booking)
    days = (await slots.find_other_openings(client, booking_id=booking.id)).days

    assert {(slot.staff_id, slot.location_id) for slot in offered} == {
        (booking.staff_id, booking.location_id)
    }
    starts = {slot.starts_at for slot in offered}
    assert booking.starts_at not in starts
    assert starts & {booking.ends_at, booking.starts_at - timedelta(minutes=15)}
    assert day in days


async def test_a_booking_moves_into_its_own_buffer(desk: Any) -> None:
    """A quarter of an hour later is no meeting of two bookings, for it is one."""
    client = await desk.context()
    booking = await book(client)
    later = booking.starts_at + timedelta(minutes=15)
    slot = next(one for one in await other_times(desk, client, booking) if one.starts_at == later)

    moved = await move_booking(client, booking_id=booking.id, slot=slot)

    assert isinstance(moved, Booking)
    assert moved.starts_at == later


async def test_anothers_time_is_refused_and_the_old_one_kept(desk: Any) -> None:
    """Neither the time nor the buffer of somebody else's booking can be had, and the transaction goes on."""
    client, other = await desk.context(), await desk.context(2)
    service_id, slot = await first_slot(client, "Haircut")
    booking = await book(client)
    buffer = replace(
        slot,
        starts_at=slot.starts_at + timedelta(minutes=90),
        ends_at=slot.ends_at + timedelta(minutes=90),
    )
    theirs = await bookings.create_booking(other, slot=buffer, service_id=service_id)
    assert isinstance(theirs, Booking)

    for minutes in (90, 75, 45):
        wanted = replace(slot, starts_at=slot.starts_at + timedelta(minutes=minutes))
        refused = await move_booking(client, booking_id=booking.id, slot=wanted)
        assert refused == Outcome("slot_taken")

    assert await bookings.list_mine(client) == [booking]
    free = {one.starts_at - slot.starts_at for one in await other_times(desk, client, booking)}
    assert timedelta(minutes=30) in free
    assert not free & {timedelta(minutes=minutes) for minutes in (0, 45, 60, 75, 90, 105, 120)}


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": datetime(2026, 11, 26, 2, tzinfo=UTC)},
        {"starts_at": datetime(2026, 11, 26, 9, 7, tzinfo=UTC)},
        {"starts_at": datetime(2026, 11, 22, 9, tzinfo=UTC)},
        {"starts_at": NOW + timedelta(minutes=60)},
        {"starts_at": datetime(2028, 11, 23, 9, tzinfo=UTC)},
        {"staff_id": 0},
        {"location_id": 0},
    ],
    ids=["night", "off the grid", "past", "too soon", "beyond the horizon", "nobody", "nowhere"],
)
async def test_only_what_is_offered_can_be_moved_to(desk: Any, change: dict[str, Any]) -> None:
    """A time that was made up, or whose hours have changed meanwhile, is not available."""
    client = await desk.context()
    booking = await book(client)
    *_, slot = await other_times(desk, client, booking)

    refused = await move_booking(client, booking_id=booking.id, slot=replace(slot, **change))

    assert refused == Outcome("not_available")
    assert await bookings.list_mine(client) == [booking]


async def test_a_booking_of_a_service_that_is_gone_stays(desk: Any) -> None:
    """Nothing is offered, and what was offered before is not available."""
    client = await desk.context()
    booking = await book(client)
    *_, slot = await other_times(desk, client, booking)
    await client.session.execute(
        update(storage.tables.services)
        .where(storage.tables.services.c.id == booking.service_id)
        .values(active=False)
    )

    assert (await slots.find_other_openings(client, booking_id=booking.id)).days == []
    assert await other_times(desk, client, booking) == []
    refused = await move_booking(client, booking_id=booking.id, slot=slot)
    assert refused == Outcome("not_available")


async def test_moving_has_the_deadline_of_cancelling(desk: Any) -> None:
    """An hour before the old time is too late, a minute earlier is not."""
    client = await desk.context()
    booking = await book(client)
    *_, slot = await other_times(desk, client, booking)
    hour = booking.starts_at - timedelta(minutes=60)

    late = await move_booking(desk.later(client, hour), booking_id=booking.id, slot=slot)
    in_time = desk.later(client, hour - timedelta(minutes=1))
    moved = await move_booking(in_time, booking_id=booking.id, slot=slot)

    assert late == Outcome("too_late")
    assert isinstance(moved, Booking)


async def test_only_ones_own_live_booking_is_moved(desk: Any) -> None:
    """Others' bookings are as if they were not; what is cancelled, over or unknown stays as it is."""
    client, other = await desk.context(), await desk.context(2, Role.ADMIN)
    booking, over = await book(client), await book(client, number=8)
    *_, slot = await other_times(desk, client, booking)
    *_, after = await other_times(desk, client, over)
    assert (await slots.find_other_openings(other, booking_id=booking.id)).days == []
    assert await other_times(desk, other, booking) == []
    table = storage.booking_tables.bookings
    completed = update(table).where(table.c.id == over.id).values(status="completed")
    await client.session.execute(completed)

    theirs = await move_booking(other, booking_id=booking.id, slot=slot)
    unknown = await move_booking(client, booking_id=0, slot=slot)
    await bookings.cancel_booking(client, booking_id=booking.id)
    cancelled = await move_booking(client, booking_id=booking.id, slot=slot)

    assert (theirs, unknown) == (Outcome("not_found"), Outcome("not_found"))
    assert cancelled == Outcome("already_cancelled")
    assert await move_booking(client, booking_id=over.id, slot=after) == Outcome("too_late")
    found = await bookings.open_booking(client, booking_id=booking.id)
    assert found == replace(booking, status=BookingStatus.CANCELLED)


async def test_the_same_move_again_moves_nothing_and_tells_nobody(desk: Any) -> None:
    """A command that is run again gives what it gave, and the version tells of one move."""
    await desk.context(ADMIN, Role.ADMIN)
    client = replace(await desk.context(), key="update-1/step-1")
    booking = await book(client)
    *_, slot = await other_times(desk, client, booking)

    first = await move_booking(client, booking_id=booking.id, slot=slot)
    told = list(desk.outbox.messages)
    again = await move_booking(client, booking_id=booking.id, slot=slot)

    assert first == again
    assert desk.outbox.messages == told
    kept = await storage.bookings.find(client.session, booking.id)
    assert kept is not None
    assert kept.version == 2


async def test_staff_hear_of_a_move_and_reminders_go_with_it(desk: Any) -> None:
    """The reminder of the old time says nothing any more, the one of the new time does, and the staff hear of both times."""
    client = await desk.context()
    await client.session.execute(delete(roles))
    await desk.context(ADMIN, Role.ADMIN)
    booking = await book(client)
    *_, slot = await other_times(desk, client, booking)
    desk.outbox.messages.clear()

    moved = await move_booking(client, booking_id=booking.id, slot=slot)

    told, reminder, _ = desk.outbox.messages
    assert isinstance(moved, Booking)
    assert (told.notice, told.chats, told.until) == ("booking_moved", (ADMIN,), moved.ends_at)
    assert (reminder.notice, reminder.chats) == ("booking_reminder", (1,))
    assert reminder.due == moved.starts_at - timedelta(days=1)
    said = await booking_moved.function(client, **told.arguments)
    assert (said.booking, said.was) == (moved, booking.starts_at)
    about = {"booking_id": booking.id}
    assert await booking_made.function(client, **about) == moved
    assert await booking_reminder.function(client, **about, starts_at=moved.starts_at) == moved
    assert await booking_reminder.function(client, **about, starts_at=booking.starts_at) is None


async def test_of_two_moves_the_staff_hear_of_where_the_booking_is(desk: Any) -> None:
    """What was written of a move says nothing when the booking has moved on or was cancelled by then."""
    client = await desk.context()
    booking = await book(client)
    first, *_, second = await other_times(desk, client, booking)
    for slot in (first, second):
        assert isinstance(await move_booking(client, booking_id=booking.id, slot=slot), Booking)

    notes = [one for one in desk.outbox.messages if one.notice == "booking_moved"]
    said = [await booking_moved.function(client, **one.arguments) for one in notes]

    assert [one is not None for one in said] == [False] * (len(said) // 2) + [True] * (
        len(said) // 2
    )
    assert len({one.key for one in notes}) == len(notes)


async def free_on(sessions: Any, title: str, days: int) -> tuple[int, list[Slot]]:
    """Find a service and the free slots that somebody who gives it has so many days ahead."""
    async with sessions() as session:
        person = context(session, 1)
        service_id = await find_service(person, title)
        service = await storage.services.find(session, service_id)
        assert service is not None
        start = NOW + timedelta(days=days)
        search = SlotSearch(service, start, start + timedelta(hours=12))
        found = await storage.slots.list_free(session, search, now=NOW)
        mine = [slot for slot in found if slot.staff == found[0].staff]
    return service_id, [show_slot(slot) for slot in mine]


async def book_at(sessions: Any, user_id: int, service_id: int, slot: Slot) -> Any:
    """Book a slot for somebody who may be new, in a transaction of its own."""
    async with sessions() as session, session.begin():
        await storage.users.identify(session, storage.values.Profile(user_id, "P"))
        person = context(session, user_id)
        return await bookings.create_booking(person, slot=slot, service_id=service_id)


async def move_to(sessions: Any, user_id: int, booking: Booking, slot: Slot) -> Any:
    """Move a booking in a transaction of its own."""
    async with sessions() as session, session.begin():
        person = context(session, user_id)
        return await move_booking(person, booking_id=booking.id, slot=slot)


async def starts_of(engine: AsyncEngine, made: list[Booking]) -> list[datetime]:
    """Read when bookings start."""
    async with engine.connect() as connection:
        asked = text("SELECT lower(period) FROM bookings WHERE id = ANY (:ids) ORDER BY id")
        rows = await connection.execute(asked, {"ids": [one.id for one in made]})
        return list(rows.scalars())


@pytest.mark.parametrize("days", [1, 8, 15])
async def test_one_of_many_moves_wins_the_slot(salon: AsyncEngine, days: int) -> None:
    """Eight bookings want one free time at once: one has it, the others keep theirs, and no deadlock is broken."""
    sessions = database.create_sessions(salon)
    before = await count_deadlocks(salon)
    service_id, free = await free_on(sessions, "Consultation", days)
    people = range(90_000 + 100 * days, 90_008 + 100 * days)
    made = [
        await book_at(sessions, person, service_id, slot)
        for person, slot in zip(people, free, strict=False)
    ]
    wanted = free[8]

    async with asyncio.timeout(60):
        ended = await asyncio.gather(
            *(move_to(sessions, *one, wanted) for one in zip(people, made, strict=True))
        )

    names = Counter("moved" if isinstance(end, Booking) else end.name for end in ended)
    assert names == {"moved": 1, "slot_taken": 7}
    assert await starts_of(salon, made) == [
        wanted.starts_at if isinstance(end, Booking) else one.starts_at
        for one, end in zip(made, ended, strict=True)
    ]
    assert await count_deadlocks(salon) == before


@pytest.mark.parametrize("days", [2, 9, 16])
async def test_two_who_want_each_others_time_keep_their_own(salon: AsyncEngine, days: int) -> None:
    """Neither waits for the other for ever: both are refused, without a deadlock."""
    sessions = database.create_sessions(salon)
    before = await count_deadlocks(salon)
    service_id, free = await free_on(sessions, "Consultation", days)
    one = await book_at(sessions, 91_000, service_id, free[0])
    two = await book_at(sessions, 91_001, service_id, free[1])

    async with asyncio.timeout(60):
        ended = await asyncio.gather(
            move_to(sessions, 91_000, one, free[1]), move_to(sessions, 91_001, two, free[0])
        )

    assert list(ended) == [Outcome("slot_taken")] * 2
    assert await starts_of(salon, [one, two]) == [one.starts_at, two.starts_at]
    assert await count_deadlocks(salon) == before


@pytest.mark.parametrize("days", [3, 10, 17, 24])
async def test_a_move_and_a_new_booking_of_one_time(salon: AsyncEngine, days: int) -> None:
    """Of a move and a booking that want one time at once one has it, and no deadlock is broken."""
    sessions = database.create_sessions(salon)
    before = await count_deadlocks(salon)
    service_id, free = await free_on(sessions, "Consultation", days)
    mine = await book_at(sessions, 92_000 + days, service_id, free[0])

    async with asyncio.timeout(60):
        moved, booked = await asyncio.gather(
            move_to(sessions, 92_000 + days, mine, free[1]),
            book_at(sessions, 93_000 + days, service_id, free[1]),
        )

    assert isinstance(moved, Booking) != isinstance(booked, Booking)
    assert Outcome("slot_taken") in (moved, booked)
    where = free[1] if isinstance(moved, Booking) else free[0]
    assert await starts_of(salon, [mine]) == [where.starts_at]
    assert await count_deadlocks(salon) == before


async def test_an_expired_hold_gives_way_to_a_move(desk: Any) -> None:
    """A hold keeps its time until it expires; then a move sweeps it aside in its one statement."""
    client = await desk.context()
    booking = await book(client)
    *_, slot = await other_times(desk, client, booking)
    service = await storage.services.find(client.session, booking.service_id)
    assert service is not None
    ends = NOW + timedelta(minutes=5)
    other = await desk.context(2)
    hold = storage.values.NewBooking(
        user_id=other.user.id,
        service=service,
        staff_id=booking.staff_id,
        location_id=booking.location_id,
        starts_at=slot.starts_at,
        held_until=ends,
    )
    held = await storage.bookings.insert(client.session, hold, now=NOW)
    assert held is not None

    early = desk.later(client, ends - timedelta(minutes=1))
    refused = await move_booking(early, booking_id=booking.id, slot=slot)
    moved = await move_booking(desk.later(client, ends), booking_id=booking.id, slot=slot)

    assert refused == Outcome("slot_taken")
    assert isinstance(moved, Booking)
    assert moved.starts_at == slot.starts_at
    assert await storage.bookings.find(client.session, held.id) is None
