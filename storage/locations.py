"""Queries for places.

It knows nothing of who works there.
"""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_location
from storage.tables import locations, staff, staff_locations, staff_services
from storage.values import Location


async def list_all(session: AsyncSession) -> tuple[Location, ...]:
    """List the locations by name, those that are not in use last."""
    query = select(locations).order_by(locations.c.active.desc(), locations.c.name)
    rows = await session.execute(query)
    return tuple(read_location(row) for row in rows.mappings())


async def list_offering(
    session: AsyncSession, service_ids: Collection[int]
) -> tuple[Location, ...]:
    """List the locations at which somebody offers all the services, by name."""
    asked = set(service_ids)
    skilled = (
        select(staff_services.c.staff_id)
        .join(staff, staff.c.id == staff_services.c.staff_id)
        .where(staff.c.active, staff_services.c.service_id.in_(asked))
        .group_by(staff_services.c.staff_id)
        .having(func.count() == len(asked))
    )
    places = select(staff_locations.c.location_id).where(staff_locations.c.staff_id.in_(skilled))
    query = select(locations).where(locations.c.active, locations.c.id.in_(places))
    rows = await session.execute(query.order_by(locations.c.name))
    return tuple(read_location(row) for row in rows.mappings())


async def list_of(session: AsyncSession, staff_id: int) -> tuple[Location, ...]:
    """List the locations in use at which a member of staff works, by name."""
    places = select(staff_locations.c.location_id).where(staff_locations.c.staff_id == staff_id)
    query = select(locations).where(locations.c.active, locations.c.id.in_(places))
    rows = await session.execute(query.order_by(locations.c.name))
    return tuple(read_location(row) for row in rows.mappings())
