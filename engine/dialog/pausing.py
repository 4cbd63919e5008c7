"""Waiting within a turn: until Telegram is well again, or before a command is tried anew.

It does not know what is waited for. In a simulation time passes without anybody waiting.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    type Pause = Callable[[float], Awaitable[None]]

_PAUSE: Final[ContextVar[Pause]] = ContextVar("pause", default=asyncio.sleep)


async def pause(seconds: float) -> None:
    """Wait for so many seconds."""
    await _PAUSE.get()(seconds)


@contextmanager
def pausing(how: Pause) -> Iterator[None]:
    """Have whatever waits within the block, and in tasks that it begins, wait in another way."""
    token = _PAUSE.set(how)
    try:
        yield
    finally:
        _PAUSE.reset(token)
