"""An outage of PostgreSQL or Redis is told from a failure of what was asked, and never from what it is not."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import User as TelegramUser
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from engine.actions import Context, command, query
from engine.dialog.ports import ConversationKey, UnavailableError
from engine.flow.checked import Bot
from engine.service.directory import PeopleDirectory
from engine.service.kept import PersonalValues
from engine.service.metrics import Metrics
from engine.service.runner import ActionTimeoutError, TransactionRunner
from engine.service.store import RedisConversations
from storage.conversations import ConversationStore, create_client
from storage.database import create_engine, create_sessions
from storage.timetable import Timetable
from tests.service.test_runner import NOW, USER, as_call, exists, new_person

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
ANN = TelegramUser(id=77, is_bot=False, first_name="Ann")


@command("things.write")
async def write(context: Context) -> int:
    """Insert somebody."""
    return await new_person(context)


@query("things.read")
async def read(_context: Context) -> int:
    """Answer."""
    return 1


async def test_a_database_that_cannot_be_reached_is_an_outage(desk: Bot) -> None:
    """Commands, queries, people and what is kept for them all say that it is the database."""
    sessions = create_sessions(create_engine(NOWHERE))
    runner = TransactionRunner(sessions, Metrics())
    attempts: list[Any] = [
        runner.command(as_call(write), {}, user=USER, now=NOW, key="1"),
        runner.query(as_call(read), {}, user=USER, now=NOW),
        PeopleDirectory(sessions, desk.file).identify(ANN),
        PeopleDirectory(sessions, desk.file).find(77),
        PersonalValues(sessions).recall(1, 77, "main"),
    ]
    for attempt in attempts:
        with pytest.raises(UnavailableError):
            await attempt


async def test_redis_that_cannot_be_reached_is_an_outage() -> None:
    """Where a person stands cannot be known, and is not taken for nothing."""
    metrics, redis = Metrics(), create_client("redis://127.0.0.1:9/0", timeout_seconds=0.2)
    store = RedisConversations(ConversationStore(redis), Timetable(redis), metrics)
    with pytest.raises(UnavailableError, match="ConnectionError"):
        await store.load(ConversationKey(1, 2, 3))
    failures = metrics.store_failures.labels("load", "ConnectionError")
    assert failures._value.get() == 1  # the library has no other way to read one


async def test_a_read_only_database_is_an_outage_to_commands_alone(
    migrated_url: str,
) -> None:
    """A command waits for a database that takes writes again; a query that writes is the fault of its author."""
    engine = create_engine(migrated_url)
    sessions = create_sessions(engine)
    runner = TransactionRunner(sessions, Metrics())

    @command("things.write")
    async def write_nothing(context: Context) -> int:
        await context.session.execute(text("SET TRANSACTION READ ONLY"))
        return await new_person(context)

    with pytest.raises(UnavailableError, match="read-only"):
        await runner.command(as_call(write_nothing), {}, user=USER, now=NOW, key="1")
    await engine.dispose()


async def test_an_actions_own_lost_line_is_no_outage(
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    """What an action could not reach elsewhere is a failure of the action, for which its flow has an edge."""

    @command("things.call")
    async def call(_context: Context) -> int:
        raise ConnectionRefusedError("somebody else's server")

    runner = TransactionRunner(sessions, Metrics())
    with pytest.raises(ConnectionRefusedError):
        await runner.command(as_call(call), {}, user=USER, now=NOW, key="1")


class SlowToCommit(AsyncSession):
    """A session whose commits count, and whose word that they do comes too late."""

    async def commit(self) -> None:
        """Commit, then be silent."""
        await super().commit()
        await asyncio.sleep(30)


async def test_a_command_cut_off_at_its_commit_is_looked_up(
    migrated_url: str, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """Nobody says that nothing was done when it may have been; the next call finds that it was, and does it no second time."""
    key, engine = f"test:{secrets.token_hex(8)}", create_engine(migrated_url)
    slow: Any = async_sessionmaker(engine, class_=SlowToCommit)
    runner = TransactionRunner(slow, Metrics(), timeout_seconds=0.5)
    with pytest.raises(UnavailableError, match="cut off at its commit"):
        await runner.command(as_call(write), {}, user=USER, now=NOW, key=key)

    runner = TransactionRunner(sessions, Metrics())
    number: Any = await runner.command(
        as_call(write), {}, user=USER, now=datetime.now(UTC), key=key
    )

    assert await exists(sessions, number)
    await engine.dispose()


async def test_a_slow_action_is_no_outage(sessions: async_sessionmaker[AsyncSession]) -> None:
    """An action that takes too long before its commit has failed, and its flow has an edge for that."""

    @command("things.sleep")
    async def sleep(_context: Context) -> int:
        await asyncio.sleep(30)
        return 1

    runner = TransactionRunner(sessions, Metrics(), timeout_seconds=0.1)
    with pytest.raises(ActionTimeoutError):
        await runner.command(as_call(sleep), {}, user=USER, now=NOW, key="1")
