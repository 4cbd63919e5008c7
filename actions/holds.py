"""Holding a time for somebody while they make up their mind.

It knows nothing of how long flows take; a hold that expires is a time that anybody may have.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import storage
from actions.bookings import ask_to_hold, find_deposit
from actions.freeing import offer_freed, waitlist_offer
from actions.records import Hold, Slot
from engine.actions import Context, Outcome, command
from storage.values import Booking, BookingStatus

HOLD = timedelta(minutes=5)
"""How long a time is held."""

HOLDS_LIMIT = 2
"""How many times can be held for one person at once."""


@command("holds.place", notifies=[waitlist_offer])
async def place_hold(  # noqa: PLR0913  # what is held, by name
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    people: int = 1,
    instead_of: int | None = None,
    more_service_ids: list[int] | None = None,
) -> (
    Hold
    | Outcome[
        Literal[
            "slot_taken",
            "limit_reached",
            "too_many_then",
            "too_many_holds",
            "not_available",
            "blocked",
        ]
    ]
):
    """Hold a slot for the person; the hold that it takes the place of is given up once this one is had."""
    given_up = await _find_given_up(context, instead_of)
    new = await ask_to_hold(context, slot, [service_id, *(more_service_ids or ())], people)
    if isinstance(new, Outcome):
        return new
    session, person, until = context.session, context.user.id, context.now + HOLD
    others = await storage.holds.count(session, person, but=instead_of, now=context.now)
    if others >= HOLDS_LIMIT:
        return Outcome("too_many_holds")
    held = replace(new, held_until=until)
    hold = await storage.holds.place(session, held, instead_of=instead_of, now=context.now)
    await storage.attempts.note(session, held, is_lost=hold is None)
    if hold is None:
        return Outcome("slot_taken")
    if given_up is not None:
        await offer_freed(context, given_up)
    deposit = find_deposit(context, new.service, people)
    return Hold(hold.id, until, deposit, slot.starts_at - new.service.cancel_until)


@command("holds.release", notifies=[waitlist_offer])
async def release_hold(context: Context, *, hold_id: int) -> Outcome[Literal["not_found"]] | None:
    """Give up a hold of the person's own; what has been booked meanwhile stays booked."""
    given_up = await _find_given_up(context, hold_id)
    released = await storage.holds.release(
        context.session, context.user.id, hold_id, now=context.now
    )
    if given_up is not None and released:
        await offer_freed(context, given_up)
    return None if released else Outcome("not_found")


async def _find_given_up(context: Context, hold_id: int | None) -> Booking | None:
    """Find a hold of the person's own that is about to be given up, and keep others from the waitlist of its place."""
    if hold_id is None:
        return None
    hold = await storage.bookings.find(context.session, hold_id)
    if hold is None or hold.user_id != context.user.id or hold.status is not BookingStatus.HELD:
        return None
    waits = await storage.waitlist.lock(context.session, hold.location.id, now=context.now)
    return hold if waits else None
