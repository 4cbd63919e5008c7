"""A person's own visits beyond booking and moving them: what is past, what is booked again, who is coming, and files for calendars.

It knows nothing of how bookings are made.
"""

from typing import Literal

import storage
from actions.bookings import is_own
from actions.calendar_file import write_event
from actions.records import (
    Booking,
    Visit,
    show_booking,
    show_location,
    show_service,
    show_staff,
)
from engine.actions import Context, Outcome, Upload, command, query
from storage.values import BookingStatus

MOST_PEOPLE = 50
"""How many can be booked for at once."""


@query("visits.past")
async def list_past(context: Context, *, offset: int = 0, limit: int = 8) -> list[Booking]:
    """List the person's bookings that are over or cancelled, the last one first."""
    found = await storage.bookings.list_past(
        context.session, context.user.id, now=context.now, offset=offset, limit=limit
    )
    return [show_booking(booking, context.user.locale) for booking in found]


@query("visits.count_past")
async def count_past(context: Context) -> int:
    """Count the person's bookings that are over or cancelled."""
    return await storage.bookings.count_past(context.session, context.user.id, now=context.now)


@query("visits.again")
async def find_again(context: Context, *, booking_id: int | None) -> Visit | None:
    """Find what a booking of the person's own was of, if that can be booked again."""
    booking = booking_id and await storage.bookings.find(context.session, booking_id)
    if not booking or not is_own(booking, context):
        return None
    ids = [line.service.id for line in booking.lines]
    service = await storage.services.find_visit(context.session, ids)
    if service is None:
        return None
    members = await storage.staff.list_offering(context.session, ids, booking.location.id)
    same = [show_staff(one) for one in members if one.id == booking.staff.id]
    return Visit(
        service=show_service(service, context.user.locale),
        location=show_location(booking.location),
        staff=same[0] if same else None,
        people=min(booking.party, service.capacity, MOST_PEOPLE),
    )


@query("visits.calendar_file")
async def find_calendar_file(context: Context, *, booking_id: int) -> Upload | None:
    """Write a confirmed or cancelled booking of the person's own as a file that calendars read."""
    booking = await storage.bookings.find(context.session, booking_id)
    if not is_own(booking, context):
        return None
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.CANCELLED):
        return None
    content = write_event(booking, title=booking.service.title_in(context.user.locale))
    return Upload(content, f"visit-{booking.id}.ics")


@command("visits.say_coming")
async def say_coming(
    context: Context, *, booking_id: int
) -> Booking | Outcome[Literal["not_found", "already_cancelled", "asked_to_move"]]:
    """Keep that the person will come to a booking of their own, unless they are asked to move it."""
    booking = await storage.bookings.find_for_update(context.session, booking_id)
    if not is_own(booking, context) or booking.ends_at <= context.now:
        return Outcome("not_found")
    if booking.status is BookingStatus.CANCELLED:
        return Outcome("already_cancelled")
    if booking.asked_to_move_at is not None:
        return Outcome("asked_to_move")
    booking = await storage.bookings.note_coming(context.session, booking, now=context.now)
    return show_booking(booking, context.user.locale)
