"""Queries for working hours, and for the days that replace them.

It knows nothing of what is booked in them.
"""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schedule import Override, Period, Rules, WeeklyHours, plan_windows
from storage.values import SlotSearch, Window

LOCK_CLASS = 7_236
"""The first half of the advisory locks on locations: shared to book there, exclusive to change its days."""

_LOCK = text("""
SELECT pg_advisory_xact_lock(:lock_class, id)
FROM (
    SELECT id FROM locations
    WHERE CAST(:location_id AS integer) IS NULL OR id = CAST(:location_id AS integer)
    ORDER BY id
) AS asked
""")

_RULES = text("""
WITH offering AS (
    SELECT staff.id FROM staff JOIN staff_services ON staff_services.staff_id = staff.id
    WHERE staff.active AND staff_services.service_id = ANY (CAST(:service_ids AS integer[]))
    AND (CAST(:staff_id AS integer) IS NULL OR staff.id = CAST(:staff_id AS integer))
    GROUP BY staff.id
    HAVING count(*) = cardinality(CAST(:service_ids AS integer[]))
), place AS (
    SELECT id, time_zone FROM locations
    WHERE active AND (CAST(:location_id AS integer) IS NULL OR id = CAST(:location_id AS integer))
)
SELECT weekly_hours.staff_id, place.id, weekday, CAST(NULL AS date), opens_minute, closes_minute,
    time_zone
FROM weekly_hours JOIN offering ON offering.id = weekly_hours.staff_id
JOIN place ON place.id = weekly_hours.location_id
UNION ALL
SELECT overrides.staff_id, place.id, NULL, day, opens_minute, closes_minute, time_zone
FROM overrides JOIN place ON place.id = overrides.location_id
WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
AND (overrides.staff_id IS NULL OR EXISTS (
    SELECT FROM staff_locations JOIN offering ON offering.id = staff_locations.staff_id
    WHERE staff_locations.staff_id = overrides.staff_id AND staff_locations.location_id = place.id
))
""")
"""What decides when those who offer a service work: the hours of each weekday, and what replaces them on a day."""


async def list_windows(session: AsyncSession, search: SlotSearch) -> list[Window]:
    """List when those who offer the service work, whole windows that touch the span searched."""
    rules = await _find_rules(session, search)
    return plan_windows(rules, search.starts_from, search.starts_before)


async def lock(session: AsyncSession, location_id: int | None) -> None:
    """Wait for bookings being made at the location, or anywhere, and keep new ones waiting until the commit."""
    await session.execute(_LOCK, {"lock_class": LOCK_CLASS, "location_id": location_id})


async def _find_rules(session: AsyncSession, search: SlotSearch) -> Rules:
    around = timedelta(days=1)
    rows = await session.execute(
        _RULES,
        {
            "service_ids": list({line.id for line in search.service.lines}),
            "staff_id": search.staff_id,
            "location_id": search.location_id,
            "first": (search.starts_from.astimezone(UTC) - around).date(),
            "last": (search.starts_before.astimezone(UTC) + around).date(),
        },
    )
    return read_rules(rows)


def read_rules(rows: Iterable[Any]) -> Rules:
    """Make rules of rows: whose and where, of which weekday or day, from when to when, and the zone."""
    weekly, overrides, zones = [], [], {}
    for staff_id, location_id, weekday, day, opens_minute, closes_minute, time_zone in rows:
        period = None if opens_minute is None else Period(opens_minute, closes_minute)
        zones[location_id] = ZoneInfo(time_zone)
        if day is not None:
            overrides.append(Override(location_id, staff_id, day, period))
        elif period is not None:
            weekly.append(WeeklyHours(staff_id, location_id, weekday, period))
    return Rules(weekly, overrides, zones)
