"""Changes of who works here: their names, whether they work, and who they are on Telegram, each only from what was seen.

It knows nothing of who may change them, nor of roles. Nobody is deleted: who works no more keeps all that is theirs, and is offered for nothing.
Whoever takes somebody or their places away locks locations first (`storage.hours.lock`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.booking_tables import LIVE
from storage.desk_values import TeamMember
from storage.locations import list_of
from storage.refusals import Refusal, attempt
from storage.rows import read_service
from storage.tables import roles, services, staff, staff_services, users

_AHEAD = text(f"""
SELECT count(*) FROM bookings
WHERE staff_id = :staff_id AND {LIVE} AND status <> 'held' AND upper(period) > CAST(:now AS timestamptz)
""")  # noqa: S608 - the text put in is a constant of this project


async def list_all(session: AsyncSession) -> list[tuple[int, str, bool]]:
    """List the id and name of all by name, and whether they work here; those who do first."""
    query = select(staff.c.id, staff.c.name, staff.c.active)
    rows = await session.execute(query.order_by(staff.c.active.desc(), staff.c.name, staff.c.id))
    return [(row.id, row.name, row.active) for row in rows]


async def find(session: AsyncSession, staff_id: int, *, now: datetime) -> TeamMember | None:
    """Find all that can be changed of somebody."""
    columns = (staff.c.name, staff.c.active, staff.c.user_id)
    by_link = exists().where(roles.c.user_id == staff.c.user_id, roles.c.by_link)
    query = (
        select(*columns, users.c.first_name, users.c.last_name, by_link.label("role_goes"))
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
        role_goes=row.role_goes,
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
