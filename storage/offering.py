"""Changes of what is offered: one thing of a service at a time, and only from the value that was seen.

It knows nothing of who may change it. Bookings keep the time and the price that were agreed; constraints of the database say what cannot be.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.booking_tables import LIVE, group_sessions
from storage.desk_tables import waitlist_wishes
from storage.refusals import Refusal, attempt, attempt_insert
from storage.rows import read_service, read_staff_member
from storage.tables import (
    locations,
    rooms,
    service_pictures,
    service_rooms,
    services,
    staff,
    staff_services,
)
from storage.values import OfferedService, RoomOfPlace, Service, StaffMember

_MINUTES = ("duration", "slot_step", "buffer_before", "buffer_after", "minimum_notice")

_AHEAD = text(f"""
SELECT count(DISTINCT bookings.id)
FROM bookings JOIN booking_services ON booking_services.booking_id = bookings.id
WHERE booking_services.service_id = :service_id AND {LIVE} AND status <> 'held'
AND upper(period) > CAST(:now AS timestamptz)
""")  # noqa: S608 - the text put in is a constant of this project


_WAS_BOOKED = text("""
SELECT EXISTS (SELECT FROM bookings WHERE service_id = CAST(:service_id AS integer))
OR EXISTS (SELECT FROM booking_services WHERE service_id = CAST(:service_id AS integer))
""")


async def list_all(session: AsyncSession) -> tuple[Service, ...]:
    """List all services by title, also those that cannot be booked."""
    query = select(services).where(services.c.deleted.is_(False))
    rows = await session.execute(query.order_by(services.c.title, services.c.id))
    return tuple(read_service(row) for row in rows.mappings())


async def list_staff(session: AsyncSession, service_id: int) -> tuple[StaffMember, ...]:
    """List who offers a service, of those who work, by name."""
    query = select(staff).join(staff_services).where(staff_services.c.service_id == service_id)
    rows = await session.execute(_sorted_staff(query))
    return tuple(read_staff_member(row) for row in rows.mappings())


async def list_rooms(
    session: AsyncSession, service_id: int | None = None
) -> tuple[RoomOfPlace, ...]:
    """List the rooms in use, of a service or all, by place and name."""
    query = select(rooms.c.id, rooms.c.name, locations.c.name.label("place")).join(locations)
    if service_id is not None:
        query = query.join(service_rooms).where(service_rooms.c.service_id == service_id)
    rows = await session.execute(
        query.where(rooms.c.active).order_by(locations.c.name, rooms.c.name)
    )
    return tuple(RoomOfPlace(*row) for row in rows)


async def find(session: AsyncSession, service_id: int, *, now: datetime) -> OfferedService | None:
    """Find all that can be changed of a service."""
    rows = await session.execute(select(services).where(services.c.id == service_id))
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    ahead = await session.scalar(_AHEAD, {"service_id": service_id, "now": now})
    return OfferedService(
        read_service(row),
        await list_staff(session, service_id),
        await list_rooms(session, service_id),
        int(ahead or 0),
        was_booked=bool(await session.scalar(_WAS_BOOKED, {"service_id": service_id})),
        deleted=row[services.c.deleted],
    )


async def has_more_coming(
    session: AsyncSession, service_id: int, places: int, *, now: datetime
) -> bool:
    """Tell whether more than so many people come to a session ahead."""
    columns = group_sessions.c
    query = select(columns.id).where(
        columns.service_id == service_id, columns.starts_at > now, columns.taken > places
    )
    return (await session.scalar(query.limit(1))) is not None


async def change(
    session: AsyncSession, service_id: int, name: str, *, was: Any, value: Any
) -> Refusal | None:
    """Give one field of `values.Service` another value, unless it is not what it was."""
    column, pack = _column_of(name)
    changed = (
        update(services)
        .where(services.c.id == service_id, services.c.deleted.is_(False))
        .where(column.is_not_distinct_from(pack(was)))
        .values({column: pack(value)})
        .returning(services.c.id)
    )
    return await attempt(session, changed)


async def add(
    session: AsyncSession,
    *,
    title: str,
    category: str | None,
    duration: timedelta,
    price: Decimal,
) -> int | Refusal:
    """Add a service that is not offered yet, a quarter of an hour its step, and return its id."""
    made = insert(services).values(
        title=title,
        category=category,
        duration_minutes=_minutes_of(duration),
        price=price,
        slot_step_minutes=15,
        active=False,
    )
    added = await attempt_insert(session, made.returning(services.c.id))
    return "impossible" if added is None else added


async def remove(session: AsyncSession, service_id: int) -> bool:
    """Delete a service that was never booked, nor is now; tell whether it is so.

    Nobody may book meanwhile (`storage.hours.lock`). Who waits for it waits no more.
    """
    if await session.scalar(_WAS_BOOKED, {"service_id": service_id}):
        return False
    for pairs in (staff_services, service_rooms, service_pictures, waitlist_wishes):
        await session.execute(delete(pairs).where(pairs.c.service_id == service_id))
    gone = update(services).where(services.c.id == service_id)
    await session.execute(gone.values(active=False, deleted=True, category=None))
    return True


async def set_picture(session: AsyncSession, service_id: int, content: bytes | None) -> None:
    """Show a service by another picture, or by none."""
    if content is None:
        gone = delete(service_pictures).where(service_pictures.c.service_id == service_id)
        await session.execute(gone)
        return
    put = upsert(service_pictures).values(service_id=service_id, content=content)
    await session.execute(
        put.on_conflict_do_update(
            index_elements=[service_pictures.c.service_id], set_={"content": content}
        )
    )


async def list_working_staff(session: AsyncSession) -> tuple[StaffMember, ...]:
    """List all who work, by name."""
    rows = await session.execute(_sorted_staff(select(staff)))
    return tuple(read_staff_member(row) for row in rows.mappings())


def _sorted_staff(query: Any) -> Any:
    return query.where(staff.c.active).order_by(staff.c.name, staff.c.id)


def _column_of(name: str) -> tuple[Column[Any], Callable[[Any], Any]]:
    """Find where a field of a service is kept, and how."""
    if name in _MINUTES:
        return services.c[f"{name}_minutes"], _minutes_of
    if name == "horizon":
        return services.c.horizon_days, lambda span: span.days
    if name == "reminders":
        return services.c.reminders, list
    return services.c[name], lambda value: value


def _minutes_of(span: timedelta) -> int:
    return int(span // timedelta(minutes=1))
