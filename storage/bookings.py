"""Queries for bookings: making and moving them so that no two meet, showing and ending them.

It knows nothing of who may do so, nor of working hours. A caller that makes one calls `prepare`, checks what must
hold, then `insert` or `move`, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import Range, aggregate_order_by
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import group_sessions, payment_tables, payments, taking
from storage import services as offered
from storage import users as people
from storage.booking_tables import LIVE, booking_services, bookings
from storage.hours import LOCK_CLASS
from storage.rows import ENDS_AT, STARTS_AT, read_booking
from storage.tables import locations, rooms, services, staff, users
from storage.values import Booking, BookingStatus, NewBooking, Photo

_IS_BOOKED = and_(text(LIVE), bookings.c.status != BookingStatus.HELD.value)
"""Live, and more than a hold."""

_DONE = (
    BookingStatus.CANCELLED.value,
    BookingStatus.COMPLETED.value,
    BookingStatus.NO_SHOW.value,
)
"""How a booking has ended, whatever its time."""


def _is_past(now: datetime) -> ColumnElement[bool]:
    """Say when a booking is over or cancelled: also one that was said to have taken place before its end."""
    status = bookings.c.status
    is_over = and_(now >= ENDS_AT, status != BookingStatus.HELD.value)
    return or_(is_over, status.in_(_DONE))


_OVERLAPS = "23P01"
"""What PostgreSQL calls a violated exclusion constraint."""


async def prepare(session: AsyncSession, new: NewBooking) -> None:
    """Lock what the checks before an insert rest on: the person's other bookings, and the location's days.

    People are locked before locations everywhere, so that nobody waits in a circle.
    """
    await people.lock(session, new.user_id)
    await session.execute(select(func.pg_advisory_xact_lock_shared(LOCK_CLASS, new.location_id)))


async def lock_time(session: AsyncSession, new: NewBooking, *, now: datetime) -> None:
    """Wait for whoever takes a time of the same staff or rooms; for who locks a booking, or gives a time up, before `insert` or `move`."""
    await taking.lock(session, taking.bind_time(new, now))


async def insert(session: AsyncSession, new: NewBooking, *, now: datetime) -> Booking | None:
    """Make a booking, or a hold; None when its time is taken, the booking already made when its key made one.

    Holds in its way that have expired, and the person's own, are swept in the same statement.
    """
    values = taking.bind_time(new, now)
    await taking.lock(session, values)
    values["group_session_id"] = await _join(session, new, values)
    if new.service.capacity > 1 and values["group_session_id"] is None:
        return await _find_by_key(session, new.key)
    booking_id = await taking.insert(session, {**values, **_bind_details(new)})
    if booking_id is not None:
        return await find(session, booking_id)
    return await _find_by_key(session, new.key)


async def move(
    session: AsyncSession, booking: Booking, new: NewBooking, *, now: datetime
) -> Booking | None:
    """Move a live booking, which a hold is not, to another time of its staff, from a place out of use to another one; None when that is taken, and the booking stays where it is.

    Also None when the booking is not as it was found. It does not meet itself, so that it may move into its own buffers; a booking
    that is there already stays as it is, so that a move asked for again moves nothing. It keeps its room if that is free then.
    """
    if (booking.starts_at, booking.location.id) == (new.starts_at, new.location_id):
        return booking
    values = {**taking.bind_time(new, now), "booking_id": booking.id, "version": booking.version}
    await taking.lock(session, values)
    values["group_session_id"] = await _join(session, new, values)
    if new.service.capacity > 1 and values["group_session_id"] is None:
        return None
    try:
        async with session.begin_nested():
            moved = await taking.move(session, values)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _OVERLAPS:
            raise
        return None
    if moved is None:
        return None
    if booking.deposit is not None:
        await payments.follow(session, booking, new.starts_at, now=now)
    return await find(session, booking.id)


async def find(session: AsyncSession, booking_id: int) -> Booking | None:
    """Find a booking, whatever its status."""
    return await _find_one(session, _select().where(bookings.c.id == booking_id))


async def find_for_update(session: AsyncSession, booking_id: int) -> Booking | None:
    """Find a booking and keep others from changing it until the commit."""
    query = _select().where(bookings.c.id == booking_id)
    return await _find_one(session, query.with_for_update(of=bookings))


async def list_upcoming(
    session: AsyncSession, user_id: int, *, now: datetime
) -> tuple[Booking, ...]:
    """List the person's live bookings that are not over, soonest first; holds are none."""
    query = _select().where(bookings.c.user_id == user_id, now < ENDS_AT, _IS_BOOKED)
    return await _list(session, query)


async def list_past(
    session: AsyncSession, user_id: int, *, now: datetime, offset: int = 0, limit: int = 100
) -> tuple[Booking, ...]:
    """List the person's bookings that are over or cancelled, the last one first."""
    query = _select().where(bookings.c.user_id == user_id, _is_past(now))
    query = query.order_by(STARTS_AT.desc(), bookings.c.id.desc()).offset(offset).limit(limit)
    return await _read(session, query)


async def count_past(session: AsyncSession, user_id: int, *, now: datetime) -> int:
    """Count the person's bookings that are over or cancelled."""
    query = select(func.count()).select_from(bookings)
    return (
        await session.execute(query.where(bookings.c.user_id == user_id, _is_past(now)))
    ).scalar_one()


async def note_details(
    session: AsyncSession, booking: Booking, *, phone: str | None, photo: Photo | None
) -> Booking:
    """Keep what a client answered for their visit."""
    told = None if photo is None else asdict(photo)
    await session.execute(
        update(bookings).where(bookings.c.id == booking.id).values(phone=phone, photo=told)
    )
    return replace(booking, phone=phone, photo=photo)


async def note_coming(session: AsyncSession, booking: Booking, *, now: datetime) -> Booking:
    """Keep that a client has said that they will come."""
    await session.execute(update(bookings).where(bookings.c.id == booking.id).values(coming_at=now))
    return replace(booking, coming_at=now)


async def list_some(
    session: AsyncSession, ids: Sequence[int], *, for_update: bool = False
) -> tuple[Booking, ...]:
    """List the live bookings of these ids by time; holds are none. For an update others are kept from changing them until the commit."""
    if for_update:  # in one order, so that nobody waits in a circle
        locked = select(bookings.c.id).where(bookings.c.id.in_(ids)).order_by(bookings.c.id)
        await session.execute(locked.with_for_update())
    return await _list(session, _select().where(bookings.c.id.in_(ids), _IS_BOOKED))


async def list_where(
    session: AsyncSession,
    *conditions: ColumnElement[bool],
    newest_first: bool,
    offset: int,
    limit: int,
) -> tuple[Booking, ...]:
    """List bookings for which all of this holds, by time."""
    order = STARTS_AT.desc() if newest_first else STARTS_AT
    query = _select().where(*conditions).order_by(order, bookings.c.id)
    return await _read(session, query.offset(offset).limit(limit))


async def list_of_staff(
    session: AsyncSession, staff_id: int, *, starts_from: datetime, starts_before: datetime
) -> tuple[Booking, ...]:
    """List the bookings of a member of staff that start in a span, by time: live ones, and those that took place or should have."""
    kept = [
        BookingStatus.PENDING.value,
        BookingStatus.CONFIRMED.value,
        BookingStatus.COMPLETED.value,
        BookingStatus.NO_SHOW.value,
    ]
    query = _select().where(
        starts_from <= STARTS_AT,
        starts_before > STARTS_AT,
        bookings.c.staff_id == staff_id,
        bookings.c.status.in_(kept),
    )
    return await _list(session, query)


async def list_in_room(
    session: AsyncSession, room_id: int, *, starts_at: datetime, ends_at: datetime | None = None
) -> tuple[Booking, ...]:
    """List the live bookings that take a room in a span, or from an instant on, by time; holds are none."""
    in_it = bookings.c.blocked.overlaps(Range(starts_at, ends_at))
    return await _list(session, _select().where(bookings.c.room_id == room_id, in_it, _IS_BOOKED))


async def list_meeting(
    session: AsyncSession, staff_id: int, *, starts_at: datetime, ends_at: datetime
) -> tuple[Booking, ...]:
    """List the live bookings of a member of staff that block any of a span, by time; holds are none."""
    meets = bookings.c.blocked.op("&&")(Range(starts_at, ends_at))
    return await _list(session, _select().where(bookings.c.staff_id == staff_id, meets, _IS_BOOKED))


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
    session: AsyncSession, booking: Booking, *, by: int, reason: str | None = None, now: datetime
) -> Booking | None:
    """Cancel a live booking, which a hold is not, with the reason that its client is told; None when it was not live any more."""
    rows = await session.execute(
        update(bookings)
        .where(bookings.c.id == booking.id, _IS_BOOKED)
        .values(
            status=BookingStatus.CANCELLED.value,
            version=bookings.c.version + 1,
            cancelled_at=now,
            cancelled_by=by,
            reason=reason,
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
    await taking.sweep(session, {**times, "group_session_id": group_session_id})
    is_open = await group_sessions.has_places(session, group_session_id, new.party)
    return group_session_id if is_open else None


async def _find_by_key(session: AsyncSession, key: str | None) -> Booking | None:
    return None if key is None else await _find_one(session, _select().where(bookings.c.key == key))


def _bind_details(new: NewBooking) -> dict[str, Any]:
    """Give what a booking is besides its time, as the statement that inserts it names it."""
    lines = new.service.lines
    return {
        "party": new.party,
        "status": new.status if new.held_until is None else BookingStatus.HELD,
        "service_id": new.service.id,
        "price": new.service.price * new.party,
        "comment": new.comment,
        "key": new.key,
        "held_until": new.held_until,
        "guest_name": new.guest_name,
        "entered_by": new.entered_by,
        "line_ids": [line.id for line in lines],
        "line_minutes": [int(line.duration / timedelta(minutes=1)) for line in lines],
        "line_prices": [line.price * new.party for line in lines],
    }


_LINES = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    booking_services.c.service_id,
                    booking_services.c.duration_minutes,
                    cast(booking_services.c.price, Text),
                ),
                booking_services.c.position,
            )
        )
    )
    .where(booking_services.c.booking_id == bookings.c.id)
    .scalar_subquery()
    .label("lines")
)
"""The services of a booking in their order: id, minutes and price of each."""


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(
            bookings,
            services,
            staff,
            locations,
            rooms,
            payment_tables.payments,
            users.c.first_name,
            users.c.last_name,
            _LINES,
        )
        .join(services, services.c.id == bookings.c.service_id)
        .join(staff, staff.c.id == bookings.c.staff_id)
        .join(locations, locations.c.id == bookings.c.location_id)
        .outerjoin(rooms, rooms.c.id == bookings.c.room_id)
        .join(users, users.c.id == bookings.c.user_id)
        .outerjoin(payment_tables.payments, payment_tables.payments.c.booking_id == bookings.c.id)
    )


async def _find_one(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> Booking | None:
    found = await _read(session, query)
    return found[0] if found else None


async def _list(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> tuple[Booking, ...]:
    return await _read(session, query.order_by(STARTS_AT, bookings.c.id))


async def _read(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> tuple[Booking, ...]:
    """Read bookings; where one is of several services, all of them are looked up at once."""
    rows = (await session.execute(query)).mappings().all()
    several = {line[0] for row in rows if len(row["lines"] or ()) > 1 for line in row["lines"]}
    parts = await offered.find_all(session, several) if several else {}
    return tuple(read_booking(row, parts) for row in rows)
