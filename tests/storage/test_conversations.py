"""What a conversation is kept as: one command to read, one to write, and never an old state over a new one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from storage.conversations import (
    ConversationKey,
    ConversationStore,
    LeaseTimeout,
    StaleState,
    Stored,
    create_client,
)
from tests.storage.conftest import Listen

KEY = ConversationKey(bot_id=42, chat_id=-100, user_id=7)


@pytest.fixture
def store(client: Redis) -> ConversationStore:
    """Give a store on it."""
    return ConversationStore(client, ttl=timedelta(hours=1))


async def test_a_value_comes_back_as_it_was_saved(store: ConversationStore) -> None:
    """Bytes go in and come out, whatever they are, under a revision that grows."""
    first = await store.save(KEY, b"\x00\xff one", expected_revision=None)
    second = await store.save(KEY, b"", expected_revision=first)

    assert second == first + 1
    assert await store.load(KEY) == Stored(second, b"")


async def test_no_value_is_none(store: ConversationStore) -> None:
    """A conversation that was never saved, or was deleted, has no value."""
    assert await store.load(KEY) is None
    await store.save(KEY, b"x", expected_revision=None)
    await store.delete(KEY)
    assert await store.load(KEY) is None


async def test_one_bot_is_forgotten_and_no_other(store: ConversationStore) -> None:
    """Of all who talk to it; a bot whose number only begins alike keeps what it has."""
    other = replace(KEY, bot_id=421)
    for key in (KEY, replace(KEY, chat_id=5, user_id=5), other):
        await store.save(key, b"x", expected_revision=None)

    await store.forget(KEY.bot_id)

    assert await store.load(KEY) is None
    assert await store.load(replace(KEY, chat_id=5, user_id=5)) is None
    assert await store.load(other) is not None


async def test_a_late_writer_is_refused(store: ConversationStore) -> None:
    """Who loaded an older revision, or none, cannot overwrite what was saved since."""
    first = await store.save(KEY, b"old", expected_revision=None)
    second = await store.save(KEY, b"new", expected_revision=first)

    for expected in (first, None, second + 1):
        with pytest.raises(StaleState):
            await store.save(KEY, b"late", expected_revision=expected)

    assert await store.load(KEY) == Stored(second, b"new")


async def test_one_of_many_writers_wins(store: ConversationStore) -> None:
    """Of fifty who loaded the same revision, one writes."""
    revision = await store.save(KEY, b"", expected_revision=None)

    results = await asyncio.gather(
        *(store.save(KEY, b"%d" % n, expected_revision=revision) for n in range(50)),
        return_exceptions=True,
    )

    assert [result for result in results if isinstance(result, int)] == [revision + 1]
    assert sum(isinstance(result, StaleState) for result in results) == 49


async def test_a_revision_never_comes_again(store: ConversationStore, client: Redis) -> None:
    """After a value was deleted, or Redis emptied, the first revision is not one that a late writer could hold."""
    revision = await store.save(KEY, b"", expected_revision=None)
    await client.flushdb()
    await asyncio.sleep(1.1)

    assert await store.save(KEY, b"", expected_revision=None) > revision


async def test_a_read_and_a_write_are_one_command_each(
    store: ConversationStore, listen: Listen
) -> None:
    """An update costs HMGET and EVALSHA; what the script calls stays inside the server."""
    revision = await store.save(KEY, b"", expected_revision=None)

    async with listen() as commands:
        await store.load(KEY)
        await store.save(KEY, b"", expected_revision=revision)

    assert commands == ["HMGET", "EVALSHA"]


async def test_scripts_come_back_after_the_server_forgot_them(
    store: ConversationStore, client: Redis
) -> None:
    """A server that was restarted or failed over is given its scripts again."""
    revision = await store.save(KEY, b"", expected_revision=None)
    await client.script_flush()

    assert await store.save(KEY, b"x", expected_revision=revision) == revision + 1


async def test_every_save_starts_the_time_to_live_again(
    store: ConversationStore, client: Redis
) -> None:
    """The whole conversation lives for the store's time after its last save."""
    revision = await store.save(KEY, b"", expected_revision=None)
    await client.pexpire(KEY.name("state"), 1000)

    await store.save(KEY, b"", expected_revision=revision)

    assert 3_590_000 < await client.pttl(KEY.name("state")) <= 3_600_000


async def test_keys_of_a_chat_share_its_hash_tag(store: ConversationStore, client: Redis) -> None:
    """All keys of a chat lie on one node of a cluster, and differ by user and thread."""
    other = ConversationKey(bot_id=42, chat_id=-100, user_id=8, thread_id=3)
    for key in (KEY, other):
        await store.save(key, b"", expected_revision=None)
        async with store.hold(key, lease_seconds=5, wait_seconds=0):
            names = {name.decode() for name in await client.keys()}

    assert len({name for name in names if ":state:" in name}) == 2
    assert all(name.startswith("usher:{42:-100}:") for name in names)


async def test_many_updates_share_few_connections(redis_url: str) -> None:
    """Who finds every connection in use waits for one, for as long as the time-out, instead of failing."""
    async with create_client(redis_url, connections=2) as client:
        store = ConversationStore(client)
        loaded = await asyncio.gather(*(store.load(KEY) for _ in range(100)))

    assert loaded == [None] * 100


async def test_a_lease_is_held_by_one_at_a_time(store: ConversationStore) -> None:
    """Twenty who want it get it one after the other, each with a greater token."""
    inside: list[int] = []
    tokens: list[int] = []

    async def work() -> None:
        async with store.hold(KEY, lease_seconds=5, wait_seconds=20) as lease:
            inside.append(1)
            assert len(inside) == 1
            tokens.append(lease.token)
            await asyncio.sleep(0.002)
            inside.pop()

    await asyncio.gather(*(work() for _ in range(20)))

    assert tokens == sorted(set(tokens))
    assert len(tokens) == 20


async def test_waiting_for_a_lease_is_bounded(store: ConversationStore) -> None:
    """Who cannot get it in time is told so, and the holder keeps it."""
    async with store.hold(KEY, lease_seconds=5, wait_seconds=0) as lease:
        with pytest.raises(LeaseTimeout):
            async with store.hold(KEY, lease_seconds=5, wait_seconds=0.05):
                pytest.fail("two hold one conversation")
        assert not lease.lost


async def test_a_lease_outlives_its_seconds_while_work_goes_on(store: ConversationStore) -> None:
    """A body slower than the lease is not joined by another."""
    async with store.hold(KEY, lease_seconds=0.15, wait_seconds=0) as lease:
        with pytest.raises(LeaseTimeout):
            async with store.hold(KEY, lease_seconds=5, wait_seconds=0.5):
                pytest.fail("two hold one conversation")
        assert not lease.lost


async def test_a_lease_of_the_dead_ends_by_itself(store: ConversationStore, client: Redis) -> None:
    """What a killed process held is free again when its lease has run out."""
    await client.set(KEY.name("lease"), 1, px=100)

    async with store.hold(KEY, lease_seconds=5, wait_seconds=5) as lease:
        assert lease.token


async def test_a_lost_lease_is_not_taken_from_its_new_holder(
    store: ConversationStore, client: Redis
) -> None:
    """Who lost the lease learns it, and does not release the next one's."""
    async with store.hold(KEY, lease_seconds=0.09, wait_seconds=0) as lease:
        await client.set(KEY.name("lease"), 999)
        await asyncio.sleep(0.2)
        assert lease.lost

    assert await client.get(KEY.name("lease")) == b"999"


async def test_the_conversations_of_a_chat_move_with_it(store: ConversationStore) -> None:
    """Each goes on under the new id, in its thread, changed as asked; what has begun there stands, and others stay."""
    thread, other = replace(KEY, thread_id=3), replace(KEY, chat_id=-1001)
    begun = replace(KEY, user_id=8)
    for key in (KEY, thread, other, begun):
        await store.save(key, b"of before", expected_revision=None)
    await store.save(replace(begun, chat_id=-200), b"begun", expected_revision=None)

    moved = await store.move_chat(42, -100, -200, change=lambda value: value + b", moved")

    there = [replace(KEY, chat_id=-200), replace(thread, chat_id=-200)]
    assert sorted(moved, key=lambda one: one[0].thread_id or 0) == [
        (key, b"of before, moved") for key in there
    ]
    found = {key: await store.load(key) for key in (*there, other, replace(begun, chat_id=-200))}
    assert [one.value if one else None for one in found.values()] == [
        b"of before, moved",
        b"of before, moved",
        b"of before",
        b"begun",
    ]
    assert [await store.load(key) for key in (KEY, thread, begun)] == [None, None, None]
    assert (await store.find_move(42, -100), await store.find_move(42, -1001)) == (-200, None)
    assert await store.move_chat(42, -100, -200, change=bytes) == []
