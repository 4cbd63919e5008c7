"""People are known by their Telegram id, and what they are allowed is asked of the database."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import database, users
from storage.values import Profile, Role

ANNA = Profile(5_000_000_001, "Anna", "Berg", "anna", "de")


async def test_a_stranger_becomes_known_as_a_client(session: AsyncSession) -> None:
    """The first update makes a person of the profile, who is a client and has chosen nothing."""
    person = await users.identify(session, ANNA)

    assert (person.telegram_id, person.first_name, person.last_name) == (
        5_000_000_001,
        "Anna",
        "Berg",
    )
    assert (person.username, person.language_code) == ("anna", "de")
    assert (person.locale, person.time_zone) == (None, None)
    assert (person.role, person.roles) == (Role.CLIENT, (Role.CLIENT,))
    assert person.created_at.utcoffset() is not None


async def test_a_known_person_is_brought_up_to_date(session: AsyncSession) -> None:
    """A new name on Telegram replaces the old one; choices and the first day stay."""
    first = await users.identify(session, ANNA)
    await users.set_locale(session, ANNA.telegram_id, "en")
    await users.set_time_zone(session, ANNA.telegram_id, "Asia/Tokyo")

    person = await users.identify(session, replace(ANNA, first_name="Ann", username=None))

    assert person == replace(
        first, first_name="Ann", username=None, locale="en", time_zone="Asia/Tokyo"
    )


async def test_an_unchanged_person_is_only_read(session: AsyncSession) -> None:
    """An update of somebody who is known writes no row, not even a lock."""
    await users.identify(session, ANNA)
    version = text("SELECT ctid::text, xmax::text FROM users WHERE id = 5000000001")
    before = (await session.execute(version)).one()

    await users.identify(session, ANNA)

    assert (await session.execute(version)).one() == before


async def test_two_first_updates_at_once_make_one_person(engine: AsyncEngine) -> None:
    """Whoever comes second waits and finds the person made."""
    sessions = database.create_sessions(engine)
    async with sessions() as one, sessions() as two:
        await users.identify(one, replace(ANNA, telegram_id=1))
        pid = (await two.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        waiting = asyncio.create_task(users.identify(two, replace(ANNA, telegram_id=1)))
        blocking = text("SELECT pg_blocking_pids(:pid) FROM pg_sleep(0.01)")
        while not (await one.execute(blocking, {"pid": pid})).scalar_one():
            pass
        await one.commit()
        assert (await waiting).telegram_id == 1
        await two.execute(text("DELETE FROM users WHERE id = 1"))
        await two.commit()


async def test_the_highest_role_counts(session: AsyncSession) -> None:
    """Whatever the order of granting, the highest of the roles is the person's."""
    await users.identify(session, ANNA)
    for role in (Role.ADMIN, Role.STAFF):
        assert await users.grant_role(session, ANNA.telegram_id, role, granted_by=ANNA.telegram_id)

    person = await users.identify(session, ANNA)

    assert (person.role, person.roles) == (Role.ADMIN, (Role.CLIENT, Role.STAFF, Role.ADMIN))
    assert await users.find_role(session, ANNA.telegram_id) is Role.ADMIN


async def test_roles_are_granted_and_revoked_once(session: AsyncSession) -> None:
    """Granting what somebody has, or revoking what they have not, changes nothing and says so."""
    assert await users.grant_role(session, 77, Role.OWNER)
    assert not await users.grant_role(session, 77, Role.OWNER)
    assert await users.revoke_role(session, 77, Role.OWNER)
    assert not await users.revoke_role(session, 77, Role.OWNER)
    assert await users.find_role(session, 77) is Role.CLIENT


async def test_grants_are_listed_by_person(session: AsyncSession) -> None:
    """An operator sees who has which role, from whom, with a name where one is known."""
    await users.identify(session, ANNA)
    await users.grant_role(session, ANNA.telegram_id + 1, Role.OWNER)
    await users.grant_role(session, ANNA.telegram_id, Role.ADMIN, granted_by=ANNA.telegram_id + 1)

    first, second = await users.list_grants(session)

    assert (first.telegram_id, first.role) == (ANNA.telegram_id, Role.ADMIN)
    assert (first.first_name, first.granted_by) == ("Anna", ANNA.telegram_id + 1)
    assert (second.role, second.first_name, second.granted_by) == (Role.OWNER, "", None)
    assert second.granted_at.tzinfo is not None


async def test_a_role_can_be_granted_before_the_first_word(session: AsyncSession) -> None:
    """The first owner is named in settings and may never have written; their name comes with their first update."""
    await users.grant_role(session, ANNA.telegram_id, Role.OWNER)

    person = await users.identify(session, ANNA)

    assert (person.first_name, person.role) == ("Anna", Role.OWNER)


@pytest.mark.parametrize("telegram_id", [404, -1])
async def test_strangers_are_clients(session: AsyncSession, telegram_id: int) -> None:
    """Somebody whom nobody knows has the least role."""
    assert await users.find_role(session, telegram_id) is Role.CLIENT
