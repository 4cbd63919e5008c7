"""Opens PostgreSQL: one engine with a bounded pool, and sessions on it.

It knows nothing of tables; whoever opens a session commits it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

AWAY: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What asyncpg raises when PostgreSQL does not answer as it should.

The last comes of a connection that the server has taken leave of, and that is not closed yet: its last words and its end may be
seconds apart on a busy machine.
"""

TRUSTED_SECONDS = 1.0
"""How long after its last use a connection that was not closed counts as alive; later it is asked first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the server one process takes, and how long anything may wait."""

    connections: int = 10
    pool_timeout_seconds: float = 10.0
    connect_timeout_seconds: float = 5.0
    statement_timeout_seconds: float = 15.0
    idle_transaction_seconds: float = 60.0


def normalize_url(url: str) -> URL:
    """Make an asyncpg URL of any PostgreSQL one; `sslmode` becomes what asyncpg calls it.

    Raises:
        ValueError: The URL is not one of PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise ValueError(f'database URL names "{parsed.drivername}"; only "postgresql" will do')
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query)


def create_engine(url: str, limits: Limits | None = None) -> AsyncEngine:
    """Make the engine; nothing connects before the first use.

    Errors do not quote the values of a statement, which are people's. Sessions are in UTC, because adding a day to an instant must not depend on a server's zone, and without JIT, which
    makes the search for free slots sixty times slower than it is.
    """
    limits = limits or Limits()
    engine = create_async_engine(
        normalize_url(url),
        pool_size=limits.connections,
        max_overflow=0,
        pool_timeout=limits.pool_timeout_seconds,
        hide_parameters=True,
        connect_args={
            "timeout": limits.connect_timeout_seconds,
            "server_settings": _server_settings(limits),
        },
    )
    _check_before_use(engine)
    _leave_with_the_server(engine)
    return engine


def _check_before_use(engine: AsyncEngine) -> None:
    """Replace connections that are closed, or do not answer after a rest, before anybody is given them.

    The engine's own way asks each time: three round trips where most work takes one.
    """
    dialect = engine.sync_engine.dialect
    driver: Any = dialect.dbapi

    @event.listens_for(engine.sync_engine, "checkin")
    def note_use(_connection: Any, record: Any) -> None:
        record.info["used_at"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def check(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None:
            return
        try:
            if connection.driver_connection.is_closed():
                raise InvalidatePoolError  # its neighbours will not have fared better
            if monotonic() - used_at > TRUSTED_SECONDS:
                dialect.do_ping(connection)
        except driver.Error as error:
            raise InvalidatePoolError from error


def _leave_with_the_server(engine: AsyncEngine) -> None:
    """Take a connection that the server has taken leave of for closed, though it is not yet."""
    driver: Any = engine.sync_engine.dialect.dbapi

    @event.listens_for(engine.sync_engine, "handle_error")
    def note(context: Any) -> None:
        if isinstance(context.original_exception, driver.InternalClientError):
            context.is_disconnect = True


async def connect(url: str, limits: Limits | None = None) -> Any:
    """Open an asyncpg connection that is set up as those of an engine are; in a transaction, further ones are savepoints."""
    limits = limits or Limits()
    return await asyncpg.connect(
        **direct_options(url, limits),
        connection_class=_Nesting,
        server_settings=_server_settings(limits),
    )


def create_engine_on(connection: Any) -> AsyncEngine:
    """Make an engine whose sessions follow one another on one asyncpg connection.

    In a transaction that is open on the connection, theirs are savepoints.
    """

    async def give() -> Any:
        return connection

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=give, pool_size=1, max_overflow=0
    )


class _Nesting(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection whose transactions within a transaction can be read-only, which asyncpg's cannot."""

    def transaction(self, *, readonly: bool = False, **options: Any) -> Any:
        if self.is_in_transaction():
            return _Savepoint(self, readonly=readonly)
        return super().transaction(readonly=readonly, **options)


class _Savepoint:
    """A transaction within one, as SQLAlchemy uses asyncpg's; they follow one another, so that they share a name."""

    def __init__(self, connection: _Nesting, *, readonly: bool) -> None:
        self._connection = connection
        self._begin = "SAVEPOINT turn" + ("; SET TRANSACTION READ ONLY" if readonly else "")

    async def start(self) -> None:
        await self._connection.execute(self._begin)

    async def commit(self) -> None:
        await self._connection.execute("RELEASE turn")

    async def rollback(self) -> None:
        await self._connection.execute("ROLLBACK TO turn; RELEASE turn")


def create_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Make the factory of sessions; what they loaded stays readable after a commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


def _server_settings(limits: Limits) -> dict[str, str]:
    return {
        "application_name": "usher",
        "jit": "off",
        "timezone": "UTC",
        "statement_timeout": _milliseconds(limits.statement_timeout_seconds),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle_transaction_seconds),
    }


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def direct_options(url: str, limits: Limits | None = None) -> dict[str, Any]:
    """Return what asyncpg needs for a connection past the engine, to a server that others reach by this URL."""
    limits = limits or Limits()
    address = normalize_url(url)
    _, options = address.get_dialect()().create_connect_args(address)
    return {
        **options,
        "timeout": limits.connect_timeout_seconds,
        "command_timeout": limits.statement_timeout_seconds,
    }


def create_pool(
    url: str, *, connections: int, server_settings: Mapping[str, str], limits: Limits | None = None
) -> Any:
    """Make an asyncpg pool for statements that are their own transaction; nothing connects before `async with`.

    What a statement leaves behind in its connection is not cleared away, which saves a round trip each.
    """
    return asyncpg.create_pool(
        **direct_options(url, limits),
        min_size=0,
        max_size=connections,
        reset=_leave_as_it_is,
        server_settings={"application_name": "usher", "jit": "off", **server_settings},
    )


async def _leave_as_it_is(_connection: Any) -> None: ...
