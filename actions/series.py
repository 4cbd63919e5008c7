"""Visits that repeat: the same weekday and time by the clock of the place, week after week.

It knows nothing of how one of them is booked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from annotated_types import Interval

import storage
from actions.access import acts_as
from actions.bookings import ask_for, find_deposit
from actions.notices import booking_asked, booking_made, booking_reminder, tell_made
from actions.records import Booking, Slot, SlotOfSeries, show_booking
from engine.actions import Context, MaxLength, Outcome, command, query
from storage.values import NewBooking, Role, SlotSearch

MOST_WEEKS = 5
"""How long a series can be."""

type Weeks = Annotated[int, Interval(ge=2, le=MOST_WEEKS)]


@query("series.preview")
async def preview_series(
    context: Context, *, slot: Slot, service_id: int, weeks: Weeks, people: int = 1
) -> Annotated[list[SlotOfSeries], MaxLength(MOST_WEEKS)]:
    """List when the visits of a series would be, and which of these times are free for the person."""
    service = await storage.services.find(context.session, service_id)
    if service is None:
        return []
    times = await _repeat(context, slot, weeks)
    found = []
    for starts_at in times:
        search = SlotSearch(
            service=service,
            starts_from=starts_at,
            starts_before=starts_at + timedelta(microseconds=1),
            staff_id=slot.staff_id,
            location_id=slot.location_id,
            party=people,
            holder=context.user.id,
        )
        free = await storage.slots.list_free(context.session, search, now=context.now)
        found.append(SlotOfSeries(starts_at, bool(free)))
    return found


@command("series.create", notifies=[booking_asked, booking_made, booking_reminder])
async def create_series(  # noqa: PLR0913  # what is booked, by name
    context: Context,
    *,
    slot: Slot,
    service_id: int,
    weeks: Weeks,
    people: int = 1,
    comment: Annotated[str, MaxLength(500)] | None = None,
) -> (
    Annotated[list[Booking], MaxLength(MOST_WEEKS)]
    | Outcome[Literal["slot_taken", "limit_reached", "not_available", "deposit_needed"]]
):
    """Book the visits of a series whose times are free, all in one go; the first of them has to be, and none where deposits are paid."""
    first = await ask_for(context, slot, [service_id], people)
    if isinstance(first, Outcome):
        return first
    if find_deposit(context, first.service, people):
        return Outcome("deposit_needed")
    first = replace(first, comment=comment)
    async with context.session.begin_nested() as attempt:
        made = await _book_all(context, first, await _repeat(context, slot, weeks))
        if isinstance(made, Outcome):
            await attempt.rollback()
            return made
    for booking in made:
        await tell_made(context, booking)
    return [show_booking(booking, context.user.locale) for booking in made]


async def _book_all(
    context: Context, first: NewBooking, times: Sequence[datetime]
) -> list[storage.values.Booking] | Outcome[Literal["slot_taken", "limit_reached"]]:
    """Book all of these times that are free, unless the first is not, or they are too many."""
    made = []
    for number, starts_at in enumerate(times):
        key = first.key if number == 0 else None
        booking = await _book(context, replace(first, starts_at=starts_at, key=key))
        if booking is not None:
            made.append(booking)
        elif number == 0:
            return Outcome("slot_taken")
    if await acts_as(context, Role.STAFF):
        return made
    for booking in made:
        asked = replace(first, starts_at=booking.starts_at, key=None)
        standing = await storage.standings.find_for(context.session, asked, now=context.now)
        if not standing.has_room(0):
            return Outcome("limit_reached")
    return made


async def _book(context: Context, new: NewBooking) -> storage.values.Booking | None:
    """Book one time, if it is held for the person or free, and offered at all."""
    session, now = context.session, context.now
    held = await storage.holds.confirm(session, new, now=now)
    if held is not None:
        return held
    if not await storage.slots.is_offered(session, new, now=now, any_notice=False):
        return None
    return await storage.bookings.insert(session, new, now=now)


async def _repeat(context: Context, slot: Slot, weeks: int) -> list[datetime]:
    """Give the instants of the same weekday and time by the clock of the place, the first of them that of the slot."""
    places = await storage.locations.list_all(context.session)
    zone = next(ZoneInfo(one.time_zone) for one in places if one.id == slot.location_id)
    there = slot.starts_at.astimezone(zone).replace(tzinfo=None)
    later = (there + timedelta(weeks=week) for week in range(1, weeks))
    return [
        slot.starts_at,
        *(one.replace(tzinfo=zone).astimezone(slot.starts_at.tzinfo) for one in later),
    ]
