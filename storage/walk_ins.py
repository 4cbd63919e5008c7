"""Queries for what the staff enter themselves: visits of people who stand at the desk, or have called.

It knows nothing of who may do so, and leaves it to others to take the time.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_service
from storage.tables import services, staff_locations, staff_services
from storage.values import Service


async def list_services(session: AsyncSession, staff_id: int) -> tuple[Service, ...]:
    """List what a member of staff gives, by title."""
    query = (
        select(services)
        .join(staff_services, staff_services.c.service_id == services.c.id)
        .where(staff_services.c.staff_id == staff_id, services.c.active)
        .order_by(services.c.title)
    )
    return tuple(read_service(row) for row in (await session.execute(query)).mappings())


async def list_places(session: AsyncSession, staff_id: int) -> Sequence[int]:
    """List the ids of the locations at which somebody works."""
    query = select(staff_locations.c.location_id).where(staff_locations.c.staff_id == staff_id)
    return list(await session.scalars(query.order_by(staff_locations.c.location_id)))
