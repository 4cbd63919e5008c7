"""A salon for the tests of actions, and contexts in which to call them."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from engine.actions import Context, User
from storage import database, migrations, users
from storage.seeds.salon import seed_salon
from storage.values import Profile, Role

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
"""A Monday morning at eight in Berlin, before anybody works."""


@pytest.fixture(scope="session")
async def salon_url(database_server: str) -> AsyncIterator[str]:
    """Give the URL of a database with a salon that only these tests use."""
    name = f"usher_test_actions_{secrets.token_hex(6)}"
    plain = make_url(database_server).set(drivername="postgresql")
    server = await asyncpg.connect(plain.render_as_string(hide_password=False))
    await server.execute(f"CREATE DATABASE {name}")
    url = plain.set(database=name).render_as_string(hide_password=False)
    await migrations.upgrade(url)
    yield url
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest.fixture(scope="session")
async def salon(salon_url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on the salon; a pool of ten, as in production."""
    engine = database.create_engine(salon_url)
    async with database.create_sessions(engine)() as session, session.begin():
        await seed_salon(session, today=TODAY)
    yield engine
    await engine.dispose()


@pytest.fixture
async def session(salon: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Give a session whose work is rolled back after the test."""
    async with database.create_sessions(salon)() as session:
        yield session
        await session.rollback()


@dataclass(frozen=True)
class Desk:
    """Makes contexts: of a client, or of somebody with a role."""

    session: AsyncSession

    async def context(
        self, user_id: int = 1, role: Role = Role.CLIENT, *, now: datetime = NOW, locale: str = "en"
    ) -> Context:
        """Make the context of a person, who is known and has the role from now on."""
        await users.identify(self.session, Profile(user_id, f"Person {user_id}"))
        if role is not Role.CLIENT:
            await users.grant_role(self.session, user_id, role)
        person = User(user_id, role, f"Person {user_id}", locale, "Europe/Berlin")
        return Context(self.session, person, now, ZoneInfo("Europe/Berlin"))

    def later(self, context: Context, now: datetime) -> Context:
        """Make the context of the same person at another time."""
        return replace(context, now=now)


@pytest.fixture
def desk(session: AsyncSession) -> Desk:
    """Give a maker of contexts."""
    return Desk(session)
