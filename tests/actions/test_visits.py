"""Several services in one visit: one booking that takes one time, with what was agreed for each of them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

import storage
from actions import bookings, holds, slots, staff
from actions.records import Booking, Hold, Slot
from engine.actions import Context, Outcome
from storage import booking_tables, tables
from storage.values import BookingStatus
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import find_service

HAIR, NAILS, COLOUR = "Haircut", "Manicure", "Colouring"


async def find_ids(context: Context, *titles: str) -> tuple[int, list[int]]:
    """Find the first service of a visit, and those that follow it."""
    first, *more = [await find_service(context, title) for title in titles]
    return first, more


async def free(context: Context, *titles: str) -> list[Slot]:
    """List the slots of the third day that has any."""
    first, more = await find_ids(context, *titles)
    days = (await slots.find_openings(context, service_id=first, more_service_ids=more)).days
    return await slots.list_free(context, service_id=first, more_service_ids=more, day=days[2])


async def book(context: Context, slot: Slot, *titles: str) -> Booking | Outcome[Any]:
    """Book a visit."""
    first, more = await find_ids(context, *titles)
    return await bookings.create_booking(
        context, slot=slot, service_id=first, more_service_ids=more
    )


async def test_a_visit_is_one_booking_of_one_time(desk: Any) -> None:
    """Its services follow one another with who gives them all; buffers are at its ends alone, and the price is of them all."""
    ann = await desk.context()
    slot = (await free(ann, COLOUR, HAIR))[0]

    made = await book(ann, slot, COLOUR, HAIR)

    assert isinstance(made, Booking)
    assert made.service_title == "Colouring + Haircut"
    assert made.ends_at - made.starts_at == slot.ends_at - slot.starts_at == timedelta(minutes=165)
    assert (made.price, made.status) == (Decimal("137.00"), BookingStatus.PENDING)
    assert [(one.title, one.minutes, one.price) for one in made.services] == [
        ("Colouring", 120, Decimal("95.00")),
        ("Haircut", 45, Decimal("42.00")),
    ]
    row = select(booking_tables.bookings.c.blocked).where(booking_tables.bookings.c.id == made.id)
    blocked = await ann.session.scalar(row)
    assert (made.starts_at - blocked.lower, blocked.upper - made.ends_at) == (
        timedelta(minutes=5),
        timedelta(minutes=5),
    )
    german = await desk.context(locale="de")
    (shown,) = await bookings.list_mine(german)
    assert shown.service_title == "Färben + Haarschnitt"


async def test_a_visit_is_with_who_gives_all_of_it(desk: Any) -> None:
    """Who gives one of its services and not the other is not offered, and cannot be booked for it."""
    ann = await desk.context()
    first, more = await find_ids(ann, HAIR, NAILS)
    both = await staff.list_staff(ann, service_id=first, more_service_ids=more)

    assert [one.name for one in both] == ["Inês Duarte"]
    assert {slot.staff_name for slot in await free(ann, HAIR, NAILS)} == {"Inês Duarte"}
    other = next(one for one in await free(ann, HAIR) if one.staff_name != "Inês Duarte")
    assert await book(ann, other, HAIR, NAILS) == Outcome("not_available")


async def test_a_visit_fits_between_what_is_booked(desk: Any) -> None:
    """A gap that is long enough for either service alone is not free for both."""
    ann, bob = await desk.context(1), await desk.context(2)
    day = [slot for slot in await free(ann, HAIR, NAILS) if slot.staff_name == "Inês Duarte"]
    later = replace(day[0], starts_at=day[0].starts_at + timedelta(minutes=60))
    assert isinstance(await book(bob, later, HAIR), Booking)

    assert day[0].starts_at not in {slot.starts_at for slot in await free(ann, HAIR, NAILS)}
    assert await book(ann, day[0], HAIR, NAILS) == Outcome("slot_taken")
    assert isinstance(await book(ann, day[0], HAIR), Booking)


async def test_a_held_visit_is_confirmed_as_it_was_held(desk: Any) -> None:
    """A hold of two services is no booking of one of them, nor of both in another order."""
    ann = await desk.context()
    slot = (await free(ann, HAIR, COLOUR))[0]
    first, more = await find_ids(ann, HAIR, COLOUR)
    hold = await holds.place_hold(ann, slot=slot, service_id=first, more_service_ids=more)
    assert isinstance(hold, Hold)

    made = await book(ann, slot, HAIR, COLOUR)
    assert isinstance(made, Booking)
    assert made.id == hold.id
    await bookings.cancel_booking(ann, booking_id=made.id)
    hold = await holds.place_hold(ann, slot=slot, service_id=first, more_service_ids=more)
    assert isinstance(hold, Hold)
    alone = await book(ann, slot, HAIR)
    assert isinstance(alone, Booking)
    assert alone.id != hold.id
    assert await storage.bookings.find(ann.session, hold.id) is None


async def test_a_moved_visit_takes_as_long_as_agreed(desk: Any) -> None:
    """What a service takes and costs today changes nothing of what was booked; as much notice as any of its services is asked."""
    ann = await desk.context()
    day = await free(ann, HAIR, COLOUR)
    made = await book(ann, day[0], HAIR, COLOUR)
    assert isinstance(made, Booking)
    services = tables.services
    dearer = update(services).where(services.c.title == HAIR)
    await ann.session.execute(dearer.values(duration_minutes=90, price=Decimal("99.00")))

    other = (await slots.list_other_times(ann, booking_id=made.id, day=day[0].starts_at.date()))[0]
    moved = await bookings.move_booking(ann, booking_id=made.id, slot=other)

    assert isinstance(moved, Booking)
    assert moved.starts_at == other.starts_at != made.starts_at
    assert moved.ends_at - moved.starts_at == other.ends_at - other.starts_at
    assert moved.ends_at - moved.starts_at == made.ends_at - made.starts_at
    assert (moved.price, moved.services) == (made.price, made.services)
    strict = (
        update(services)
        .where(services.c.title == COLOUR)
        .values(cancel_until=timedelta(minutes=100_000))
    )
    await ann.session.execute(strict)
    assert await bookings.cancel_booking(ann, booking_id=made.id) == Outcome("too_late")


async def test_what_cannot_be_one_visit_is_not_available(desk: Any) -> None:
    """A class among other services, and a service that is not there, are offered to nobody."""
    ann = await desk.context()
    slot = (await free(ann, HAIR))[0]
    first, more = await find_ids(ann, HAIR, "Styling class")

    assert not (await slots.find_openings(ann, service_id=first, more_service_ids=more)).days
    assert await book(ann, slot, HAIR, "Styling class") == Outcome("not_available")
    made = await bookings.create_booking(ann, slot=slot, service_id=first, more_service_ids=[0])
    assert made == Outcome("not_available")


async def test_a_visit_takes_a_room_of_all_that_need_one(desk: Any) -> None:
    """Of the rooms of each of its services that need one it takes one of both; there may be none."""
    ann = await desk.context()
    day = await free(ann, HAIR, COLOUR)
    first, more = await find_ids(ann, HAIR, COLOUR)
    rooms = [
        await ann.session.scalar(
            insert(tables.rooms)
            .values(name=name, location_id=day[0].location_id)
            .returning(tables.rooms.c.id)
        )
        for name in ("Chair", "Basin")
    ]
    both = [first, *more]
    needing = update(tables.services).where(tables.services.c.id.in_(both))
    await ann.session.execute(needing.values(needs_room=True))
    for service_id, room_id in zip(both, rooms, strict=True):
        link = {"service_id": service_id, "room_id": room_id}
        await ann.session.execute(insert(tables.service_rooms).values(link))

    assert await book(ann, day[0], HAIR, COLOUR) == Outcome("slot_taken")
    assert not (await slots.find_openings(ann, service_id=first, more_service_ids=more)).days
    link = {"service_id": first, "room_id": rooms[1]}
    await ann.session.execute(insert(tables.service_rooms).values(link))
    made = await book(ann, day[0], HAIR, COLOUR)

    assert isinstance(made, Booking)
    assert made.room_name == "Basin"
    assert made.starts_at > NOW
