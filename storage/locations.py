"""Queries for places.

It knows nothing of who works there.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_location
from storage.tables import locations, staff_locations
from storage.values import Location


async def list_all(session: AsyncSession) -> tuple[Location, ...]:
    """List the locations by name."""
    rows = await session.execute(select(locations).order_by(locations.c.name))
    return tuple(read_location(row) for row in rows.mappings())


async def list_of(session: AsyncSession, staff_id: int) -> tuple[Location, ...]:
    """List the locations at which a member of staff works, by name."""
    places = select(staff_locations.c.location_id).where(staff_locations.c.staff_id == staff_id)
    query = select(locations).where(locations.c.id.in_(places)).order_by(locations.c.name)
    rows = await session.execute(query)
    return tuple(read_location(row) for row in rows.mappings())
