"""A time that is kept while somebody makes up their mind: for whom, how long, and how many at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import storage
from actions import bookings, holds, slots
from actions.records import Booking, Hold, Slot
from engine.actions import Context, Outcome
from tests.actions.conftest import NOW
from tests.actions.test_booking_actions import first_slot

LATE = holds.HOLD + timedelta(seconds=1)


async def place(
    context: Context, slot: Slot, service_id: int, instead_of: int | None = None
) -> Hold:
    """Hold a slot that is free."""
    hold = await holds.place_hold(context, slot=slot, service_id=service_id, instead_of=instead_of)
    assert isinstance(hold, Hold)
    return hold


async def free_ids(context: Context, slot: Slot, service_id: int) -> set[str]:
    """List what somebody sees of the slot's day, with its staff."""
    found = await slots.list_free(
        context, service_id=service_id, day=slot.starts_at.date(), staff_id=slot.staff_id
    )
    return {one.id for one in found}


async def test_a_held_time_is_free_for_its_holder_alone(desk: Any) -> None:
    """Others neither see it nor get it, by a hold or a booking; it is no booking yet."""
    ann, bob = await desk.context(1), await desk.context(2)
    service_id, slot = await first_slot(ann, "Haircut")

    hold = await place(ann, slot, service_id)

    assert hold.until == NOW + timedelta(minutes=5)
    assert slot.id in await free_ids(ann, slot, service_id)
    assert slot.id not in await free_ids(bob, slot, service_id)
    gone = Outcome("slot_taken")
    assert await holds.place_hold(bob, slot=slot, service_id=service_id) == gone
    assert await bookings.create_booking(bob, slot=slot, service_id=service_id) == gone
    assert await bookings.list_mine(ann) == []
    assert await bookings.open_booking(ann, booking_id=hold.id) == Outcome("not_found")
    refused = await bookings.cancel_booking(ann, booking_id=hold.id)
    assert refused == Outcome("not_found")


@pytest.mark.parametrize("passed", [timedelta(minutes=1), LATE], ids=["in time", "expired"])
async def test_a_hold_becomes_the_booking(desk: Any, passed: timedelta) -> None:
    """Confirmed in time, or later while nobody else wanted it, the hold is the booking, made just then."""
    ann = await desk.context()
    service_id, slot = await first_slot(ann, "Haircut")
    hold = await place(ann, slot, service_id)

    later = desk.later(ann, NOW + passed)
    booking = await bookings.create_booking(
        later, slot=slot, service_id=service_id, comment="Fringe only"
    )

    assert isinstance(booking, Booking)
    assert (booking.id, booking.status, booking.comment) == (hold.id, "confirmed", "Fringe only")
    kept = await storage.bookings.find(ann.session, hold.id)
    assert kept is not None
    assert (kept.held_until, kept.created_at) == (None, NOW + passed)
    assert await holds.release_hold(later, hold_id=hold.id) == Outcome("not_found")


async def test_an_expired_hold_is_anybodys(desk: Any) -> None:
    """Whoever comes after it has expired gets the time, and its holder is told that it has gone."""
    ann, bob = await desk.context(1), await desk.context(2)
    service_id, slot = await first_slot(ann, "Haircut")
    await place(ann, slot, service_id)
    later = NOW + LATE

    assert slot.id in await free_ids(desk.later(bob, later), slot, service_id)
    won = await bookings.create_booking(desk.later(bob, later), slot=slot, service_id=service_id)
    lost = await bookings.create_booking(desk.later(ann, later), slot=slot, service_id=service_id)

    assert isinstance(won, Booking)
    assert lost == Outcome("slot_taken")


async def test_two_holds_at_most(desk: Any) -> None:
    """A third is refused until one is given up, replaced, booked or has expired."""
    ann = await desk.context()
    service_id, slot = await first_slot(ann, "Haircut")
    times = [slot] + [(await first_slot(ann, "Haircut", number))[1] for number in (4, 8, 12)]
    first = await place(ann, times[0], service_id)
    await place(ann, times[1], service_id)

    refused = await holds.place_hold(ann, slot=times[2], service_id=service_id)
    other = await place(ann, times[2], service_id, instead_of=first.id)

    assert refused == Outcome("too_many_holds")
    assert times[0].id in await free_ids(await desk.context(2), slot, service_id)
    assert await holds.release_hold(ann, hold_id=other.id) is None
    await place(ann, times[3], service_id)
    again = await holds.place_hold(
        desk.later(ann, NOW + LATE), slot=times[0], service_id=service_id
    )
    assert isinstance(again, Hold)


async def test_a_hold_is_kept_until_another_is_had(desk: Any) -> None:
    """Who picks a time that somebody else was quicker to have keeps the one that is held for them."""
    ann, bob = await desk.context(1), await desk.context(2)
    service_id, slot = await first_slot(ann, "Haircut")
    _, theirs = await first_slot(ann, "Haircut", 4)
    wanted = replace(slot, starts_at=slot.starts_at + (theirs.starts_at - slot.starts_at) / 2)
    hold = await place(ann, slot, service_id)
    await place(bob, theirs, service_id)

    refused = await holds.place_hold(ann, slot=wanted, service_id=service_id, instead_of=hold.id)

    assert refused == Outcome("slot_taken")
    assert slot.id not in await free_ids(bob, slot, service_id)


async def test_the_same_time_again_is_held_anew(desk: Any) -> None:
    """Who picks the time that is kept for them, here or in another chat, has it for five minutes from now."""
    ann = await desk.context()
    service_id, slot = await first_slot(ann, "Haircut")
    await place(ann, slot, service_id)
    later = desk.later(ann, NOW + timedelta(minutes=3))

    again = await place(later, slot, service_id)

    assert again.until == NOW + timedelta(minutes=8)
    assert await storage.holds.count(ann.session, ann.user.id, now=later.now) == 1


async def test_nobody_gives_up_what_others_hold(desk: Any) -> None:
    """The number of somebody else's hold gives up nothing."""
    ann, bob = await desk.context(1), await desk.context(2)
    service_id, slot = await first_slot(ann, "Haircut")
    hold = await place(ann, slot, service_id)

    assert await holds.release_hold(bob, hold_id=hold.id) == Outcome("not_found")
    _, other = await first_slot(bob, "Haircut", 4)
    await place(bob, other, service_id, instead_of=hold.id)

    assert slot.id not in await free_ids(bob, slot, service_id)


async def test_only_what_could_be_booked_is_held(desk: Any) -> None:
    """Off the grid, too soon, for nobody or too many, and beyond the limit of bookings nothing is held."""
    ann = await desk.context()
    service_id, slot = await first_slot(ann, "Haircut")
    off = replace(slot, starts_at=slot.starts_at + timedelta(minutes=1))
    assert await holds.place_hold(ann, slot=off, service_id=service_id) == Outcome("not_available")
    for people in (0, 2):
        refused = await holds.place_hold(ann, slot=slot, service_id=service_id, people=people)
        assert refused == Outcome("not_available")
    for number in range(5):
        _, other = await first_slot(ann, "Consultation", number * 2)
        consultation, _ = await first_slot(ann, "Consultation")
        made = await bookings.create_booking(ann, slot=other, service_id=consultation)
        assert isinstance(made, Booking)

    _, slot = await first_slot(ann, "Haircut", 5)
    full = await holds.place_hold(ann, slot=slot, service_id=service_id)

    assert full == Outcome("limit_reached")
