"""A salon for the tests of actions, and contexts in which to call them."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from engine.actions import Context, Note, User
from storage import database, users
from storage.seeds.salon import seed_salon
from storage.values import Profile, Role

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
"""A Monday morning at eight in Berlin, before anybody works."""


@pytest.fixture(scope="session")
async def salon_url(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[str]:
    """Give the URL of a database with a salon that only these tests use."""
    async with new_database() as url:
        yield url


@pytest.fixture(scope="session")
async def salon(salon_url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on the salon; a pool of ten, as in production, for which a busy machine may be waited longer."""
    engine = database.create_engine(salon_url, database.Limits(pool_timeout_seconds=60))
    async with database.create_sessions(engine)() as session, session.begin():
        await seed_salon(session, today=TODAY)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def quiet_salon(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a salon in which nothing is ever committed, so that no race is seen in it."""
    async with new_database() as url:
        engine = database.create_engine(url)
        async with database.create_sessions(engine)() as session, session.begin():
            await seed_salon(session, today=TODAY)
        yield engine
        await engine.dispose()


@pytest.fixture
async def session(quiet_salon: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Give a session whose work is rolled back after the test."""
    async with database.create_sessions(quiet_salon)() as session:
        yield session
        await session.rollback()


@dataclass(frozen=True)
class Told:
    """A message that an action has written."""

    chats: tuple[int, ...]
    notice: str
    arguments: Mapping[str, Any]
    due: datetime
    until: datetime | None
    key: str | None


@dataclass(frozen=True)
class Noted:
    """An outbox that remembers what was written."""

    messages: list[Told]

    async def put(  # noqa: PLR0913  # the port of engine.actions
        self,
        session: AsyncSession,
        chats: Sequence[int],
        note: Note,
        *,
        due: datetime,
        until: datetime | None,
        key: str | None,
    ) -> None:
        """Remember a message."""
        del session
        told = Told(tuple(chats), note.notice, note.arguments, due, until, key)
        self.messages.append(told)


@dataclass(frozen=True)
class Desk:
    """Makes contexts: of a client, or of somebody with a role."""

    session: AsyncSession
    outbox: Noted = field(default_factory=lambda: Noted([]))

    async def context(
        self, user_id: int = 1, role: Role = Role.CLIENT, *, now: datetime = NOW, locale: str = "en"
    ) -> Context:
        """Make the context of a person, who is known and has the role from now on."""
        await users.identify(self.session, Profile(user_id, f"Person {user_id}"))
        if role is not Role.CLIENT:
            await users.grant_role(self.session, user_id, role)
        person = User(user_id, role, f"Person {user_id}", locale, "Europe/Berlin")
        zone = ZoneInfo("Europe/Berlin")
        locales = ("en", "de", "uk")
        return Context(self.session, person, now, zone, outbox=self.outbox, locales=locales)

    def later(self, context: Context, now: datetime) -> Context:
        """Make the context of the same person at another time."""
        return replace(context, now=now)


@pytest.fixture
def desk(session: AsyncSession) -> Desk:
    """Give a maker of contexts."""
    return Desk(session)
