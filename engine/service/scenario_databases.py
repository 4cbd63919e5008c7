"""A database for the scenarios of one process, where nobody gives one: on DATABASE_URL's server, or an embedded one.

It knows nothing of what scenarios do with it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from engine.service.embedded import embedded_postgres
from storage import migrations
from storage.database import connect, normalize_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@asynccontextmanager
async def scenario_database(on: str | None = None) -> AsyncIterator[str]:
    """Give the URL of a new database with all tables, for as long as the block lasts; `on` is the URL of another one on the server to use."""
    with nullcontext(on) if on else _server() as server:
        name = f"usher_scenarios_{secrets.token_hex(6)}"
        admin = await connect(server)
        try:
            await admin.execute(f"CREATE DATABASE {name}")
            url = make_url(server).set(database=name).render_as_string(hide_password=False)
            await migrations.upgrade(url)
            yield url
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await admin.close()


@contextmanager
def _server() -> Iterator[str]:
    if url := os.environ.get("DATABASE_URL"):
        yield normalize_url(url).render_as_string(hide_password=False)
    else:
        with embedded_postgres() as url:
            yield url
