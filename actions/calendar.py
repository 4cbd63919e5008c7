"""What administrators do to whole days.

A day here is one of each location's own wall clock. It knows nothing of single bookings.
"""

from datetime import date, timedelta
from typing import Literal

import storage
from actions.access import acts_as, has_role
from actions.freeing import tell_offers, waitlist_offer
from actions.records import CalendarDay, show_calendar_day
from engine.actions import Context, Outcome, command, query
from storage.values import Role

DAYS_AHEAD = 30
"""How many days, today included, administrators can pick from."""


@query("calendar.upcoming_days")
async def list_upcoming_days(
    context: Context, *, location_id: int | None = None
) -> list[CalendarDay]:
    """List today and the days after it with their bookings; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    today = context.now.astimezone(context.time_zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    found = await storage.hours.list_calendar(context.session, days, location_id, now=context.now)
    return [show_calendar_day(day) for day in found]


@command("calendar.close_day")
async def close_day(
    context: Context, *, day: date, location_id: int | None = None
) -> Outcome[Literal["has_bookings", "already_closed", "not_allowed"]] | None:
    """Close a day at one location or at all, unless somebody has booked it."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    await storage.hours.lock(context.session, location_id)
    (before,) = await storage.hours.list_calendar(
        context.session, [day], location_id, now=context.now
    )
    if before.closed:
        return Outcome("already_closed")
    if before.bookings:
        return Outcome("has_bookings")
    await storage.hours.close(context.session, day, location_id)
    return None


@command("calendar.open_day", notifies=[waitlist_offer])
async def open_day(
    context: Context, *, day: date, location_id: int | None = None
) -> Outcome[Literal["not_closed", "not_allowed"]] | None:
    """Give a closed day its usual hours again, at one location or at all."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    session, now = context.session, context.now
    waits = await storage.opened.prepare(session, location_id, now=now)
    if not await storage.hours.reopen(session, day, location_id):
        return Outcome("not_closed")
    await tell_offers(context, await storage.opened.offer(session, day, waits, now=now))
    return None
