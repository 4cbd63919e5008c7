"""How full working hours were: how long people worked on some days, and how much of that was booked.

It knows nothing of what became of the bookings. Time away is no time of work; times of a booking outside of working hours fill nothing, and what two bookings
of a session share counts once.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.figures import Grouping, Key
from storage.hours import read_rules
from storage.schedule import plan_windows
from storage.spans import Span, ask
from storage.values import Window

_AROUND = timedelta(days=2)
"""How far outside of its days a booking may start that keeps staff busy on them; none lasts so long."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long people worked, and how much of that was booked."""

    working: timedelta
    busy: timedelta


@dataclass(frozen=True, slots=True)
class _Work:
    """A stretch of working hours: of whom, where, on which day there."""

    staff_id: int
    location_id: int
    day: date
    opens_at: datetime
    closes_at: datetime


_RULES = text("""
SELECT weekly_hours.staff_id, location_id, weekday, CAST(NULL AS date), opens_minute, closes_minute, time_zone
FROM weekly_hours JOIN staff ON staff.id = weekly_hours.staff_id JOIN locations ON locations.id = location_id
WHERE staff.active AND locations.active
UNION ALL
SELECT overrides.staff_id, location_id, NULL, day, opens_minute, closes_minute, time_zone
FROM overrides JOIN locations ON locations.id = location_id LEFT JOIN staff ON staff.id = overrides.staff_id
WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date) AND staff.active IS NOT FALSE AND locations.active
""")

_AWAY = text("""
SELECT staff_id, lower(period), upper(period) FROM absences
WHERE period && tstzrange(CAST(:earliest AS timestamptz), CAST(:latest AS timestamptz))
ORDER BY lower(period)
""")

_STRETCH = """
SELECT staff_id, NULL::integer AS service_id, blocked AS stretch FROM bookings WHERE {meets}
"""

_STRETCH_OF_SERVICE = """
SELECT staff_id, line.service_id, tstzrange(
    CASE WHEN line.position = 1 THEN lower(blocked) ELSE lower(period) + make_interval(mins => line.before) END,
    CASE WHEN line.is_last THEN upper(blocked) ELSE lower(period) + make_interval(mins => line.before + line.minutes) END
) AS stretch
FROM bookings CROSS JOIN LATERAL (
    SELECT service_id, position, duration_minutes AS minutes,
        CASE WHEN position = 1 THEN 0 ELSE (
            SELECT sum(duration_minutes)::integer FROM booking_services AS earlier
            WHERE earlier.booking_id = bookings.id AND earlier.position < own.position
        ) END AS before,
        NOT EXISTS (
            SELECT FROM booking_services AS later
            WHERE later.booking_id = bookings.id AND later.position > own.position
        ) AS is_last
    FROM booking_services AS own WHERE own.booking_id = bookings.id OFFSET 0
) AS line
WHERE {meets} AND EXISTS (
    SELECT FROM staff_services
    WHERE staff_services.staff_id = bookings.staff_id AND staff_services.service_id = line.service_id
) OFFSET 0
"""
"""What each service of a visit takes: one after the other, the first with the buffer before, the last with that after.

What somebody gave who does not offer it any more is no part of the hours of those who do.
"""

_MEETS = """
lower(period) >= CAST(:earliest AS timestamptz) AND lower(period) < CAST(:latest AS timestamptz)
AND status IN ('pending', 'confirmed', 'completed', 'no_show')
"""

_BUSY = """
WITH work AS (
    SELECT * FROM unnest(
        CAST(:staff_ids AS integer[]), CAST(:keys AS text[]),
        CAST(:opens AS timestamptz[]), CAST(:closes AS timestamptz[])
    ) AS work(staff_id, key, opens_at, closes_at)
), piece AS MATERIALIZED (
    SELECT staff_id, key, of_day, tstzmultirange(tstzrange(
        greatest(opens_at, of_day), least(closes_at, of_day + interval '24 hours')
    )) AS span
    FROM work, generate_series(
        date_trunc('day', opens_at, 'UTC'), closes_at - interval '1 microsecond', interval '24 hours'
    ) AS of_day
), busy AS MATERIALIZED (
    SELECT staff_id, service_id, of_day, range_agg(stretch) AS taken
    FROM ({stretches}) AS booked, generate_series(
        date_trunc('day', lower(stretch), 'UTC'), upper(stretch) - interval '1 microsecond', interval '24 hours'
    ) AS of_day
    GROUP BY 1, 2, 3
)
SELECT {key} AS key, sum((SELECT sum(upper(one) - lower(one)) FROM unnest(busy.taken * piece.span) AS one)) AS busy
FROM piece JOIN busy USING (staff_id, of_day)
GROUP BY 1
"""
"""How long people were busy in their working hours. Both are cut at midnight, so that each piece meets what is of its day alone.

Both are made before they meet: the planner knows too little of either, and would compare all days with all others.
"""

_OFFERED = text("SELECT service_id, staff_id FROM staff_services")


async def measure_times(
    session: AsyncSession, span: Span, by: Grouping | None
) -> Mapping[Key, Times]:
    """Measure how long people worked, and were busy meanwhile."""
    works = [work async for work in _list_work(session, span)]
    offered = await session.execute(_OFFERED) if by is Grouping.SERVICE else ()
    offers: dict[int, list[Key]] = {}
    for service_id, staff_id in offered:
        offers.setdefault(staff_id, []).append(service_id)
    working: dict[Key, timedelta] = {}
    for work in works:
        for key in _find_keys(work, by, offers):
            working[key] = working.get(key, timedelta()) + (work.closes_at - work.opens_at)
    busy: dict[Key, timedelta] = {}
    for row in await ask(session, *_ask_busy(works, span, by)):
        busy[_read_key(row["key"], by)] = row["busy"] or timedelta()
    return {key: Times(worked, busy.get(key, timedelta())) for key, worked in working.items()}


def _find_keys(
    work: _Work, by: Grouping | None, offers: Mapping[int, Sequence[Key]]
) -> Sequence[Key]:
    match by:
        case Grouping.STAFF:
            return [work.staff_id]
        case Grouping.SERVICE:
            return offers.get(work.staff_id, ())
        case Grouping.LOCATION:
            return [work.location_id]
        case _:
            return [by.find_key(work.day) if by else None]


def _ask_busy(
    works: Sequence[_Work], span: Span, by: Grouping | None
) -> tuple[TextClause, dict[str, Any]]:
    key = {None: "NULL::integer", Grouping.STAFF: "staff_id", Grouping.SERVICE: "service_id"}.get(
        by, "piece.key"
    )
    is_of_service = by is Grouping.SERVICE
    stretches = _STRETCH_OF_SERVICE if is_of_service else _STRETCH
    bound = span.bind()
    values = {
        "staff_ids": [work.staff_id for work in works],
        "keys": [_write_key(work, by) for work in works],
        "opens": [work.opens_at for work in works],
        "closes": [work.closes_at for work in works],
        "earliest": bound["earliest"] - _AROUND,
        "latest": bound["latest"] + _AROUND,
    }
    stretches = stretches.format(meets=_MEETS)
    return text(_BUSY.format(key=key, stretches=stretches)), values


def _write_key(work: _Work, by: Grouping | None) -> str | None:
    if by is Grouping.LOCATION:
        return str(work.location_id)
    day = by.find_key(work.day) if by else None
    return None if day is None else day.isoformat()


def _read_key(key: int | str | None, by: Grouping | None) -> Key:
    if not isinstance(key, str):
        return key
    return int(key) if by is Grouping.LOCATION else date.fromisoformat(key)


async def _list_work(session: AsyncSession, span: Span) -> AsyncIterator[_Work]:
    """List the working hours of all who work here now, on the days of the span, without those in which they are away."""
    rows = await session.execute(_RULES, {"first": span.first, "last": span.last})
    bound = span.bind()
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    asked = {"earliest": bound["earliest"] - _AROUND, "latest": bound["latest"] + _AROUND}
    for staff_id, begins, ends in await session.execute(_AWAY, asked):
        away.setdefault(staff_id, []).append((begins, ends))
    for window in plan_windows(read_rules(rows), bound["earliest"], bound["latest"]):
        day = window.starts_at.astimezone(span.zones[window.location_id]).date()
        if span.first <= day <= span.last:
            for begins, ends in _list_gaps(window, away.get(window.staff_id, ())):
                yield _Work(window.staff_id, window.location_id, day, begins, ends)


def _list_gaps(
    window: Window, away: Iterable[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """List what absences, which are in order and do not meet, leave of working hours."""
    at = window.starts_at
    for begins, ends in away:
        if at < begins < window.ends_at:
            yield at, begins
        at = max(at, ends) if begins < window.ends_at else at
    if at < window.ends_at:
        yield at, window.ends_at
