"""Queries for working hours, and for the days that replace them.

It knows nothing of what is booked in them but how many bookings a day has.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schedule import Override, Period, Rules, WeeklyHours, plan_windows
from storage.tables import (
    LIVE,
    locations,
    overrides,
    staff,
    staff_locations,
    staff_services,
    weekly_hours,
)
from storage.values import CalendarDay, SlotSearch, Window

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

_CALENDAR = text(f"""
WITH asked AS (
    SELECT * FROM locations
    WHERE CAST(:location_id AS integer) IS NULL OR id = CAST(:location_id AS integer)
), booked AS (
    SELECT (lower(period) AT TIME ZONE asked.time_zone)::date AS day, count(*) AS bookings
    FROM bookings JOIN asked ON asked.id = bookings.location_id
    WHERE {LIVE} AND (status <> 'held' OR held_until > CAST(:now AS timestamptz))
    AND upper(period) > CAST(:now AS timestamptz)
    AND lower(period) > CAST(:first AS timestamptz) AND lower(period) < CAST(:last AS timestamptz)
    GROUP BY 1
)
SELECT day.day, coalesce(booked.bookings, 0) AS bookings, NOT EXISTS (
    SELECT FROM asked
    WHERE NOT EXISTS (
        SELECT FROM overrides
        WHERE location_id = asked.id AND overrides.day = day.day
        AND staff_id IS NULL AND opens_minute IS NULL
    )
) AS closed
FROM unnest(CAST(:days AS date[])) AS day(day) LEFT JOIN booked USING (day)
ORDER BY day.day
""")  # noqa: S608 - the text put in is a constant of this project

_CLOSE = text("""
INSERT INTO overrides (location_id, day)
SELECT id, CAST(:day AS date) FROM locations
WHERE CAST(:location_id AS integer) IS NULL OR id = CAST(:location_id AS integer)
ON CONFLICT DO NOTHING
""")

_REOPEN = text("""
DELETE FROM overrides
WHERE day = CAST(:day AS date) AND staff_id IS NULL AND opens_minute IS NULL
AND (CAST(:location_id AS integer) IS NULL OR location_id = CAST(:location_id AS integer))
RETURNING id
""")


async def list_windows(session: AsyncSession, search: SlotSearch) -> list[Window]:
    """List when those who offer the service work, whole windows that touch the span searched."""
    rules = Rules(
        weekly=await _list_weekly(session, search),
        overrides=await _list_overrides(session, search),
        zones=await _find_zones(session),
    )
    return plan_windows(rules, search.starts_from, search.starts_before)


async def list_calendar(
    session: AsyncSession, days: Sequence[date], location_id: int | None, *, now: datetime
) -> list[CalendarDay]:
    """List days with their live bookings that are not over, and whether they are closed at all locations asked."""
    rows = await session.execute(
        _CALENDAR,
        {
            "days": list(days),
            "location_id": location_id,
            "now": now,
            "first": datetime.combine(min(days), time.min, UTC) - timedelta(days=1),
            "last": datetime.combine(max(days), time.min, UTC) + timedelta(days=2),
        },
    )
    return [CalendarDay(row.day, row.bookings, row.closed) for row in rows]


async def lock(session: AsyncSession, location_id: int | None) -> None:
    """Wait for bookings being made at the location, or anywhere, and keep new ones waiting until the commit."""
    await session.execute(_LOCK, {"lock_class": LOCK_CLASS, "location_id": location_id})


async def close(session: AsyncSession, day: date, location_id: int | None) -> None:
    """Close a day at the location, or everywhere."""
    await session.execute(_CLOSE, {"day": day, "location_id": location_id})


async def reopen(session: AsyncSession, day: date, location_id: int | None) -> bool:
    """Give a day at the location, or everywhere, its hours back; tell whether it was closed."""
    rows = await session.execute(_REOPEN, {"day": day, "location_id": location_id})
    return bool(rows.all())


async def _list_weekly(session: AsyncSession, search: SlotSearch) -> list[WeeklyHours]:
    columns = weekly_hours.c
    query = (
        select(weekly_hours)
        .join(staff, staff.c.id == columns.staff_id)
        .join(staff_services, staff_services.c.staff_id == columns.staff_id)
        .where(staff.c.active, staff_services.c.service_id == search.service.id)
    )
    if search.staff_id is not None:
        query = query.where(columns.staff_id == search.staff_id)
    if search.location_id is not None:
        query = query.where(columns.location_id == search.location_id)
    return [
        WeeklyHours(
            staff_id=row.staff_id,
            location_id=row.location_id,
            weekday=row.weekday,
            period=Period(row.opens_minute, row.closes_minute),
        )
        for row in await session.execute(query)
    ]


async def _list_overrides(session: AsyncSession, search: SlotSearch) -> list[Override]:
    columns = overrides.c
    around = timedelta(days=1)
    offering = (
        select(staff_locations.c.staff_id)
        .join(staff, staff.c.id == staff_locations.c.staff_id)
        .join(staff_services, staff_services.c.staff_id == staff.c.id)
        .where(staff.c.active, staff_services.c.service_id == search.service.id)
        .where(staff_locations.c.location_id == columns.location_id)
    )
    if search.staff_id is not None:
        offering = offering.where(staff.c.id == search.staff_id)
    query = select(overrides).where(
        columns.day >= (search.starts_from.astimezone(UTC) - around).date(),
        columns.day <= (search.starts_before.astimezone(UTC) + around).date(),
        columns.staff_id.is_(None) | columns.staff_id.in_(offering),
    )
    if search.location_id is not None:
        query = query.where(columns.location_id == search.location_id)
    return [
        Override(
            location_id=row.location_id,
            staff_id=row.staff_id,
            day=row.day,
            period=(
                None if row.opens_minute is None else Period(row.opens_minute, row.closes_minute)
            ),
        )
        for row in await session.execute(query)
    ]


async def _find_zones(session: AsyncSession) -> dict[int, ZoneInfo]:
    rows = await session.execute(select(locations.c.id, locations.c.time_zone))
    return {row.id: ZoneInfo(row.time_zone) for row in rows}
