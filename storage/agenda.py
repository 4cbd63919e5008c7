"""Queries for the working days of one member of staff: when they work, and where.

It knows nothing of who may see them, nor of what is booked.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schedule import Override, Period, Rules, WeeklyHours, plan_windows
from storage.values import Window

_RULES = text("""
SELECT locations.id, time_zone, weekday, CAST(NULL AS date) AS day, CAST(NULL AS integer) AS of_one,
    opens_minute, closes_minute
FROM weekly_hours JOIN locations ON locations.id = location_id
WHERE staff_id = CAST(:staff_id AS integer) AND locations.active
UNION ALL
SELECT locations.id, time_zone, NULL, day, overrides.staff_id, opens_minute, closes_minute
FROM overrides JOIN locations ON locations.id = overrides.location_id
JOIN staff_locations AS works ON works.location_id = locations.id AND works.staff_id = CAST(:staff_id AS integer)
WHERE coalesce(overrides.staff_id, works.staff_id) = works.staff_id AND locations.active
AND day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
""")


async def list_windows(
    session: AsyncSession, staff_id: int, *, starts_from: datetime, starts_before: datetime
) -> list[Window]:
    """List when a member of staff works, whole windows that touch the span, by time."""
    around = timedelta(days=1)
    rows = await session.execute(
        _RULES,
        {
            "staff_id": staff_id,
            "first": (starts_from.astimezone(UTC) - around).date(),
            "last": (starts_before.astimezone(UTC) + around).date(),
        },
    )
    weekly, overrides, zones = [], [], {}
    for location_id, time_zone, weekday, day, of_one, opens_minute, closes_minute in rows:
        period = None if opens_minute is None else Period(opens_minute, closes_minute)
        zones[location_id] = ZoneInfo(time_zone)
        if day is not None:
            overrides.append(Override(location_id, of_one, day, period))
        elif period is not None:
            weekly.append(WeeklyHours(staff_id, location_id, weekday, period))
    windows = plan_windows(Rules(weekly, overrides, zones), starts_from, starts_before)
    return sorted(windows, key=lambda window: window.starts_at)
