"""Fires the timeouts of conversations when they are due.

It knows nothing of what a timeout does: the conversations take the turn.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog
from redis.exceptions import RedisError

from engine.dialog.ports import UnavailableError

if TYPE_CHECKING:
    from aiogram import Bot

    from engine.dialog.conversations import Conversations
    from engine.dialog.ports import ConversationStore, DueConversation
    from engine.service.metrics import Metrics

_logger = structlog.get_logger(__name__)

BATCH: Final = 20
"""Conversations whose timeouts are fired at once."""

LONGEST_SLEEP_SECONDS: Final = 5.0
"""Below the shortest timeout, so that one scheduled meanwhile, here or by another process, is not fired late."""


class Timeouts:
    """A loop of its own, in every process: the store gives each conversation that is due to one of them."""

    def __init__(
        self, bot: Bot, conversations: Conversations, store: ConversationStore, metrics: Metrics
    ) -> None:
        self._bot = bot
        self._conversations = conversations
        self._store = store
        self._metrics = metrics

    async def run(self) -> None:
        """Fire timeouts until cancelled; a store that fails is asked again."""
        while True:
            try:
                if not await self.fire_due():
                    await asyncio.sleep(await self._pause())
            except (RedisError, UnavailableError) as error:
                _logger.warning("timeouts_wait", reason=type(error).__name__)
                await asyncio.sleep(LONGEST_SLEEP_SECONDS)

    async def fire_due(self) -> bool:
        """Fire one batch of what is due now; tell whether there was anything."""
        claimed = await self._store.claim_due(self._bot.id, now=datetime.now(UTC), limit=BATCH)
        await asyncio.gather(*(self._fire(one) for one in claimed))
        return bool(claimed)

    async def _fire(self, claimed: DueConversation) -> None:
        try:
            ended = await self._conversations.expire(self._bot, claimed.key)
        except UnavailableError as error:
            _logger.info("timeout_waits", reason=str(error))
            return
        except Exception:  # it is due again once the claim has run out
            _logger.exception("timeout_failed")
            self._metrics.timeouts.labels("failed").inc()
            return
        result = ended.value if ended else "not_due"
        self._metrics.timeouts.labels(result).inc()
        _logger.info("timeout_handled", result=result)
        await self._store.settle(claimed)

    async def _pause(self) -> float:
        due = await self._store.next_due(self._bot.id)
        if due is None:
            return LONGEST_SLEEP_SECONDS
        seconds = (due - datetime.now(UTC)).total_seconds()
        return min(max(seconds, 0.01), LONGEST_SLEEP_SECONDS)
