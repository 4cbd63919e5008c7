"""Queries for the people who can be booked.

It knows nothing of their hours.
"""

from collections.abc import Collection

from sqlalchemy import Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from storage.rows import read_staff_member
from storage.tables import roles, staff, staff_locations, staff_services, users
from storage.values import Role, StaffMember

_ADMINISTRATORS = select(roles.c.user_id).where(
    roles.c.role.in_([role.value for role in Role if role.rank >= Role.ADMIN.rank])
)


async def list_offering(
    session: AsyncSession, service_ids: Collection[int], location_id: int | None = None
) -> tuple[StaffMember, ...]:
    """List who offers all the services, at the location if one is given, by name."""
    asked = set(service_ids)
    skilled = (
        select(staff_services.c.staff_id)
        .where(staff_services.c.service_id.in_(asked))
        .group_by(staff_services.c.staff_id)
        .having(func.count() == len(asked))
    )
    query = (
        select(staff)
        .where(staff.c.id.in_(skilled), staff.c.active)
        .order_by(staff.c.name, staff.c.id)
    )
    if location_id is not None:
        places = select(staff_locations.c.staff_id).where(
            staff_locations.c.location_id == location_id
        )
        query = query.where(staff.c.id.in_(places))
    rows = await session.execute(query)
    return tuple(read_staff_member(row) for row in rows.mappings())


async def list_at(session: AsyncSession, location_id: int) -> tuple[StaffMember, ...]:
    """List who works at a location, by name."""
    places = select(staff_locations.c.staff_id).where(staff_locations.c.location_id == location_id)
    query = select(staff).where(staff.c.active, staff.c.id.in_(places)).order_by(staff.c.name)
    rows = await session.execute(query)
    return tuple(read_staff_member(row) for row in rows.mappings())


async def find_name(session: AsyncSession, staff_id: int) -> str | None:
    """Find what a member of staff is called."""
    return await session.scalar(select(staff.c.name).where(staff.c.id == staff_id))


async def find_id_of(session: AsyncSession, user_id: int) -> int | None:
    """Find which member of staff somebody is; None who is none, or works no more."""
    query = select(staff.c.id).where(staff.c.user_id == user_id, staff.c.active)
    return await session.scalar(query)


async def find_of(session: AsyncSession, user_id: int) -> StaffMember | None:
    """Find the member of staff that somebody is; None who is none, or works no more."""
    rows = await session.execute(select(staff).where(staff.c.user_id == user_id, staff.c.active))
    found = rows.mappings().one_or_none()
    return None if found is None else read_staff_member(found)


async def list_all(session: AsyncSession) -> tuple[StaffMember, ...]:
    """List who works here, by name."""
    rows = await session.execute(
        select(staff).where(staff.c.active).order_by(staff.c.name, staff.c.id)
    )
    return tuple(read_staff_member(row) for row in rows.mappings())


async def list_to_notify(session: AsyncSession, staff_id: int) -> list[int]:
    """List the Telegram ids of a member of staff and of all administrators whom the bot has met and can write to."""
    booked = select(staff.c.user_id).where(staff.c.id == staff_id)
    return await _list_met(session, select(union(_ADMINISTRATORS, booked).subquery().c.user_id))


async def list_administrators(session: AsyncSession) -> list[int]:
    """List the Telegram ids of all administrators whom the bot has met and can write to."""
    return await _list_met(session, _ADMINISTRATORS)


async def _list_met(session: AsyncSession, concerned: Select[tuple[int]]) -> list[int]:
    query = (
        select(users.c.id)
        .where(users.c.id.in_(concerned))
        .where(users.c.first_name != "", users.c.blocked_at.is_(None))
        .order_by(users.c.id)
    )
    return list(await session.scalars(query))
