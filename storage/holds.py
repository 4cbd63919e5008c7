"""Holds: times kept for somebody while they make up their mind; a hold is a booking that is not made yet.

It knows nothing of what becomes of one that expires: whoever wants its time sweeps it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import bookings as made
from storage import taking
from storage.booking_tables import bookings
from storage.values import Booking, BookingStatus, NewBooking

_IS_HELD = bookings.c.status == BookingStatus.HELD.value

_OWN = """(
    SELECT id FROM bookings
    WHERE status = 'held' AND user_id = CAST(:user_id AS bigint)
    AND ARRAY(
        SELECT service_id FROM booking_services WHERE booking_id = bookings.id ORDER BY position
    ) = CAST(:service_ids AS integer[])
    AND staff_id = CAST(:staff_id AS integer)
    AND location_id = CAST(:location_id AS integer) AND party = CAST(:party AS integer)
    AND lower(period) = CAST(:starts_at AS timestamptz)
    ORDER BY id LIMIT 1
    FOR UPDATE
)"""
"""The person's own hold of a time."""

_CONFIRM = text(f"""
UPDATE bookings SET status = CAST(:status AS text), held_until = NULL,
    comment = CAST(:comment AS text), key = CAST(:key AS text), created_at = CAST(:now AS timestamptz)
WHERE id = {_OWN}
AND NOT EXISTS (SELECT FROM bookings WHERE key = CAST(:key AS text))
RETURNING id
""")  # noqa: S608 - the text put in is a constant of this project

_PROLONG = text(f"""
UPDATE bookings SET held_until = greatest(held_until, CAST(:until AS timestamptz))
WHERE id = {_OWN}
RETURNING id
""")  # noqa: S608 - as above


async def place(
    session: AsyncSession, new: NewBooking, *, instead_of: int | None, now: datetime
) -> Booking | None:
    """Hold a time in the place of another hold; None when it is taken, and the person's holds stay as they are."""
    async with session.begin_nested() as attempt:
        hold = await made.insert(session, new, now=now)
        if hold is None:
            await attempt.rollback()  # which brings back their own holds that were in the way
            return None
        await release(session, new.user_id, instead_of, now=now)
    return hold


async def confirm(session: AsyncSession, new: NewBooking, *, now: datetime) -> Booking | None:
    """Make a booking of the person's own hold of a time; None when there is none.

    One that has expired still counts: as long as it is there, nobody else has that time.
    """
    if (
        new.service.capacity > 1
    ):  # whoever joins may be about to choose a room, for nobody is there but this hold
        await taking.lock(session, taking.bind_time(new, now))
    rows = await session.execute(
        _CONFIRM,
        {
            "status": new.status,
            "comment": new.comment,
            "key": new.key,
            "now": now,
            **_bind(new),
        },
    )
    booking_id = rows.scalar_one_or_none()
    return None if booking_id is None else await made.find(session, booking_id)


async def prolong(session: AsyncSession, new: NewBooking, *, until: datetime) -> Booking | None:
    """Keep a time that the person holds at least until an instant; None when they hold it no more."""
    rows = await session.execute(_PROLONG, {"until": until, **_bind(new)})
    hold_id = rows.scalar_one_or_none()
    return None if hold_id is None else await made.find(session, hold_id)


async def release(
    session: AsyncSession, user_id: int, booking_id: int | None, *, now: datetime
) -> bool:
    """Give up a hold of the person's own, and all of theirs that have expired; tell whether that one was there."""
    await taking.lock_holds(session, user_id)
    given_up = or_(bookings.c.id == booking_id, bookings.c.held_until <= now)
    rows = await session.execute(
        delete(bookings)
        .where(and_(_IS_HELD, bookings.c.user_id == user_id, given_up))
        .returning(bookings.c.id)
    )
    return booking_id in rows.scalars().all()


async def count(
    session: AsyncSession, user_id: int, *, but: int | None = None, now: datetime
) -> int:
    """Count the times that are held for the person now, one of them perhaps left out."""
    query = select(func.count()).where(
        _IS_HELD,
        bookings.c.user_id == user_id,
        bookings.c.held_until > now,
        bookings.c.id.is_distinct_from(but),
    )
    return (await session.execute(query)).scalar_one()


def _bind(new: NewBooking) -> dict[str, Any]:
    """Give what says which hold is the person's own, as the statements here name it."""
    return {
        "user_id": new.user_id,
        "service_ids": [line.id for line in new.service.lines],
        "staff_id": new.staff_id,
        "location_id": new.location_id,
        "party": new.party,
        "starts_at": new.starts_at,
    }
