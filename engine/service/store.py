"""Conversations in Redis as the dialogs want them: their keys, their exception, revisions that count from 1.

It knows nothing of what a conversation holds. Storage's first revision is a clock's, so that one never comes again;
how far it is ahead is written before each value, but the first.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from redis.exceptions import RedisError

from engine.dialog.ports import StaleConversationError, StoredConversation
from storage.conversations import ConversationKey as StorageKey
from storage.conversations import StaleState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.dialog.ports import ConversationKey
    from engine.service.metrics import Metrics
    from storage.conversations import ConversationStore, Stored

REMEMBERED: Final = 50_000
"""Conversations whose offset is remembered from a load until the save that follows it."""

_OFFSET_BYTES: Final = 8


class RedisConversations:
    """The dialogs' store on storage's; counts what fails."""

    def __init__(self, store: ConversationStore, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._offsets: OrderedDict[ConversationKey, int] = OrderedDict()

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return the newest state, or None where nothing is kept."""
        with self._counted("load"):
            stored = await self._store.load(_storage_key(key))
        if stored is None:
            return None
        offset = _offset(stored)
        self._remember(key, offset)
        return StoredConversation(stored.revision - offset, stored.value[_OFFSET_BYTES:])

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> int:
        """Write the state that follows `expected_revision` and return its revision.

        Raises:
            StaleConversationError: the kept revision is another one.
        """
        offset = 0
        if expected_revision is not None:
            offset = await self._offset_of(key)
        try:
            with self._counted("save"):
                revision = await self._store.save(
                    _storage_key(key),
                    offset.to_bytes(_OFFSET_BYTES) + value,
                    expected_revision=(
                        None if expected_revision is None else expected_revision + offset
                    ),
                )
        except StaleState as error:
            raise StaleConversationError(str(error)) from error
        if expected_revision is None:
            self._remember(key, revision - 1)
            return 1
        return revision - offset

    async def _offset_of(self, key: ConversationKey) -> int:
        if key not in self._offsets and await self.load(key) is None:
            raise StaleConversationError("nothing is kept of this conversation any more")
        return self._offsets[key]

    def _remember(self, key: ConversationKey, offset: int) -> None:
        self._offsets[key] = offset
        self._offsets.move_to_end(key)
        if len(self._offsets) > REMEMBERED:
            self._offsets.popitem(last=False)

    @contextmanager
    def _counted(self, call: str) -> Iterator[None]:
        try:
            yield
        except RedisError as error:
            self._metrics.store_failures.labels(call, type(error).__name__).inc()
            raise


def _storage_key(key: ConversationKey) -> StorageKey:
    return StorageKey(key.bot_id, key.chat_id, key.user_id, key.thread_id)


def _offset(stored: Stored) -> int:
    return int.from_bytes(stored.value[:_OFFSET_BYTES]) or stored.revision - 1
