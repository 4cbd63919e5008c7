"""Queries for services.

It knows nothing of staff and times.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_service
from storage.tables import services
from storage.values import Service

_ACTIVE = select(services).where(services.c.active)
_LIST = _ACTIVE.order_by(services.c.title, services.c.id)
_FIND = _ACTIVE.where(services.c.id == bindparam("service_id"))


async def list_active(session: AsyncSession) -> tuple[Service, ...]:
    """List what can be booked, by title."""
    rows = await session.execute(_LIST)
    return tuple(read_service(row) for row in rows.mappings())


async def find(session: AsyncSession, service_id: int) -> Service | None:
    """Find a service that can be booked."""
    rows = await session.execute(_FIND, {"service_id": service_id})
    row = rows.mappings().one_or_none()
    return None if row is None else read_service(row)
