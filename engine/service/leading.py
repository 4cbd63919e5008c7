"""Does what only one process of a bot may do, for as long as this one leads.

It knows nothing of what that is, nor of how a leader is found.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from engine.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from engine.service.presence import PresenceKeeper

_logger = structlog.get_logger(__name__)


async def while_leading(
    keeper: PresenceKeeper, work: Callable[[], Coroutine[Any, Any, None]]
) -> NoReturn:
    """Begin the work whenever this process leads, and cut it when it leads no more, until cancelled.

    Raises:
        ServiceError: the work raised it.
    """
    while True:
        await keeper.led.wait()
        await _first_of(work(), keeper.lead_lost())
        _logger.warning("lead_lost")


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Return when the first of several ends, or raise what it raises; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ServiceError):
                await task
