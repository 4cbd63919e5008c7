"""Conversations in Redis as the dialogs want them: with their keys and their exception, and failures counted.

It knows nothing of what a conversation holds.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from engine.dialog.ports import (
    ConversationKey,
    DueConversation,
    StaleConversationError,
    StoredConversation,
    UnavailableError,
)
from engine.service.outages import outages_told
from storage.conversations import ConversationKey as StorageKey
from storage.conversations import StaleState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from engine.service.metrics import Metrics
    from storage.conversations import ConversationStore
    from storage.timetable import Timetable


class RedisConversations:
    """The dialogs' store on storage's; counts what fails."""

    def __init__(self, store: ConversationStore, timetable: Timetable, metrics: Metrics) -> None:
        self._store = store
        self._timetable = timetable
        self._metrics = metrics

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return the newest state, or None where nothing is kept."""
        with self._counted("load"):
            stored = await self._store.load(_storage_key(key))
        return None if stored is None else StoredConversation(stored.revision, stored.value)

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> None:
        """Write the state that follows the one of `expected_revision`, None where nothing is kept.

        Raises:
            StaleConversationError: the kept revision is another one.
        """
        try:
            with self._counted("save"):
                await self._store.save(
                    _storage_key(key), value, expected_revision=expected_revision
                )
        except StaleState as error:
            raise StaleConversationError(str(error)) from error

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when a conversation is due, in the place of what was noted before."""
        with self._counted("schedule"):
            await self._timetable.schedule(_storage_key(key), due)

    async def next_due(self, bot_id: int) -> datetime | None:
        """Return when the first conversation of a bot is due."""
        with self._counted("next_due"):
            return await self._timetable.next_due(bot_id)

    async def claim_due(
        self, bot_id: int, *, now: datetime, limit: int
    ) -> Sequence[DueConversation]:
        """Return conversations that are due; to others they are due again in a minute, should nobody settle them."""
        with self._counted("claim_due"):
            claimed = await self._timetable.claim(bot_id, now=now, limit=limit)
        return [
            DueConversation(
                ConversationKey(key.bot_id, key.chat_id, key.user_id, key.thread_id), mark
            )
            for key, mark in claimed
        ]

    async def settle(self, claimed: DueConversation) -> None:
        """Forget a conversation that was claimed, unless it was scheduled anew."""
        with self._counted("settle"):
            await self._timetable.settle(_storage_key(claimed.key), claimed.claim)

    @contextmanager
    def _counted(self, call: str) -> Iterator[None]:
        try:
            with outages_told():
                yield
        except UnavailableError as error:
            self._metrics.store_failures.labels(call, type(error.__cause__).__name__).inc()
            raise
        except RedisError as error:
            self._metrics.store_failures.labels(call, type(error).__name__).inc()
            raise


def _storage_key(key: ConversationKey) -> StorageKey:
    return StorageKey(key.bot_id, key.chat_id, key.user_id, key.thread_id)
