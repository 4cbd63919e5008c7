"""Real servers for the tests: those the environment names, or embedded ones.

`DATABASE_URL` and `REDIS_URL` name servers that run already; without them PostgreSQL and Valkey are started from their
wheels when the first test asks, once, and stopped at the end, even after the run was killed.
"""

import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg
import pytest
import structlog
from redis.asyncio import Redis
from sqlalchemy.engine import make_url

from engine.service.embedded import embedded_postgres, embedded_valkey
from storage import migrations

type MakeDatabase = Callable[[], AbstractAsyncContextManager[str]]


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """Write tracebacks plainly: drawing each with its variables takes longer than most tests."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
        logger_factory=_print_logger,
    )


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server on which databases may be created."""
    if url := os.environ.get("DATABASE_URL"):
        yield make_url(url).set(drivername="postgresql+asyncpg").render_as_string(
            hide_password=False
        )
    else:
        with embedded_postgres() as url:
            yield url


@pytest.fixture(scope="session")
async def database_url(database_server: str) -> AsyncIterator[str]:
    """Give the URL of an empty database that all tests of this run share."""
    async with _empty_database(database_server) as url:
        yield url


@pytest.fixture
async def empty_database_url(database_server: str) -> AsyncIterator[str]:
    """Give the URL of an empty database for this test alone."""
    async with _empty_database(database_server) as url:
        yield url


@pytest.fixture(scope="session")
def new_database(database_server: str) -> MakeDatabase:
    """Give a maker of databases with all tables and no rows; each is the URL of one, for as long as its block lasts."""

    @asynccontextmanager
    async def make() -> AsyncIterator[str]:
        async with _empty_database(database_server) as url:
            await migrations.upgrade(url)
            yield url

    return make


@pytest.fixture(scope="session")
async def redis_url() -> AsyncIterator[str]:
    """Give the URL of an empty Redis or Valkey database, which tests may flush."""
    if url := os.environ.get("REDIS_URL"):
        async with Redis.from_url(url) as client:
            if held := await client.dbsize():
                pytest.fail(f"REDIS_URL names a database with {held} keys; tests flush theirs")
            yield url
            await client.flushdb()
    else:
        with embedded_valkey() as url:
            yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of an installed Chromium, for tests marked `browser`; skip them where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium is installed, so what a browser shows was NOT tested")


def _print_logger(*_names: Any) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stdout)  # the one of now, which pytest replaces for each test


@asynccontextmanager
async def _empty_database(server: str) -> AsyncIterator[str]:
    name = f"usher_test_{secrets.token_hex(6)}"
    admin = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()
