"""`usher db upgrade`: the tables of this version.

It knows nothing of the tables.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from engine.service.errors import ServiceError
from engine.service.schema_state import describe_failure
from engine.service.settings import DatabaseSettings, load_settings
from storage import migrations

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Run all migrations that have not run yet."""
    settings = load_settings(DatabaseSettings, env_file=options.env_file)
    asyncio.run(upgrade(settings.database_url.get_secret_value()))
    sys.stdout.write("the database is up to date\n")
    return 0


async def upgrade(database_url: str) -> None:
    """Bring a database to the newest revision.

    Raises:
        ServiceError: it cannot be reached, or a migration fails.
    """
    try:
        await migrations.upgrade(database_url)
    except (SQLAlchemyError, PostgresError, InterfaceError, OSError) as error:
        raise ServiceError(describe_failure(error)) from error
