"""Works the inbox off: claims lanes, handles each in order and many at once, and says what became of every update.

It knows nothing of where updates are kept, nor of what handling one means.
"""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

from engine.service.handling import Fate, Verdict
from engine.service.inbox import AWAY_PAUSE_SECONDS, InboxUnavailableError
from storage.inbox import SUSPECT_DEATHS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from engine.service.inbox import Inbox
    from engine.service.metrics import Metrics
    from storage.inbox import Claimed

_logger = structlog.get_logger(__name__)

BACKOFF_SECONDS: Final = (0.2, 1.0, 5.0)
"""How long an update rests after each failure; after one more it is set aside."""

DEATHS: Final = len(BACKOFF_SECONDS) + 1
"""How many processes may die over an update until it is set aside."""

TROUBLE_SECONDS: Final = (1.0, 3.0)
"""The least and the most that an update rests while a store does not work; it is not counted."""

_CANCEL_SECONDS: Final = 2.0


class Handler(Protocol):
    """Handles updates."""

    async def handle(self, claimed: Claimed, *, is_last_try: bool) -> Verdict:
        """Handle one and say what became of it."""

    async def give_up(self, claimed: Claimed) -> None:
        """Tell the person that nothing comes of one that cannot be handled."""


class Workers:
    """Handles up to `concurrent` lanes at once; `news` is set when there may be something to claim."""

    def __init__(
        self,
        inbox: Inbox,
        handler: Handler,
        metrics: Metrics,
        *,
        concurrent: int,
        news: asyncio.Event,
    ) -> None:
        self._inbox = inbox
        self._handler = handler
        self._metrics = metrics
        self._concurrent = concurrent
        self._news = news
        self._lanes: set[asyncio.Task[None]] = set()
        self._suspects = asyncio.Lock()
        self._is_stopping = False
        self._may_wait = False
        """Whether there may be more in lanes that were in hand when it was looked for."""
        self._trouble: str | None = None
        self._reserved = self._asked = 0
        self._is_full = False

    def trouble(self) -> str | None:
        """Tell why nothing can be claimed, or None when it can."""
        return self._trouble

    async def run(self) -> None:
        """Claim and handle until cancelled; what is in hand goes on."""
        while True:
            self._news.clear()
            lanes = self._half_of_room()
            self._is_full = lanes == 0
            if lanes == 0 or await self._claim(lanes) < lanes:
                await self._news.wait()

    def reserve(self) -> int:
        """Keep room for so many lanes, until some are begun."""
        self._reserved = 0 if self._is_stopping else self._half_of_room()
        return self._reserved

    def begin(self, lanes: Sequence[Sequence[Claimed]]) -> None:
        """Handle the updates of lanes, each in order and all at once."""
        self._reserved = 0
        self._start(lanes)
        if self._is_full:
            self._news.set()

    def _start(self, lanes: Sequence[Sequence[Claimed]]) -> None:
        for updates in lanes:
            self._may_wait |= len(updates) > 1
            task = asyncio.create_task(self._work(updates))
            self._lanes.add(task)
            task.add_done_callback(self._end)

    def _half_of_room(self) -> int:
        """Return half of the lanes that can be begun: what arrives and what waits are asked for at the same time."""
        taken = len(self._lanes) + self._reserved + self._asked
        return (self._concurrent - taken + 1) // 2

    async def finish(self, timeout_seconds: float) -> None:
        """Finish the updates in hand, within bounds; what was not begun goes back to the inbox."""
        self._is_stopping = True
        if self._lanes:
            _logger.info("finishing", lanes=len(self._lanes))
            await asyncio.wait(self._lanes, timeout=timeout_seconds)
        left = set(self._lanes)
        for task in left:
            task.cancel()
        if left:
            _logger.warning("updates_given_up", updates=len(left))
            await asyncio.wait(left, timeout=_CANCEL_SECONDS)

    async def _claim(self, wanted: int) -> int:
        """Claim up to so many lanes and begin them; return how many."""
        self._may_wait |= bool(self._lanes)
        self._asked = wanted
        try:
            lanes = await self._inbox.claim(wanted)
        except InboxUnavailableError as error:
            self._note(str(error))
            asyncio.get_running_loop().call_later(AWAY_PAUSE_SECONDS, self._news.set)
            return 0
        finally:
            self._asked = 0
        self._note(None)
        self._may_wait |= len(lanes) == wanted
        self._start(lanes)
        return len(lanes)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._lanes.discard(task)
        if self._may_wait or self._is_full:
            self._may_wait = False
            self._news.set()
        if not task.cancelled() and (error := task.exception()):
            _logger.error("lane_failed", exc_info=error)

    async def _work(self, updates: Sequence[Claimed]) -> None:
        """Handle the updates of a lane in order, as far as they go."""
        left = list(updates)
        marked: asyncio.Future[None] | None = None
        try:
            while left and not self._is_stopping and self._inbox.holds(left[0]):
                update = left.pop(0)
                is_suspect = update.deaths >= SUSPECT_DEATHS
                take = self._take_alone if is_suspect else self._take
                goes_on, mark = await take(update)
                marked = mark or marked
                if not goes_on:
                    break
        finally:
            if left and self._inbox.holds(left[0]):
                await self._insist(left[0], partial(self._inbox.release, left))
            if marked is not None:
                await asyncio.shield(marked)

    async def _take(self, update: Claimed) -> tuple[bool, asyncio.Future[None] | None]:
        """Handle an update and say what became of it; tell whether its lane goes on, and when that is written."""
        last = update.attempts >= len(BACKOFF_SECONDS)
        verdict = await self._handle(update, is_last_try=last)
        if verdict.fate is Fate.DONE:
            return True, self._inbox.done(update)
        return await self._give_back(update, verdict, is_last_try=last), None

    async def _take_alone(self, update: Claimed) -> tuple[bool, asyncio.Future[None] | None]:
        """Take an update that processes have died over, one at a time, so that the next death has one suspect."""
        async with self._suspects:
            if self._is_stopping:
                await self._insist(update, partial(self._inbox.release, [update]))
                return False, None
            if not await self._insist(update, partial(self._inbox.begin, update)):
                return False, None
            if update.deaths < DEATHS:
                goes_on, mark = await self._take(update)
                if mark is not None:
                    await asyncio.shield(mark)  # else the next one's death would count for this one
                return goes_on, mark
            if update.deaths == DEATHS:  # once only, as even reading it may be what kills
                await self._handler.give_up(update)
            verdict = Verdict(Fate.DEADLY, f"{DEATHS} processes died while they handled it")
            return await self._give_back(update, verdict, is_last_try=True), None

    async def _handle(self, update: Claimed, *, is_last_try: bool) -> Verdict:
        try:
            return await self._handler.handle(update, is_last_try=is_last_try)
        except Exception as error:
            _logger.exception("handler_failed", update_id=update.update_id)
            return Verdict(Fate.FAILED, type(error).__name__)

    async def _give_back(self, update: Claimed, verdict: Verdict, *, is_last_try: bool) -> bool:
        """Postpone an update that was not handled, or set it aside; tell whether its lane goes on."""
        if verdict.fate is Fate.UNAVAILABLE:
            seconds = random.uniform(*TROUBLE_SECONDS)  # noqa: S311 - so that not all come at once
            await self._postpone(update, seconds, failed=False)
            return False
        if verdict.fate is Fate.FAILED and not is_last_try:
            self._metrics.tried_again.inc()
            await self._postpone(update, BACKOFF_SECONDS[update.attempts], failed=True)
            return False
        self._metrics.set_aside.inc()
        _logger.error("update_set_aside", update_id=update.update_id, reason=verdict.reason)
        return await self._insist(
            update, partial(self._inbox.set_aside, update, reason=verdict.reason)
        )

    async def _postpone(self, update: Claimed, seconds: float, *, failed: bool) -> None:
        await self._insist(
            update, partial(self._inbox.postpone, update, seconds=seconds, failed=failed)
        )

    async def _insist(self, update: Claimed, write: Callable[[], Awaitable[Any]]) -> bool:
        """Write until it is written, or until the claim is gone and somebody else will look after the update."""
        while self._inbox.holds(update):
            try:
                await write()
            except InboxUnavailableError:
                await asyncio.sleep(AWAY_PAUSE_SECONDS)
            except (
                Exception
            ):  # without this the lane would be held for as long as this process lives
                _logger.exception("fate_not_written", update_id=update.update_id)
                await asyncio.sleep(AWAY_PAUSE_SECONDS)
            else:
                return True
        return False

    def _note(self, trouble: str | None) -> None:
        if trouble is not None and self._trouble is None:
            _logger.warning("inbox_unavailable", reason=trouble)
        self._trouble = trouble
