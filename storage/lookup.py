"""Queries that find bookings among all of them.

It knows nothing of who may look.
"""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import bookings as made
from storage.booking_tables import bookings
from storage.desk_values import BookingFilter
from storage.rows import STARTS_AT
from storage.tables import users
from storage.values import Booking, BookingStatus

_NAME = func.lower(func.concat_ws(" ", users.c.first_name, users.c.last_name))

_DIGITS = 18
"""How many digits surely are a number that the database has."""


async def list_found(
    session: AsyncSession, asked: BookingFilter, *, offset: int, limit: int
) -> tuple[Booking, ...]:
    """List bookings by time, the last one first where a name or number is searched for."""
    return await made.list_where(
        session, *_conditions(asked), newest_first=bool(asked.search), offset=offset, limit=limit
    )


async def count_found(session: AsyncSession, asked: BookingFilter) -> int:
    """Count them."""
    query = select(func.count()).select_from(bookings).join(users, users.c.id == bookings.c.user_id)
    return (await session.execute(query.where(*_conditions(asked)))).scalar_one()


def _conditions(asked: BookingFilter) -> list[ColumnElement[bool]]:
    """Say which bookings are meant: never holds, and cancelled ones only where they are asked for or searched."""
    status = bookings.c.status
    conditions = [status != BookingStatus.HELD.value]
    if asked.status is not None:
        conditions.append(status == asked.status.value)
    elif asked.search is None:
        conditions.append(status != BookingStatus.CANCELLED.value)
    if asked.starts_from is not None:
        conditions.append(asked.starts_from <= STARTS_AT)
    if asked.starts_before is not None:
        conditions.append(asked.starts_before > STARTS_AT)
    if asked.staff_id is not None:
        conditions.append(bookings.c.staff_id == asked.staff_id)
    if asked.search is not None:
        conditions.append(_is_meant(asked.search))
    return conditions


def _is_meant(search: str) -> ColumnElement[bool]:
    """Say that a booking has the number searched for, or a client in whose name each word begins one."""
    digits = "".join(filter(str.isdigit, search))
    words = [
        func.concat(" ", _NAME).contains(f" {word}", autoescape=True)
        for word in search.lower().split()
    ]
    if not words:
        return bookings.c.id.is_not(None)
    named = words[0]
    for word in words[1:]:
        named &= word
    if not 0 < len(digits) <= _DIGITS:
        return named
    return or_(named, bookings.c.id == int(digits))
