"""Holding a time for somebody while they make up their mind.

It knows nothing of how long flows take; a hold that expires is a time that anybody may have.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal

import storage
from actions.bookings import ask_for
from actions.records import Hold, Slot
from engine.actions import Context, Outcome, command
from storage import values

HOLD = timedelta(minutes=5)
"""How long a time is held."""

HOLDS_LIMIT = 2
"""How many times can be held for one person at once."""


def find_deposit(context: Context, service: values.Service, people: int) -> Decimal:
    """Say what is paid ahead of a visit; nothing where the bot has no payment provider."""
    return service.deposit * people if context.takes_payments else Decimal()


@command("holds.place")
async def place_hold(  # noqa: PLR0913  # what is held, by name
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    people: int = 1,
    instead_of: int | None = None,
    more_service_ids: list[int] | None = None,
) -> Hold | Outcome[Literal["slot_taken", "limit_reached", "too_many_holds", "not_available"]]:
    """Hold a slot for the person; the hold that it takes the place of is given up once this one is had."""
    new = await ask_for(context, slot, [service_id, *(more_service_ids or ())], people)
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
    deposit = find_deposit(context, new.service, people)
    return Hold(hold.id, until, deposit, slot.starts_at - new.service.cancel_until)


@command("holds.release")
async def release_hold(context: Context, *, hold_id: int) -> Outcome[Literal["not_found"]] | None:
    """Give up a hold of the person's own; what has been booked meanwhile stays booked."""
    released = await storage.holds.release(
        context.session, context.user.id, hold_id, now=context.now
    )
    return None if released else Outcome("not_found")
