"""The servers of one run of the tests, and each process's own databases on them.

A run may be several processes (`pytest -n`). It knows nothing of what the tests keep in the databases.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import asyncpg
from redis.asyncio.connection import parse_url
from sqlalchemy.engine import make_url

from engine.service.embedded import embedded_postgres, embedded_valkey
from storage import migrations

_LOCK = 2_481_163_907
"""The advisory lock of whoever makes a template; any number that nobody else uses."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the processes of one run have in common; those that are none take servers of their own."""

    name: str = field(default_factory=lambda: secrets.token_hex(6))
    worker: int = 0
    """The number of this process among them."""
    postgres: str | None = None
    redis: str | None = None


@contextmanager
def shared_run() -> Iterator[Run]:
    """Start the servers for other processes; stop them, and drop their databases, even after one was killed."""
    with postgres_server() as postgres, redis_server() as redis:
        run = Run(postgres=postgres, redis=redis)
        yield run
        if "DATABASE_URL" in os.environ:
            asyncio.run(drop_databases(run, postgres))


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the URL of the PostgreSQL server of the environment, or of an embedded one."""
    if url := os.environ.get("DATABASE_URL"):
        yield make_url(url).set(drivername="postgresql+asyncpg").render_as_string(
            hide_password=False
        )
    else:
        with embedded_postgres() as url:
            yield url


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the URL of the first database on the Redis server of the environment, or on an embedded Valkey."""
    if url := os.environ.get("REDIS_URL"):
        yield url
    else:
        with embedded_valkey() as url:
            yield url


def redis_database(server: str, worker: int) -> str:
    """Give the URL of a process's own database on a Redis server: the first one's, or one that follows it."""
    address, _, query = server.partition("?")
    number = parse_url(server).get("db", 0) + worker
    return f"{address}?{urlencode(dict(parse_qsl(query)) | {'db': number})}"


@asynccontextmanager
async def new_database(run: Run, server: str, *, template: str = "template1") -> AsyncIterator[str]:
    """Give the URL of a new copy of a database, for as long as the block lasts."""
    name = f"{_prefix(run)}{secrets.token_hex(6)}"
    async with _connection(server) as admin:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def migrated_template(run: Run, server: str) -> str:
    """Name the database with all tables and no rows; the first process of a run makes it and others wait."""
    template = f"{_prefix(run)}template"
    async with _connection(server) as admin:
        await admin.execute("SELECT pg_advisory_lock($1)", _LOCK)
        made = "SELECT count(*) FROM pg_database WHERE datname = $1"
        if not await admin.fetchval(made, template):
            async with new_database(run, server) as url:
                await migrations.upgrade(url)
                name = make_url(url).database
                await admin.execute(f"ALTER DATABASE {name} RENAME TO {template}")
    return template


@contextmanager
def copied_database(run: Run, server: str, template: str) -> Iterator[str]:
    """Give the URL of a new copy of a database to somebody who runs no loop."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as loop:
        made = new_database(run, server, template=template)
        yield loop.run(made.__aenter__())
        loop.run(made.__aexit__(None, None, None))


def migrated_copy(run: Run, server: str) -> AbstractContextManager[str]:
    """Give the URL of a new database with all tables and no rows to somebody who runs no loop."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as loop:
        template = loop.run(migrated_template(run, server))
    return copied_database(run, server, template)


async def drop_databases(run: Run, server: str) -> None:
    """Drop what a run has left on a server."""
    async with _connection(server) as admin:
        left = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)"
        for row in await admin.fetch(left, _prefix(run)):
            await admin.execute(f"DROP DATABASE IF EXISTS {row['datname']} WITH (FORCE)")


def _prefix(run: Run) -> str:
    return f"usher_test_{run.name}_"


@asynccontextmanager
async def _connection(server: str) -> AsyncIterator[asyncpg.Connection]:
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
