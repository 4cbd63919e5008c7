"""Takes a time for a booking: of its staff, and of a room where it needs one; two constraints are the judges.

It knows nothing of who may book, nor of working hours. Whoever takes a time waits for those who take one of the same staff, or of rooms at the same location:
so nobody waits for another in a constraint with a time of their own in hand, and of several rooms the last is had.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.booking_tables import GOES_ON, LIVE
from storage.rooms import SUITS, list_roomed_ids
from storage.values import NOBODY, NewBooking

STAFF_LOCK_CLASS, ROOMS_LOCK_CLASS = 7_237, 7_238
"""The first halves of the advisory locks on members of staff, and on the rooms of locations, which are taken in this order."""

_NO_HOLDER = -1
"""Whom no hold belongs to; what keeps a time for those who wait takes it from none of the others."""

_BLOCKED = "tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz))"

_GIVES_WAY = """(
    status = 'held' AND (held_until <= CAST(:now AS timestamptz) OR user_id = CAST(:holder AS bigint))
)"""
"""Holds go when they have expired, because no constraint can look at a clock, or are the person's own; what nobody's hold keeps is kept for others."""

_IS_ANOTHER = """(
    id IS DISTINCT FROM CAST(:booking_id AS bigint)
    AND (group_session_id = CAST(:group_session_id AS bigint)) IS NOT TRUE
)"""
"""Whether what meets a booking is neither itself nor of the session that it joins."""

_SUITABLE = f"""
WITH suitable AS (
    SELECT rooms.id FROM rooms
    WHERE rooms.location_id = CAST(:location_id AS integer) AND {SUITS}
    AND NOT EXISTS (SELECT FROM room_closures WHERE room_id = rooms.id AND closed && {_BLOCKED})
)
"""  # noqa: S608 - the texts put in are constants of this project

_LOCK = text(f"""{_SUITABLE}, going AS (
    SELECT staff_id, location_id, room_id FROM bookings
    WHERE status = 'held' AND user_id = CAST(:holder AS bigint)
    UNION
    SELECT staff_id, location_id, room_id FROM bookings
    WHERE {LIVE} AND {_GIVES_WAY} AND blocked && {_BLOCKED}
    AND (staff_id = CAST(:staff_id AS integer) OR room_id IN (SELECT id FROM suitable))
)
SELECT pg_advisory_xact_lock(lock_class, id)
FROM (
    SELECT {STAFF_LOCK_CLASS} AS lock_class, CAST(:staff_id AS integer) AS id
    UNION
    SELECT {STAFF_LOCK_CLASS}, staff_id FROM going
    UNION
    SELECT {ROOMS_LOCK_CLASS}, CAST(:location_id AS integer)
    WHERE cardinality(CAST(:roomed_ids AS integer[])) > 0
    UNION
    SELECT {ROOMS_LOCK_CLASS}, location_id FROM going WHERE room_id IS NOT NULL
    ORDER BY 1, 2
) AS asked
""")  # noqa: S608 - the texts put in are constants of this project

_SWEPT = f"""{_SUITABLE}, met AS (
    SELECT id, room_id, {_GIVES_WAY} AS gives_way FROM bookings
    WHERE {LIVE} AND room_id IS NOT NULL AND room_id IN (SELECT id FROM suitable) AND blocked && {_BLOCKED}
    AND {_IS_ANOTHER}
    UNION ALL
    SELECT id, room_id, false FROM bookings
    WHERE {GOES_ON} AND room_id IN (SELECT id FROM suitable) AND blocked && {_BLOCKED} AND {_IS_ANOTHER}
), chosen AS (
    SELECT room_id FROM (
        SELECT room_id, 0 AS rank, 0 AS met FROM bookings
        WHERE group_session_id = CAST(:group_session_id AS bigint) AND {LIVE} AND NOT {_GIVES_WAY}
        AND id IS DISTINCT FROM CAST(:booking_id AS bigint)
        UNION ALL
        SELECT NULL, 1, 0 WHERE cardinality(CAST(:roomed_ids AS integer[])) = 0
        UNION ALL
        SELECT suitable.id, 1, count(met.id)
        FROM suitable LEFT JOIN met ON met.room_id = suitable.id
        GROUP BY suitable.id
        HAVING coalesce(bool_and(met.gives_way), true)
    ) AS candidates
    WHERE NOT EXISTS (
        SELECT FROM bookings
        WHERE {LIVE} AND NOT {_GIVES_WAY} AND blocked && {_BLOCKED}
        AND staff_id = CAST(:staff_id AS integer) AND {_IS_ANOTHER}
    )
    AND (rank = 0 OR NOT EXISTS (
        SELECT FROM bookings
        WHERE {GOES_ON} AND staff_id = CAST(:staff_id AS integer) AND blocked && {_BLOCKED}
    ))
    AND (rank = 0 OR NOT EXISTS (
        SELECT FROM absences WHERE staff_id = CAST(:staff_id AS integer) AND whole && {_BLOCKED}
    ))
    ORDER BY rank, met, room_id IS DISTINCT FROM (
        SELECT room_id FROM bookings WHERE id = CAST(:booking_id AS bigint)
    ), room_id
    LIMIT 1
), swept AS (
    DELETE FROM bookings
    WHERE id IN (
        SELECT id FROM bookings
        WHERE {LIVE} AND {_GIVES_WAY} AND blocked && {_BLOCKED} AND EXISTS (SELECT FROM chosen)
        AND (staff_id = CAST(:staff_id AS integer) OR room_id = (SELECT room_id FROM chosen))
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
)
"""  # noqa: S608 - the texts put in are constants of this project
"""Choose a room: that of the group session, if anybody comes to it; else one that is free, best of all the one that a booking has.

Where the staff are busy or away there is none; a group session that takes place while they are else away can be joined. What gives way in it, or of the staff, is deleted before anything else happens in the statement.
"""

_SWEEP = text(f"{_SWEPT} SELECT count(*) FROM swept")  # noqa: S608 - as above

_INSERT = text(f"""{_SWEPT}, made AS (
    INSERT INTO bookings (status, user_id, service_id, staff_id, location_id, period, blocked, price,
        comment, key, held_until, party, group_session_id, room_id, created_at, guest_name, entered_by)
    SELECT CAST(:status AS text), CAST(:user_id AS bigint), CAST(:service_id AS integer),
        CAST(:staff_id AS integer), CAST(:location_id AS integer),
        tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)), {_BLOCKED},
        CAST(:price AS numeric), CAST(:comment AS text), CAST(:key AS text), CAST(:held_until AS timestamptz),
        CAST(:party AS integer), CAST(:group_session_id AS bigint), chosen.room_id, CAST(:now AS timestamptz),
        CAST(:guest_name AS text), CAST(:entered_by AS bigint)
    FROM (SELECT count(*) FROM swept) AS sweep_first, chosen
    WHERE NOT EXISTS (SELECT FROM bookings WHERE key = CAST(:key AS text))
    ON CONFLICT DO NOTHING
    RETURNING id
), lines AS (
    INSERT INTO booking_services (booking_id, position, service_id, duration_minutes, price)
    SELECT made.id, line.position, line.service_id, line.minutes, line.price
    FROM made, unnest(
        CAST(:line_ids AS integer[]), CAST(:line_minutes AS integer[]), CAST(:line_prices AS numeric[])
    ) WITH ORDINALITY AS line(service_id, minutes, price, position)
)
SELECT id FROM made
""")  # noqa: S608 - the texts put in are constants of this project

_MOVE = text(f"""{_SWEPT}
UPDATE bookings SET version = version + 1, group_session_id = CAST(:group_session_id AS bigint),
    period = tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)),
    blocked = {_BLOCKED}, room_id = chosen.room_id, location_id = CAST(:location_id AS integer), asked_to_move_at = NULL, coming_at = NULL
FROM (SELECT count(*) FROM swept) AS sweep_first, chosen
WHERE id = CAST(:booking_id AS bigint) AND version = CAST(:version AS integer)
AND user_id = CAST(:user_id AS bigint) AND staff_id = CAST(:staff_id AS integer)
AND (location_id = CAST(:location_id AS integer) OR EXISTS (
    SELECT FROM locations WHERE locations.id = location_id AND NOT active
))
AND {LIVE} AND status <> 'held'
RETURNING id
""")  # noqa: S608 - the texts put in are constants of this project

_LOCK_OF_TIMES = text(f"""
SELECT pg_advisory_xact_lock(lock_class, id)
FROM (
    SELECT {STAFF_LOCK_CLASS} AS lock_class, CAST(:staff_id AS integer) AS id
    UNION
    SELECT {ROOMS_LOCK_CLASS}, CAST(:location_id AS integer) WHERE CAST(:location_id AS integer) IS NOT NULL
    ORDER BY 1, 2
) AS asked
""")  # noqa: S608 - the texts put in are constants of this project

_LOCK_STAFF = text(f"""
SELECT pg_advisory_xact_lock({STAFF_LOCK_CLASS}, id)
FROM (SELECT DISTINCT unnest(CAST(:staff_ids AS integer[])) AS id ORDER BY id) AS asked
""")  # noqa: S608 - the text put in is a constant of this project

_LOCK_OF_PERSON = text(f"""
SELECT pg_advisory_xact_lock({STAFF_LOCK_CLASS}, staff_id)
FROM (
    SELECT DISTINCT staff_id FROM bookings
    WHERE {LIVE} AND (status = 'held' OR CAST(:is_all AS boolean)) AND user_id = CAST(:user_id AS bigint)
    ORDER BY staff_id
) AS asked
""")  # noqa: S608 - the text put in is a constant of this project


def bind_time(new: NewBooking, now: datetime) -> dict[str, Any]:
    """Give what says which time a booking takes, as the statements here name it."""
    ends_at = new.starts_at + new.service.duration
    return {
        "now": now,
        "user_id": new.user_id,
        "holder": _NO_HOLDER if new.user_id == NOBODY else new.user_id,
        "staff_id": new.staff_id,
        "location_id": new.location_id,
        "roomed_ids": list_roomed_ids(new.service),
        "starts_at": new.starts_at,
        "ends_at": ends_at,
        "blocked_from": new.starts_at - new.service.buffer_before,
        "blocked_to": ends_at + new.service.buffer_after,
        "group_session_id": None,
        "booking_id": None,
    }


async def lock(session: AsyncSession, times: dict[str, Any]) -> None:
    """Wait for whoever takes a time of the same staff or rooms, and keep others waiting until the commit.

    Also of the staff whose holds are in the way, and of the person's own holds, which may go; of them all in one order.
    """
    await session.execute(_LOCK, times)


async def lock_times(session: AsyncSession, staff_id: int, location_id: int | None = None) -> None:
    """Keep others from taking any time of a member of staff, and any room of a location, until the commit."""
    await session.execute(_LOCK_OF_TIMES, {"staff_id": staff_id, "location_id": location_id})


async def lock_staff(session: AsyncSession, staff_ids: Sequence[int]) -> None:
    """Keep others from taking a time of some members of staff until the commit; of them all in one order."""
    await session.execute(_LOCK_STAFF, {"staff_ids": list(staff_ids)})


async def try_lock_staff(session: AsyncSession, staff_id: int) -> bool:
    """Keep others from taking a time of somebody, unless one of them is about to, whom nobody waits for; tell whether it is so."""
    asked = select(func.pg_try_advisory_xact_lock(STAFF_LOCK_CLASS, staff_id))
    return bool((await session.execute(asked)).scalar_one())


async def lock_holds(session: AsyncSession, user_id: int) -> None:
    """Keep others from taking a time of the staff whom the person's holds keep, until the commit."""
    await session.execute(_LOCK_OF_PERSON, {"user_id": user_id, "is_all": False})


async def lock_times_of(session: AsyncSession, user_id: int) -> None:
    """Keep others from taking a time of the staff with whom somebody has a hold or a booking, until the commit."""
    await session.execute(_LOCK_OF_PERSON, {"user_id": user_id, "is_all": True})


async def sweep(session: AsyncSession, times: dict[str, Any]) -> None:
    """Delete the holds in the way that give way."""
    await session.execute(_SWEEP, times)


async def insert(session: AsyncSession, values: dict[str, Any]) -> int | None:
    """Insert a booking and its lines, and return its id; None when its time is taken, or its key has made one."""
    return (await session.execute(_INSERT, values)).scalar_one_or_none()


async def move(session: AsyncSession, values: dict[str, Any]) -> int | None:
    """Give a booking another time, and return its id; None when no room is free, or it is not as it was found.

    Raises:
        IntegrityError: The time is taken.
    """
    return (await session.execute(_MOVE, values)).scalar_one_or_none()
