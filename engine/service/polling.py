"""Fetches updates by long polling, in one process for each bot, and puts them into the inbox before it asks for more.

It knows nothing of what an update means, nor of who handles it.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.backoff import Backoff, BackoffConfig

from engine.service.errors import ServiceError
from engine.service.inbox import InboxUnavailableError
from engine.service.leading import while_leading
from engine.service.webhook_upkeep import make_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiogram import Bot

    from engine.service.inbox import Inbox
    from engine.service.metrics import Metrics
    from engine.service.presence import PresenceKeeper
    from engine.service.putting_off import PuttingOff

_logger = structlog.get_logger(__name__)

_BACKOFF: Final = BackoffConfig(min_delay=0.5, max_delay=15.0, factor=1.7, jitter=0.1)
AWAY_SECONDS: Final = 2.0
"""How often it is looked whether PostgreSQL is gone, and who waits meanwhile."""

_SPARE_SECONDS: Final = 15.0
"""How much longer than its time-out a poll may take before it counts as lost."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` whose answer is left as it came, so that one update nobody can read holds up no other."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None
    timeout: int
    allowed_updates: list[str]


class Poller:
    """Polls while this process leads; trouble is logged when it begins and when it ends."""

    def __init__(  # noqa: PLR0913  # the ports, by name
        self,
        bot: Bot,
        inbox: Inbox,
        keeper: PresenceKeeper,
        metrics: Metrics,
        putting_off: PuttingOff,
        *,
        allowed_updates: Sequence[str],
        timeout_seconds: int,
        own_webhook: str | None = None,
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._keeper = keeper
        self._putting_off = putting_off
        self._timeout_seconds = timeout_seconds
        self._own_webhook = own_webhook
        self._allowed = list(allowed_updates)
        self._offset: int | None = None
        self._answered_at: float | None = None
        self._led_last = False
        self._trouble: str | None = "Telegram has not answered yet"
        metrics.polling_seconds_ago.set_function(self._seconds_ago)
        metrics.leads.set_function(lambda: float(keeper.led.is_set()))

    def trouble(self) -> str | None:
        """Tell why updates do not come, or None when they do, or when another process sees to it."""
        if self._keeper.stands_by:
            return None
        if self._trouble is None and self._seconds_ago() > self._timeout_seconds + _SPARE_SECONDS:
            return f"Telegram last answered {self._seconds_ago():.0f} s ago"
        return self._trouble

    async def run(self) -> None:
        """Poll whenever this process leads, until cancelled.

        Raises:
            ServiceError: Telegram refuses the token.
        """
        telling = asyncio.create_task(self._tell_while_away())
        try:
            await while_leading(self._keeper, self._poll_on)
        finally:
            telling.cancel()
            self._trouble = "polling has stopped"

    async def _poll_on(self) -> None:
        self._forget()
        self._led_last = True
        backoff = Backoff(_BACKOFF)
        while True:
            try:
                # The first poll after a trouble answers at once, so that it is soon known to be over.
                updates = await self._poll(self._timeout_seconds if self._trouble is None else 0)
                await self._put(updates)
            except TelegramUnauthorizedError as error:
                raise ServiceError("Telegram refuses BOT_TOKEN; it may be revoked") from error
            except (AiogramError, OSError, TimeoutError, InboxUnavailableError) as error:
                self._note(await self._explain(error))
                await asyncio.sleep(_pause(error, backoff))
                continue
            if updates:
                self._offset = max(update["update_id"] for update in updates) + 1
            backoff.reset()
            self._note(None)

    async def _put(self, updates: list[dict[str, Any]]) -> None:
        try:
            await self._inbox.put(updates)
        except InboxUnavailableError:
            await self._putting_off.tell(updates)
            raise
        if updates:
            self._putting_off.over()

    async def _tell_while_away(self) -> None:
        """Tell those who wait at Telegram for as long as PostgreSQL is gone, and with it the lead of this process.

        Without PostgreSQL nobody can lead. Should another process poll all the same, it is this one that is cut off.
        """
        while True:
            await asyncio.sleep(AWAY_SECONDS)
            if self._keeper.trouble() is None:
                self._led_last = self._keeper.led.is_set()
            elif self._led_last:
                await self._peek()

    async def _peek(self) -> None:
        try:
            await self._putting_off.tell(await self._poll(0))
        except TelegramConflictError:
            self._led_last = False
        except (AiogramError, OSError, TimeoutError) as error:
            _logger.info("peek_failed", reason=type(error).__name__)

    def _forget(self) -> None:
        self._offset, self._answered_at = None, None
        self._trouble = "Telegram has not answered yet"

    async def _poll(self, timeout_seconds: int) -> list[dict[str, Any]]:
        call = GetRawUpdates(
            offset=self._offset, timeout=timeout_seconds, allowed_updates=self._allowed
        )
        updates = await self._bot(call, request_timeout=int(timeout_seconds + _SPARE_SECONDS))
        self._answered_at = monotonic()
        return updates

    async def _explain(self, error: Exception) -> str:
        """Say why a poll failed; a webhook of our own, which stands in its way, is removed."""
        if not isinstance(error, TelegramConflictError):
            return _reason(error)
        try:
            return await make_way(self._bot, self._own_webhook)
        except (AiogramError, OSError, TimeoutError):
            return "another process polls for this bot, or a webhook is set"

    def _note(self, trouble: str | None) -> None:
        if trouble == self._trouble:
            return
        if trouble is None:
            _logger.info("polling", allowed_updates=self._allowed)
        else:
            _logger.warning("polling_fails", reason=trouble)
        self._trouble = trouble

    def _seconds_ago(self) -> float:
        if not self._keeper.led.is_set():
            return 0.0
        return float("inf") if self._answered_at is None else monotonic() - self._answered_at


def _reason(error: Exception) -> str:
    if isinstance(error, InboxUnavailableError):
        return f"PostgreSQL does not take updates ({error}); Telegram keeps them"
    if isinstance(error, TelegramNotFound):
        return "there is no such bot; BOT_TOKEN is cut off, or TELEGRAM_API_URL is wrong"
    return f"Telegram does not answer ({type(error).__name__})"


def _pause(error: Exception, backoff: Backoff) -> float:
    seconds = next(backoff)
    return max(seconds, error.retry_after) if isinstance(error, TelegramRetryAfter) else seconds
