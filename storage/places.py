"""Changes of places and their rooms, each thing only from the value that was seen.

It knows nothing of who may change them, nor of hours. Bookings stay at their instants and in their rooms.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import hours
from storage.refusals import Refusal, attempt, attempt_insert
from storage.rows import read_location
from storage.tables import locations, room_closures, rooms
from storage.values import Location, RoomClosure, RoomState


async def find(session: AsyncSession, location_id: int) -> Location | None:
    """Find a place."""
    rows = await session.execute(select(locations).where(locations.c.id == location_id))
    row = rows.mappings().one_or_none()
    return None if row is None else read_location(row)


async def add(session: AsyncSession, name: str, time_zone: str) -> int | Refusal:
    """Add a place, and return its id."""
    made = insert(locations).values(name=name, time_zone=time_zone).returning(locations.c.id)
    added = await attempt_insert(session, made)
    return "impossible" if added is None else added


async def change(
    session: AsyncSession, location_id: int, name: str, *, was: Any, value: Any
) -> Refusal | None:
    """Give one field of `values.Location` another value, unless it is not what it was; nobody books there meanwhile."""
    await hours.lock(session, location_id)
    column = locations.c[name]
    seen = (locations.c.id == location_id, column.is_not_distinct_from(was))
    changed = update(locations).where(*seen).values({column: value})
    return await attempt(session, changed.returning(locations.c.id))


async def count_active(session: AsyncSession) -> int:
    """Count the places that are in use, and keep others from taking any out of it until the commit."""
    query = select(locations.c.id).where(locations.c.active).order_by(locations.c.id)
    return len((await session.scalars(query.with_for_update(key_share=True))).all())


async def list_rooms(session: AsyncSession, location_id: int) -> tuple[RoomState, ...]:
    """List the rooms of a place by name, also those that are not in use."""
    query = _select_rooms().where(rooms.c.location_id == location_id)
    return tuple(RoomState(*row) for row in await session.execute(query.order_by(rooms.c.name)))


async def find_room(session: AsyncSession, room_id: int) -> RoomState | None:
    """Find a room, in use or not."""
    row = (await session.execute(_select_rooms().where(rooms.c.id == room_id))).one_or_none()
    return None if row is None else RoomState(*row)


async def add_room(session: AsyncSession, location_id: int, name: str) -> Refusal | None:
    """Add a room, which no service uses yet."""
    made = insert(rooms).values(location_id=location_id, name=name).returning(rooms.c.id)
    added = await attempt_insert(session, made)
    return None if isinstance(added, int) else added


async def change_room(
    session: AsyncSession, room: RoomState, name: str, *, value: Any
) -> Refusal | None:
    """Give a room as it was seen another name, or take it in or out of use; nobody books at its place meanwhile."""
    await hours.lock(session, room.location_id)
    column = rooms.c[name]
    seen = (rooms.c.id == room.id, column == getattr(room, name))
    changed = update(rooms).where(*seen).values({column: value})
    return await attempt(session, changed.returning(rooms.c.id))


async def list_closures(
    session: AsyncSession, room_id: int, *, now: datetime
) -> tuple[RoomClosure, ...]:
    """List when a room is closed, as far as that is not over, soonest first."""
    closed = room_closures.c.closed
    query = select(room_closures.c.id, func.lower(closed), func.upper(closed)).where(
        room_closures.c.room_id == room_id, func.upper(closed) > now
    )
    rows = await session.execute(query.order_by(func.lower(closed)))
    return tuple(RoomClosure(*row) for row in rows)


def _select_rooms() -> Any:
    return select(
        rooms.c.id, rooms.c.name, rooms.c.active, rooms.c.location_id, locations.c.name
    ).join(locations)
