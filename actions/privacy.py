"""What is stored about the person who asks: as a file, and forgetting it.

It knows nothing of what Telegram stores.
"""

import json
from typing import Literal

import storage
from actions.access import acts_as
from actions.freeing import offer_freed, tell_offers, waitlist_offer
from actions.notices import booking_cancelled, refund_due, tell_cancelled, visit_cancelled
from engine.actions import Context, Outcome, Upload, command, query
from storage.values import BookingStatus, Role


@query("privacy.export")
async def export_data(context: Context) -> Upload:
    """Write all that is stored about the person as JSON."""
    found = await storage.privacy.export(context.session, context.user.id)
    content = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
    return Upload(content.encode(), "my-data.json")


@command("privacy.erase", notifies=[booking_cancelled, refund_due, visit_cancelled, waitlist_offer])
async def erase_data(context: Context) -> Outcome[Literal["works_here"]] | None:
    """Cancel what the person has booked ahead, and forget them, but not that they may not book; whoever works here is not forgotten as a client."""
    if await acts_as(context, Role.STAFF):
        return Outcome("works_here")
    session, person = context.session, context.user.id
    await storage.privacy.prepare(session, person, now=context.now)
    standing = await storage.standings.find(session, person, now=context.now)
    upcoming = await storage.bookings.list_upcoming(session, person, now=context.now)
    for ahead in upcoming:
        booking = await storage.bookings.find_for_update(session, ahead.id)
        if booking is None or booking.status not in (
            BookingStatus.PENDING,
            BookingStatus.CONFIRMED,
        ):
            continue
        cancelled = await storage.bookings.cancel(session, booking, by=person, now=context.now)
        if cancelled is not None:
            await tell_cancelled(context, cancelled)
            await offer_freed(context, booking)
    for wish in await storage.waitlist.list_open(session, person, now=context.now):
        await storage.waitlist.end(session, wish, now=context.now)
        left = await storage.offers.leave(session, wish, now=context.now)
        await tell_offers(context, left)
    await storage.privacy.erase(
        session,
        person,
        is_blocked=standing.is_blocked(context.now),
        blocked_until=standing.kept_until,
        now=context.now,
    )
    return None
