"""Brings PostgreSQL to the tables of this version, or tells that it is not there.

It knows nothing of the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from engine.service.errors import ServiceError
from storage import migrations
from storage.database import AWAY

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine


async def upgrade(database_url: str) -> None:
    """Bring a database to the newest revision.

    Raises:
        ServiceError: it cannot be reached, or a migration fails.
    """
    try:
        await migrations.upgrade(database_url)
    except (SQLAlchemyError, *AWAY) as error:
        raise ServiceError(describe_failure(error)) from error


async def require_newest(engine: AsyncEngine) -> None:
    """Return when the tables are those of the newest migration.

    Raises:
        ServiceError: they are not, or PostgreSQL cannot be reached.
    """
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    except (SQLAlchemyError, *AWAY) as error:
        raise ServiceError(describe_failure(error)) from error
    newest = ScriptDirectory(str(migrations.__path__[0])).get_current_head()
    if found != newest:
        state = "is empty" if found is None else f'is at revision "{found}"'
        raise ServiceError(f'the database {state}, not at "{newest}"; run "usher db upgrade"')


def describe_failure(error: Exception) -> str:
    """Return one sentence on why PostgreSQL cannot be reached, without its URL."""
    cause = getattr(error, "orig", None) or error
    reason = str(cause).strip().partition("\n")[0] or type(cause).__name__
    return f"PostgreSQL at DATABASE_URL cannot be reached: {reason}"


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
