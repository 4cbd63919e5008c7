"""The engine speaks to any PostgreSQL that a URL names, within bounds."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import database
from storage.database import AWAY, Limits, create_engine, create_pool, normalize_url
from tests.faults.proxy import database_upstream, open_proxy, through


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@h:1/d", "postgresql+asyncpg://u:p@h:1/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://u@/d?host=/run", "postgresql+asyncpg://u@/d?host=%2Frun"),
        ("postgresql://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
    ],
)
def test_urls_of_postgresql_become_asyncpgs(url: str, expected: str) -> None:
    """Whatever a provider writes in front, asyncpg is used, with its own names of options."""
    assert normalize_url(url).render_as_string(hide_password=False) == expected


def test_other_databases_are_refused() -> None:
    """A URL of something else is named, with what would be right."""
    with pytest.raises(ValueError, match='names "sqlite"; only "postgresql" will do'):
        normalize_url("sqlite:///x")


async def test_sessions_are_in_utc_without_jit(engine: AsyncEngine) -> None:
    """What the search for free slots rests on holds for every connection."""
    async with engine.connect() as connection:
        jit = (await connection.execute(text("SHOW jit"))).scalar_one()
        zone = (await connection.execute(text("SHOW timezone"))).scalar_one()

    assert (jit, zone) == ("off", "UTC")


async def test_nothing_waits_for_ever(engine: AsyncEngine) -> None:
    """A statement that takes too long is cut off, and so is waiting for a connection."""
    limits = Limits(connections=1, pool_timeout_seconds=0.1, statement_timeout_seconds=0.2)
    url = engine.url.render_as_string(hide_password=False)
    small = create_engine(url, limits)
    try:
        async with small.connect() as connection:
            with pytest.raises(PoolTimeoutError):
                await small.connect()
            with pytest.raises(DBAPIError, match="statement timeout"):
                await connection.execute(text("SELECT pg_sleep(5)"))
    finally:
        await small.dispose()


async def test_connections_that_were_cut_are_replaced(engine: AsyncEngine) -> None:
    """Whoever comes after a restart of the server does not meet the connections of before."""
    url = engine.url.render_as_string(hide_password=False)
    mended = create_engine(url, Limits(connections=3))
    number = text("SELECT pg_backend_pid()")
    async with mended.connect() as one, mended.connect() as two, mended.connect() as three:
        cut = {(await held.execute(number)).scalar_one() for held in (one, two, three)}
    async with engine.connect() as other:
        await other.execute(
            text("SELECT pg_terminate_backend(n) FROM unnest(CAST(:n AS int[])) n"), {"n": [*cut]}
        )
    await asyncio.sleep(0.2)

    async with mended.connect() as one, mended.connect() as two, mended.connect() as three:
        found = {(await held.execute(number)).scalar_one() for held in (one, two, three)}
    await mended.dispose()

    assert len(found) == 3
    assert not found & cut


async def test_connections_that_are_told_of_their_end_are_left(
    engine: AsyncEngine,
) -> None:
    """The server's last words may come long before the end of the line: who meets them hears of an outage, and the next is served."""
    url = engine.url.render_as_string(hide_password=False)
    async with open_proxy(database_upstream(url)) as proxy:
        behind = create_engine(through(url, proxy), Limits(connections=1))
        async with create_pool(through(url, proxy), connections=1, server_settings={}) as pool:
            cut = [await pool.fetchval("SELECT pg_backend_pid()")]
            async with behind.connect() as connection:
                cut.append((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
            with proxy.endless():
                async with engine.connect() as other:
                    kill = text("SELECT pg_terminate_backend(n) FROM unnest(CAST(:n AS int[])) n")
                    await other.execute(kill, {"n": cut})
                await asyncio.sleep(0.2)
                with pytest.raises(AWAY):
                    await pool.fetchval("SELECT 1")
                with pytest.raises(DBAPIError) as raised:
                    async with behind.connect() as connection:
                        await connection.execute(text("SELECT 1"))
                assert raised.value.connection_invalidated
                assert await pool.fetchval("SELECT 1") == 1
                async with behind.connect() as connection:
                    assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
        await behind.dispose()


async def test_only_connections_that_rested_are_asked_whether_they_live(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under load no statement has another one before it that asks for nothing."""
    own = create_engine(engine.url.render_as_string(hide_password=False), Limits(connections=1))
    dialect = own.sync_engine.dialect
    pings: list[object] = []
    monkeypatch.setattr(dialect, "do_ping", pings.append)
    for _ in range(3):
        async with own.connect() as connection:
            await connection.execute(text("SELECT 1"))
    busy = len(pings)
    monkeypatch.setattr(database, "TRUSTED_SECONDS", -1.0)
    async with own.connect():
        pass
    await own.dispose()

    assert (busy, len(pings)) == (0, 1)


async def test_a_connection_that_does_not_answer_after_a_rest_is_replaced(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a line that died in silence would do to the next statement, its question finds out."""
    own = create_engine(engine.url.render_as_string(hide_password=False), Limits(connections=1))
    dialect = own.sync_engine.dialect
    async with own.connect() as connection:
        first = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    driver: Any = dialect.dbapi

    def fail(_connection: object) -> None:
        raise driver.InterfaceError("the line is dead")

    monkeypatch.setattr(database, "TRUSTED_SECONDS", -1.0)
    monkeypatch.setattr(dialect, "do_ping", fail)
    async with own.connect() as connection:
        second = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    await own.dispose()

    assert first != second
