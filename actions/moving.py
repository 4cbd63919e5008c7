"""Moving somebody else's booking, by the member of staff who is booked or an administrator: no deadline and no notice binds them.

It knows nothing of how clients move their own.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal

import storage
from actions.access import acts_for, may_see
from actions.freeing import offer_freed, waitlist_offer
from actions.notices import booking_moved, booking_reminder, tell_moved, visit_moved
from actions.records import Booking, Openings, Slot, show_booking, show_slot
from actions.slots import find_openings_of, fits, search_other_times
from engine.actions import Context, Outcome, command, query
from storage import values
from storage.values import BookingStatus, NewBooking, Service, SlotSearch

_LIVE = (BookingStatus.PENDING, BookingStatus.CONFIRMED)


@query("moving.openings")
async def find_days(context: Context, *, booking_id: int) -> Openings:
    """Find the days to which a booking can be moved, with whom and where it is now."""
    return await find_openings_of(context, await _search_for(context, booking_id))


@query("moving.times")
async def list_times(context: Context, *, booking_id: int, day: date) -> list[Slot]:
    """List the times of a day to which a booking can be moved; its own buffers are free for it."""
    search = await _search_for(context, booking_id)
    if search is None:
        return []
    search = replace(
        search,
        starts_from=max(context.now, datetime.combine(day, time.min, context.time_zone)),
        starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone),
    )
    found = await storage.slots.list_free(context.session, search, now=context.now)
    return [show_slot(slot) for slot in found]


@command("moving.move", notifies=[booking_moved, booking_reminder, visit_moved, waitlist_offer])
async def move_any_booking(
    context: Context, *, booking_id: int, slot: Slot
) -> (
    Booking
    | Outcome[Literal["not_allowed", "not_found", "not_live", "slot_taken", "not_available"]]
):
    """Move a booking to another time of the same staff, at the same place unless that is out of use, at any time before it ends; its client is told."""
    seen = await storage.bookings.find(context.session, booking_id)
    if seen is None or seen.status is BookingStatus.HELD:
        return Outcome("not_found")
    if not await acts_for(context, seen.staff.id):
        return Outcome("not_allowed")
    service = await _without_notice(context, seen)
    if service is None or not fits(seen, slot):
        return Outcome("not_available")
    new = NewBooking(
        user_id=seen.user_id,
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        starts_at=slot.starts_at,
        party=seen.party,
    )
    return await _move(context, booking_id, new)


async def _move(
    context: Context, booking_id: int, new: NewBooking
) -> Booking | Outcome[Literal["not_live", "slot_taken", "not_available"]]:
    """Look at all again that may have changed since the time was offered, and move the booking."""
    await storage.waitlist.lock(context.session, new.location_id, now=context.now)
    await storage.bookings.prepare(context.session, new)
    await storage.bookings.lock_time(context.session, new, now=context.now)
    booking = await storage.bookings.find_for_update(context.session, booking_id)
    if booking is None or booking.status not in _LIVE or booking.ends_at <= context.now:
        return Outcome("not_live")
    if not await storage.slots.is_offered(context.session, new, now=context.now, any_notice=True):
        return Outcome("not_available")
    moved = await storage.bookings.move(context.session, booking, new, now=context.now)
    if moved is None:
        return Outcome("slot_taken")
    if moved.version != booking.version:
        await tell_moved(context, moved, was=booking.starts_at)
        await offer_freed(context, booking)
    return show_booking(moved, context.user.locale)


async def _search_for(context: Context, booking_id: int) -> SlotSearch | None:
    """Say where to look for other times of a booking, from now on; nothing for who may not see it."""
    booking = await storage.bookings.find(context.session, booking_id)
    if booking is None or booking.status not in _LIVE:
        return None
    if not await may_see(context, booking.staff.id):
        return None
    service = await _without_notice(context, booking)
    return None if service is None else search_other_times(context, booking, service)


async def _without_notice(context: Context, booking: values.Booking) -> Service | None:
    """Find what was booked, as if it could be booked at the last moment."""
    service = await storage.services.find_agreed(context.session, booking)
    return None if service is None else replace(service, minimum_notice=timedelta())
