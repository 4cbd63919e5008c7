"""A connection of a process's own, by which all others know that it lives; who leads is known by it, too.

It knows nothing of what a worker does or a leader leads.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from storage.database import AWAY, direct_options

WORKERS = 1_970_500_608
"""The first of the two numbers of a worker's advisory lock; any that nobody else uses."""

LIVING = f"""
SELECT objid::bigint::int FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 2 AND classid = {WORKERS} AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - the number put in is a constant
"""The numbers of the workers of this database that live, as a query within others."""

ANSWER_SECONDS = 3.0
"""How long a beat may take: less than the server takes to give up a client that it cannot reach."""

_SETTINGS = {
    "application_name": "usher presence",
    "idle_session_timeout": "0",
    # A machine that vanished without a word is noticed after 9 s; its process has noticed before, by a beat.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}


class Presence:
    """Holds a worker's lock for as long as its connection lives; `lost` is set when that is over."""

    def __init__(self, connection: Any, worker: int) -> None:
        self.connection = connection
        self.worker = worker
        self.lost = asyncio.Event()
        connection.add_termination_listener(lambda _: self.lost.set())

    async def lead(self, bot_id: int) -> bool:
        """Become the leader of a bot, unless somebody is; ask once only, for it is held until the presence ends."""
        return bool(
            await self.connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended('usher leader ' || $1::bigint, 0))",
                bot_id,
            )
        )


@asynccontextmanager
async def open_presence(
    url: str, *, channel: str, hear: Callable[[str], None]
) -> AsyncIterator[Presence]:
    """Be present, as a worker of a new number, until the block ends; `hear` is given what is told on a channel.

    Raises:
        OSError: The server cannot be reached; or what asyncpg raises.
    """
    options = direct_options(url) | {"command_timeout": ANSWER_SECONDS}
    connection = await asyncpg.connect(**options, server_settings=_SETTINGS)
    try:
        worker = await _take_number(connection)
        await connection.add_listener(channel, lambda *told: hear(told[-1]))
        yield Presence(connection, worker)
    finally:
        await _close(connection)


async def _take_number(connection: Any) -> int:
    lock = f"SELECT pg_try_advisory_lock({WORKERS}, $1::int)"
    while True:
        worker = 1 + secrets.randbelow(2**31 - 1)
        if await connection.fetchval(lock, worker):
            return worker


async def _close(connection: Any) -> None:
    """Say goodbye, so that the locks are free at once; to a server that does not listen, only for a moment."""
    if connection.is_closed():
        return
    try:
        await connection.close(timeout=1)
    except AWAY:
        connection.terminate()
