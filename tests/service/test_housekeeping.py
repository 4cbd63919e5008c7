"""The inbox is measured, and what is of no more use goes by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from structlog.testing import capture_logs

from engine.actions import job
from engine.service.batches import Batches
from engine.service.housekeeping import Housekeeping
from engine.service.metrics import Metrics
from storage import inbox, outcomes
from storage.database import create_pool
from storage.inbox import Arrival
from tests.service.inbox_work import BOT, working


@pytest.fixture
async def pool(migrated_url: str) -> AsyncIterator[Any]:
    """Give a pool on an empty inbox."""
    async with create_pool(migrated_url, connections=1, server_settings={}) as pool:
        await pool.execute("TRUNCATE inbox")
        yield pool
        await pool.execute("TRUNCATE inbox")


class Nobody:
    """A handler that is never asked."""


async def test_the_inbox_is_measured(
    migrated_url: str, pool: Any, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """The metrics tell what waits, what is claimed, what was set aside, and for how long the oldest has waited."""
    await inbox.put(pool, BOT, [Arrival(number, number, "{}") for number in (1, 2, 3)])
    first, _ = await inbox.claim(pool, BOT, 1, lanes=2)
    await inbox.set_aside(pool, first, reason="no")
    await pool.execute("UPDATE inbox SET received_at = now() - interval '1 minute'")
    async with working(migrated_url, Nobody(), concurrent=0) as running:
        await Housekeeping(running.inbox, sessions, running.metrics).measure()
        shown = running.metrics.render().decode()

    for state in ("claimed", "set_aside", "waiting"):
        assert f'usher_inbox_updates{{state="{state}"}}' in shown
    oldest = shown.split("\nusher_inbox_oldest_seconds ")[1].split()[0]
    assert 59 < float(oldest) < 90


async def test_what_is_old_goes(
    migrated_url: str, pool: Any, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """Updates that are done and outcomes that nothing can lead to any more are deleted, however many; the rest stays."""
    numbers = range(1, 2_501)
    await inbox.put(pool, BOT, [Arrival(number, number, "{}") for number in numbers])
    await inbox.mark_done(pool, BOT, numbers)
    await pool.execute("UPDATE inbox SET done_at = now() - interval '49 hours' WHERE update_id > 1")
    async with sessions.begin() as session:
        await outcomes.record(session, "housekeeping:old", "c", 1)
        await outcomes.record(session, "housekeeping:new", "c", 1)
    await pool.execute("""
        UPDATE command_outcomes SET created_at = now() - interval '33 days'
        WHERE key = 'housekeeping:old'
        """)
    async with working(migrated_url, Nobody(), concurrent=0) as running:
        await Housekeeping(running.inbox, sessions, Metrics()).clean_up()

    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1
    async with sessions() as session:
        assert await outcomes.find(session, "housekeeping:old") is None
        assert await outcomes.find(session, "housekeeping:new") is not None


async def test_jobs_are_done_to_their_end(
    migrated_url: str, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """Each part is a transaction of its own; a job that fails is told of, what it wrote is gone, and the next is done."""
    left = [3, 2]
    times = []

    @job("fails")
    async def fails(session: AsyncSession, now: datetime) -> int:
        await outcomes.record(session, "job:fails", "c", 1)
        raise LookupError(now)

    @job("works")
    async def works(session: AsyncSession, now: datetime) -> int:
        times.append(now)
        await outcomes.record(session, f"job:{len(left)}", "c", 1)
        (number,) = (await session.execute(text("SELECT pg_current_xact_id()::text"))).one()
        parts.add(number)
        return left.pop() if left else 0

    parts: set[str] = set()
    async with working(migrated_url, Nobody(), concurrent=0) as running:
        with capture_logs() as logs:
            housekeeping = Housekeeping(running.inbox, sessions, Metrics(), jobs=[fails, works])
            await housekeeping.do_jobs()

    assert [(log["event"], log["job"], log.get("done")) for log in logs if "job" in log] == [
        ("job_failed", "fails", None),
        ("job_done", "works", 5),
    ]
    assert len(parts) == len(times) == 3
    assert abs(times[0] - datetime.now(UTC)) < timedelta(minutes=5)
    async with sessions.begin() as session:
        assert await outcomes.find(session, "job:fails") is None
        assert await outcomes.find(session, "job:2") is not None


async def test_writes_are_collected() -> None:
    """What is given during a write is written together after it; an error reaches those who gave what it befell."""
    written: list[list[int]] = []

    async def write(items: list[int]) -> None:
        written.append(items)
        await asyncio.sleep(0.01)
        if 3 in items:
            raise LookupError

    batches = Batches(write)
    first = batches.add([1])
    await asyncio.sleep(0)
    second, third = batches.add([2]), batches.add([3])
    await first
    results = await asyncio.gather(second, third, return_exceptions=True)
    await batches.add([4])
    await batches.close()

    assert written == [[1], [2, 3], [4]]
    assert [type(one) for one in results] == [LookupError, LookupError]
