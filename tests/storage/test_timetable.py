"""Which conversations are due: each once, to one who asks, and again if that one died."""

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from storage.conversations import ConversationKey
from storage.timetable import CLAIM, Timetable

NOW = datetime(2026, 11, 23, 7, 0, 0, 5000, tzinfo=UTC)
KEY = ConversationKey(42, -100, 7, 3)
OTHER = ConversationKey(42, 8, 8)


@pytest.fixture
def timetable(client: Redis) -> Timetable:
    """Give a timetable in an empty Redis."""
    return Timetable(client)


async def test_what_is_due_is_claimed_once(timetable: Timetable) -> None:
    """Of two processes that ask, one gets a conversation; those of later and of other bots stay."""
    await timetable.schedule(KEY, NOW)
    await timetable.schedule(OTHER, NOW + timedelta(seconds=1))
    await timetable.schedule(ConversationKey(43, 8, 8), NOW)

    first = await timetable.claim(42, now=NOW, limit=10)
    second = await timetable.claim(42, now=NOW, limit=10)

    assert [key for key, _ in first] == [KEY]
    assert second == []
    assert await timetable.next_due(42) == NOW + timedelta(seconds=1)


async def test_a_claim_ends_by_itself(timetable: Timetable) -> None:
    """What a process that died had claimed is due again after a while."""
    await timetable.schedule(KEY, NOW)
    await timetable.claim(42, now=NOW, limit=10)

    assert await timetable.next_due(42) == NOW + CLAIM
    assert [key for key, _ in await timetable.claim(42, now=NOW + CLAIM, limit=10)] == [KEY]


async def test_settled_is_forgotten(timetable: Timetable) -> None:
    """Nothing is left of a conversation that was dealt with."""
    await timetable.schedule(KEY, NOW)
    ((key, mark),) = await timetable.claim(42, now=NOW, limit=10)

    await timetable.settle(key, mark)

    assert await timetable.next_due(42) is None


async def test_scheduled_anew_is_not_forgotten(timetable: Timetable) -> None:
    """A conversation that has a new time when its claim is settled keeps it."""
    await timetable.schedule(KEY, NOW)
    ((key, mark),) = await timetable.claim(42, now=NOW, limit=10)
    await timetable.schedule(KEY, NOW + timedelta(hours=1))

    await timetable.settle(key, mark)

    assert await timetable.next_due(42) == NOW + timedelta(hours=1)


async def test_claims_come_in_batches(timetable: Timetable) -> None:
    """Who asks for few gets the first few."""
    for number in range(5):
        await timetable.schedule(
            ConversationKey(42, number, number), NOW - timedelta(seconds=number)
        )

    claimed = await timetable.claim(42, now=NOW, limit=2)

    assert [key.chat_id for key, _ in claimed] == [4, 3]
