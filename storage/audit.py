"""Queries for the audit log, which triggers write: who changed what of the desk.

It knows nothing of what is worth writing down; migrations give tables their triggers.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_tables import audit_log
from storage.desk_values import Change, Operation
from storage.tables import roles, users
from storage.users import find_highest
from storage.values import Role

_ACT = text("""
SELECT ARRAY(SELECT role FROM roles WHERE user_id = CAST(:user_id AS bigint)) AS roles,
    set_config('usher.actor', CAST(:user_id AS text), true),
    set_config('usher.acts_at', CAST(CAST(:now AS timestamptz) AS text), true)
""")

_NAMES = text("""
SELECT 'staff_id ' || id AS pointer, name FROM staff
UNION ALL SELECT 'service_id ' || id, title FROM services
UNION ALL SELECT 'room_id ' || id, name FROM rooms
UNION ALL SELECT 'location_id ' || id, name FROM locations
""")


async def act(session: AsyncSession, user_id: int, *, now: datetime) -> Role:
    """Say until the end of the transaction who makes the changes in it, and find their highest role."""
    row = (await session.execute(_ACT, {"user_id": user_id, "now": now})).one()
    return find_highest(row.roles)


async def list_changes(
    session: AsyncSession,
    *,
    actor_id: int | None = None,
    subject: str | None = None,
    offset: int = 0,
    limit: int = 100,
) -> tuple[Change, ...]:
    """List changes, all of them or those of one person or table, the last one first."""
    query = _select().where(*_asked(actor_id, subject))
    rows = await session.execute(query.order_by(audit_log.c.id.desc()).offset(offset).limit(limit))
    return tuple(_read(row) for row in rows)


async def count_changes(
    session: AsyncSession, *, actor_id: int | None = None, subject: str | None = None
) -> int:
    """Count such changes."""
    query = select(func.count()).select_from(audit_log).where(*_asked(actor_id, subject))
    return (await session.execute(query)).scalar_one()


async def find_change(session: AsyncSession, change_id: int) -> Change | None:
    """Find a change."""
    row = (await session.execute(_select().where(audit_log.c.id == change_id))).one_or_none()
    return None if row is None else _read(row)


async def list_actors(session: AsyncSession) -> list[tuple[int, str]]:
    """List who has a role or has changed anything but bookings, with their names, by name."""
    actors = select(audit_log.c.actor_id).where(audit_log.c.subject != "bookings")
    trusted = select(roles.c.user_id)
    rows = await session.execute(
        select(users.c.id, _name(users))
        .where(or_(users.c.id.in_(actors), users.c.id.in_(trusted)), users.c.first_name != "")
        .order_by(_name(users), users.c.id)
    )
    return [(row[0], row[1]) for row in rows]


async def list_subjects(session: AsyncSession) -> list[str]:
    """List the tables of which anything was changed, by name."""
    rows = await session.scalars(
        select(audit_log.c.subject).distinct().order_by(audit_log.c.subject)
    )
    return list(rows)


async def list_names(session: AsyncSession) -> dict[str, str]:
    """List what the rows are called that others point to, each under its column and id: `staff_id 3`."""
    rows = await session.execute(_NAMES)
    return {row.pointer: row.name for row in rows}


def _asked(actor_id: int | None, subject: str | None) -> list[ColumnElement[bool]]:
    asked = []
    if actor_id is not None:
        asked.append(audit_log.c.actor_id == actor_id)
    if subject is not None:
        asked.append(audit_log.c.subject == subject)
    return asked


def _name(people: Any) -> ColumnElement[str]:
    return func.concat_ws(" ", people.c.first_name, people.c.last_name)


def _select() -> Select[*tuple[Any, ...]]:
    actor, person = users.alias("actor"), users.alias("person")
    return (
        select(
            audit_log,
            _name(actor).label("actor_name"),
            _name(person).label("person_name"),
        )
        .outerjoin(actor, actor.c.id == audit_log.c.actor_id)
        .outerjoin(person, person.c.id == audit_log.c.person_id)
    )


def _read(row: Row[Any]) -> Change:
    return Change(
        id=row.id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name or None,
        subject=row.subject,
        row_id=row.row_id,
        label=row.label,
        person_name=row.person_name or None,
        operation=Operation(row.operation),
        before=row.before,
        after=row.after,
    )
