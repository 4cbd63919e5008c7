"""Queries for free times.

A day is one of the user's time zone, in which times are shown. It knows nothing of how free times are computed.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated

import storage
from actions.records import FreeDay, Openings, Slot, show_slot
from engine.actions import Context, MaxLength, query
from storage import values
from storage.values import Service, SlotSearch

MOST_DAYS = 6
"""How many days with free times are listed at once."""


@query("slots.openings")
async def find_openings(  # noqa: PLR0913  # what is looked for, by name
    context: Context,
    *,
    service_id: int,
    staff_id: int | None = None,
    location_id: int | None = None,
    people: int = 1,
    more_service_ids: list[int] | None = None,
) -> Openings:
    """Find the days on which so many can have the service, and more after it, and the first time; with nobody named, by anyone."""
    service_ids = [service_id, *(more_service_ids or ())]
    service = await storage.services.find_visit(context.session, service_ids)
    if service is None:
        return show_openings(context, None, [], None)
    search = SlotSearch(
        service=service,
        starts_from=context.now,
        starts_before=context.now + service.horizon + timedelta(days=1),
        staff_id=staff_id,
        location_id=location_id,
        party=people,
        holder=context.user.id,
    )
    return await find_openings_of(context, search)


@query("slots.other_openings")
async def find_other_openings(context: Context, *, booking_id: int) -> Openings:
    """Find the days to which a booking of the person's own can be moved, with whom and where it is now."""
    search = await _search_for(context, booking_id)
    return await find_openings_of(context, search)


@query("slots.other_times")
async def list_other_times(context: Context, *, booking_id: int, day: date) -> list[Slot]:
    """List the times of a day to which a booking of the person's own can be moved; its own buffers are free for it."""
    search = await _search_for(context, booking_id)
    if search is None:
        return []
    search = replace(
        search,
        starts_from=datetime.combine(day, time.min, context.time_zone),
        starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone),
    )
    found = await storage.slots.list_free(context.session, search, now=context.now)
    return [show_slot(slot) for slot in found]


@query("slots.free")
async def list_free(  # noqa: PLR0913  # what is looked for, by name
    context: Context,
    *,
    service_id: int,
    day: date,
    staff_id: int | None = None,
    location_id: int | None = None,
    people: int = 1,
    more_service_ids: list[int] | None = None,
) -> list[Slot]:
    """List a day's slots that are free for so many, by time; with nobody named, one a time and place, of who has least to do.

    What is held for the person themselves is free for them; with more services, a slot is long enough for all, one after another.
    """
    service_ids = [service_id, *(more_service_ids or ())]
    service = await storage.services.find_visit(context.session, service_ids)
    if service is None:
        return []
    search = SlotSearch(
        service=service,
        starts_from=datetime.combine(day, time.min, context.time_zone),
        starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone),
        staff_id=staff_id,
        location_id=location_id,
        party=people,
        holder=context.user.id,
    )
    found = await storage.slots.list_free(context.session, search, now=context.now)
    return [show_slot(slot) for slot in found]


@query("slots.free_days")
async def list_free_days(  # noqa: PLR0913  # what is looked for, by name
    context: Context,
    *,
    service_id: int,
    location_id: int,
    first_day: date,
    last_day: date,
    staff_id: int | None = None,
    people: int = 1,
) -> Annotated[list[FreeDay], MaxLength(MOST_DAYS)]:
    """List the first days of a span on which so many can have the service, with how many times are free on each."""
    service = await storage.services.find(context.session, service_id)
    if service is None:
        return []
    after = datetime.combine(last_day + timedelta(days=1), time.min, context.time_zone)
    search = SlotSearch(
        service=service,
        starts_from=max(context.now, datetime.combine(first_day, time.min, context.time_zone)),
        starts_before=after,
        staff_id=staff_id,
        location_id=location_id,
        party=people,
        holder=context.user.id,
    )
    counts = await storage.slots.count_by_day(
        context.session, search, now=context.now, time_zone=context.time_zone
    )
    days = sorted(counts)[:MOST_DAYS]
    return [FreeDay(day.isoformat(), day, counts[day]) for day in days]


async def find_openings_of(context: Context, search: SlotSearch | None) -> Openings:
    """Find the days of a search, and its first time; none without a search."""
    if search is None:
        return show_openings(context, search, [], None)
    counts = await storage.slots.count_by_day(
        context.session, search, now=context.now, time_zone=context.time_zone
    )
    if not counts:
        return show_openings(context, search, [], None)
    day = min(counts)
    search = replace(
        search, starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone)
    )
    found = await storage.slots.list_free(context.session, search, now=context.now)
    return show_openings(context, search, list(counts), show_slot(found[0]) if found else None)


def show_openings(
    context: Context, search: SlotSearch | None, days: list[date], first: Slot | None
) -> Openings:
    """Make the record of what is open, with how far and how soon it can be booked."""
    today = context.now.astimezone(context.time_zone).date()
    rules = (timedelta(), timedelta())
    if search is not None:
        rules = (search.service.horizon, search.service.minimum_notice)
    return Openings(
        days=days,
        first_day=min(days, default=today),
        last_day=max(days, default=today),
        first=first,
        until=today + rules[0],
        notice=rules[1],
    )


async def _search_for(context: Context, booking_id: int) -> SlotSearch | None:
    """Say where to look for other times of a booking of the person's own, from now on."""
    booking = await storage.bookings.find(context.session, booking_id)
    if booking is None or booking.user_id != context.user.id:
        return None
    service = await storage.services.find_agreed(context.session, booking)
    if service is None:
        return None
    return replace(search_other_times(context, booking, service), holder=context.user.id)


def fits(booking: values.Booking, slot: Slot) -> bool:
    """Tell whether a time is of the staff of a booking, and at its place unless that is out of use."""
    is_there = slot.location_id == booking.location.id or not booking.location.active
    return slot.staff_id == booking.staff.id and is_there


def search_other_times(context: Context, booking: values.Booking, service: Service) -> SlotSearch:
    """Say where to look for other times of a booking, from now on, with the same staff, at the same place unless that is out of use."""
    return SlotSearch(
        service=service,
        starts_from=context.now,
        starts_before=context.now + service.horizon + timedelta(days=1),
        staff_id=booking.staff.id,
        location_id=booking.location.id if booking.location.active else None,
        moving=booking.id,
        party=booking.party,
    )
