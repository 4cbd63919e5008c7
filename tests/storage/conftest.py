"""A migrated database for the storage tests, and a session that leaves nothing behind."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import database


@pytest.fixture(scope="session")
async def engine(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a migrated database that only these tests use."""
    async with new_database() as url:
        engine = database.create_engine(url)
        yield engine
        await engine.dispose()


@pytest.fixture
async def session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Give a session whose work is rolled back after the test."""
    async with database.create_sessions(engine)() as session:
        yield session
        await session.rollback()
