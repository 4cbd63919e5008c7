"""One lock a conversation."""

import asyncio

from engine.dialog.locks import KeyedLocks


async def test_holders_of_one_key_come_in_order_and_others_pass() -> None:
    """Who asks first is first; who asks for another key does not wait."""
    locks, order = KeyedLocks(), []

    async def hold(key: str, name: str, seconds: float) -> None:
        async with locks.hold(key):
            await asyncio.sleep(seconds)
            order.append(name)

    await asyncio.gather(
        hold("a", "first", 0.03),
        hold("a", "second", 0),
        hold("a", "third", 0),
        hold("b", "other", 0),
    )

    assert order == ["other", "first", "second", "third"]
    assert len(locks) == 0


async def test_a_holder_that_fails_or_is_cancelled_lets_go() -> None:
    """Neither an exception nor a cancellation leaves a key locked, or remembered."""
    locks = KeyedLocks()

    async def fail() -> None:
        async with locks.hold("a"):
            raise RuntimeError

    async def wait() -> None:
        async with locks.hold("a"):
            await asyncio.sleep(10)

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    late = asyncio.create_task(wait())
    await asyncio.sleep(0)
    late.cancel()
    waiting.cancel()
    results = await asyncio.gather(waiting, late, fail(), return_exceptions=True)

    assert isinstance(results[2], RuntimeError)
    assert len(locks) == 0
