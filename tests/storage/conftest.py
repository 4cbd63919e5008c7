"""A migrated database and an empty Redis for the storage tests, and what was asked of the latter."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import database
from storage.conversations import create_client

type Listen = Callable[[], AbstractAsyncContextManager[list[str]]]


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


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """Give a client of an empty Redis."""
    async with create_client(redis_url) as client:
        await client.flushdb()
        yield client
        await client.flushdb()


@pytest.fixture
def listen(redis_url: str, client: Redis) -> Listen:
    """Give a block which tells, when it has ended, the commands that reached this process's database meanwhile."""

    @asynccontextmanager
    async def hear() -> AsyncIterator[list[str]]:
        heard: list[str] = []
        number = client.connection_pool.connection_kwargs.get("db", 0)
        async with create_client(redis_url) as ear, ear.monitor() as monitor:
            yield heard
            await client.echo("the end")
            async for said in monitor.listen():
                if said["command"] == "ECHO the end":
                    break
                if said["db"] == number and said["client_type"] != "lua":
                    heard.append(said["command"].split()[0])

    return hear
