"""Queries for days with hours of their own, which replace the weekly ones.

It knows nothing of what is booked on them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.changes import ComingDays, SpecialDays
from storage.schedule import Period

_CLEAR = text("""
DELETE FROM overrides
WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date)
AND staff_id IS NOT DISTINCT FROM CAST(:staff_id AS integer)
AND (CAST(:location_id AS integer) IS NULL OR location_id = CAST(:location_id AS integer))
RETURNING id
""")

_WRITE = text("""
INSERT INTO overrides (location_id, staff_id, day, opens_minute, closes_minute, reason)
SELECT locations.id, CAST(:staff_id AS integer), day.day, period.opens_minute, period.closes_minute,
    CAST(:reason AS text)
FROM locations
CROSS JOIN unnest(CAST(:days AS date[])) AS day(day)
CROSS JOIN unnest(CAST(:opens AS integer[]), CAST(:closes AS integer[]))
    AS period(opens_minute, closes_minute)
WHERE CAST(:location_id AS integer) IS NULL OR locations.id = CAST(:location_id AS integer)
""")

_LIST = text("""
SELECT overrides.id, overrides.location_id, overrides.staff_id, day, opens_minute, closes_minute, reason,
    locations.name AS location_name, staff.name AS staff_name
FROM overrides
JOIN locations ON locations.id = overrides.location_id
LEFT JOIN staff ON staff.id = overrides.staff_id
WHERE day >= CAST(:first AS date) AND staff.active IS NOT false
ORDER BY overrides.id
""")

_COUNT_PLACES = text("SELECT count(*) FROM locations")


type _Place = tuple[int, str]
type _Of = tuple[int | None, str | None, tuple[Period, ...], str | None]


@dataclass(frozen=True, slots=True)
class _Day:
    """What was said of one day at one location; `of` is what days in a row have in common."""

    id: int
    day: date
    location: _Place
    of: _Of


async def replace(session: AsyncSession, change: SpecialDays, *, reason: str | None = None) -> bool:
    """Write what is changed in the place of what was said of these days before; tell whether there was anything."""
    asked = {
        "first": change.first,
        "last": change.last,
        "staff_id": change.staff_id,
        "location_id": change.location_id,
    }
    cleared = (await session.execute(_CLEAR, asked)).all()
    if change.periods is not None:
        stretches: Sequence[Period | None] = change.periods or (None,)
        written = {
            "days": list(change.days),
            "opens": [one and one.opens_minute for one in stretches],
            "closes": [one and one.closes_minute for one in stretches],
            "reason": reason,
        }
        await session.execute(_WRITE, {**asked, **written})
    return bool(cleared)


async def list_coming(session: AsyncSession, *, first: date) -> list[ComingDays]:
    """List the days from the first on that have hours of their own, those in a row together, soonest first."""
    places = (await session.execute(_COUNT_PLACES)).scalar_one()
    said: dict[tuple[int, int | None, date], list[tuple[Period | None, _Day]]] = defaultdict(list)
    for row in await session.execute(_LIST, {"first": first}):
        period = None if row.opens_minute is None else Period(row.opens_minute, row.closes_minute)
        day = _Day(
            row.id,
            row.day,
            (row.location_id, row.location_name),
            (row.staff_id, row.staff_name, (), row.reason),
        )
        said[row.location_id, row.staff_id, row.day].append((period, day))
    found = _join([_read_day(rows) for rows in said.values()], places)
    return sorted(found, key=lambda one: (one.change.first, one.id))


def _read_day(rows: Sequence[tuple[Period | None, _Day]]) -> _Day:
    """Read all rows of one day as one; where one closes it, it is closed."""
    _, day = rows[0]
    periods = [period for period, _ in rows if period is not None]
    is_open = len(periods) == len(rows)
    hours = tuple(sorted(periods, key=lambda one: one.opens_minute)) if is_open else ()
    staff_id, name, _, reason = day.of
    return _Day(day.id, day.day, day.location, (staff_id, name, hours, reason))


def _join(days: Iterable[_Day], places: int) -> list[ComingDays]:
    """Join what is the same on days in a row, and that of all places."""
    alike: dict[_Of, dict[date, list[_Day]]] = defaultdict(lambda: defaultdict(list))
    for day in days:
        alike[day.of][day.day].append(day)
    rows: dict[tuple[_Of, _Place | None], list[_Day]] = defaultdict(list)
    for of, by_day in alike.items():
        for found in by_day.values():
            if len(found) == places:
                rows[of, None].append(min(found, key=lambda one: one.id))
            else:
                for one in found:
                    rows[of, one.location].append(one)
    return [
        _show(run, location)
        for (_, location), found in rows.items()
        for run in _runs(sorted(found, key=lambda one: one.day))
    ]


def _runs(days: Sequence[_Day]) -> list[list[_Day]]:
    runs: list[list[_Day]] = []
    for day in days:
        if runs and runs[-1][-1].day + timedelta(days=1) == day.day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _show(run: Sequence[_Day], location: _Place | None) -> ComingDays:
    staff_id, staff_name, periods, reason = run[0].of
    return ComingDays(
        min(day.id for day in run),
        SpecialDays(run[0].day, run[-1].day, periods, staff_id, location and location[0]),
        location and location[1],
        staff_name,
        reason,
    )
