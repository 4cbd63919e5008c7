"""Queries for bookings: making and moving them so that no two meet, showing and ending them.

It knows nothing of who may do so, nor of working hours. A caller that makes one calls `prepare`, checks what must
hold, then `insert` or `move`, in one transaction.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import group_sessions
from storage.hours import LOCK_CLASS
from storage.rows import ENDS_AT, STARTS_AT, read_booking
from storage.tables import LIVE, NO_OVERLAP, bookings, locations, services, staff, users
from storage.values import Booking, BookingStatus, NewBooking

_MOVES_LOCK_CLASS = 7_237
"""The first half of the advisory locks on members of staff, whose bookings are moved one after another."""

_SWEPT = f"""
WITH swept AS (
    DELETE FROM bookings
    WHERE id IN (
        SELECT id FROM bookings
        WHERE staff_id = CAST(:staff_id AS integer) AND {LIVE} AND status = 'held'
        AND (held_until <= CAST(:now AS timestamptz) OR user_id = CAST(:user_id AS bigint))
        AND blocked && tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz))
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
)
"""  # noqa: S608 - the text put in is a constant of this project
"""Holds in the way of a time go when they have expired, because the constraint cannot look at a clock, or are the person's own."""

_SWEEP = text(f"{_SWEPT} SELECT count(*) FROM swept")  # noqa: S608 - as above

_INSERT = text(f"""{_SWEPT}
INSERT INTO bookings (status, user_id, service_id, staff_id, location_id, period, blocked, price,
    comment, key, held_until, party, group_session_id, created_at)
SELECT CAST(:status AS text), CAST(:user_id AS bigint), CAST(:service_id AS integer),
    CAST(:staff_id AS integer), CAST(:location_id AS integer),
    tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)),
    tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz)),
    CAST(:price AS numeric), CAST(:comment AS text), CAST(:key AS text), CAST(:held_until AS timestamptz),
    CAST(:party AS integer), CAST(:group_session_id AS bigint), CAST(:now AS timestamptz)
FROM (SELECT count(*) FROM swept) AS sweep_first
WHERE NOT EXISTS (SELECT FROM bookings WHERE key = CAST(:key AS text))
ON CONFLICT ON CONSTRAINT {NO_OVERLAP} DO NOTHING
RETURNING id
""")  # noqa: S608 - the texts put in are constants of this project

_MOVE = text(f"""{_SWEPT}
UPDATE bookings SET version = version + 1, group_session_id = CAST(:group_session_id AS bigint),
    period = tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)),
    blocked = tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz))
FROM (SELECT count(*) FROM swept) AS sweep_first
WHERE id = CAST(:booking_id AS bigint) AND version = CAST(:version AS integer)
AND user_id = CAST(:user_id AS bigint) AND staff_id = CAST(:staff_id AS integer)
AND location_id = CAST(:location_id AS integer)
AND {LIVE} AND status <> 'held'
RETURNING id
""")  # noqa: S608 - the texts put in are constants of this project

_IS_BOOKED = and_(text(LIVE), bookings.c.status != BookingStatus.HELD.value)
"""Live, and more than a hold."""

_OVERLAPS = "23P01"
"""What PostgreSQL calls a violated exclusion constraint."""


async def prepare(session: AsyncSession, new: NewBooking) -> None:
    """Lock what the checks before an insert rest on: the person's other bookings, and the location's days.

    People are locked before locations everywhere, so that nobody waits in a circle.
    """
    await session.execute(
        select(users.c.id).where(users.c.id == new.user_id).with_for_update(key_share=True)
    )
    await session.execute(select(func.pg_advisory_xact_lock_shared(LOCK_CLASS, new.location_id)))


async def insert(session: AsyncSession, new: NewBooking, *, now: datetime) -> Booking | None:
    """Make a booking, or a hold; None when its time is taken, the booking already made when its key made one.

    Holds in its way that have expired, and the person's own, are swept in the same statement.
    """
    times = _bind_time(new, now)
    group_session_id = await _join(session, new, times)
    if new.service.capacity > 1 and group_session_id is None:
        return await _find_by_key(session, new.key)
    rows = await session.execute(
        _INSERT,
        {
            **times,
            "group_session_id": group_session_id,
            "party": new.party,
            "status": new.status if new.held_until is None else BookingStatus.HELD,
            "service_id": new.service.id,
            "price": new.service.price * new.party,
            "comment": new.comment,
            "key": new.key,
            "held_until": new.held_until,
        },
    )
    booking_id = rows.scalar_one_or_none()
    if booking_id is not None:
        return await find(session, booking_id)
    return await _find_by_key(session, new.key)


async def move(
    session: AsyncSession, booking: Booking, new: NewBooking, *, now: datetime
) -> Booking | None:
    """Move a live booking, which a hold is not, to another time of its staff; None when that is taken, and the booking stays where it is.

    Also None when the booking is not as it was found. It does not meet itself, so that it may move into its own buffers; a booking
    that is there already stays as it is, so that a move asked for again moves nothing. Moves of one member of staff wait for one
    another: two that wanted one time, or each the other's, would each wait for the other to end.
    """
    if booking.starts_at == new.starts_at:
        return booking
    await session.execute(select(func.pg_advisory_xact_lock(_MOVES_LOCK_CLASS, new.staff_id)))
    values = {**_bind_time(new, now), "booking_id": booking.id, "version": booking.version}
    values["group_session_id"] = await _join(session, new, values)
    if new.service.capacity > 1 and values["group_session_id"] is None:
        return None
    try:
        async with session.begin_nested():
            rows = await session.execute(_MOVE, values)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _OVERLAPS:
            raise
        return None
    return None if rows.scalar_one_or_none() is None else await find(session, booking.id)


async def find(session: AsyncSession, booking_id: int) -> Booking | None:
    """Find a booking, whatever its status."""
    return await _find_one(session, _select().where(bookings.c.id == booking_id))


async def find_for_update(session: AsyncSession, booking_id: int) -> Booking | None:
    """Find a booking and keep others from changing it until the commit."""
    query = _select().where(bookings.c.id == booking_id)
    return await _find_one(session, query.with_for_update(of=bookings))


async def count_open(session: AsyncSession, new: NewBooking, *, now: datetime) -> int:
    """Count the bookings ahead of the person, holds left out, but for one that the same key made."""
    query = (
        select(func.count())
        .select_from(bookings)
        .where(bookings.c.user_id == new.user_id, now < STARTS_AT, _IS_BOOKED)
    )
    if new.key is not None:
        query = query.where(bookings.c.key.is_distinct_from(new.key))
    return (await session.execute(query)).scalar_one()


async def list_upcoming(
    session: AsyncSession, user_id: int, *, now: datetime
) -> tuple[Booking, ...]:
    """List the person's live bookings that are not over, soonest first; holds are none."""
    query = _select().where(bookings.c.user_id == user_id, now < ENDS_AT, _IS_BOOKED)
    return await _list(session, query)


async def list_between(
    session: AsyncSession,
    *,
    starts_from: datetime,
    starts_before: datetime,
    location_id: int | None = None,
) -> tuple[Booking, ...]:
    """List the live bookings that start in a span, by time; holds are none."""
    query = _select().where(starts_from <= STARTS_AT, starts_before > STARTS_AT, _IS_BOOKED)
    if location_id is not None:
        query = query.where(bookings.c.location_id == location_id)
    return await _list(session, query)


async def list_pending(
    session: AsyncSession, *, now: datetime, staff_id: int | None = None
) -> tuple[Booking, ...]:
    """List the bookings ahead that wait for the staff, all of them or those of one, soonest first."""
    query = _select().where(bookings.c.status == BookingStatus.PENDING.value, now < STARTS_AT)
    if staff_id is not None:
        query = query.where(bookings.c.staff_id == staff_id)
    return await _list(session, query)


async def confirm(session: AsyncSession, booking: Booking) -> Booking | None:
    """Confirm a booking that waits; None when it does not."""
    rows = await session.execute(
        update(bookings)
        .where(bookings.c.id == booking.id, bookings.c.status == BookingStatus.PENDING.value)
        .values(status=BookingStatus.CONFIRMED.value, version=bookings.c.version + 1)
        .returning(bookings.c.id)
    )
    return None if rows.scalar_one_or_none() is None else await find(session, booking.id)


async def cancel(
    session: AsyncSession, booking: Booking, *, by: int, now: datetime
) -> Booking | None:
    """Cancel a live booking; None when it was not live any more."""
    rows = await session.execute(
        update(bookings)
        .where(bookings.c.id == booking.id, text(LIVE))
        .values(
            status=BookingStatus.CANCELLED.value,
            version=bookings.c.version + 1,
            cancelled_at=now,
            cancelled_by=by,
        )
        .returning(bookings.c.id)
    )
    if rows.scalar_one_or_none() is None:
        return None
    return await find(session, booking.id)


async def _join(session: AsyncSession, new: NewBooking, times: dict[str, Any]) -> int | None:
    """Lock the group session of a time; None when too few places are left, or the service has its times alone."""
    if new.service.capacity == 1:
        return None
    group_session_id = await group_sessions.lock(session, new)
    await session.execute(_SWEEP, times)
    is_open = await group_sessions.has_places(session, group_session_id, new.party)
    return group_session_id if is_open else None


async def _find_by_key(session: AsyncSession, key: str | None) -> Booking | None:
    return None if key is None else await _find_one(session, _select().where(bookings.c.key == key))


def _bind_time(new: NewBooking, now: datetime) -> dict[str, Any]:
    """Give what says whose time a booking takes, as statements name it."""
    ends_at = new.starts_at + new.service.duration
    return {
        "now": now,
        "user_id": new.user_id,
        "staff_id": new.staff_id,
        "location_id": new.location_id,
        "starts_at": new.starts_at,
        "ends_at": ends_at,
        "blocked_from": new.starts_at - new.service.buffer_before,
        "blocked_to": ends_at + new.service.buffer_after,
    }


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(bookings, services, staff, locations, users.c.first_name, users.c.last_name)
        .join(services, services.c.id == bookings.c.service_id)
        .join(staff, staff.c.id == bookings.c.staff_id)
        .join(locations, locations.c.id == bookings.c.location_id)
        .join(users, users.c.id == bookings.c.user_id)
    )


async def _find_one(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> Booking | None:
    row = (await session.execute(query)).mappings().one_or_none()
    return None if row is None else read_booking(row)


async def _list(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> tuple[Booking, ...]:
    rows = await session.execute(query.order_by(STARTS_AT, bookings.c.id))
    return tuple(read_booking(row) for row in rows.mappings())
