"""Confirming and declining bookings that wait for a word of the staff.

It knows nothing of which services ask for that.
"""

from typing import Literal

import storage
from actions.access import acts_for, has_role
from actions.freeing import find_to_free, offer_freed, waitlist_offer
from actions.notices import (
    booking_reminder,
    refund_due,
    tell_confirmed,
    tell_declined,
    visit_confirmed,
    visit_declined,
)
from actions.records import Booking, Reason, show_booking
from engine.actions import Context, Outcome, command, query
from storage import values
from storage.values import BookingStatus, Role

type Refused = Outcome[Literal["not_found", "already_confirmed", "already_cancelled"]]


@query("bookings.waiting")
async def list_waiting(context: Context) -> list[Booking]:
    """List the bookings that wait for the person's word, soonest first: their own, or as an administrator all."""
    staff_id = None
    if not await has_role(context, Role.ADMIN):
        staff_id = await storage.staff.find_id_of(context.session, context.user.id)
        if staff_id is None:
            return []
    found = await storage.bookings.list_pending(context.session, now=context.now, staff_id=staff_id)
    return [show_booking(booking, context.user.locale) for booking in found]


@command("bookings.confirm", notifies=[visit_confirmed, booking_reminder])
async def confirm_booking(
    context: Context, *, booking_id: int
) -> Booking | Outcome[Literal["not_found", "already_confirmed", "already_cancelled"]]:
    """Confirm a booking that waits for the person's word; its client is told, and reminded the day before."""
    booking = await _find_waiting(context, booking_id)
    if isinstance(booking, Outcome):
        return booking
    confirmed = await storage.bookings.confirm(context.session, booking)
    if confirmed is None:
        return Outcome("not_found")
    await tell_confirmed(context, confirmed)
    return show_booking(confirmed, context.user.locale)


@command("bookings.decline", notifies=[refund_due, visit_declined, waitlist_offer])
async def decline_booking(
    context: Context, *, booking_id: int, reason: Reason | None = None
) -> Booking | Outcome[Literal["not_found", "already_confirmed", "already_cancelled"]]:
    """Decline a booking that waits for the person's word; its client is told, with the reason if there is one, and its time is free again."""
    booking = await _find_waiting(context, booking_id)
    if isinstance(booking, Outcome):
        return booking
    declined = await storage.bookings.cancel(
        context.session, booking, by=context.user.id, reason=reason, now=context.now
    )
    if declined is None:
        return Outcome("not_found")
    await tell_declined(context, declined)
    await offer_freed(context, booking)
    return show_booking(declined, context.user.locale)


async def _find_waiting(context: Context, booking_id: int) -> values.Booking | Refused:
    """Find a booking that waits for the person's word and keep others from changing it, or say why there is none."""
    booking = await find_to_free(context, booking_id)
    if booking is None or not await acts_for(context, booking.staff.id):
        return Outcome("not_found")
    match booking.status:
        case BookingStatus.PENDING:
            return booking
        case BookingStatus.CONFIRMED:
            return Outcome("already_confirmed")
        case BookingStatus.CANCELLED:
            return Outcome("already_cancelled")
        case _:
            return Outcome("not_found")
