"""The days that administrators pick from.

A day here is one of each location's own wall clock. It knows nothing of single bookings.
"""

from datetime import timedelta

import storage
from actions.access import has_role
from actions.records import CalendarDay, show_calendar_day
from engine.actions import Context, query
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
