"""Everybody has a bucket of their own, which fills again, and is told once that it is empty."""

import asyncio

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
