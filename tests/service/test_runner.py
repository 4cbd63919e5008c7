"""A command's effect and its outcome are one transaction, a query writes nothing, and nothing runs for ever."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import storage
from engine.actions import Catalog, Context, Money, Outcome, User, command, query
from engine.flow.annotations import type_of
from engine.flow.expressions import ActionCall
from engine.flow.types import NOTHING
from engine.service.metrics import Metrics
from engine.service.runner import ActionTimeoutError, TransactionRunner
from storage.tables import users

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
USER = User(id=77, role="client", first_name="Ada", locale="en", time_zone="Europe/Lisbon")

type Body = Callable[[Context], Awaitable[Any]]


def as_call(function: Callable[..., Awaitable[Any]]) -> ActionCall:
    """Make a call without arguments of a decorated function."""
    (action,) = Catalog([function]).values()
    result = NOTHING if action.result is None else type_of(action.result)
    return ActionCall(f"{action.name}()", action, result, {})


@pytest.fixture
def runner(sessions: async_sessionmaker[AsyncSession]) -> TransactionRunner:
    """Give a runner that waits a second at the most."""
    return TransactionRunner(sessions, Metrics(), timeout_seconds=1)


@pytest.fixture
def key() -> str:
    """Give the key of an effect that nobody has had yet."""
    return f"test:{secrets.token_hex(8)}"


async def new_person(context: Context) -> int:
    """Insert a person and return their id."""
    number = secrets.randbelow(2**40)
    await context.session.execute(users.insert().values(id=number, first_name="New"))
    return number


async def exists(sessions: async_sessionmaker[AsyncSession], number: int) -> bool:
    """Tell whether that person was committed."""
    async with sessions() as session:
        found = await session.scalar(select(users.c.id).where(users.c.id == number))
        return found is not None


async def test_an_action_is_told_who_asks_when_and_where(runner: TransactionRunner) -> None:
    """The context has the user, the turn's time and the user's own zone."""

    @query("things.see")
    async def see(context: Context) -> str:
        return f"{context.user.id} {context.now:%H:%M} {context.time_zone} {context.key}"

    told = await runner.query(as_call(see), {}, user=USER, now=NOW)

    assert told == "77 09:00 Europe/Lisbon None"


async def test_a_query_cannot_write(runner: TransactionRunner) -> None:
    """The database itself refuses what a query would write."""

    @query("things.write")
    async def write(context: Context) -> int:
        return await new_person(context)

    with pytest.raises(DBAPIError, match="read-only transaction"):
        await runner.query(as_call(write), {}, user=USER, now=NOW)


async def test_a_connection_can_write_after_a_query(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """Being read-only is not left behind on a pooled connection."""

    @query("things.read")
    async def read(context: Context) -> str:
        return str(await context.session.scalar(text("SHOW transaction_read_only")))

    @command("things.write")
    async def write(context: Context) -> int:
        return await new_person(context)

    for _ in range(12):
        assert await runner.query(as_call(read), {}, user=USER, now=NOW) == "on"
    number: Any = await runner.command(as_call(write), {}, user=USER, now=NOW, key=key)

    assert await exists(sessions, number)


async def test_a_command_is_committed(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """What a command wrote is there for everybody once it has returned."""

    @command("things.write")
    async def write(context: Context) -> int:
        return await new_person(context)

    number: Any = await runner.command(as_call(write), {}, user=USER, now=NOW, key=key)

    assert await exists(sessions, number)


async def test_a_command_that_raises_leaves_nothing(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """Neither its effect nor an outcome stays, so that it may be tried again."""
    written: list[int] = []

    @command("things.write")
    async def write(context: Context) -> int:
        written.append(await new_person(context))
        if len(written) == 1:
            raise LookupError("no")
        return written[-1]

    with pytest.raises(LookupError):
        await runner.command(as_call(write), {}, user=USER, now=NOW, key=key)
    second: Any = await runner.command(as_call(write), {}, user=USER, now=NOW, key=key)

    assert not await exists(sessions, written[0])
    assert await exists(sessions, second)


async def test_the_same_key_has_one_effect(runner: TransactionRunner, key: str) -> None:
    """A repeated command is not run again; its result comes back as it was, typed."""
    runs: list[int] = []

    @command("things.price")
    async def price(context: Context) -> list[Money]:
        runs.append(await new_person(context))
        return [Decimal("42.50")]

    first: Any = await runner.command(as_call(price), {}, user=USER, now=NOW, key=key)
    again: Any = await runner.command(as_call(price), {}, user=USER, now=NOW, key=key)

    assert first == again == [Decimal("42.50")]
    assert isinstance(again[0], Decimal)
    assert len(runs) == 1


async def test_an_outcome_is_kept_with_what_was_written(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """An outcome is an ending like any other: committed, and given again."""
    written: list[int] = []

    @command("things.refuse")
    async def refuse(context: Context) -> date | Outcome[Literal["full"]]:
        written.append(await new_person(context))
        return Outcome("full")

    first: Any = await runner.command(as_call(refuse), {}, user=USER, now=NOW, key=key)
    again: Any = await runner.command(as_call(refuse), {}, user=USER, now=NOW, key=key)

    assert first == again == Outcome("full")
    assert len(written) == 1
    assert await exists(sessions, written[0])


async def test_a_command_that_returns_nothing_is_not_repeated(
    runner: TransactionRunner, key: str
) -> None:
    """No result is a result: it is recorded, and is not taken for not having run."""
    runs: list[int] = []

    @command("things.touch")
    async def touch(context: Context) -> None:
        runs.append(await new_person(context))

    for _ in range(2):
        assert await runner.command(as_call(touch), {}, user=USER, now=NOW, key=key) is None

    assert len(runs) == 1


async def test_commands_at_once_under_one_key_have_one_effect(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """Two processes that work on the same update end with one effect and the same result."""
    written: list[int] = []

    @command("things.write")
    async def write(context: Context) -> int:
        number = await new_person(context)
        written.append(number)
        await asyncio.sleep(0.05)
        return number

    calls = (runner.command(as_call(write), {}, user=USER, now=NOW, key=key) for _ in range(5))
    results = set(await asyncio.gather(*calls))

    assert len(results) == 1
    assert [await exists(sessions, number) for number in written].count(True) == 1


async def test_an_action_that_takes_too_long_is_ended(
    sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """A slow action fails, its transaction is rolled back, and its connection is free again."""
    runner = TransactionRunner(sessions, Metrics(), timeout_seconds=0.1)
    written: list[int] = []

    @command("things.sleep")
    async def sleep(context: Context) -> int:
        written.append(await new_person(context))
        await context.session.execute(text("SELECT pg_sleep(30)"))
        return 0

    for _ in range(12):
        with pytest.raises(ActionTimeoutError, match=r'^"things.sleep" took longer than 0.1 s$'):
            await runner.command(as_call(sleep), {}, user=USER, now=NOW, key=key)

    assert not await exists(sessions, written[0])


async def test_a_deadlock_is_tried_again(runner: TransactionRunner, key: str) -> None:
    """PostgreSQL ends one of two transactions that wait for each other; that one simply runs again."""
    runs: list[int] = []

    @command("things.deadlock")
    async def deadlock(context: Context) -> int:
        runs.append(1)
        if len(runs) < 3:
            code = "RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'"
            await context.session.execute(text(f"DO $$ BEGIN {code}; END $$"))
        return len(runs)

    assert await runner.command(as_call(deadlock), {}, user=USER, now=NOW, key=key) == 3


async def test_a_lost_connection_is_no_lost_command(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """When PostgreSQL ends the connection in the middle, the command runs again on another one."""
    runs: list[int] = []

    @command("things.killed")
    async def killed(context: Context) -> int:
        runs.append(await new_person(context))
        if len(runs) == 1:
            await context.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return runs[-1]

    number: Any = await runner.command(as_call(killed), {}, user=USER, now=NOW, key=key)

    assert number == runs[1]
    assert await exists(sessions, number)
    assert not await exists(sessions, runs[0])


async def test_actions_are_counted(sessions: async_sessionmaker[AsyncSession], key: str) -> None:
    """An operator sees how often a command ended how, and what failed."""
    metrics = Metrics()
    runner = TransactionRunner(sessions, metrics)

    @command("things.refuse")
    async def refuse(_context: Context) -> int | Outcome[Literal["full"]]:
        return Outcome("full")

    @query("things.fail")
    async def fail(_context: Context) -> int:
        raise LookupError

    await runner.command(as_call(refuse), {}, user=USER, now=NOW, key=key)
    with pytest.raises(LookupError):
        await runner.query(as_call(fail), {}, user=USER, now=NOW)

    shown = metrics.render().decode()
    assert 'usher_commands_total{command="things.refuse",outcome="full"} 1.0' in shown
    assert 'usher_action_failures_total{action="things.fail",error="LookupError"} 1.0' in shown


async def test_what_is_recorded_names_its_command(
    runner: TransactionRunner, sessions: async_sessionmaker[AsyncSession], key: str
) -> None:
    """Whoever looks into the table of outcomes sees which command each belongs to."""

    @command("things.touch")
    async def touch(_context: Context) -> None:
        return None

    await runner.command(as_call(touch), {}, user=USER, now=NOW, key=key)

    async with sessions() as session:
        recorded = await storage.outcomes.find(session, key)
    assert recorded is not None
    assert recorded.command == "things.touch"
