"""Whether the service can work, asked part by part, each within a bounded time.

It knows nothing of HTTP; a part is a coroutine function that raises when something is wrong.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from redis.asyncio import Redis
    from sqlalchemy.ext.asyncio import AsyncEngine

CHECK_SECONDS: Final = 2.0
"""How long one part may take to answer."""

type Check = Callable[[], Awaitable[str | None]]
"""Raises when a part does not work; may return what is to be known of one that does."""


class NotReadyError(Exception):
    """A part does not work; the message says why, and holds nothing secret."""


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How one part does; `reason` is why it does not work, or what is to be known of it though it does."""

    ok: bool
    milliseconds: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How all parts do."""

    parts: Mapping[str, PartHealth]

    @property
    def ready(self) -> bool:
        """Whether every part works."""
        return all(part.ok for part in self.parts.values())


async def check_health(
    checks: Mapping[str, Check], *, timeout_seconds: float = CHECK_SECONDS
) -> Health:
    """Ask all parts at once; a part that does not answer in time does not work."""
    found = await asyncio.gather(*(_ask(check, timeout_seconds) for check in checks.values()))
    return Health(dict(zip(checks, found, strict=True)))


def database_check(engine: AsyncEngine) -> Check:
    """Return a check that PostgreSQL answers."""

    async def check() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return check


def redis_check(redis: Redis) -> Check:
    """Return a check that Redis answers."""

    async def check() -> None:
        answer: Any = redis.ping()  # typed for both of the library's clients
        await answer

    return check


def trouble_check(*troubles: Callable[[], str | None]) -> Check:
    """Return a check of parts that tell why they do not work, or None when they do."""

    async def check() -> None:
        for trouble in troubles:
            if (reason := trouble()) is not None:
                raise NotReadyError(reason)

    return check


def note_check(note: Callable[[], str | None]) -> Check:
    """Return a check of a part that always works, and tells what is to be known of it."""

    async def check() -> str | None:
        return note()

    return check


async def _ask(check: Check, timeout_seconds: float) -> PartHealth:
    started = perf_counter()
    reason, ok = None, False
    try:
        async with asyncio.timeout(timeout_seconds):
            reason = await check()
        ok = True
    except TimeoutError:
        reason = f"no answer within {timeout_seconds:g} s"
    except NotReadyError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a part, it does not work
        reason = type(error).__name__  # messages of drivers name hosts and users
    return PartHealth(ok, round((perf_counter() - started) * 1000, 1), reason)
