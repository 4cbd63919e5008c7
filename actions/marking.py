"""What the staff say of visits once they have begun: that their clients came, or did not, or that this was a mistake.

It knows nothing of what follows from it for a client.
"""

from typing import Literal

import storage
from actions.access import acts_for
from actions.agenda import can_take_back
from actions.records import Booking, show_booking
from engine.actions import Context, Outcome, command
from storage import values
from storage.values import BookingStatus

_MARKED = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)


@command("work.mark")
async def mark_visit(
    context: Context, *, booking_id: int, came: bool
) -> Booking | Outcome[Literal["not_possible"]]:
    """Say that a client came, or did not, as who was booked or an administrator; the time of who did not come is free."""
    booking = await _find(context, booking_id)
    if booking is None or booking.starts_at > context.now:
        return Outcome("not_possible")
    if booking.status not in (BookingStatus.CONFIRMED, *_MARKED):
        return Outcome("not_possible")
    status = BookingStatus.COMPLETED if came else BookingStatus.NO_SHOW
    if booking.status is not status:
        booking = await storage.marking.mark(context.session, booking, status, now=context.now)
    return show_booking(booking, context.user.locale)


@command("work.take_back")
async def take_back(
    context: Context, *, booking_id: int
) -> Booking | Outcome[Literal["not_possible", "slot_taken"]]:
    """Take back what was said of a client on the same day, unless somebody else has their time meanwhile."""
    seen = await storage.bookings.find(context.session, booking_id)
    if seen is None:
        return Outcome("not_possible")
    await storage.marking.lock(context.session, seen)
    booking = await _find(context, booking_id)
    if booking is None or not can_take_back(context, booking):
        return Outcome("not_possible")
    back = await storage.marking.unmark(context.session, booking)
    return Outcome("slot_taken") if back is None else show_booking(back, context.user.locale)


async def _find(context: Context, booking_id: int) -> values.Booking | None:
    """Find a booking of the person's work, and keep others from changing it."""
    booking = await storage.bookings.find_for_update(context.session, booking_id)
    if booking is None or not await acts_for(context, booking.staff.id):
        return None
    return booking
