"""Finds free slots: working windows, one busy multirange a member of staff and a room, then the grid of starts.

It knows nothing of how windows come about. A slot's period lies in one window; what it blocks, buffers included, meets
nothing that a live booking of the staff blocks, no time at which they are away, nor all rooms in which it could be, but for a booking that is to be moved; or it is that of a
group session that has places left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import hours
from storage.booking_tables import GOES_ON, LIVE
from storage.rooms import SUITS, list_roomed_ids
from storage.values import Location, NewBooking, Slot, SlotSearch, StaffMember, Window

_BLOCKS = f"""
    {LIVE} AND (
        status <> 'held'
        OR held_until > CAST(:now AS timestamptz) AND user_id IS DISTINCT FROM CAST(:holder AS bigint)
    )
    AND id IS DISTINCT FROM CAST(:moving AS bigint)
    AND blocked && tstzrange(CAST(:busy_from AS timestamptz), CAST(:busy_before AS timestamptz))
"""
"""What of the bookings keeps others from coming at its time."""

_IN_THE_WAY = f"{_BLOCKS} AND staff_id = ANY (CAST(:busy_staff_ids AS integer[]))"

_HIT = """range_agg(tstzrange(
        lower(blocked) - CAST(:duration AS interval) - CAST(:buffer_after AS interval),
        upper(blocked) + CAST(:buffer_before AS interval), '()'
    ))"""
"""The starts whose slots would meet what is blocked; at both ends they only touch it. To look an instant up takes a quarter of making ranges meet."""

_FREE = f"""
WITH work AS (
    SELECT * FROM unnest(
        CAST(:staff_ids AS integer[]), CAST(:location_ids AS integer[]),
        CAST(:opens AS timestamptz[]), CAST(:closes AS timestamptz[])
    ) AS work(staff_id, location_id, opens_at, closes_at)
), moving AS (
    SELECT staff_id, lower(period) AS starts_at FROM bookings
    WHERE id = CAST(:moving AS bigint)
), going_on AS (
    SELECT staff_id, room_id, blocked FROM bookings WHERE {GOES_ON}
), busy AS (
    SELECT staff_id, {_HIT} AS hit, count(id) AS load
    FROM (
        SELECT staff_id, blocked, id FROM bookings WHERE {_IN_THE_WAY}
        UNION ALL
        SELECT staff_id, blocked, NULL FROM going_on
        WHERE staff_id = ANY (CAST(:busy_staff_ids AS integer[]))
        UNION ALL
        SELECT staff_id, whole, NULL FROM absences
        WHERE staff_id = ANY (CAST(:busy_staff_ids AS integer[]))
        AND whole && tstzrange(CAST(:busy_from AS timestamptz), CAST(:busy_before AS timestamptz))
    ) AS times
    GROUP BY staff_id
), joinable AS (
    SELECT staff_id, location_id, lower(period) AS starts_at,
        CAST(:capacity AS integer) - sum(party) AS places
    FROM bookings
    WHERE CAST(:capacity AS integer) > 1 AND group_session_id IS NOT NULL
    AND service_id = CAST(:service_id AS integer) AND {_IN_THE_WAY}
    GROUP BY 1, 2, 3
    HAVING CAST(:capacity AS integer) - sum(party) >= CAST(:party AS integer)
), room AS MATERIALIZED (
    SELECT rooms.location_id, (
        SELECT {_HIT} FROM (
            SELECT blocked FROM bookings
            WHERE {_BLOCKS} AND room_id IS NOT NULL AND room_id = rooms.id
            UNION ALL
            SELECT blocked FROM going_on WHERE room_id = rooms.id
            UNION ALL
            SELECT closed FROM room_closures
            WHERE room_id = rooms.id
            AND closed && tstzrange(CAST(:busy_from AS timestamptz), CAST(:busy_before AS timestamptz))
        ) AS times
    ) AS hit
    FROM rooms
    WHERE rooms.location_id IN (SELECT location_id FROM work) AND {SUITS}
), best AS (
    SELECT DISTINCT ON (start.at, work.location_id)
        start.at AS starts_at, work.location_id, work.staff_id,
        coalesce(joinable.places, CAST(:capacity AS integer)) AS places,
        joinable.places IS NOT NULL AS joins
    FROM work
    CROSS JOIN LATERAL generate_series(
        work.opens_at, work.closes_at - CAST(:duration AS interval), CAST(:step AS interval)
    ) AS start(at)
    LEFT JOIN busy ON busy.staff_id = work.staff_id
    LEFT JOIN joinable ON joinable.staff_id = work.staff_id
        AND joinable.location_id = work.location_id AND joinable.starts_at = start.at
    WHERE start.at >= CAST(:starts_from AS timestamptz)
    AND start.at < CAST(:starts_before AS timestamptz)
    AND (work.staff_id, start.at) NOT IN (SELECT staff_id, starts_at FROM moving)
    AND CAST(:party AS integer) <= CAST(:capacity AS integer)
    AND (joinable.places IS NOT NULL OR NOT coalesce(busy.hit @> start.at, false))
    ORDER BY start.at, work.location_id, joinable.places, coalesce(busy.load, 0), work.staff_id
), free AS (
    SELECT * FROM best
    WHERE joins OR cardinality(CAST(:roomed_ids AS integer[])) = 0 OR EXISTS (
        SELECT FROM room
        WHERE room.location_id = best.location_id AND NOT coalesce(room.hit @> best.starts_at, false)
    )
)
"""  # noqa: S608 - the text put in is a constant of this project

_LIST = text(f"""{_FREE}
SELECT free.starts_at, free.places, free.staff_id, staff.name AS staff_name,
    free.location_id, locations.name AS location_name, locations.time_zone
FROM free JOIN staff ON staff.id = free.staff_id JOIN locations ON locations.id = free.location_id
ORDER BY free.starts_at, locations.name
""")  # noqa: S608 - see above

_COUNT = text(f"""{_FREE}
SELECT width_bucket(starts_at, CAST(:midnights AS timestamptz[])) AS day, count(*) AS slots
FROM free GROUP BY 1 ORDER BY 1
""")  # noqa: S608 - see above


async def list_free(
    session: AsyncSession, search: SlotSearch, *, now: datetime
) -> tuple[Slot, ...]:
    """List free slots by time: one for each time and location, with whoever has least to do in the span searched."""
    search = _within_notice(search, now)
    if (values := await _prepare(session, search, now)) is None:
        return ()
    return await _list(session, search, values)


async def list_within(
    session: AsyncSession, search: SlotSearch, windows: Sequence[Window], *, now: datetime
) -> tuple[Slot, ...]:
    """List the free slots of windows that may be no working hours, at any notice."""
    return await _list(session, search, _bind(search, windows, now))


async def _list(
    session: AsyncSession, search: SlotSearch, values: dict[str, Any]
) -> tuple[Slot, ...]:
    rows = await session.execute(_LIST, values)
    duration = search.service.duration
    member, place = cache(StaffMember), cache(Location)  # each is made once, of many rows
    return tuple(
        Slot(starts_at, starts_at + duration, member(staff_id, name), place(*where), places)
        for starts_at, places, staff_id, name, *where in rows
    )


async def count_by_day(
    session: AsyncSession, search: SlotSearch, *, now: datetime, time_zone: tzinfo
) -> Mapping[date, int]:
    """Count the free slots of each day of a time zone that has any, soonest first."""
    search = _within_notice(search, now)
    if (values := await _prepare(session, search, now)) is None:
        return {}
    first = search.starts_from.astimezone(time_zone).date()
    last = search.starts_before.astimezone(time_zone).date()
    days = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    values["midnights"] = [datetime.combine(day, time.min, time_zone) for day in days]
    rows = await session.execute(_COUNT, values)
    return {days[row.day - 1]: row.slots for row in rows}


async def is_offered(
    session: AsyncSession, new: NewBooking, *, now: datetime, any_notice: bool
) -> bool:
    """Tell whether a slot is one that could be free: on the grid of a window, and within notice unless any will do."""
    service = new.service
    search = SlotSearch(
        service=service,
        starts_from=new.starts_at,
        starts_before=new.starts_at + timedelta(microseconds=1),
        staff_id=new.staff_id,
        location_id=new.location_id,
    )
    if new.starts_at < now or (not any_notice and _is_empty(_within_notice(search, now))):
        return False
    return any(
        window.starts_at <= new.starts_at
        and new.starts_at + service.duration <= window.ends_at
        and not (new.starts_at - window.starts_at) % service.slot_step
        for window in await hours.list_windows(session, search)
    )


def _within_notice(search: SlotSearch, now: datetime) -> SlotSearch:
    return replace(
        search,
        starts_from=max(search.starts_from, now + search.service.minimum_notice),
        starts_before=min(search.starts_before, now + search.service.horizon),
    )


def _is_empty(search: SlotSearch) -> bool:
    return search.starts_from >= search.starts_before


async def _prepare(
    session: AsyncSession, search: SlotSearch, now: datetime
) -> dict[str, Any] | None:
    if _is_empty(search):
        return None
    windows = await hours.list_windows(session, search)
    return _bind(search, windows, now) if windows else None


def _bind(search: SlotSearch, windows: Sequence[Window], now: datetime) -> dict[str, Any]:
    service = search.service
    return {
        "now": now,
        "staff_ids": [window.staff_id for window in windows],
        "busy_staff_ids": sorted({window.staff_id for window in windows}),
        "location_ids": [window.location_id for window in windows],
        "opens": [window.starts_at for window in windows],
        "closes": [window.ends_at for window in windows],
        "starts_from": search.starts_from,
        "starts_before": search.starts_before,
        "busy_from": search.starts_from - service.buffer_before,
        "busy_before": search.starts_before + service.duration + service.buffer_after,
        "moving": search.moving,
        "holder": search.holder,
        "service_id": service.id,
        "roomed_ids": list_roomed_ids(service),
        "capacity": service.capacity,
        "party": search.party,
        "duration": service.duration,
        "step": service.slot_step,
        "buffer_before": service.buffer_before,
        "buffer_after": service.buffer_after,
    }
