"""Brings a database to a revision of the tables, with the migrations beside this file.

It knows nothing of what the tables are for.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import normalize_url

_LOCK = 7_236_011_846_211
"""The advisory lock that migrations of this project hold; any number that nobody else uses."""


async def upgrade(database_url: str, revision: str = "head") -> None:
    """Upgrade in one transaction; whoever comes second waits and finds nothing left to do."""
    await _migrate(database_url, revision, command.upgrade)


async def downgrade(database_url: str, revision: str) -> None:
    """Go back in one transaction, dropping what later revisions added; "base" empties the database."""
    await _migrate(database_url, revision, command.downgrade)


async def _migrate(database_url: str, revision: str, step: Callable[[Config, str], None]) -> None:
    engine = create_async_engine(normalize_url(database_url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_run, revision, step)
    finally:
        await engine.dispose()


def _run(connection: Connection, revision: str, step: Callable[[Config, str], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    step(config, revision)
