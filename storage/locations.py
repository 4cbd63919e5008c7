"""Queries for places.

It knows nothing of who works there.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_location
from storage.tables import locations
from storage.values import Location


async def list_all(session: AsyncSession) -> tuple[Location, ...]:
    """List the locations by name."""
    rows = await session.execute(select(locations).order_by(locations.c.name))
    return tuple(read_location(row) for row in rows.mappings())
