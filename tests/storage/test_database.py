"""The engine speaks to any PostgreSQL that a URL names, within bounds."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import Limits, create_engine, normalize_url


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
