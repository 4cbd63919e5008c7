"""Measures the desk over some days: what was booked, what became of it, how full the working hours were.

It knows nothing of how that is shown. Visits are of the day on which they start where they take place; docs/reports.md defines each figure.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.figures import Figures, Grouping, Key, Visit
from storage.fullness import measure_times
from storage.spans import Span, ask, find_span

_VISIT = """
WITH place AS (
    SELECT * FROM unnest(
        CAST(:place_ids AS integer[]), CAST(:zones AS text[]),
        CAST(:starts_from AS timestamptz[]), CAST(:starts_before AS timestamptz[])
    ) AS place(id, zone, starts_from, starts_before)
), visit AS MATERIALIZED (
    SELECT bookings.id, bookings.status, bookings.user_id, bookings.staff_id, bookings.location_id, bookings.price, place.zone,
        lower(period) AS starts_at, greatest(lower(period) - bookings.created_at, '0') AS lead,
        (lower(period) AT TIME ZONE place.zone)::date AS day
    FROM bookings JOIN place ON place.id = bookings.location_id
    WHERE lower(period) >= CAST(:earliest AS timestamptz) AND lower(period) < CAST(:latest AS timestamptz)
    AND lower(period) >= place.starts_from AND lower(period) < place.starts_before
    AND bookings.status <> 'held'
)
"""

_COUNT = """{visits}, earliest AS MATERIALIZED (
    SELECT DISTINCT ON (user_id) id, user_id, starts_at FROM visit
    WHERE status <> 'cancelled' AND user_id <> 0 ORDER BY user_id, starts_at, id
), first AS MATERIALIZED (
    SELECT id FROM earliest
    WHERE NOT EXISTS (
        SELECT FROM bookings
        WHERE bookings.user_id = earliest.user_id AND lower(period) < earliest.starts_at
        AND status NOT IN ('cancelled', 'held') OFFSET 0
    )
)
SELECT {key} AS key, count(*) FILTER (WHERE status <> 'cancelled') AS visits,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled, count(*) FILTER (WHERE status = 'completed') AS completed,
    count(*) FILTER (WHERE status = 'no_show') AS no_shows, count(first.id) AS new_clients,
    coalesce(sum({price}) FILTER (WHERE status = 'completed'), 0) AS revenue,
    coalesce(sum({price}) FILTER (WHERE status IN ('pending', 'confirmed')), 0) AS expected,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY lead) FILTER (WHERE status <> 'cancelled') AS lead
FROM visit LEFT JOIN first USING (id) {lines}
GROUP BY 1
"""

_LINES = """JOIN LATERAL (
    SELECT service_id, sum(price) AS price FROM booking_services WHERE booking_id = visit.id GROUP BY service_id OFFSET 0
) AS line ON true"""

_LIST = """{visits}
SELECT visit.id, visit.status, visit.starts_at, upper(bookings.period) AS ends_at, visit.zone,
    (
        SELECT string_agg(coalesce(titles ->> CAST(:locale AS text), title), ' + ' ORDER BY position)
        FROM booking_services JOIN services ON services.id = booking_services.service_id WHERE booking_id = visit.id
    ) AS services,
    staff.name AS staff, locations.name AS location, rooms.name AS room, concat_ws(' ', first_name, last_name) AS client,
    bookings.party, visit.price, bookings.created_at, bookings.cancelled_at
FROM visit JOIN bookings USING (id) JOIN users ON users.id = visit.user_id JOIN staff ON staff.id = visit.staff_id
JOIN locations ON locations.id = bookings.location_id LEFT JOIN rooms ON rooms.id = bookings.room_id
ORDER BY visit.starts_at, visit.id
"""

_TRIED = """
SELECT {key} AS key, sum(attempts) AS attempts, sum(lost) AS lost FROM slot_attempts
WHERE day BETWEEN CAST(:first AS date) AND CAST(:last AS date) GROUP BY 1
"""

_KEYS = {
    None: "NULL::integer",
    Grouping.STAFF: "staff_id",
    Grouping.SERVICE: "service_id",
    Grouping.LOCATION: "location_id",
    Grouping.DAY: "day",
    Grouping.WEEK: "date_trunc('week', day)::date",
    Grouping.MONTH: "date_trunc('month', day)::date",
}

_NAMES = {
    Grouping.STAFF: text(
        "SELECT id, name FROM staff WHERE active OR id = ANY(CAST(:ids AS integer[])) ORDER BY name, id"
    ),
    Grouping.SERVICE: text(
        "SELECT id, coalesce(titles ->> CAST(:locale AS text), title) FROM services"
        " WHERE active OR id = ANY(CAST(:ids AS integer[])) ORDER BY title, id"
    ),
    Grouping.LOCATION: text(
        "SELECT id, name FROM locations WHERE active OR id = ANY(CAST(:ids AS integer[])) ORDER BY name, id"
    ),
}


async def measure(
    session: AsyncSession,
    first: date,
    last: date,
    by: Grouping | None = None,
    *,
    locale: str = "en",
) -> tuple[Figures, ...]:
    """Measure some days, the last one included: each member of staff, service, place, day, week or month that there is, or all as one.

    Attempts are not told apart by place.
    """
    span = await find_span(session, first, last)
    if not span.zones:
        return ()
    found: dict[Key, Figures] = {}
    for row in await ask(session, _count_visits(by), span.bind()):
        found[row["key"]] = Figures(**row)
    tried = _TRIED.format(key=_KEYS[by])
    for row in await ask(session, text(tried), span.bind()) if by is not Grouping.LOCATION else ():
        found[row["key"]] = replace(found.get(row["key"], Figures()), **row)
    for key, times in (await measure_times(session, span, by)).items():
        found[key] = replace(found.get(key, Figures(key)), working=times.working, busy=times.busy)
    names = await _list_names(session, span, by, list(found), locale)
    return tuple(replace(found.get(key, Figures(key)), name=name) for key, name in names)


async def list_visits(
    session: AsyncSession, first: date, last: date, *, locale: str = "en"
) -> tuple[Visit, ...]:
    """List the bookings of some days, cancelled ones included, by time; holds are none."""
    span = await find_span(session, first, last)
    if not span.zones:
        return ()
    listed = _LIST.format(visits=_VISIT)
    asked = span.bind() | {"locale": locale[:2]}
    return tuple(Visit(**row) for row in await ask(session, text(listed), asked))


def _count_visits(by: Grouping | None) -> TextClause:
    is_of_service = by is Grouping.SERVICE
    return text(
        _COUNT.format(
            visits=_VISIT,
            key=_KEYS[by],
            price="line.price" if is_of_service else "visit.price",
            lines=_LINES if is_of_service else "",
        )
    )


async def _list_names(
    session: AsyncSession, span: Span, by: Grouping | None, found: Sequence[Key], locale: str
) -> Sequence[tuple[Key, str | None]]:
    """List the rows of a report in their order, with the names of those that have any."""
    if by is None:
        return [(None, None)]
    if by in _NAMES:
        values = {"ids": [key for key in found if isinstance(key, int)], "locale": locale[:2]}
        statement = _NAMES[by]
        asked = {name: values[name] for name in statement.compile().params}
        return [(row[0], row[1]) for row in await session.execute(statement, asked)]
    days = (span.last - span.first).days + 1
    keys = [by.find_key(span.first + timedelta(days=after)) for after in range(days)]
    return [(key, None) for key in dict.fromkeys(keys)]
