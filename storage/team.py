"""Changes of who works here: their names, what they offer, where, and who they are on Telegram, each only from what was seen.

It knows nothing of who may change them, nor of roles. Nobody is deleted: who works no more keeps all that is theirs, and is offered for nothing.
Whoever takes somebody or their places away locks locations first (`storage.hours.lock`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_values import TeamMember
from storage.locations import list_of
from storage.refusals import Refusal, attempt
from storage.rows import read_service
from storage.tables import LIVE, services, staff, staff_services, users

_AHEAD = text(f"""
SELECT count(*) FROM bookings
WHERE staff_id = :staff_id AND {LIVE} AND status <> 'held' AND upper(period) > CAST(:now AS timestamptz)
""")  # noqa: S608 - the text put in is a constant of this project

_SET_SERVICES = text("""
WITH gone AS (
    DELETE FROM staff_services
    WHERE staff_id = :staff_id AND service_id <> ALL (CAST(:ids AS integer[]))
)
INSERT INTO staff_services (staff_id, service_id)
SELECT :staff_id, id FROM services WHERE id = ANY (CAST(:ids AS integer[]))
ON CONFLICT DO NOTHING
""")

_SET_PLACES = text("""
WITH gone AS (
    DELETE FROM staff_locations
    WHERE staff_id = :staff_id AND location_id <> ALL (CAST(:ids AS integer[]))
)
INSERT INTO staff_locations (staff_id, location_id)
SELECT :staff_id, id FROM locations WHERE id = ANY (CAST(:ids AS integer[]))
ON CONFLICT DO NOTHING
""")


async def list_all(session: AsyncSession) -> list[tuple[int, str, bool]]:
    """List the id and name of all by name, and whether they work here; those who do first."""
    query = select(staff.c.id, staff.c.name, staff.c.active)
    rows = await session.execute(query.order_by(staff.c.active.desc(), staff.c.name, staff.c.id))
    return [(row.id, row.name, row.active) for row in rows]


async def find(session: AsyncSession, staff_id: int, *, now: datetime) -> TeamMember | None:
    """Find all that can be changed of somebody."""
    columns = (staff.c.name, staff.c.active, staff.c.user_id)
    query = (
        select(*columns, users.c.first_name, users.c.last_name)
        .outerjoin(users, users.c.id == staff.c.user_id)
        .where(staff.c.id == staff_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    offered = select(services).join(staff_services).where(staff_services.c.staff_id == staff_id)
    rows = await session.execute(offered.order_by(services.c.title, services.c.id))
    return TeamMember(
        id=staff_id,
        name=row.name,
        active=row.active,
        user_id=row.user_id,
        user_name=" ".join(filter(None, (row.first_name, row.last_name))),
        services=tuple(read_service(found) for found in rows.mappings()),
        places=await list_of(session, staff_id),
        visits_ahead=int(await session.scalar(_AHEAD, {"staff_id": staff_id, "now": now}) or 0),
    )


async def add(session: AsyncSession, name: str) -> int:
    """Add somebody who offers nothing and works nowhere yet, and return their id."""
    made = insert(staff).values(name=name).returning(staff.c.id)
    return int((await session.execute(made)).scalar_one())


async def change(
    session: AsyncSession, staff_id: int, field: str, *, was: Any, value: Any
) -> Refusal | None:
    """Give the name of somebody, whether they work, or who they are on Telegram another value, unless it is not what it was."""
    column = staff.c[field]
    seen = (staff.c.id == staff_id, column.is_not_distinct_from(was))
    changed = update(staff).where(*seen).values({column: value})
    return await attempt(session, changed.returning(staff.c.id))


async def set_services(
    session: AsyncSession, staff_id: int, *, was: Collection[int], ids: Sequence[int]
) -> Refusal | None:
    """Say which services somebody offers, unless it was others meanwhile."""
    await _lock(session, staff_id)
    offered = select(staff_services.c.service_id).where(staff_services.c.staff_id == staff_id)
    if set(await session.scalars(offered)) != set(was):
        return "changed_meanwhile"
    await session.execute(_SET_SERVICES, {"staff_id": staff_id, "ids": list(ids)})
    return None


async def set_places(
    session: AsyncSession, staff_id: int, *, was: Collection[int], ids: Sequence[int]
) -> Refusal | None:
    """Say at which places somebody works, unless it was others meanwhile; of those taken away the weekly hours go, too."""
    await _lock(session, staff_id)
    if {place.id for place in await list_of(session, staff_id)} != set(was):
        return "changed_meanwhile"
    await session.execute(_SET_PLACES, {"staff_id": staff_id, "ids": list(ids)})
    return None


async def _lock(session: AsyncSession, staff_id: int) -> None:
    """Keep others from changing what is said of somebody until the commit."""
    query = select(staff.c.id).where(staff.c.id == staff_id)
    await session.execute(query.with_for_update(key_share=True))
