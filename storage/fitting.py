"""Finds the bookings ahead that lie outside working hours, as these are or as a change would make them.

It knows nothing of who changes hours, nor of what becomes of the bookings. Whoever writes a change locks its locations first
(`storage.hours.lock`), looks, and writes, in one transaction, so that nobody books in between.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.changes import Change, SpecialDays
from storage.schedule import Override, Period, Rules, WeeklyHours, plan_windows

if TYPE_CHECKING:
    from storage.values import Window

_AROUND = timedelta(days=1)
"""How far a day of some location may lie from the same day in UTC."""

_AHEAD = text("""
SELECT id, staff_id, location_id, lower(period) AS starts_at, upper(period) AS ends_at
FROM bookings
WHERE status IN ('pending', 'confirmed') AND lower(period) > CAST(:now AS timestamptz)
AND lower(period) BETWEEN CAST(:starts_from AS timestamptz) AND CAST(:starts_before AS timestamptz)
AND (CAST(:staff_id AS integer) IS NULL OR staff_id = CAST(:staff_id AS integer))
AND (CAST(:location_id AS integer) IS NULL OR location_id = CAST(:location_id AS integer))
ORDER BY lower(period), id
""")

_PLACES = text("SELECT id, time_zone FROM locations WHERE active")

_WEEKLY = text("""
SELECT weekly_hours.staff_id, location_id, weekday, opens_minute, closes_minute
FROM weekly_hours JOIN staff ON staff.id = weekly_hours.staff_id AND staff.active
JOIN locations ON locations.id = location_id AND locations.active
WHERE staff_id = ANY (CAST(:staff_ids AS integer[]))
""")

_OVERRIDES = text("""
SELECT overrides.staff_id, overrides.location_id, day, opens_minute, closes_minute FROM overrides
JOIN locations ON locations.id = overrides.location_id AND locations.active
WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
AND (overrides.staff_id IS NULL OR EXISTS (
    SELECT FROM staff_locations JOIN staff ON staff.id = staff_locations.staff_id AND staff.active
    WHERE staff_locations.staff_id = overrides.staff_id
    AND staff_locations.location_id = overrides.location_id
    AND staff.id = ANY (CAST(:staff_ids AS integer[]))
))
""")


async def list_outside(session: AsyncSession, *, now: datetime) -> list[int]:
    """List the bookings ahead that lie outside the hours of their staff, by time."""
    ahead = await _list_ahead(session, (), now)
    if not ahead:
        return []
    rules = await _find_rules(session, ahead)
    return _outside(ahead, rules)


async def list_hit(session: AsyncSession, changes: Sequence[Change], *, now: datetime) -> list[int]:
    """List the bookings ahead that lie within hours now and would not with the changes, by time."""
    ahead = await _list_ahead(session, changes, now)
    if not ahead:
        return []
    rules = await _find_rules(session, ahead)
    before = set(_outside(ahead, rules))
    for change in changes:
        rules = change.apply(rules)
    return [found for found in _outside(ahead, rules) if found not in before]


async def _list_ahead(
    session: AsyncSession, changes: Sequence[Change], now: datetime
) -> Sequence[Row[tuple[int, int, int, datetime, datetime]]]:
    """List the bookings ahead that the changes could concern, or all where there is no change."""
    first, last = date(2000, 1, 1), date(9000, 1, 1)
    days = [change for change in changes if isinstance(change, SpecialDays)]
    if days and len(days) == len(changes):
        first, last = min(change.first for change in days), max(change.last for change in days)
    rows = await session.execute(
        _AHEAD,
        {
            "now": now,
            "starts_from": datetime.combine(first, time.min, UTC) - _AROUND,
            "starts_before": datetime.combine(last, time.min, UTC) + 2 * _AROUND,
            "staff_id": _only({change.staff_id for change in changes}),
            "location_id": _only({change.location_id for change in changes}),
        },
    )
    return rows.all()


def _only(ids: Collection[int | None]) -> int | None:
    """Give the id that all have; None where they differ."""
    return next(iter(ids)) if len(ids) == 1 else None


async def _find_rules(
    session: AsyncSession, ahead: Sequence[Row[tuple[int, int, int, datetime, datetime]]]
) -> Rules:
    """Find what decides when those work who are booked, in all the time in which they are."""
    asked = {
        "staff_ids": sorted({booking.staff_id for booking in ahead}),
        "first": (min(booking.starts_at for booking in ahead) - _AROUND).date(),
        "last": (max(booking.ends_at for booking in ahead) + _AROUND).date(),
    }
    places = await session.execute(_PLACES)
    weekly = await session.execute(_WEEKLY, asked)
    overrides = await session.execute(_OVERRIDES, asked)
    return Rules(
        [
            WeeklyHours(row.staff_id, row.location_id, row.weekday, Period(*row[3:]))
            for row in weekly
        ],
        [
            Override(
                row.location_id,
                row.staff_id,
                row.day,
                None if row.opens_minute is None else Period(*row[3:]),
            )
            for row in overrides
        ],
        {row.id: ZoneInfo(row.time_zone) for row in places},
    )


def _outside(
    ahead: Sequence[Row[tuple[int, int, int, datetime, datetime]]], rules: Rules
) -> list[int]:
    starts_from = min(booking.starts_at for booking in ahead)
    starts_before = max(booking.ends_at for booking in ahead)
    windows: dict[tuple[int, int], list[Window]] = defaultdict(list)
    for window in plan_windows(rules, starts_from, starts_before):
        windows[window.staff_id, window.location_id].append(window)
    return [
        booking.id
        for booking in ahead
        if not any(
            window.starts_at <= booking.starts_at and booking.ends_at <= window.ends_at
            for window in windows[booking.staff_id, booking.location_id]
        )
    ]
