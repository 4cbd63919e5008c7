"""Readiness tells, part by part and in bounded time, what does not work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.service.health import (
    NotReadyError,
    check_health,
    database_check,
    redis_check,
)
from storage.conversations import create_client
from storage.database import create_engine


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Give the port of a server that accepts connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []

    def keep(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in writers:
            writer.close()
        server.close()


async def test_working_parts_are_ready(service_engine: AsyncEngine, redis_url: str) -> None:
    """PostgreSQL and Redis that answer are well."""
    async with create_client(redis_url) as redis:
        found = await check_health(
            {"postgresql": database_check(service_engine), "redis": redis_check(redis)}
        )

    assert found.ready
    assert all(part.reason is None for part in found.parts.values())


async def test_a_dead_redis_is_told(service_engine: AsyncEngine) -> None:
    """One part that does not work makes the whole not ready, and the others are still told."""
    async with create_client("redis://127.0.0.1:9") as redis:
        found = await check_health(
            {"postgresql": database_check(service_engine), "redis": redis_check(redis)}
        )

    assert not found.ready
    assert found.parts["postgresql"].ok
    assert found.parts["redis"].reason == "ConnectionError"


async def test_a_silent_redis_is_not_waited_for() -> None:
    """A server that accepts a connection and says nothing counts as gone after the time-out."""
    async with silent_server() as port, create_client(f"redis://127.0.0.1:{port}") as redis:
        found = await check_health({"redis": redis_check(redis)}, timeout_seconds=0.1)

    assert found.parts["redis"].reason == "no answer within 0.1 s"
    assert found.parts["redis"].milliseconds < 1000


async def test_a_dead_database_is_told_without_its_address() -> None:
    """The reason names the kind of failure, never a host, a user or a password."""
    engine = create_engine("postgresql://usher:hunter2@127.0.0.1:9/usher")
    try:
        found = await check_health({"postgresql": database_check(engine)})
    finally:
        await engine.dispose()

    assert not found.ready
    assert found.parts["postgresql"].reason is not None
    assert "127.0.0.1" not in found.parts["postgresql"].reason


async def test_parts_are_asked_at_once() -> None:
    """However many parts are slow, the answer takes as long as one."""

    async def slow() -> None:
        await asyncio.sleep(0.2)

    async with asyncio.timeout(0.5):
        found = await check_health({str(number): slow for number in range(5)})

    assert found.ready


async def test_a_part_may_say_why() -> None:
    """A reason that a part gives itself is passed on."""

    async def broken() -> None:
        raise NotReadyError("another process polls")

    found = await check_health({"polling": broken})

    assert found.parts["polling"].reason == "another process polls"


@pytest.mark.parametrize("ready", [True, False])
async def test_readiness_is_all_or_nothing(*, ready: bool) -> None:
    """No part, no trouble; one in trouble, not ready."""

    async def part() -> None:
        if not ready:
            raise NotReadyError("no")

    assert (await check_health({"part": part})).ready is ready
