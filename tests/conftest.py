"""Real servers for the tests: those the environment names, or embedded ones.

`DATABASE_URL` and `REDIS_URL` name servers that run already; without them PostgreSQL and Valkey are started from their
wheels, once, and stopped at the end, even after the run was killed. The processes of `pytest -n` share the servers, on
which each has databases of its own.
"""

import shutil
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import asdict
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from tests import servers
from tests.servers import Run

MOST_PROCESSES = 8
"""A Redis server has 16 databases, of which each process takes one; a process that died is replaced by another."""

SHARED_RUN = pytest.StashKey[Run]()

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


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Say what `-n auto` is: a process for each core, but this one alone where they would write the same goldens."""
    cores = yield
    if config.getoption("--update-goldens", default=False):
        return 0
    return min(cores, MOST_PROCESSES)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Start the servers in the process that outlives those which use them."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    config.stash[SHARED_RUN] = stack.enter_context(servers.shared_run())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process where the servers are, and which of the processes it is."""
    number = int(node.gateway.id.removeprefix("gw"))
    node.workerinput["run"] = asdict(node.config.stash[SHARED_RUN]) | {"worker": number}


@pytest.hookimpl(optionalhook=True)
def pytest_usher_database(config: pytest.Config) -> str:
    """Give scenarios a copy of the database with all tables, on the server that the processes share."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    run = Run(**getattr(config, "workerinput", {}).get("run", {}))
    server = run.postgres or stack.enter_context(servers.postgres_server())
    return stack.enter_context(servers.migrated_copy(run, server))


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Run:
    """Give what this process shares with the others of the run, if there are any."""
    return Run(**getattr(request.config, "workerinput", {}).get("run", {}))


@pytest.fixture(scope="session")
def database_server(run: Run) -> Iterator[str]:
    """Give the URL of a PostgreSQL server on which databases may be created."""
    if run.postgres is not None:
        yield run.postgres
    else:
        with servers.postgres_server() as url:
            yield url


@pytest.fixture(scope="session")
async def database_url(run: Run, database_server: str) -> AsyncIterator[str]:
    """Give the URL of an empty database that all tests of this process share."""
    async with servers.new_database(run, database_server) as url:
        yield url


@pytest.fixture
async def empty_database_url(run: Run, database_server: str) -> AsyncIterator[str]:
    """Give the URL of an empty database for this test alone."""
    async with servers.new_database(run, database_server) as url:
        yield url


@pytest.fixture(scope="session")
async def template(run: Run, database_server: str) -> AsyncIterator[str]:
    """Give the name of a database with all tables and no rows, which is copied in place of migrating another."""
    yield await servers.migrated_template(run, database_server)
    if run.postgres is None:
        await servers.drop_databases(run, database_server)


@pytest.fixture(scope="session")
def new_database(run: Run, database_server: str, template: str) -> MakeDatabase:
    """Give a maker of databases with all tables and no rows; each is the URL of one, for as long as its block lasts."""

    @asynccontextmanager
    async def make() -> AsyncIterator[str]:
        async with servers.new_database(run, database_server, template=template) as url:
            yield url

    return make


@pytest.fixture(scope="session")
def redis_server(run: Run) -> Iterator[str]:
    """Give the URL of the first database on a Redis or Valkey server."""
    if run.redis is not None:
        yield run.redis
    else:
        with servers.redis_server() as url:
            yield url


@pytest.fixture(scope="session")
async def redis_url(run: Run, redis_server: str) -> AsyncIterator[str]:
    """Give the URL of an empty Redis or Valkey database, which tests may flush."""
    url = servers.redis_database(redis_server, run.worker)
    async with Redis.from_url(url) as client:
        if held := await client.dbsize():
            pytest.fail(f"database {run.worker} of REDIS_URL has {held} keys; tests flush theirs")
        yield url
        await client.flushdb()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of an installed Chromium, for tests marked `browser`; skip them where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium is installed, so what a browser shows was NOT tested")


def _print_logger(*_names: Any) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stdout)  # the one of now, which pytest replaces for each test
