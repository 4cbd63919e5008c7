"""Queries for services.

It knows nothing of staff and times.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_service
from storage.tables import services
from storage.values import Service


async def list_active(session: AsyncSession) -> tuple[Service, ...]:
    """List what can be booked, by title."""
    rows = await session.execute(
        select(services).where(services.c.active).order_by(services.c.title, services.c.id)
    )
    return tuple(read_service(row) for row in rows.mappings())


async def find(session: AsyncSession, service_id: int) -> Service | None:
    """Find a service that can be booked."""
    rows = await session.execute(
        select(services).where(services.c.id == service_id, services.c.active)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else read_service(row)
