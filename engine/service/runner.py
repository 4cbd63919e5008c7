"""Carries out actions on PostgreSQL: a query in a read-only transaction, a command in one with its outcome.

It knows nothing of flows or Telegram; whoever calls gives the arguments and the key of the effect.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError

import storage
from engine.actions import ActionKind, Context, Outcome
from engine.dialog.ports import UnavailableError
from engine.flow.values import from_json, to_json
from engine.service.outages import READ_ONLY, is_outage, outages_told, unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.actions import Files, User
    from engine.flow.expressions import ActionCall
    from engine.service.metrics import Metrics
    from engine.service.outbox import CommandOutbox

_logger = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = 3
"""How often an action is taken anew after the database gave it up."""

_PASSING: Final = frozenset({"40001", "40P01"})
"""Conditions of PostgreSQL that pass when a transaction is repeated: serialization failure, deadlock."""


class _Commit:
    """Knows whether a transaction was being committed when it was cut off."""

    def __init__(self) -> None:
        self.is_open = False

    def __enter__(self) -> None:
        self.is_open = True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.is_open = kind is not None and issubclass(kind, asyncio.CancelledError)


class ActionTimeoutError(Exception):
    """An action ran longer than it may; what it had written is rolled back."""


class TransactionRunner:
    """Runs actions, each bounded by `timeout_seconds` in all; commits commands, never queries.

    Commands can download what people sent once it is known where that is read.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        metrics: Metrics,
        *,
        timeout_seconds: float = 10.0,
        outbox: CommandOutbox | None = None,
        takes_payments: bool = True,
    ) -> None:
        self._outbox = outbox
        self._takes_payments = takes_payments
        self._files: Files | None = None
        self._locales: Sequence[str] = ()
        self._sessions = sessions
        self._metrics = metrics
        self._timeout_seconds = timeout_seconds

    def reading(self, files: Files) -> Self:
        """Let commands download from there what people sent."""
        self._files = files
        return self

    def speaking(self, locales: Sequence[str]) -> Self:
        """Tell actions which languages the bot speaks, its own first."""
        self._locales = locales
        return self

    async def query(
        self, call: ActionCall, arguments: Mapping[str, Any], *, user: User, now: datetime
    ) -> Any:
        """Return what the query answers; the database refuses whatever it would write.

        Raises:
            ActionTimeoutError: it took too long.
            UnavailableError: the database cannot answer now.
        """

        async def attempt() -> Any:
            async with self._sessions() as session:
                with outages_told():
                    await session.connection(execution_options={"postgresql_readonly": True})
                context = self._context(session, user, now)
                return await call.action.function(context, **arguments)

        return await self._bounded(call, attempt)

    async def command(
        self,
        call: ActionCall,
        arguments: Mapping[str, Any],
        *,
        user: User,
        now: datetime,
        key: str,
    ) -> Any | Outcome[str]:
        """Carry out the effect named `key` once and return its result or outcome; again, return the same.

        Raises:
            ActionTimeoutError: it took too long, and nothing was written.
            UnavailableError: the database cannot work now, or it is not known whether what was written counts; the next call with the key tells.
        """
        commit = _Commit()
        outbox = self._outbox.of(call.action) if self._outbox else None

        async def attempt() -> Any:
            async with self._sessions() as session:
                with outages_told():
                    await session.connection()
                recorded = await storage.outcomes.find(session, key)
                if recorded is not None:
                    return _decode(call, recorded.outcome)
                context = replace(
                    self._context(session, user, now, key), outbox=outbox, files=self._files
                )
                result = await call.action.function(context, **arguments)
                encoded = _encode(call, result)
                await storage.outcomes.record(session, key, call.action.name, encoded)
                with commit:
                    await session.commit()
                return result

        try:
            result = await self._bounded(call, attempt)
        except ActionTimeoutError as error:
            if commit.is_open:
                raise UnavailableError(f'"{call.action.name}" was cut off at its commit') from error
            raise
        if outbox is not None:
            outbox.committed()
        outcome = result.name if isinstance(result, Outcome) else "done"
        self._metrics.commands.labels(call.action.name, outcome).inc()
        return result

    async def _bounded(self, call: ActionCall, attempt: Callable[[], Awaitable[Any]]) -> Any:
        name = call.action.name
        try:
            with self._metrics.action_seconds.labels(name).time():
                async with asyncio.timeout(self._timeout_seconds):
                    return await _repeat(name, attempt)
        except TimeoutError as error:
            self._metrics.action_failures.labels(name, "timeout").inc()
            raise ActionTimeoutError(
                f'"{name}" took longer than {self._timeout_seconds:g} s'
            ) from error
        except Exception as error:
            self._metrics.action_failures.labels(name, type(error).__name__).inc()
            if is_outage(error) and not (
                call.action.kind is not ActionKind.COMMAND and _state(error) == READ_ONLY
            ):
                raise unavailable(error) from error
            raise

    def _context(
        self, session: AsyncSession, user: User, now: datetime, key: str | None = None
    ) -> Context:
        zone = ZoneInfo(user.time_zone)
        return Context(
            session,
            user,
            now,
            zone,
            key,
            takes_payments=self._takes_payments,
            locales=self._locales,
        )


async def _repeat(name: str, attempt: Callable[[], Awaitable[Any]]) -> Any:
    for number in range(1, MAX_ATTEMPTS):
        try:
            return await attempt()
        except storage.outcomes.AlreadyRecordedError:
            _logger.info("command_recorded_meanwhile", action=name)
        except DBAPIError as error:
            if not _passes(error):
                raise
            _logger.info("action_repeated", action=name, attempt=number)
    return await attempt()


def _passes(error: DBAPIError) -> bool:
    # After a connection lost in COMMIT nobody knows whether it counted; the next attempt looks the key up.
    return error.connection_invalidated or _state(error) in _PASSING


def _state(error: Exception) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def _encode(call: ActionCall, result: Any) -> dict[str, Any]:
    if isinstance(result, Outcome):
        return {"outcome": result.name}
    return {"result": to_json(call.type, result)}


def _decode(call: ActionCall, recorded: Mapping[str, Any]) -> Any:
    if "outcome" in recorded:
        return Outcome(recorded["outcome"])
    return from_json(call.type, recorded["result"])
