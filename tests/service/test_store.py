"""Conversations keep what they held, and two writers never both win."""

import secrets

import pytest

from engine.dialog.ports import ConversationKey, StaleConversationError, UnavailableError
from engine.service.metrics import Metrics
from engine.service.store import RedisConversations
from storage.conversations import ConversationStore, create_client
from storage.timetable import Timetable


@pytest.fixture
def key() -> ConversationKey:
    """Give the key of a conversation nobody has had."""
    return ConversationKey(bot_id=1, chat_id=secrets.randbelow(2**40), user_id=5)


async def test_a_conversation_is_loaded_as_it_was_saved(
    redis_url: str, key: ConversationKey
) -> None:
    """Another process finds what one wrote, and writes the next state over it."""
    async with create_client(redis_url) as client:
        first, second = (
            RedisConversations(ConversationStore(client), Timetable(client), Metrics())
            for _ in range(2)
        )

        assert await first.load(key) is None
        await first.save(key, b"one", expected_revision=None)
        found = await second.load(key)
        assert found is not None
        assert found.value == b"one"
        await second.save(key, b"two", expected_revision=found.revision)
        found = await first.load(key)
        assert found is not None
        assert found.value == b"two"


async def test_of_two_writers_one_wins(redis_url: str, key: ConversationKey) -> None:
    """Who writes over a state that has moved on, or over one that was lost, is told so."""
    async with create_client(redis_url) as client:
        store = RedisConversations(ConversationStore(client), Timetable(client), Metrics())
        await store.save(key, b"one", expected_revision=None)
        found = await store.load(key)
        assert found is not None

        with pytest.raises(StaleConversationError):
            await store.save(key, b"another", expected_revision=None)
        await store.save(key, b"two", expected_revision=found.revision)
        with pytest.raises(StaleConversationError):
            await store.save(key, b"late", expected_revision=found.revision)
        await client.flushdb()
        with pytest.raises(StaleConversationError):
            await store.save(key, b"late", expected_revision=found.revision + 1)


async def test_failures_of_redis_are_counted(key: ConversationKey) -> None:
    """An operator sees that Redis failed, and in which call."""
    metrics = Metrics()
    async with create_client("redis://127.0.0.1:9") as client:
        store = RedisConversations(ConversationStore(client), Timetable(client), metrics)
        with pytest.raises(UnavailableError):
            await store.load(key)

    counted = 'usher_conversation_store_failures_total{call="load",error="ConnectionError"} 1.0'
    assert counted in metrics.render().decode()
