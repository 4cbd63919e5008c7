"""Queries for bookings: making and moving them so that no two meet, showing and ending them.

It knows nothing of who may do so, nor of working hours. A caller that makes one calls `prepare`, checks what must
hold, then `insert` or `move`, in one transaction.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.hours import LOCK_CLASS
from storage.rows import ENDS_AT, STARTS_AT, read_booking
from storage.tables import LIVE, NO_OVERLAP, bookings, locations, services, staff, users
from storage.values import Booking, BookingStatus, NewBooking

_MOVES_LOCK_CLASS = 7_237
"""The first half of the advisory locks on members of staff, whose bookings are moved one after another."""

_SWEPT = f"""
WITH swept AS (
    UPDATE bookings SET status = 'cancelled', cancelled_at = CAST(:now AS timestamptz),
        version = version + 1
    WHERE id IN (
        SELECT id FROM bookings
        WHERE staff_id = CAST(:staff_id AS integer) AND {LIVE} AND status = 'held'
        AND held_until <= CAST(:now AS timestamptz)
        AND blocked && tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz))
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
)
"""  # noqa: S608 - the text put in is a constant of this project
"""Holds that have expired in the way of a time are cancelled, because the constraint cannot look at a clock."""

_INSERT = text(f"""{_SWEPT}
INSERT INTO bookings (status, user_id, service_id, staff_id, location_id, period, blocked, price,
    comment, key, held_until, created_at)
SELECT CAST(:status AS text), CAST(:user_id AS bigint), CAST(:service_id AS integer),
    CAST(:staff_id AS integer), CAST(:location_id AS integer),
    tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)),
    tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz)),
    CAST(:price AS numeric), CAST(:comment AS text), CAST(:key AS text), CAST(:held_until AS timestamptz),
    CAST(:now AS timestamptz)
FROM (SELECT count(*) FROM swept) AS sweep_first
WHERE NOT EXISTS (SELECT FROM bookings WHERE key = CAST(:key AS text))
ON CONFLICT ON CONSTRAINT {NO_OVERLAP} DO NOTHING
RETURNING id
""")  # noqa: S608 - the texts put in are constants of this project

_MOVE = text(f"""{_SWEPT}
UPDATE bookings SET version = version + 1,
    period = tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)),
    blocked = tstzrange(CAST(:blocked_from AS timestamptz), CAST(:blocked_to AS timestamptz))
FROM (SELECT count(*) FROM swept) AS sweep_first
WHERE id = CAST(:booking_id AS bigint) AND version = CAST(:version AS integer)
AND user_id = CAST(:user_id AS bigint) AND staff_id = CAST(:staff_id AS integer)
AND location_id = CAST(:location_id AS integer)
AND {LIVE} AND (status <> 'held' OR held_until > CAST(:now AS timestamptz))
RETURNING id
""")  # noqa: S608 - the texts put in are constants of this project

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

    Holds that have expired in its way are swept in the same statement.
    """
    rows = await session.execute(
        _INSERT,
        {
            **_bind_time(new, now),
            "status": BookingStatus.CONFIRMED if new.held_until is None else BookingStatus.HELD,
            "service_id": new.service.id,
            "price": new.service.price,
            "comment": new.comment,
            "key": new.key,
            "held_until": new.held_until,
        },
    )
    booking_id = rows.scalar_one_or_none()
    if booking_id is not None:
        return await find(session, booking_id)
    if new.key is None:
        return None
    return await _find_one(session, _select().where(bookings.c.key == new.key))


async def move(
    session: AsyncSession, booking: Booking, new: NewBooking, *, now: datetime
) -> Booking | None:
    """Move a live booking to another time of its staff; None when that is taken, and the booking stays where it is.

    Also None when the booking is not as it was found. It does not meet itself, so that it may move into its own buffers; a booking
    that is there already stays as it is, so that a move asked for again moves nothing. Moves of one member of staff wait for one
    another: two that wanted one time, or each the other's, would each wait for the other to end.
    """
    if booking.starts_at == new.starts_at:
        return booking
    await session.execute(select(func.pg_advisory_xact_lock(_MOVES_LOCK_CLASS, new.staff_id)))
    values = {**_bind_time(new, now), "booking_id": booking.id, "version": booking.version}
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
    """Count the live bookings ahead of the person, but for one that the same key made."""
    query = (
        select(func.count())
        .select_from(bookings)
        .where(bookings.c.user_id == new.user_id, now < STARTS_AT, _is_live(now))
    )
    if new.key is not None:
        query = query.where(bookings.c.key.is_distinct_from(new.key))
    return (await session.execute(query)).scalar_one()


async def list_upcoming(
    session: AsyncSession, user_id: int, *, now: datetime
) -> tuple[Booking, ...]:
    """List the person's live bookings that are not over, soonest first."""
    query = _select().where(bookings.c.user_id == user_id, now < ENDS_AT, _is_live(now))
    return await _list(session, query)


async def list_between(
    session: AsyncSession,
    *,
    starts_from: datetime,
    starts_before: datetime,
    location_id: int | None = None,
    now: datetime,
) -> tuple[Booking, ...]:
    """List the live bookings that start in a span, by time."""
    query = _select().where(starts_from <= STARTS_AT, starts_before > STARTS_AT, _is_live(now))
    if location_id is not None:
        query = query.where(bookings.c.location_id == location_id)
    return await _list(session, query)


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


def _is_live(now: datetime) -> ColumnElement[bool]:
    held = bookings.c.status == BookingStatus.HELD.value
    return and_(text(LIVE), or_(not_(held), bookings.c.held_until > now))


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
