"""What is stored about the person who asks: as a file, and forgetting it.

It knows nothing of what Telegram stores.
"""

import json
from typing import Literal

import storage
from actions.access import acts_as
from actions.notices import booking_cancelled, refund_due, tell_cancelled, visit_cancelled
from engine.actions import Context, Outcome, Upload, command, query
from storage.values import BookingStatus, Role


@query("privacy.export")
async def export_data(context: Context) -> Upload:
    """Write all that is stored about the person as JSON."""
    found = await storage.privacy.export(context.session, context.user.id)
    content = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
    return Upload(content.encode(), "my-data.json")


@command("privacy.erase", notifies=[booking_cancelled, refund_due, visit_cancelled])
async def erase_data(context: Context) -> Outcome[Literal["works_here"]] | None:
    """Cancel what the person has booked ahead, and forget them; whoever works here is not forgotten as a client."""
    if await acts_as(context, Role.STAFF):
        return Outcome("works_here")
    session, person = context.session, context.user.id
    for ahead in await storage.bookings.list_upcoming(session, person, now=context.now):
        booking = await storage.bookings.find_for_update(session, ahead.id)
        if booking is None or booking.status not in (
            BookingStatus.PENDING,
            BookingStatus.CONFIRMED,
        ):
            continue
        cancelled = await storage.bookings.cancel(session, booking, by=person, now=context.now)
        if cancelled is not None:
            await tell_cancelled(context, cancelled)
    await storage.privacy.erase(session, person)
    return None
