"""A booking is made once, whoever races for it, repeats it or is killed over it: the shipped command on PostgreSQL."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import storage
from actions.bookings import create_booking
from actions.catalog import catalog
from actions.records import Slot, show_slot
from engine.actions import Outcome, User
from engine.flow.annotations import type_of
from engine.flow.expressions import ActionCall
from engine.service.metrics import Metrics
from engine.service.outbox import CommandOutbox
from engine.service.runner import TransactionRunner
from storage.booking_tables import bookings
from storage.database import Limits, create_engine, create_sessions
from storage.runtime_tables import command_outcomes
from storage.seeds.salon import seed_salon
from storage.values import Profile, SlotSearch

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)

KILLED_AT_COMMIT = """
import asyncio, os, signal, sys
from sqlalchemy import event
from tests.service import test_exactly_once as here

async def main(url, days, key):
    engine = here.create_engine(url)
    event.listen(engine.sync_engine, "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    sessions = here.create_sessions(engine)
    arguments = await here.offer(sessions, int(days))
    await here.book(here.make_runner(sessions), 1, key, arguments)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
async def salon_url(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[str]:
    """Give the URL of a database with a salon and two hundred clients."""
    async with new_database() as url:
        engine = create_engine(url)
        async with create_sessions(engine).begin() as session:
            await seed_salon(session, today=NOW.date())
            for user_id in range(1, 201):
                await storage.users.identify(session, Profile(user_id, "Client"))
        await engine.dispose()
        yield url


@pytest.fixture
async def salon(salon_url: str) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Give a factory of sessions, on as many connections as in production, which a busy machine may be waited for."""
    engine = create_engine(salon_url, Limits(pool_timeout_seconds=60))
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
def runner(salon: async_sessionmaker[AsyncSession]) -> TransactionRunner:
    """Give the runner that the service has; two cores may be busy, so that it has more time."""
    return make_runner(salon)


def make_runner(sessions: async_sessionmaker[AsyncSession]) -> TransactionRunner:
    """Make a runner that writes notices, too."""
    outbox = CommandOutbox(7, catalog, asyncio.Event())
    return TransactionRunner(sessions, Metrics(), timeout_seconds=60, outbox=outbox)


async def offer(sessions: async_sessionmaker[AsyncSession], days: int) -> dict[str, Any]:
    """Give the arguments that book the first slot which is free so many days ahead."""
    async with sessions() as session:
        service = (await storage.services.list_active(session))[0]
        start = NOW + timedelta(days=days)
        found = await storage.slots.list_free(
            session, SlotSearch(service, start, start + timedelta(days=5)), now=NOW
        )
    return {"slot": show_slot(found[0]), "service_id": service.id}


async def book(runner: TransactionRunner, user_id: int, key: str, arguments: dict[str, Any]) -> Any:
    """Carry out the shipped command for somebody."""
    action = catalog["bookings.create"]
    assert action.function is create_booking
    assert action.result is not None
    call = ActionCall(action.name, action, type_of(action.result), {})
    user = User(user_id, "client", "Client", "en", "Europe/Berlin")
    return await runner.command(call, arguments, user=user, now=NOW, key=key)


async def count(sessions: async_sessionmaker[AsyncSession], slot: Slot) -> int:
    """Count the bookings of a slot."""
    booked = (func.lower(bookings.c.period) == slot.starts_at, bookings.c.staff_id == slot.staff_id)
    async with sessions() as session:
        return int(await session.scalar(select(func.count(bookings.c.id)).where(*booked)) or 0)


async def test_one_of_two_hundred_commands_wins(
    runner: TransactionRunner, salon: async_sessionmaker[AsyncSession]
) -> None:
    """Two hundred people confirm one slot at once: one has it, the others are told that it is taken, none waits for ever."""
    arguments = await offer(salon, 1)

    async with asyncio.timeout(60):
        ended = await asyncio.gather(
            *(book(runner, number, f"race:{number}", arguments) for number in range(1, 201))
        )

    names = Counter(one.name if isinstance(one, Outcome) else "booked" for one in ended)
    assert names == {"booked": 1, "slot_taken": 199}
    assert await count(salon, arguments["slot"]) == 1
    async with salon() as session:
        of_race = command_outcomes.c.key.startswith("race:")
        kept = await session.scalar(select(func.count(command_outcomes.c.key)).where(of_race))
    assert kept == 200


async def test_one_key_twice_at_once_is_one_booking(
    runner: TransactionRunner, salon: async_sessionmaker[AsyncSession]
) -> None:
    """An update that two processes work on books once, and both give the same answer."""
    arguments = await offer(salon, 4)

    first, second = await asyncio.gather(
        *(book(runner, 7, "redelivered", arguments) for _ in range(2))
    )

    assert first == second
    assert not isinstance(first, Outcome)
    assert await count(salon, arguments["slot"]) == 1


async def test_a_process_killed_before_the_commit_leaves_nothing(
    salon_url: str, runner: TransactionRunner, salon: async_sessionmaker[AsyncSession]
) -> None:
    """Neither the booking nor its outcome is there, and the same update, delivered again, books."""
    arguments = await offer(salon, 8)

    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED_AT_COMMIT, salon_url, "8", "killed"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert await count(salon, arguments["slot"]) == 0
    async with salon() as session:
        assert await storage.outcomes.find(session, "killed") is None
    assert not isinstance(await book(runner, 1, "killed", arguments), Outcome)
    assert await count(salon, arguments["slot"]) == 1
