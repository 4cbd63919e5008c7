"""Queries for rooms, and for the times at which they are closed.

It knows nothing of how a booking finds a room that is free. Whoever closes one locks its location first, as for a day.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_room
from storage.tables import room_closures, rooms
from storage.values import Room, Service

SUITS = """rooms.active AND cardinality(CAST(:roomed_ids AS integer[])) > 0
    AND NOT EXISTS (
        SELECT FROM unnest(CAST(:roomed_ids AS integer[])) AS needing(service_id)
        WHERE NOT EXISTS (
            SELECT FROM service_rooms
            WHERE service_rooms.room_id = rooms.id AND service_rooms.service_id = needing.service_id
        )
    )"""
"""Whether a room is one of those of every service that needs one."""


def list_roomed_ids(service: Service) -> list[int]:
    """List which of the services that one is made of need a room."""
    return [line.id for line in service.lines if line.needs_room]


async def list_at(session: AsyncSession, location_id: int) -> tuple[Room, ...]:
    """List the rooms of a location that are in use, by name."""
    query = select(rooms).where(rooms.c.location_id == location_id, rooms.c.active)
    rows = await session.execute(query.order_by(rooms.c.name))
    return tuple(read_room(row) for row in rows.mappings())


async def close(
    session: AsyncSession,
    room_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str | None = None,
) -> int:
    """Close a room for a time, and return the id of that; who is booked there stays, and nobody else comes."""
    closed = insert(room_closures).values(
        room_id=room_id, closed=Range(starts_at, ends_at), reason=reason
    )
    return int((await session.execute(closed.returning(room_closures.c.id))).scalar_one())


async def reopen(session: AsyncSession, closure_id: int) -> bool:
    """Take a closure back; tell whether it was there."""
    gone = delete(room_closures).where(room_closures.c.id == closure_id)
    return bool((await session.execute(gone.returning(room_closures.c.id))).all())
