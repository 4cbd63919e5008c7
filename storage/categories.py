"""Changes of the categories under which services are listed: their names and their order.

It knows nothing of who may change them. A service whose category is removed is listed under none.
"""

from collections.abc import Mapping

from sqlalchemy import cast, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from storage.refusals import Refusal, attempt, attempt_insert
from storage.tables import service_categories, services

_OWN = service_categories.c


async def count_services(session: AsyncSession) -> Mapping[str, int]:
    """Count the services of each category that has any."""
    query = select(services.c.category, func.count()).group_by(services.c.category)
    rows = await session.execute(query.where(services.c.category.is_not(None)))
    return {title: count for title, count in rows}  # noqa: C416  # rows are no pairs to mypy


async def add(session: AsyncSession, title: str) -> Refusal | None:
    """Add a category behind the others."""
    last = select(func.coalesce(func.max(_OWN.position), -1) + 1).scalar_subquery()
    made = insert(service_categories).values(title=title, position=last)
    added = await attempt_insert(session, made.returning(_OWN.id))
    return None if isinstance(added, int) else added


async def rename(
    session: AsyncSession, category_id: int, *, was: str, title: str
) -> Refusal | None:
    """Give a category another name, as it was entered, and its services with it."""
    renamed = update(service_categories).where(_OWN.id == category_id, _OWN.title == was)
    return await attempt(session, renamed.values(title=title).returning(_OWN.id))


async def translate(
    session: AsyncSession, category_id: int, *, was: Mapping[str, str], titles: Mapping[str, str]
) -> Refusal | None:
    """Give a category other translations of its name."""
    seen = _OWN.titles == cast(dict(was), JSONB)
    changed = update(service_categories).where(_OWN.id == category_id, seen)
    return await attempt(session, changed.values(titles=dict(titles)).returning(_OWN.id))


async def move_up(session: AsyncSession, category_id: int) -> bool:
    """Put a category before the one that it follows; tell whether it was there."""
    locked = select(_OWN.id, _OWN.title).with_for_update().order_by(_OWN.title)
    await session.execute(locked)
    rows = await session.scalars(select(_OWN.id).order_by(_OWN.position, _OWN.title))
    ids = list(rows)
    if category_id not in ids:
        return False
    place = ids.index(category_id)
    ids.insert(max(place - 1, 0), ids.pop(place))
    for position, one in enumerate(ids):
        moved = update(service_categories).where(_OWN.id == one, _OWN.position != position)
        await session.execute(moved.values(position=position))
    return True


async def remove(session: AsyncSession, category_id: int) -> bool:
    """Remove a category; tell whether it was there."""
    gone = delete(service_categories).where(_OWN.id == category_id).returning(_OWN.id)
    return (await session.execute(gone)).scalar_one_or_none() is not None
