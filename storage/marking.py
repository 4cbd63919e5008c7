"""Marks bookings that took place or should have, and takes a mark back.

It knows nothing of who may do so; the table of transitions holds what may become of a booking.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import bookings as made
from storage import taking
from storage.booking_tables import bookings
from storage.values import Booking, BookingStatus

_CONFLICTS = ("23P01", "23514")
"""What PostgreSQL calls it when a time is taken by another booking, or by too many people of a session."""


async def mark(
    session: AsyncSession, booking: Booking, status: BookingStatus, *, now: datetime
) -> Booking:
    """Say what became of a booking that nobody else changes meanwhile."""
    await session.execute(
        update(bookings)
        .where(bookings.c.id == booking.id)
        .values(status=status.value, version=bookings.c.version + 1, marked_at=now)
    )
    found = await made.find(session, booking.id)
    return found or booking


async def lock(session: AsyncSession, booking: Booking) -> None:
    """Keep others from taking the time of a booking until the commit; before the booking itself is locked."""
    room_at = None if booking.room is None else booking.location.id
    await taking.lock_times(session, booking.staff.id, room_at)


async def unmark(session: AsyncSession, booking: Booking) -> Booking | None:
    """Let a booking count as one that is still to be; None when its time has been taken meanwhile."""
    back = (
        update(bookings)
        .where(bookings.c.id == booking.id)
        .values(
            status=BookingStatus.CONFIRMED.value,
            version=bookings.c.version + 1,
            marked_at=None,
        )
    )
    try:
        async with session.begin_nested():
            await session.execute(back)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) not in _CONFLICTS:
            raise
        return None
    return await made.find(session, booking.id)
