"""Queries for people, their choices and their roles.

It knows nothing of bookings, nor who may grant what.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import roles, users
from storage.values import Grant, Person, Profile, Role

_ROLES_LOCK = 7_239_000_001
"""The advisory lock of who changes roles; any number that nobody else uses."""

_IDENTIFY = text("""
WITH same AS MATERIALIZED (
    SELECT * FROM users
    WHERE id = CAST(:telegram_id AS bigint)
    AND first_name = CAST(:first_name AS text)
    AND last_name IS NOT DISTINCT FROM CAST(:last_name AS text)
    AND username IS NOT DISTINCT FROM CAST(:username AS text)
    AND language_code IS NOT DISTINCT FROM CAST(:language_code AS text)
    AND blocked_at IS NULL
), written AS (
    INSERT INTO users (id, first_name, last_name, username, language_code)
    SELECT CAST(:telegram_id AS bigint), CAST(:first_name AS text), CAST(:last_name AS text),
        CAST(:username AS text), CAST(:language_code AS text)
    WHERE NOT EXISTS (SELECT FROM same)
    ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name,
        username = excluded.username, language_code = excluded.language_code,
        blocked_at = NULL
    RETURNING *
)
SELECT person.*, ARRAY(SELECT role FROM roles WHERE user_id = person.id) AS roles
FROM (SELECT * FROM same UNION ALL SELECT * FROM written) AS person
""")

_FIND = text("""
SELECT person.*, ARRAY(SELECT role FROM roles WHERE user_id = person.id) AS roles
FROM users AS person WHERE person.id = CAST(:telegram_id AS bigint)
""")


_FIND_ALL = text("""
SELECT person.*, ARRAY(SELECT role FROM roles WHERE user_id = person.id) AS roles
FROM users AS person WHERE person.id = ANY(CAST(:telegram_ids AS bigint[]))
""")


async def identify(session: AsyncSession, profile: Profile) -> Person:
    """Find the person of a Telegram profile, made or brought up to date; one statement, which writes only changes.

    Whoever could not be reached can be again.
    """
    return _person((await session.execute(_IDENTIFY, asdict(profile))).one())


async def find(session: AsyncSession, telegram_id: int) -> Person | None:
    """Find a person by their Telegram id."""
    row = (await session.execute(_FIND, {"telegram_id": telegram_id})).one_or_none()
    return _person(row) if row else None


async def find_all(session: AsyncSession, telegram_ids: Sequence[int]) -> dict[int, Person]:
    """Find people by their Telegram ids; who is not known is left out."""
    rows = await session.execute(_FIND_ALL, {"telegram_ids": telegram_ids})
    return {row.id: _person(row) for row in rows}


def _person(row: Row[Any]) -> Person:
    granted = _in_order(row.roles)
    return Person(
        telegram_id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        username=row.username,
        language_code=row.language_code,
        locale=row.locale,
        time_zone=row.time_zone,
        role=granted[-1],
        roles=granted,
        created_at=row.created_at,
        blocked_at=row.blocked_at,
    )


async def lock(session: AsyncSession, telegram_id: int) -> bool:
    """Keep others from doing what counts what a person has, until the commit; tell whether the person is known."""
    query = select(users.c.id).where(users.c.id == telegram_id)
    return await session.scalar(query.with_for_update(key_share=True)) is not None


async def find_role(session: AsyncSession, telegram_id: int) -> Role:
    """Find the highest role of a person; strangers are clients."""
    found = await session.scalars(select(roles.c.role).where(roles.c.user_id == telegram_id))
    return find_highest(found)


def find_highest(granted: Iterable[str]) -> Role:
    """Find the highest of the roles that somebody was given; without any they are a client."""
    return _in_order(granted)[-1]


async def grant_role(
    session: AsyncSession,
    telegram_id: int,
    role: Role,
    *,
    granted_by: int | None = None,
    by_link: bool = False,
) -> bool:
    """Give somebody a role, known or not yet; tell whether they had not had it.

    `granted_by` is None where no person did it: settings or an operator. What comes `by_link` goes with the link to a member of staff.
    """
    await session.execute(
        insert(users)
        .values(id=telegram_id, first_name="")
        .on_conflict_do_nothing(index_elements=[users.c.id])
    )
    given = await session.execute(
        insert(roles)
        .values(user_id=telegram_id, role=role.value, granted_by=granted_by, by_link=by_link)
        .on_conflict_do_nothing(index_elements=[roles.c.user_id, roles.c.role])
        .returning(roles.c.user_id)
    )
    return given.one_or_none() is not None


async def revoke_role(session: AsyncSession, telegram_id: int, role: Role) -> bool:
    """Take a role away; tell whether they had it."""
    taken = await session.execute(
        delete(roles)
        .where(roles.c.user_id == telegram_id, roles.c.role == role.value)
        .returning(roles.c.user_id)
    )
    return taken.one_or_none() is not None


async def revoke_linked_role(session: AsyncSession, telegram_id: int) -> bool:
    """Take away what somebody was given with their link to a member of staff; tell whether there was anything."""
    given = delete(roles).where(roles.c.user_id == telegram_id, roles.c.by_link)
    return (await session.execute(given.returning(roles.c.user_id))).one_or_none() is not None


async def revoke_roles(session: AsyncSession, telegram_id: int) -> None:
    """Take all roles away that somebody was given."""
    await session.execute(delete(roles).where(roles.c.user_id == telegram_id))


async def lock_roles(session: AsyncSession) -> None:
    """Wait for whoever gives roles or takes them away, and keep others waiting until the commit."""
    await session.execute(select(func.pg_advisory_xact_lock(_ROLES_LOCK)))


async def count_owners(session: AsyncSession) -> int:
    """Count who owns the bot."""
    query = select(func.count()).select_from(roles).where(roles.c.role == Role.OWNER.value)
    return (await session.execute(query)).scalar_one()


async def replace_role(
    session: AsyncSession, telegram_id: int, role: Role, *, granted_by: int
) -> None:
    """Give somebody this role and take all others away."""
    others = roles.c.user_id == telegram_id, roles.c.role != role.value
    await session.execute(delete(roles).where(*others))
    if role is not Role.CLIENT:
        await grant_role(session, telegram_id, role, granted_by=granted_by)


async def list_grants(session: AsyncSession) -> list[Grant]:
    """List who has been given which role, by person."""
    columns = (roles.c.user_id, roles.c.role, users.c.first_name)
    rows = await session.execute(
        select(*columns, roles.c.granted_by, roles.c.granted_at)
        .join(users, users.c.id == roles.c.user_id)
        .order_by(roles.c.user_id, roles.c.role)
    )
    return [Grant(row[0], Role(row[1]), *row[2:]) for row in rows]


async def set_locale(session: AsyncSession, telegram_id: int, locale: str) -> None:
    """Remember the locale that somebody chose."""
    await session.execute(update(users).where(users.c.id == telegram_id).values(locale=locale))


async def note_unreachable(session: AsyncSession, telegram_id: int, *, now: datetime) -> None:
    """Remember that the bot cannot write to somebody, until they are identified again."""
    await session.execute(
        update(users)
        .where(users.c.id == telegram_id, users.c.blocked_at.is_(None))
        .values(blocked_at=now)
    )


async def set_news(session: AsyncSession, telegram_id: int, *, wanted: bool) -> None:
    """Remember whether somebody wants messages that go to many."""
    await session.execute(update(users).where(users.c.id == telegram_id).values(news=wanted))


async def wants_news(session: AsyncSession, telegram_id: int) -> bool:
    """Tell whether somebody wants messages that go to many; nobody has said no before they are known."""
    found = await session.scalar(select(users.c.news).where(users.c.id == telegram_id))
    return found is not False


async def set_time_zone(session: AsyncSession, telegram_id: int, time_zone: str) -> None:
    """Remember the IANA time zone that somebody chose."""
    await session.execute(
        update(users).where(users.c.id == telegram_id).values(time_zone=time_zone)
    )


def _in_order(granted: Iterable[str]) -> tuple[Role, ...]:
    return tuple(sorted({Role.CLIENT, *map(Role, granted)}, key=lambda role: role.rank))
