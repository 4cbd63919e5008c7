"""Holding a time for somebody while they make up their mind.

It knows nothing of how long flows take; a hold that expires is a time that anybody may have.
"""

from datetime import timedelta
from typing import Literal

import storage
from actions.bookings import refuse_new
from actions.records import Hold, Slot
from engine.actions import Context, Outcome, command
from storage.values import NewBooking

HOLD = timedelta(minutes=5)
"""How long a time is held."""

HOLDS_LIMIT = 2
"""How many times can be held for one person at once."""


@command("holds.place")
async def place_hold(
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    people: int = 1,
    instead_of: int | None = None,
) -> Hold | Outcome[Literal["slot_taken", "limit_reached", "too_many_holds", "not_available"]]:
    """Hold a slot for the person, and give up the hold that it takes the place of."""
    service = await storage.services.find(context.session, service_id)
    if service is None or not 1 <= people <= service.capacity:
        return Outcome("not_available")
    new = NewBooking(
        user_id=context.user.id,
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        key=context.key,
        held_until=context.now + HOLD,
        party=people,
    )
    if (refused := await refuse_new(context, new)) is not None:
        return refused
    await storage.holds.release(context.session, context.user.id, instead_of, now=context.now)
    held = await storage.holds.count(context.session, context.user.id, now=context.now)
    if held >= HOLDS_LIMIT:
        return Outcome("too_many_holds")
    hold = await storage.bookings.insert(context.session, new, now=context.now)
    return Outcome("slot_taken") if hold is None else Hold(hold.id, context.now + HOLD)


@command("holds.release")
async def release_hold(context: Context, *, hold_id: int) -> Outcome[Literal["not_found"]] | None:
    """Give up a hold of the person's own; what has been booked meanwhile stays booked."""
    released = await storage.holds.release(
        context.session, context.user.id, hold_id, now=context.now
    )
    return None if released else Outcome("not_found")
