"""Queries for the weekly hours of members of staff.

It knows nothing of days that have hours of their own, nor of what is booked.
"""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.changes import UsualDays
from storage.schedule import Period

_OVERLAPS = "23P01"
"""What PostgreSQL calls a violated exclusion constraint."""

_LIST = text("""
SELECT weekday, opens_minute, closes_minute FROM weekly_hours
WHERE staff_id = CAST(:staff_id AS integer) AND location_id = CAST(:location_id AS integer)
ORDER BY weekday, opens_minute
""")

_CLEAR = text("""
DELETE FROM weekly_hours
WHERE staff_id = CAST(:staff_id AS integer) AND location_id = CAST(:location_id AS integer)
AND weekday = ANY (CAST(:weekdays AS integer[]))
AND (weekday, opens_minute, closes_minute) NOT IN (
    SELECT * FROM unnest(CAST(:on AS integer[]), CAST(:opens AS integer[]), CAST(:closes AS integer[]))
)
""")
"""What stays is not written anew, so that the log of changes has changes alone."""

_WRITE = text("""
INSERT INTO weekly_hours (staff_id, location_id, weekday, opens_minute, closes_minute)
SELECT CAST(:staff_id AS integer), CAST(:location_id AS integer), weekday, opens_minute, closes_minute
FROM unnest(CAST(:on AS integer[]), CAST(:opens AS integer[]), CAST(:closes AS integer[]))
    AS period(weekday, opens_minute, closes_minute)
WHERE NOT EXISTS (
    SELECT FROM weekly_hours AS there
    WHERE there.staff_id = CAST(:staff_id AS integer) AND there.location_id = CAST(:location_id AS integer)
    AND there.weekday = period.weekday AND there.opens_minute = period.opens_minute
    AND there.closes_minute = period.closes_minute
)
""")


async def find_week(
    session: AsyncSession, staff_id: int, location_id: int
) -> Mapping[int, tuple[Period, ...]]:
    """Find the hours of all seven weekdays, 1 is Monday; no periods mean that they do not work there that day."""
    week: dict[int, tuple[Period, ...]] = dict.fromkeys(range(1, 8), ())
    asked = {"staff_id": staff_id, "location_id": location_id}
    for weekday, opens_minute, closes_minute in await session.execute(_LIST, asked):
        week[weekday] += (Period(opens_minute, closes_minute),)
    return week


async def replace(session: AsyncSession, change: UsualDays) -> bool:
    """Write the hours of some weekdays in the place of those before; False when they meet hours at another location, and nothing is changed."""
    periods = [
        (weekday, period.opens_minute, period.closes_minute)
        for weekday, stretches in change.week.items()
        for period in stretches
    ]
    asked = {
        "staff_id": change.staff_id,
        "location_id": change.location_id,
        "weekdays": list(change.week),
        "on": [weekday for weekday, _, _ in periods],
        "opens": [opens for _, opens, _ in periods],
        "closes": [closes for _, _, closes in periods],
    }
    try:
        async with session.begin_nested():
            await session.execute(_CLEAR, asked)
            await session.execute(_WRITE, asked)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _OVERLAPS:
            raise
        return False
    return True
