"""Moving a booking is one change of its row: it has the new time or keeps the old one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import booking_tables, bookings, services, slots, users
from storage.seeds.salon import seed_salon
from storage.values import Booking, NewBooking, Profile, Service, Slot, SlotSearch

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def open_salon(session: AsyncSession) -> tuple[Service, Sequence[Slot]]:
    """Seed the salon; give a service that blocks time around it, and a member of staff's free slots of a day."""
    await seed_salon(session, today=TODAY)
    await users.identify(session, Profile(1, "Ann"))
    service = next(
        one for one in await services.list_active(session) if one.title == "Haircut and beard"
    )
    start = NOW + timedelta(days=9)
    search = SlotSearch(service, start, start + timedelta(hours=12))
    found = await slots.list_free(session, search, now=NOW)
    return service, [slot for slot in found if slot.staff == found[0].staff]


def at(service: Service, slot: Slot) -> NewBooking:
    """Make what a slot is booked with, or moved to."""
    return NewBooking(1, service, slot.staff.id, slot.location.id, slot.starts_at)


async def make(
    session: AsyncSession, service: Service, slot: Slot, key: str | None = None
) -> Booking:
    """Book a slot."""
    made = await bookings.insert(session, replace(at(service, slot), key=key), now=NOW)
    assert made is not None
    return made


async def test_a_move_changes_the_time_and_nothing_else(session: AsyncSession) -> None:
    """Period, buffers and version are new; the price as agreed, the key and the day it was made stay."""
    service, free = await open_salon(session)
    made = await make(session, service, free[0], key="made")

    moved = await bookings.move(session, made, at(service, free[9]), now=NOW)

    assert moved == replace(made, version=2, starts_at=free[9].starts_at, ends_at=free[9].ends_at)
    columns = booking_tables.bookings.c
    asked = select(columns.blocked, columns.key).where(columns.id == made.id)
    blocked, key = (await session.execute(asked)).one()
    assert (blocked.lower, blocked.upper) == (
        free[9].starts_at - service.buffer_before,
        free[9].ends_at + service.buffer_after,
    )
    assert key == "made"


async def test_a_booking_does_not_meet_itself(session: AsyncSession) -> None:
    """Each step along the grid is within what it blocks itself, and it takes all of them."""
    service, free = await open_salon(session)
    booking = await make(session, service, free[0])

    for slot in free[1:6]:
        moved = await bookings.move(session, booking, at(service, slot), now=NOW)
        assert moved is not None
        assert moved.starts_at - booking.starts_at < service.duration + service.buffer_after
        booking = moved

    assert booking.version == 6


async def test_a_refused_move_leaves_booking_and_transaction(session: AsyncSession) -> None:
    """Into the time or the buffer of another booking nothing moves, and the same transaction can move elsewhere."""
    service, free = await open_salon(session)
    made, other = await make(session, service, free[0]), await make(session, service, free[9])
    buffer = replace(at(service, free[0]), starts_at=other.ends_at)

    assert await bookings.move(session, made, at(service, free[9]), now=NOW) is None
    assert await bookings.move(session, made, buffer, now=NOW) is None

    assert await bookings.find(session, made.id) == made
    assert await bookings.move(session, made, at(service, free[1]), now=NOW) is not None


@pytest.mark.parametrize(
    "change",
    [{"status": "cancelled", "cancelled_at": NOW}, {"status": "completed"}, {"version": 7}],
    ids=["cancelled", "completed", "changed meanwhile"],
)
async def test_only_what_is_live_and_as_it_was_found_moves(
    session: AsyncSession, change: dict[str, object]
) -> None:
    """A booking that somebody has changed since it was read stays, and so does one that is not live."""
    service, free = await open_salon(session)
    made = await make(session, service, free[0])
    of_it = update(booking_tables.bookings).where(booking_tables.bookings.c.id == made.id)
    await session.execute(of_it.values(**change))

    assert await bookings.move(session, made, at(service, free[9]), now=NOW) is None

    kept = await bookings.find(session, made.id)
    assert kept is not None
    assert kept.starts_at == free[0].starts_at


async def test_what_waits_is_moved_and_a_hold_is_not(session: AsyncSession) -> None:
    """A booking that the staff have yet to confirm goes on waiting at its new time."""
    service, free = await open_salon(session)
    asked = replace(service, needs_confirmation=True)
    waits = await make(session, asked, free[0])
    until = NOW + timedelta(minutes=1)
    held = await bookings.insert(session, replace(at(service, free[9]), held_until=until), now=NOW)
    assert held is not None

    moved = await bookings.move(session, waits, at(service, free[4]), now=NOW)

    assert moved is not None
    assert (moved.status, moved.starts_at) == ("pending", free[4].starts_at)
    assert await bookings.move(session, held, at(service, free[16]), now=NOW) is None


async def test_it_is_moved_for_its_person_and_with_its_staff(session: AsyncSession) -> None:
    """Nobody else's booking moves, nor does one to somebody else's hours."""
    service, free = await open_salon(session)
    made = await make(session, service, free[0])
    new = at(service, free[3])

    for wrong in (
        replace(new, user_id=2),
        replace(new, staff_id=0),
        replace(new, location_id=0),
    ):
        assert await bookings.move(session, made, wrong, now=NOW) is None

    assert await bookings.find(session, made.id) == made


async def test_where_it_is_already_nothing_happens(session: AsyncSession) -> None:
    """A move asked for again gives the booking, and counts as none."""
    service, free = await open_salon(session)
    made = await make(session, service, free[0])
    moved = await bookings.move(session, made, at(service, free[3]), now=NOW)
    assert moved is not None

    assert await bookings.move(session, moved, at(service, free[3]), now=NOW) == moved


async def test_what_is_no_overlap_is_an_error(session: AsyncSession) -> None:
    """Only a taken time is taken; another constraint that a move would break is told as it is."""
    service, free = await open_salon(session)
    made = await make(session, service, free[0])
    backwards = replace(service, buffer_after=-service.duration)

    with pytest.raises(IntegrityError):
        await bookings.move(session, made, at(backwards, free[3]), now=NOW)


async def test_its_own_time_is_free_for_it_and_not_offered(session: AsyncSession) -> None:
    """To move a booking, the times around it are offered, and the one that it has is not."""
    service, free = await open_salon(session)
    made = await make(session, service, free[1])
    search = SlotSearch(
        service,
        free[0].starts_at,
        free[-1].ends_at,
        staff_id=made.staff.id,
        location_id=made.location.id,
    )

    offered = await slots.list_free(session, replace(search, moving=made.id), now=NOW)
    others = await slots.list_free(session, search, now=NOW)

    assert [slot.starts_at for slot in offered] == [
        slot.starts_at for slot in free if slot != free[1]
    ]
    assert free[0].starts_at not in {slot.starts_at for slot in others}
