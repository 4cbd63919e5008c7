"""Queries for the people who can be booked.

It knows nothing of their hours.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_staff_member
from storage.tables import staff, staff_locations, staff_services
from storage.values import StaffMember


async def list_offering(
    session: AsyncSession, service_id: int, location_id: int | None = None
) -> tuple[StaffMember, ...]:
    """List who offers a service, at the location if one is given, by name."""
    query = (
        select(staff)
        .join(staff_services, staff_services.c.staff_id == staff.c.id)
        .where(staff_services.c.service_id == service_id, staff.c.active)
        .order_by(staff.c.name, staff.c.id)
    )
    if location_id is not None:
        places = select(staff_locations.c.staff_id).where(
            staff_locations.c.location_id == location_id
        )
        query = query.where(staff.c.id.in_(places))
    rows = await session.execute(query)
    return tuple(read_staff_member(row) for row in rows.mappings())
