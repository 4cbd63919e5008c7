"""Fetches updates by long polling and has them handled, many at once, none lost at a stop.

It knows nothing of what an update means.
"""

from __future__ import annotations

import asyncio
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates, TelegramMethod
from aiogram.types import Update
from aiogram.utils.backoff import Backoff, BackoffConfig
from pydantic import ValidationError

from engine.dialog.conversations import TurnResult
from engine.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiogram import Bot, Dispatcher

    from engine.service.metrics import Metrics
    from engine.service.settings import Settings

_logger = structlog.get_logger(__name__)

_BACKOFF: Final = BackoffConfig(min_delay=0.5, max_delay=15.0, factor=1.7, jitter=0.1)
_SPARE_SECONDS: Final = 15.0
"""How much longer than its time-out a poll may take before it counts as lost."""


class Poller:
    """Polls in a loop of its own until it is stopped; trouble is logged when it begins and when it ends."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, metrics: Metrics, settings: Settings
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._metrics = metrics
        self._timeout_seconds = settings.polling_timeout_seconds
        self._allowed = dispatcher.resolve_used_update_types()
        self._free = asyncio.Semaphore(settings.concurrent_updates)
        self._in_work: dict[asyncio.Task[None], int] = {}
        self._offset: int | None = None
        self._answered_at: float | None = None
        self._trouble: str | None = "Telegram has not answered yet"
        metrics.polling_seconds_ago.set_function(self._seconds_ago)

    def trouble(self) -> str | None:
        """Tell why updates do not come, or None when they do."""
        if self._trouble is None and self._seconds_ago() > self._timeout_seconds + _SPARE_SECONDS:
            return f"Telegram last answered {self._seconds_ago():.0f} s ago"
        return self._trouble

    async def run(self) -> None:
        """Poll until cancelled.

        Raises:
            ServiceError: Telegram refuses the token.
        """
        backoff = Backoff(_BACKOFF)
        try:
            while True:
                try:
                    # The first poll after a trouble answers at once, so that it is soon known to be over.
                    seconds = self._timeout_seconds if self._trouble is None else 0
                    updates = await self._poll(timeout=seconds)
                except TelegramUnauthorizedError as error:
                    raise ServiceError("Telegram refuses BOT_TOKEN; it may be revoked") from error
                except (AiogramError, OSError, TimeoutError) as error:
                    self._note(_reason(error))
                    await asyncio.sleep(_pause(error, backoff))
                    continue
                backoff.reset()
                self._note(None)
                for update in updates:
                    await self._begin(update)
        finally:
            self._trouble = "polling has stopped"

    async def finish(self, timeout_seconds: float) -> None:
        """Wait for updates in work, then tell Telegram which are done, so that only the others come again."""
        if self._in_work:
            _logger.info("finishing", updates=len(self._in_work))
            await asyncio.wait(self._in_work, timeout=timeout_seconds)
        left = dict(self._in_work)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if left:
            _logger.warning("updates_given_up", updates=len(left))
            self._offset = min(left.values())
        if self._offset is not None and self._answered_at is not None:
            try:
                await asyncio.wait_for(self._poll(timeout=0, limit=1), 2)
            except (AiogramError, OSError, TimeoutError) as error:
                _logger.info("updates_come_again", reason=_reason(error))

    async def _poll(self, **options: Any) -> Sequence[Update]:
        call = GetUpdates(offset=self._offset, allowed_updates=self._allowed, **options)
        seconds = int(options["timeout"] + _SPARE_SECONDS)
        try:
            updates = await self._bot(call, request_timeout=seconds)
        except ClientDecodeError as error:
            readable = _read_one_by_one(error.data, self._bot)
            if readable is None:
                raise
            updates = readable
        self._answered_at = monotonic()
        return updates

    async def _begin(self, update: Update) -> None:
        await self._free.acquire()
        self._offset = update.update_id + 1
        task = asyncio.create_task(self._handle(update))
        self._in_work[task] = update.update_id
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._in_work[task]
        self._free.release()

    async def _handle(self, update: Update) -> None:
        kind = next((one for one in self._allowed if getattr(update, one) is not None), "other")
        started = perf_counter()
        result = "failed"
        try:
            with self._metrics.updates_in_work.track_inprogress():
                result = await self._feed(update) if kind != "other" else "ignored"
        except Exception:
            _logger.exception("update_failed", update_id=update.update_id, kind=kind)
        finally:
            seconds = perf_counter() - started
            self._metrics.updates.labels(kind, result).inc()
            self._metrics.update_seconds.labels(kind).observe(seconds)
            _logger.info(
                "update_handled",
                update_id=update.update_id,
                kind=kind,
                result=result,
                milliseconds=round(seconds * 1000, 1),
            )

    async def _feed(self, update: Update) -> str:
        response = await self._dispatcher.feed_update(self._bot, update)
        if response is UNHANDLED:
            return "ignored"
        if isinstance(response, TelegramMethod):
            await self._bot(response)
        return response.value if isinstance(response, TurnResult) else "handled"

    def _note(self, trouble: str | None) -> None:
        if trouble == self._trouble:
            return
        if trouble is None:
            _logger.info("polling", allowed_updates=self._allowed)
        else:
            _logger.warning("polling_fails", reason=trouble)
        self._trouble = trouble

    def _seconds_ago(self) -> float:
        return float("inf") if self._answered_at is None else monotonic() - self._answered_at


def _read_one_by_one(answer: Any, bot: Bot) -> list[Update] | None:
    """Read the updates of an answer that cannot be read as a whole; one that cannot be is left with its number alone."""
    if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
        return None
    updates = []
    for raw in answer["result"]:
        try:
            updates.append(Update.model_validate(raw, context={"bot": bot}))
        except ValidationError:
            _logger.warning("update_unreadable", update_id=raw["update_id"], fields=sorted(raw))
            updates.append(Update(update_id=raw["update_id"]))
    return updates


def _reason(error: Exception) -> str:
    if isinstance(error, TelegramConflictError):
        return "another process polls for this bot, or a webhook is set"
    if isinstance(error, TelegramNotFound):
        return "there is no such bot; BOT_TOKEN is cut off, or TELEGRAM_API_URL is wrong"
    return f"Telegram does not answer ({type(error).__name__})"


def _pause(error: Exception, backoff: Backoff) -> float:
    seconds = next(backoff)
    return max(seconds, error.retry_after) if isinstance(error, TelegramRetryAfter) else seconds
