"""What simulations run on: actions on PostgreSQL, each simulation in one transaction that is rolled back at its end.

It knows nothing of what is simulated. Conversations are kept in memory, or where a test says.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import storage
from engine.emulator.world import DEFAULT_TOKEN
from engine.service.directory import PeopleDirectory
from engine.service.downloads import SentFiles
from engine.service.kept import PersonalValues
from engine.service.mailbag import ClockedOutbox, Mailbag
from engine.service.metrics import Metrics
from engine.service.outbox import CommandOutbox
from engine.service.runner import TransactionRunner
from engine.simulate.invariants import NOW
from engine.simulate.memory import MemoryConversations
from engine.simulate.ports import Ports
from storage.database import Limits, connect, create_engine_on, create_sessions
from storage.values import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from aiogram import Bot as TelegramBot
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.flow.checked import Bot
    from engine.simulate.ports import Shelf

type Seed = Callable[[AsyncSession], Awaitable[None]]
"""Fills a database; what it wrote is committed by whoever calls it."""

type Fill = Callable[[AsyncSession, datetime], Awaitable[None]]
"""Adds rows for one simulation, which begins at a moment; they are gone when it ends."""

type MakeStore = Callable[[], Shelf]

_LIMITS: Final = Limits(connections=1, idle_transaction_seconds=3600.0)
"""Whoever stops in a debugger within a simulation finds its transaction still there."""

_BOT_ID: Final = int(DEFAULT_TOKEN.partition(":")[0])

_SEQUENCES: Final = (
    "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value "
    "FROM pg_sequences WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


class PostgresBackstage:
    """Runs simulations on one asyncpg connection, one after the other; what each writes is rolled back.

    Its transactions are savepoints, which follow one another: no two actions of a simulation run at the same time.
    """

    def __init__(
        self,
        connection: Any,
        sessions: async_sessionmaker[AsyncSession],
        *,
        rewind: str,
        make_store: MakeStore,
        databases: Callable[[], Mapping[str, Fill]],
    ) -> None:
        self._databases = databases
        self._connection = connection
        self._sessions = sessions
        self._rewind = rewind
        self._make_store = make_store
        self._metrics = Metrics()

    @asynccontextmanager
    async def open(self, bot: Bot) -> AsyncIterator[Ports]:
        """Give ports for one simulation, which finds the rows and numbers that every other one finds."""
        whole = self._connection.transaction()
        await whole.start()
        try:
            await self._connection.execute(self._rewind)
            sessions, store = self._sessions, self._make_store()
            await store.forget()
            directory, news = PeopleDirectory(sessions, bot.file), asyncio.Event()
            news.set()  # there may be messages in the database that is given
            runner = TransactionRunner(
                sessions, self._metrics, outbox=CommandOutbox(_BOT_ID, bot.catalog, news)
            ).speaking(bot.file.languages)
            mail = Mailbag(
                outbox=ClockedOutbox(_BOT_ID, self._connection),
                sessions=sessions,
                directory=directory,
                runner=runner,
                metrics=self._metrics,
                news=news,
                checked=bot,
            )

            def serve(other: Bot) -> None:
                directory.replace(other.file, other.file.locale)
                runner.speaking(other.file.languages)
                mail.checked = other

            def meet(telegram: TelegramBot) -> None:
                runner.reading(SentFiles(telegram))

            yield Ports(
                meet=meet,
                store=store,
                directory=directory,
                runner=runner,
                kept=PersonalValues(sessions),
                grant=self._grant,
                serve=serve,
                mail=mail,
                fill=self._fill,
                select=self._select,
            )
        finally:
            await whole.rollback()

    async def _fill(self, name: str, now: datetime) -> None:
        databases = self._databases()
        if name not in databases:
            known = ", ".join(f'"{one}"' for one in sorted(databases)) or "none"
            raise LookupError(f'no database is named "{name}"; there are {known}')
        async with self._sessions.begin() as session:
            await databases[name](session, now)

    async def _grant(self, user_id: int, role: str) -> None:
        async with self._sessions.begin() as session:
            await storage.users.revoke_roles(session, user_id)
            await storage.users.grant_role(session, user_id, Role(role))

    async def _select(self, query: str, now: datetime) -> Sequence[Mapping[str, Any]]:
        named = query.replace(NOW, "$1::timestamptz")
        rows = await self._connection.fetch(named, *([now] if named != query else []))
        return [dict(row) for row in rows]


@asynccontextmanager
async def open_backstage(
    url: str,
    seed: Seed | None = None,
    *,
    make_store: MakeStore = MemoryConversations,
    databases: Callable[[], Mapping[str, Fill]] = dict,
) -> AsyncIterator[PostgresBackstage]:
    """Give what simulations run on, in a database that has all tables, which the seed fills first.

    `make_store` gives what keeps the conversations of one simulation; what it has is forgotten.
    `databases` gives what a simulation can find added to the seed, by name.
    """
    connection = await connect(url, _LIMITS)
    engine = create_engine_on(connection)
    try:
        sessions = create_sessions(engine)
        async with sessions.begin() as session:
            if seed is not None:
                await seed(session)
        rewind = "; ".join([_set(*row) for row in await connection.fetch(_SEQUENCES)])
        yield PostgresBackstage(
            connection, sessions, rewind=rewind, make_store=make_store, databases=databases
        )
    finally:
        await engine.dispose()


def _set(name: str, last: int | None) -> str:
    """Write the call that sets a sequence, which no rollback does, to the last number it has given."""
    quoted = name.replace("'", "''")
    return f"SELECT setval('{quoted}', {last or 1}, {last is not None})"
