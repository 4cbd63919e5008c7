"""Queries for free times.

A day is one of the user's time zone, in which times are shown. It knows nothing of how free times are computed.
"""

from datetime import date, datetime, time, timedelta

import storage
from actions.records import Day, Slot, show_day, show_slot
from engine.actions import Context, query
from storage.values import SlotSearch


@query("slots.days")
async def list_days(
    context: Context,
    *,
    service_id: int,
    staff_id: int | None = None,
    location_id: int | None = None,
) -> list[Day]:
    """List the days on which the service can be had, soonest first; with nobody named, by anyone."""
    service = await storage.services.find(context.session, service_id)
    if service is None:
        return []
    search = SlotSearch(
        service=service,
        starts_from=context.now,
        starts_before=context.now + service.horizon + timedelta(days=1),
        staff_id=staff_id,
        location_id=location_id,
    )
    counts = await storage.slots.count_by_day(
        context.session, search, now=context.now, time_zone=context.time_zone
    )
    return [show_day(day, count) for day, count in counts.items()]


@query("slots.free")
async def list_free(
    context: Context,
    *,
    service_id: int,
    day: date,
    staff_id: int | None = None,
    location_id: int | None = None,
) -> list[Slot]:
    """List the free slots of a day by time; with nobody named, one a time and place, of who has least to do."""
    service = await storage.services.find(context.session, service_id)
    if service is None:
        return []
    search = SlotSearch(
        service=service,
        starts_from=datetime.combine(day, time.min, context.time_zone),
        starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone),
        staff_id=staff_id,
        location_id=location_id,
    )
    found = await storage.slots.list_free(context.session, search, now=context.now)
    return [show_slot(slot) for slot in found]
