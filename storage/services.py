"""Queries for services.

It knows nothing of staff and times.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_service
from storage.tables import service_categories, service_pictures, services, staff, staff_services
from storage.values import Booking, Category, Service, join_services

_ACTIVE = select(services).where(services.c.active)
_LIST = _ACTIVE.order_by(services.c.title, services.c.id)
_FIND = _ACTIVE.where(services.c.id == bindparam("service_id"))


async def list_active(session: AsyncSession) -> tuple[Service, ...]:
    """List what can be booked, by title."""
    rows = await session.execute(_LIST)
    return tuple(read_service(row) for row in rows.mappings())


async def list_categories(session: AsyncSession) -> tuple[Category, ...]:
    """List the categories, in the order in which they are shown."""
    columns = service_categories.c
    rows = await session.execute(
        select(columns.title, columns.titles, columns.id).order_by(columns.position, columns.title)
    )
    return tuple(Category(*row) for row in rows)


async def find_picture(session: AsyncSession, service_id: int) -> bytes | None:
    """Find the picture that a service is shown by."""
    columns = service_pictures.c
    found = await session.scalar(select(columns.content).where(columns.service_id == service_id))
    return None if found is None else bytes(found)


async def find(session: AsyncSession, service_id: int) -> Service | None:
    """Find a service that can be booked."""
    rows = await session.execute(_FIND, {"service_id": service_id})
    row = rows.mappings().one_or_none()
    return None if row is None else read_service(row)


async def find_visit(session: AsyncSession, service_ids: Sequence[int]) -> Service | None:
    """Find services that can be booked, joined into one in this order; None where one is missing, or would be a session among others."""
    if len(service_ids) == 1:
        return await find(session, service_ids[0])
    rows = await session.execute(_ACTIVE.where(services.c.id.in_(service_ids)))
    found = {service.id: service for service in map(read_service, rows.mappings())}
    parts = [found[one] for one in service_ids if one in found and found[one].capacity == 1]
    return join_services(parts) if parts and len(parts) == len(service_ids) else None


async def list_combinable(session: AsyncSession, service_ids: Sequence[int]) -> tuple[Service, ...]:
    """List what somebody gives who gives all of these services, one person at a time, by title; these left out."""
    gives_all = (
        select(staff_services.c.staff_id)
        .join(staff, staff.c.id == staff_services.c.staff_id)
        .where(staff.c.active, staff_services.c.service_id.in_(service_ids))
        .group_by(staff_services.c.staff_id)
        .having(func.count() == len(set(service_ids)))
    )
    given = select(staff_services.c.service_id).where(staff_services.c.staff_id.in_(gives_all))
    rows = await session.execute(
        _LIST.where(
            services.c.capacity == 1,
            services.c.id.in_(given),
            services.c.id.not_in(service_ids),
        )
    )
    return tuple(read_service(row) for row in rows.mappings())


async def find_agreed(session: AsyncSession, booking: Booking) -> Service | None:
    """Find the services of a booking, if they can still be booked, joined into one that takes as long as was agreed."""
    service = await find_visit(session, [line.service.id for line in booking.lines])
    return None if service is None else replace(service, duration=booking.duration)


async def find_all(session: AsyncSession, service_ids: Collection[int]) -> Mapping[int, Service]:
    """Find services by their ids, also those that cannot be booked any more."""
    rows = await session.execute(select(services).where(services.c.id.in_(service_ids)))
    return {service.id: service for service in map(read_service, rows.mappings())}
