"""A migrated database for the storage tests, and a session that leaves nothing behind."""

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import database, migrations


@pytest.fixture(scope="session")
async def engine(database_server: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a migrated database that only these tests use."""
    name = f"usher_test_storage_{secrets.token_hex(6)}"
    plain = make_url(database_server).set(drivername="postgresql")
    server = await asyncpg.connect(plain.render_as_string(hide_password=False))
    await server.execute(f"CREATE DATABASE {name}")
    url = plain.set(database=name).render_as_string(hide_password=False)
    await migrations.upgrade(url)
    engine = database.create_engine(url)
    yield engine
    await engine.dispose()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest.fixture
async def session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Give a session whose work is rolled back after the test."""
    async with database.create_sessions(engine)() as session:
        yield session
        await session.rollback()
