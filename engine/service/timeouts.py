"""Puts the timeouts of conversations that are due into the inbox, so that each is taken in order with what people do.

It knows nothing of what a timeout does: the conversations take the turn.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog
from redis.exceptions import RedisError

from engine.dialog.ports import ConversationKey, UnavailableError
from engine.service.inbox import InboxUnavailableError

if TYPE_CHECKING:
    from engine.dialog.ports import ConversationStore
    from engine.service.inbox import Inbox
    from engine.service.presence import PresenceKeeper

_logger = structlog.get_logger(__name__)

BATCH: Final = 20
"""Conversations whose timeouts are put at once."""

LONGEST_SLEEP_SECONDS: Final = 1.0
"""Not above the shortest timeout, nor the shortest refresh, so that one scheduled meanwhile, here or by another process, is not fired late."""

_KEY: Final = "timeout"


class Timeouts:
    """A loop of its own, in the process that leads: who puts updates must be the only one to."""

    def __init__(
        self, bot_id: int, inbox: Inbox, store: ConversationStore, keeper: PresenceKeeper
    ) -> None:
        self._bot_id = bot_id
        self._inbox = inbox
        self._store = store
        self._keeper = keeper

    async def run(self) -> None:
        """Put what is due until cancelled; a store that fails is asked again."""
        while True:
            await self._keeper.led.wait()
            try:
                if not await self.put_due():
                    await asyncio.sleep(await self._pause())
            except (RedisError, UnavailableError, InboxUnavailableError) as error:
                _logger.warning("timeouts_wait", reason=type(error).__name__)
                await asyncio.sleep(LONGEST_SLEEP_SECONDS)

    async def put_due(self) -> bool:
        """Put one batch of what is due now; tell whether there was anything.

        What was put twice, because a process died over it, is found to be due no more.
        """
        claimed = await self._store.claim_due(self._bot_id, now=datetime.now(UTC), limit=BATCH)
        await self._inbox.put([_write(one.key) for one in claimed])
        for one in claimed:
            await self._store.settle(one)
        return bool(claimed)

    async def _pause(self) -> float:
        due = await self._store.next_due(self._bot_id)
        if due is None:
            return LONGEST_SLEEP_SECONDS
        seconds = (due - datetime.now(UTC)).total_seconds()
        return min(max(seconds, 0.01), LONGEST_SLEEP_SECONDS)


def read_timeout(bot_id: int, raw: str) -> ConversationKey | None:
    """Return whose timeout an update of ours is; None for one of Telegram's."""
    update = orjson.loads(raw)
    told = update.get(_KEY) if update["update_id"] < 0 else None
    if told is None:
        return None
    return ConversationKey(bot_id, told["chat"]["id"], told["from"]["id"], told["thread"])


def _write(key: ConversationKey) -> dict[str, Any]:
    """Return a timeout as an update of its chat, with a number that Telegram gives to none."""
    told = {"chat": {"id": key.chat_id}, "from": {"id": key.user_id}, "thread": key.thread_id}
    return {"update_id": -1 - secrets.randbelow(2**62), _KEY: told}
