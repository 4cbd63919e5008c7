"""A process is known by its connection: its locks live and die with it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest

from storage.database import direct_options
from storage.presence import open_presence

type MakeDatabase = Callable[[], AbstractAsyncContextManager[str]]

KILL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'usher presence' AND datname = current_database()
"""


async def test_one_leads_and_another_when_it_is_gone(database_url: str) -> None:
    """The lead goes with the connection, at once, and each bot has its own."""
    async with open_presence(database_url, channel="c", hear=print) as second:
        async with open_presence(database_url, channel="c", hear=print) as first:
            assert first.worker != second.worker
            assert await first.lead(1)
            assert not await second.lead(1)
            assert await second.lead(2)
        async with asyncio.timeout(5):
            while not await second.lead(1):  # noqa: ASYNC110 - there is nothing else to wait for
                await asyncio.sleep(0.01)


async def test_a_lost_presence_is_told_at_once(database_url: str) -> None:
    """Whoever leads knows that it does no more, without asking."""
    options = direct_options(database_url)
    killer = await asyncpg.connect(**options)
    try:
        async with open_presence(database_url, channel="c", hear=print) as presence:
            assert not presence.lost.is_set()
            await killer.execute(KILL)
            await asyncio.wait_for(presence.lost.wait(), 1)
    finally:
        await killer.close()


async def test_a_server_that_is_away_is_an_error() -> None:
    """Nobody is present by half."""
    with pytest.raises(OSError, match=r"."):
        async with open_presence("postgresql://u@127.0.0.1:9/x", channel="c", hear=print):
            pytest.fail("it is present")
