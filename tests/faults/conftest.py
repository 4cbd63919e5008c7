"""A lab bot among servers that tests break, and the shipped salon among the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon
from tests.faults.lab.catalog import TABLES
from tests.faults.site import HERE, Site, open_site, plain_url

FLOWS = Path(__file__).parents[2] / "flows"

type OpenSite = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def open_lab(
    new_database: Callable[[], AbstractAsyncContextManager[str]], redis_url: str, tmp_path: Path
) -> OpenSite:
    """Give a function that sets up the lab bot's surroundings."""

    def open_it(**settings: str) -> AbstractAsyncContextManager[Site]:
        return _lab(new_database, redis_url, tmp_path, **settings)

    return open_it


@pytest.fixture(scope="module")
async def steady(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """Give a lab bot that runs, for the tests of a file that leave it running."""
    async with _lab(new_database, redis_url, tmp_path_factory.mktemp("lab")) as site:
        await site.start()
        yield site


@pytest.fixture
async def lab(open_lab: OpenSite) -> AsyncIterator[Site]:
    """Give the surroundings of a lab bot that does not run yet."""
    async with open_lab() as site:
        yield site


@pytest.fixture
async def salon(open_salon: OpenSite) -> AsyncIterator[Site]:
    """Give the surroundings of the shipped bot, which does not run yet, with a salon to book in."""
    async with open_salon() as site:
        yield site


@pytest.fixture(scope="session")
def open_salon(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> OpenSite:
    """Give a function that sets up the shipped bot's surroundings, with a salon to book in."""

    @asynccontextmanager
    async def open_it() -> AsyncIterator[Site]:
        async with new_database() as url:
            engine = create_engine(url)
            async with create_sessions(engine).begin() as session:
                await seed_salon(session, today=datetime.now(ZoneInfo("Europe/Berlin")).date())
            await engine.dispose()
            directory = tmp_path_factory.mktemp("salon")
            async with open_site(url, redis_url, directory, FLOWS_DIR=str(FLOWS)) as site:
                yield site

    return open_it


@asynccontextmanager
async def _lab(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
    redis_url: str,
    directory: Path,
    **settings: str,
) -> AsyncIterator[Site]:
    async with new_database() as url:
        connection = await asyncpg.connect(plain_url(url))
        await connection.execute(TABLES)
        await connection.close()
        given = {
            "FLOWS_DIR": str(HERE / "lab" / "flows"),
            "ACTIONS": "tests.faults.lab.catalog:catalog",
            **settings,
        }
        async with open_site(url, redis_url, directory, **given) as site:
            yield site


async def reach_question(site: Site, note: str, **person: Any) -> Any:
    """Bring somebody new to the question whether a note is to be marked."""
    visitor = site.person(**person)
    visitor.says("/mark")
    await visitor.sees("Note")
    visitor.says(note)
    await visitor.sees("Mark “")
    return visitor
