"""Conversations of simulations in Redis, beside whatever else is kept there.

It knows nothing of what is simulated; each process keeps the conversations of a bot of its own, which no other has.
"""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.dialog.ports import DueConversation
from engine.service.store import RedisConversations
from storage.conversations import ConversationStore, create_client
from storage.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from redis.asyncio import Redis

    from engine.dialog.ports import ConversationKey, StoredConversation
    from engine.service.metrics import Metrics

_FIRST_ID: Final = 10**15
"""Ids from here on are no bot's: Telegram's have ten digits."""


class RedisShelf:
    """The store of production, under a number that is no bot's."""

    def __init__(self, client: Redis, metrics: Metrics) -> None:
        self._kept = ConversationStore(client)
        self._timetable = Timetable(client)
        self._store = RedisConversations(self._kept, self._timetable, metrics)
        self._bot_id = _FIRST_ID + secrets.randbelow(_FIRST_ID)

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return the newest state, or None where nothing is kept."""
        return await self._store.load(self._own(key))

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> None:
        """Write the state that follows the one of `expected_revision`, None where nothing is kept.

        Raises:
            StaleConversationError: the kept revision is another one.
        """
        await self._store.save(self._own(key), value, expected_revision=expected_revision)

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when a conversation is due, in the place of what was noted before."""
        await self._store.schedule(self._own(key), due)

    async def next_due(self, bot_id: int) -> datetime | None:
        """Return when the first conversation is due."""
        del bot_id
        return await self._store.next_due(self._bot_id)

    async def claim_due(
        self, bot_id: int, *, now: datetime, limit: int
    ) -> Sequence[DueConversation]:
        """Return conversations that are due."""
        claimed = await self._store.claim_due(self._bot_id, now=now, limit=limit)
        return [DueConversation(replace(one.key, bot_id=bot_id), one.claim) for one in claimed]

    async def settle(self, claimed: DueConversation) -> None:
        """Forget a conversation that was claimed, unless it was scheduled anew."""
        await self._store.settle(replace(claimed, key=self._own(claimed.key)))

    async def forget(self) -> None:
        """Forget all conversations, and when they are due."""
        await self._kept.forget(self._bot_id)
        await self._timetable.forget(self._bot_id)

    def _own(self, key: ConversationKey) -> ConversationKey:
        return replace(key, bot_id=self._bot_id)


@asynccontextmanager
async def open_shelf(url: str, metrics: Metrics) -> AsyncIterator[RedisShelf]:
    """Open a store that has nothing in it, and leaves nothing behind."""
    async with create_client(url, connections=4) as client:
        shelf = RedisShelf(client, metrics)
        try:
            yield shelf
        finally:
            await shelf.forget()
