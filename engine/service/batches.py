"""Writes or looks up together what was given while the last round was under way.

It knows nothing of what is written or looked up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence


class Batches[T]:
    """One write at a time, of all that waits, in the order in which it was given."""

    def __init__(self, write: Callable[[list[T]], Awaitable[Any]]) -> None:
        self._write = write
        self._items: list[T] = []
        self._written: asyncio.Future[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def add(self, items: Iterable[T]) -> asyncio.Future[None]:
        """Have items written; the future is done when they are, and raises what writing them raised."""
        self._items += items
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
            self._written.add_done_callback(_look_at_error)
        if self._writing is None:
            self._writing = asyncio.create_task(self._run())
        return self._written

    async def close(self) -> None:
        """Give up what is not written yet."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while self._written is not None:
                items, written = self._items, self._written
                self._items, self._written = [], None
                await _settle(written, self._write(items))
        finally:
            self._writing = None


@dataclass(slots=True)
class _Asked[K, V]:
    key: K
    found: V | None = None


class Lookups[K, V]:
    """One look at a time, for all that is asked; nobody is given what was found before they asked."""

    def __init__(self, find: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._find = find
        self._batches = Batches(self._find_all)

    async def find(self, key: K) -> V | None:
        """Return what is found under a key, None where nothing is; raises what looking raised."""
        asked = _Asked[K, V](key)
        await asyncio.shield(self._batches.add([asked]))
        return asked.found

    async def _find_all(self, batch: list[_Asked[K, V]]) -> None:
        found = await self._find(list({asked.key: None for asked in batch}))
        for asked in batch:
            asked.found = found.get(asked.key)


async def _settle(written: asyncio.Future[None], write: Awaitable[Any]) -> None:
    try:
        await write
    except asyncio.CancelledError:
        written.cancel()
        raise
    except Exception as error:  # noqa: BLE001 - raised again where it is waited for
        if not written.done():
            written.set_exception(error)
    else:
        if not written.done():
            written.set_result(None)


def _look_at_error(written: asyncio.Future[None]) -> None:
    """Keep asyncio from complaining of an error that nobody waits for any more."""
    if not written.cancelled():
        written.exception()
