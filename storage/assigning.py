"""Says what belongs together: who offers which service, in which rooms it is given, and who works where, each only from what was seen.

It knows nothing of who may say it. What is out of use is not seen, and stays with what it belongs to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Select, Table, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_values import Assignment
from storage.tables import (
    locations,
    rooms,
    service_rooms,
    services,
    staff,
    staff_locations,
    staff_services,
)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Two columns of a table that pairs things with their owners, the table of these, and a query for the ids of things that are seen."""

    owner: Column[int]
    owners: Table
    thing: Column[int]
    things: Select[tuple[int]]


_PAIRS: Final = {
    Assignment.STAFF_OF_SERVICE: _Pairs(
        staff_services.c.service_id,
        services,
        staff_services.c.staff_id,
        select(staff.c.id).where(staff.c.active),
    ),
    Assignment.ROOMS_OF_SERVICE: _Pairs(
        service_rooms.c.service_id,
        services,
        service_rooms.c.room_id,
        select(rooms.c.id).where(rooms.c.active),
    ),
    Assignment.SERVICES_OF_STAFF: _Pairs(
        staff_services.c.staff_id, staff, staff_services.c.service_id, select(services.c.id)
    ),
    Assignment.PLACES_OF_STAFF: _Pairs(
        staff_locations.c.staff_id, staff, staff_locations.c.location_id, select(locations.c.id)
    ),
}


async def assign(
    session: AsyncSession,
    assignment: Assignment,
    owner_id: int,
    *,
    was: Collection[int],
    ids: Collection[int],
) -> bool:
    """Say which things belong to an owner, and tell whether it was these that were seen.

    With a place the weekly hours there go; a service without rooms needs none. Others who say it of the same owner wait until the commit.
    """
    pairs = _PAIRS[assignment]
    own, seen = pairs.owner == owner_id, pairs.thing.in_(pairs.things)
    locked = select(pairs.owners.c.id).where(pairs.owners.c.id == owner_id)
    await session.execute(locked.with_for_update(key_share=True))
    thing, table = pairs.thing, pairs.thing.table
    if set(await session.scalars(select(thing).where(own, seen))) != set(was):
        return False
    await session.execute(delete(table).where(own, seen, thing.not_in(ids)))
    things = pairs.things.subquery()
    chosen = select(literal(owner_id), things.c.id).where(things.c.id.in_(ids))
    added = insert(table).from_select([pairs.owner, thing], chosen)
    await session.execute(added.on_conflict_do_nothing())
    if assignment is Assignment.ROOMS_OF_SERVICE:
        needing = update(services).where(services.c.id == owner_id)
        await session.execute(needing.values(needs_room=bool(ids)))
    return True
