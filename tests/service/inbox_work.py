"""Works the inbox off as the service does, in a test's process or in one of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from engine.service.handling import Fate, Verdict
from engine.service.inbox import PostgresInbox, open_inbox
from engine.service.intake import background
from engine.service.metrics import Metrics
from engine.service.presence import PresenceKeeper
from engine.service.workers import Workers
from storage.database import create_pool
from storage.inbox import Claimed

BOT = 7


class Recorder:
    """A handler that notes in PostgreSQL from when to when it handled an update."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def handle(self, claimed: Claimed, *, is_last_try: bool) -> Verdict:
        """Take ten milliseconds over an update."""
        assert not is_last_try
        began = await self._pool.fetchval("SELECT clock_timestamp()")
        await asyncio.sleep(0.01)
        await self._pool.execute(
            "INSERT INTO handled VALUES ($1, $2, $3, $4)",
            claimed.lane,
            claimed.update_id,
            claimed.worker,
            began,
        )
        return Verdict(Fate.DONE)

    async def give_up(self, claimed: Claimed) -> None:
        """Fail, as no update here is deadly."""
        raise AssertionError(claimed)


@dataclass
class Running:
    """What works the inbox off, in this process."""

    inbox: PostgresInbox
    keeper: PresenceKeeper
    workers: Workers
    metrics: Metrics


@asynccontextmanager
async def working(
    url: str,
    handler: Any,
    *,
    concurrent: int = 10,
    grace_seconds: float = 2,
    leads: bool = False,
) -> AsyncIterator[Running]:
    """Work the inbox off until the block ends, and stop as the service does."""
    news, metrics = asyncio.Event(), Metrics()
    keeper = PresenceKeeper(url, BOT, news=news, leads=leads)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(background(keeper.run()))
        inbox = await stack.enter_async_context(open_inbox(url, BOT, keeper=keeper, news=news))
        workers = Workers(inbox, handler, metrics, concurrent=concurrent, news=news)
        inbox.hand_over(workers)
        stack.push_async_callback(workers.finish, grace_seconds)
        await stack.enter_async_context(background(workers.run()))
        yield Running(inbox, keeper, workers, metrics)


async def _work(url: str) -> None:
    async with (
        create_pool(url, connections=4, server_settings={}) as pool,
        working(url, Recorder(pool), concurrent=4),
    ):
        await asyncio.Event().wait()


def run_until_killed(url: str) -> None:
    """Be a process that works the inbox off."""
    asyncio.run(_work(url))
