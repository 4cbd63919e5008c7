"""Everybody has a bucket of their own, which fills again, and is told once that it is empty."""

import asyncio
from typing import Any

from redis.asyncio import Redis

from storage.throttle import Rate, TokenBuckets, Verdict
from tests.storage.conftest import Listen

BOT, ANNA, BEN = 42, 7, 8


async def test_a_bucket_holds_so_many_and_is_told_of_once(client: Redis) -> None:
    """What is above the rate is refused, the first time with a word; nobody else is touched."""
    buckets = TokenBuckets(client, Rate(3, 60_000))

    taken = [await buckets.take(BOT, ANNA) for _ in range(5)]

    assert taken == [Verdict.PASSES] * 3 + [Verdict.TOLD, Verdict.REFUSED]
    assert await buckets.take(BOT, BEN) is Verdict.PASSES
    assert await buckets.take(BOT + 1, ANNA) is Verdict.PASSES


async def test_a_bucket_fills_evenly(client: Redis) -> None:
    """Part of the period gives part of the tokens, and being too fast meanwhile is not told again."""
    buckets = TokenBuckets(client, Rate(4, 400))
    for _ in range(5):
        await buckets.take(BOT, ANNA)

    await asyncio.sleep(0.15)
    some = [await buckets.take(BOT, ANNA) for _ in range(5)]

    assert 1 <= some.count(Verdict.PASSES) <= 3
    assert Verdict.TOLD not in some


async def test_a_bucket_that_was_full_again_is_told_of_again(client: Redis) -> None:
    """After a whole period of rest nothing is remembered, in Redis neither."""
    buckets = TokenBuckets(client, Rate(1, 100))
    assert [await buckets.take(BOT, ANNA) for _ in range(2)] == [Verdict.PASSES, Verdict.TOLD]

    await asyncio.sleep(0.15)

    assert await client.keys("usher:*") == []
    assert [await buckets.take(BOT, ANNA) for _ in range(2)] == [Verdict.PASSES, Verdict.TOLD]


async def test_an_update_that_passed_passes_again(client: Redis) -> None:
    """What is handled anew after a failure takes no second token, though the bucket is empty; what was refused has not passed."""
    buckets = TokenBuckets(client, Rate(2, 60_000))

    first = [await buckets.take(BOT, ANNA, number) for number in (101, 101, 102, 101, 1, 10, 103)]
    again = [await buckets.take(BOT, ANNA, number) for number in (101, 102, 103)]

    assert first == [Verdict.PASSES] * 4 + [Verdict.TOLD] + [Verdict.REFUSED] * 2
    assert again == [Verdict.PASSES, Verdict.PASSES, Verdict.REFUSED]


async def test_a_bucket_remembers_what_passed_last(client: Redis) -> None:
    """However many updates pass, the bucket stays small, and the last ones are known."""
    buckets = TokenBuckets(client, Rate(1000, 60_000))
    for number in range(10**9, 10**9 + 100):
        await buckets.take(BOT, ANNA, number)

    (key,) = await client.keys("usher:*")

    asked: Any = client  # typed for both of the library's clients
    before = await asked.hmget(key, ["passed", "tokens"])
    assert len(before[0]) <= 200
    assert await buckets.take(BOT, ANNA, 10**9 + 99) is Verdict.PASSES
    assert await asked.hmget(key, ["passed", "tokens"]) == before


async def test_many_at_once_get_no_more(client: Redis) -> None:
    """Fifty updates that come together are counted one by one."""
    buckets = TokenBuckets(client, Rate(10, 60_000))

    taken = await asyncio.gather(*(buckets.take(BOT, ANNA) for _ in range(50)))

    assert (taken.count(Verdict.PASSES), taken.count(Verdict.TOLD)) == (10, 1)


async def test_taking_costs_one_command(client: Redis, listen: Listen) -> None:
    """Once Redis knows the script, an update is one round trip."""
    buckets = TokenBuckets(client, Rate(10, 60_000))
    await buckets.take(BOT, ANNA)

    async with listen() as commands:
        await buckets.take(BOT, ANNA)

    assert commands == ["EVALSHA"]
