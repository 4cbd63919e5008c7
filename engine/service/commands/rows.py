"""What the commands on queues share: a connection to the database, and rows as a table of text.

It knows nothing of any queue.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from engine.service.errors import ServiceError
from engine.service.schema_state import describe_failure, require_newest
from storage.database import AWAY, create_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from engine.service.settings import DatabaseSettings


@asynccontextmanager
async def connected(settings: DatabaseSettings) -> AsyncIterator[Any]:
    """Give a connection of asyncpg's to a database of this version's schema.

    Raises:
        ServiceError: there is none.
    """
    engine = create_engine(settings.database_url.get_secret_value())
    try:
        await require_newest(engine)
        async with engine.connect() as connection:
            yield (await connection.get_raw_connection()).driver_connection
    except (SQLAlchemyError, *AWAY) as error:
        raise ServiceError(describe_failure(error)) from error
    finally:
        await engine.dispose()


def draw_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Give rows as lines whose columns stand below one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
