"""Sees to it that Telegram calls this bot's webhook, from one process for each bot.

It knows nothing of what is called there. A webhook that somebody else has set is not fought over.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from aiogram.exceptions import AiogramError, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.utils.backoff import Backoff, BackoffConfig

from engine.service.errors import ServiceError
from engine.service.leading import while_leading
from engine.service.webhook_rules import host_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aiogram import Bot
    from aiogram.types import WebhookInfo

    from engine.service.metrics import Metrics
    from engine.service.presence import PresenceKeeper

_logger = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 30.0
"""How often Telegram is asked whether the webhook is still there."""

_BACKOFF: Final = BackoffConfig(min_delay=0.5, max_delay=15.0, factor=1.7, jitter=0.1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The webhook as it should be."""

    url: str
    secret: str
    connections: int
    allowed_updates: Sequence[str]

    def is_set(self, info: WebhookInfo) -> bool:
        """Tell whether Telegram has it so, as far as Telegram says; it does not say the secret."""
        return (
            info.url == self.url
            and info.max_connections == self.connections
            and set(info.allowed_updates or ()) == set(self.allowed_updates)
        )


class WebhookUpkeep:
    """Sets the webhook when this process begins to lead, and again when it has gone; what Telegram complains of is logged."""

    def __init__(
        self, bot: Bot, keeper: PresenceKeeper, metrics: Metrics, *, wanted: Wanted
    ) -> None:
        self._bot = bot
        self._keeper = keeper
        self._metrics = metrics
        self._wanted = wanted
        self._complained: datetime | None = None
        self._trouble: str | None = "the webhook is not set yet"
        metrics.leads.set_function(lambda: float(keeper.led.is_set()))

    def trouble(self) -> str | None:
        """Tell why Telegram does not call, or None when it does, or when another process sees to it."""
        return None if self._keeper.stands_by else self._trouble

    async def run(self) -> None:
        """Look after the webhook whenever this process leads, until cancelled.

        Raises:
            ServiceError: Telegram refuses the token.
        """
        await while_leading(self._keeper, self._keep)

    async def _keep(self) -> None:
        backoff = Backoff(_BACKOFF)
        is_new = True
        while True:
            try:
                self._note(await self._look(is_new=is_new))
            except TelegramUnauthorizedError as error:
                raise ServiceError("Telegram refuses BOT_TOKEN; it may be revoked") from error
            except (AiogramError, OSError, TimeoutError) as error:
                self._note(f"Telegram does not answer ({type(error).__name__})")
                wait = error.retry_after if isinstance(error, TelegramRetryAfter) else 0
                await asyncio.sleep(max(next(backoff), wait))
                continue
            is_new = False
            backoff.reset()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, *, is_new: bool) -> str | None:
        """Set the webhook where it has to be set; return what stands in its way."""
        info = await self._bot.get_webhook_info()
        self._metrics.webhook_pending.set(info.pending_update_count)
        self._pass_on(info)
        is_foreign = info.url not in {"", self._wanted.url}
        if is_foreign and not is_new:
            return f'somebody else has set a webhook, at host "{host_of(info.url)}"'
        if is_new or not self._wanted.is_set(info):  # the secret of one that is set is not known
            await self._set()
            former = host_of(info.url) if is_foreign else None
            _logger.info("webhook_set", host=host_of(self._wanted.url), former=former)
        return None

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._wanted.url,
            secret_token=self._wanted.secret,
            max_connections=self._wanted.connections,
            allowed_updates=list(self._wanted.allowed_updates),
        )

    def _pass_on(self, info: WebhookInfo) -> None:
        """Log what Telegram says of its last call that failed, once."""
        if info.last_error_date is not None and info.last_error_date != self._complained:
            self._complained = info.last_error_date
            _logger.warning(
                "webhook_failed", reason=info.last_error_message, at=str(info.last_error_date)
            )

    def _note(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self._trouble:
            _logger.warning("webhook_troubled", reason=trouble)
        self._trouble = trouble


async def make_way(bot: Bot, own: str | None) -> str:
    """Say what keeps a bot from polling; a webhook at the address that is its own is removed first."""
    info = await bot.get_webhook_info()
    if not info.url:
        return "another process polls for this bot"
    if info.url != own:
        return (
            f'a webhook is set, at host "{host_of(info.url)}", and updates go there;'
            " `usher webhook delete` removes it"
        )
    await bot.delete_webhook()
    _logger.info("webhook_deleted", host=host_of(own))
    return "the webhook was still set, and is removed"
