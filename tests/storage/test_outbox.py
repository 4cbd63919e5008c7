"""The outbox on PostgreSQL: written with a command, claimed in order and within limits, never lost with a worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import letters, outbox
from storage.database import create_engine, create_pool, create_sessions
from storage.outbox import MAY_BE_LOST, Depth, Fate, NewMessage, Pace
from storage.presence import open_presence

BOT = 7
ALIVE, OTHER = 11, 12
UNBOUND = Pace(per_second=1e6, burst=1e6, chat=timedelta(0), group=timedelta(0))


@pytest.fixture(scope="module")
async def url(new_database: Callable[[], AbstractAsyncContextManager[str]]) -> AsyncIterator[str]:
    """Give the URL of a migrated database."""
    async with new_database() as url:
        yield url


@pytest.fixture(scope="module")
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on it."""
    engine = create_engine(url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Any]:
    """Give a pool on an empty outbox."""
    async with create_pool(url, connections=8, server_settings={"enable_seqscan": "off"}) as pool:
        await pool.execute("TRUNCATE outbox, outbox_pace, outbox_chats")
        await outbox.open_pace(pool, BOT, burst=UNBOUND.burst)
        yield pool


def new(seconds: float = 0, **values: Any) -> NewMessage:
    """Give a message that is due so many seconds from now."""
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    given: dict[str, Any] = {"notice": "hello", "arguments": {"n": 1}, "due_at": due}
    return NewMessage(**(given | values))


async def put(engine: AsyncEngine, *chats: int, **values: Any) -> int:
    """Write a message to each of some chats and commit."""
    async with create_sessions(engine).begin() as session:
        return await outbox.put(session, BOT, chats, new(**values))


async def claim(
    pool: Any, worker: int = ALIVE, *, limit: int = 100, pace: Pace = UNBOUND
) -> list[outbox.Message]:
    """Claim what is due."""
    return await outbox.claim(pool, BOT, worker, limit=limit, pace=pace)


async def depth(pool: Any) -> Depth:
    """Count what is there, whatever its age."""
    return replace(await outbox.measure(pool, BOT), oldest_seconds=0)


async def test_a_message_is_there_only_with_its_command(pool: Any, engine: AsyncEngine) -> None:
    """What a transaction that is rolled back has written is not sent."""
    async with create_sessions(engine)() as session:
        assert await outbox.put(session, BOT, [1], new()) == 1
        assert await claim(pool) == []
        await session.rollback()

    assert await claim(pool) == []


async def test_a_key_makes_one_message_to_each_chat(pool: Any, engine: AsyncEngine) -> None:
    """Written again, it is known; without a key each is a message of its own."""
    assert await put(engine, 1, 2, 2, key="a") == 2
    assert await put(engine, 1, 3, key="a") == 1
    assert await put(engine, 1) == 1
    assert await put(engine, 1) == 1

    assert await depth(pool) == Depth(due=5)


async def test_a_chat_has_its_messages_one_by_one(pool: Any, engine: AsyncEngine) -> None:
    """The one that was due first goes first, and the next only when that has ended, whoever claims."""
    await put(engine, 1, arguments={"n": 2})
    await put(engine, 1, 2, seconds=-60, arguments={"n": 1})
    await put(engine, 1, seconds=60, arguments={"n": 3})

    first = await claim(pool)
    assert [(one.chat_id, one.arguments["n"]) for one in first] == [(1, 1), (2, 1)]
    assert await claim(pool, OTHER) == []
    for one in first:
        assert await outbox.end(pool, one, Fate.DELIVERED)
    assert [one.arguments["n"] for one in await claim(pool, OTHER)] == [2]
    assert 50 < (await outbox.seconds_to_next(pool, BOT) or 0) <= 60


async def test_workers_at_once_share_messages(pool: Any, engine: AsyncEngine) -> None:
    """Eight claims at the same moment have no message in common, and leave none that was due."""
    await put(engine, *range(100, 180))

    shares = await asyncio.gather(*(claim(pool, worker, limit=10) for worker in range(1, 9)))
    ids = [one.id for share in shares for one in share]
    while more := await claim(pool, limit=10):
        ids += [one.id for one in more]

    assert len(ids) == len(set(ids)) == 80


async def test_a_bot_sends_so_many_a_second(pool: Any, engine: AsyncEngine) -> None:
    """All processes share one bucket: claims of four at once give no more than it holds, and it fills with time."""
    pace = Pace(per_second=10, burst=5, chat=timedelta(0))
    await put(engine, *range(1, 30))

    shares = await asyncio.gather(*(claim(pool, worker, pace=pace) for worker in range(1, 5)))
    assert 5 <= sum(map(len, shares)) <= 6
    await asyncio.sleep(0.35)
    assert 3 <= len(await claim(pool, pace=pace)) <= 5


async def test_a_chat_rests_after_each_message(pool: Any, engine: AsyncEngine) -> None:
    """A chat that had a message has the next one a moment later, a group later still; others do not wait."""
    pace = Pace(1e6, 1e6, chat=timedelta(seconds=0.2), group=timedelta(seconds=60))
    for _ in range(2):
        await put(engine, 1, -100)
    for one in await claim(pool, pace=pace):
        await outbox.end(pool, one, Fate.DELIVERED)
    await put(engine, 2)

    assert [one.chat_id for one in await claim(pool, pace=pace)] == [2]
    await asyncio.sleep(0.25)
    assert [one.chat_id for one in await claim(pool, pace=pace)] == [1]


async def test_reminders_go_before_broadcasts(pool: Any, engine: AsyncEngine) -> None:
    """What is sent to thousands holds up nothing else, and what is not due yet holds up no broadcast."""
    await put(engine, *range(1, 51), seconds=-60, bulk=True, notice="news")
    await put(engine, 3, 60)
    await put(engine, 4, seconds=3600)

    assert [one.chat_id for one in await claim(pool, limit=2)] == [3, 60]
    rest = {one.chat_id for one in await claim(pool)}
    assert rest == set(range(1, 51)) - {3}


async def test_what_fails_holds_up_its_chat_alone(pool: Any, engine: AsyncEngine) -> None:
    """Given back, a message is its chat's next; it counts only when it failed."""
    await put(engine, 1, 2)
    await put(engine, 1, arguments={"n": 2})
    one, _ = await claim(pool)

    await outbox.postpone(pool, one, seconds=0.1, failed=True, reason="500")
    assert await claim(pool) == []
    await asyncio.sleep(0.15)
    (again,) = await claim(pool)
    assert (again.id, again.attempts) == (one.id, 2)
    await outbox.postpone(pool, again, seconds=0, failed=False, reason="429")
    assert [one.attempts for one in await claim(pool)] == [2]


async def test_a_bot_rests(pool: Any, engine: AsyncEngine) -> None:
    """While the whole bot waits nothing is claimed."""
    await put(engine, 1)
    await outbox.pause(pool, BOT, seconds=0.2)
    await outbox.pause(pool, BOT, seconds=0)

    assert await claim(pool) == []
    await asyncio.sleep(0.25)
    assert len(await claim(pool)) == 1


async def test_a_dead_workers_messages_end_by_policy(
    pool: Any, engine: AsyncEngine, url: str
) -> None:
    """One that may repeat is sent again; one that may be lost is dead, for it may have arrived. The living keep theirs."""
    async with open_presence(url, channel="none", hear=lambda _: None) as presence:
        await put(engine, 1, 2)
        await put(engine, 3, policy=MAY_BE_LOST)
        (kept,) = await claim(pool, presence.worker, limit=1)
        await claim(pool, ALIVE)

        assert await outbox.free_dead(pool, BOT) == 2

        assert [one.chat_id for one in await claim(pool, presence.worker)] == [2]
        (dead,) = await letters.list_ended(pool, Fate.DEAD)
        assert (dead.chat_id, dead.reason) == (3, outbox.UNKNOWN)
        assert await outbox.end(pool, kept, Fate.DELIVERED, message_id=5)
        assert not await outbox.end(pool, kept, Fate.DEAD)


async def test_a_group_that_moved_takes_its_messages_along(pool: Any, engine: AsyncEngine) -> None:
    """What waits for a group goes to the supergroup that it became; what is there already is not sent twice."""
    await put(engine, -5, -1005, key="a")
    await put(engine, -5, key="b")

    assert await outbox.move_chat(pool, BOT, -5, -1005) == 1
    open_now = await letters.list_open(pool)
    assert sorted(one.chat_id for one in open_now) == [-1005, -1005]


async def test_messages_are_taken_as_of_any_moment(pool: Any, engine: AsyncEngine) -> None:
    """The next one of all chats that do not rest, reminders before broadcasts, and none of a chat before the one ahead of it."""
    begin = datetime.now(UTC)
    await put(engine, 1, seconds=3600, arguments={"n": 3})
    await put(engine, 1, seconds=1800, arguments={"n": 2})
    await put(engine, 2, seconds=60, bulk=True, arguments={"n": 4})
    await put(engine, 3, seconds=1900, arguments={"n": 1})
    later = begin + timedelta(hours=2)

    async def take(now: datetime, *resting: int) -> Any:
        taken = await outbox.take(pool, BOT, ALIVE, now=now, resting=resting)
        if taken is None:
            return None
        await outbox.end(pool, taken, Fate.DELIVERED)
        return taken.arguments["n"]

    chats = await outbox.list_chats(pool, BOT)
    assert {chat: round((due - begin).total_seconds(), -1) for chat, due in chats.items()} == {
        1: 1800,
        2: 60,
        3: 1900,
    }
    assert await take(begin) is None
    assert [await take(later, 1), await take(later, 1), await take(later, 1)] == [1, 4, None]
    assert [await take(later), await take(later), await take(later)] == [2, 3, None]
    assert await outbox.list_chats(pool, BOT) == {}


async def test_operators_see_retry_and_drop(pool: Any, engine: AsyncEngine) -> None:
    """The dead are kept with their reason until they are sent after all or dropped."""
    await put(engine, 1, 2)
    one, two = await claim(pool)
    await outbox.end(pool, one, Fate.DEAD, reason="chat not found")
    await outbox.end(pool, two, Fate.DEAD, reason="blocked")

    assert await letters.retry(pool, [one.id, 999]) == {one.id}
    assert await letters.drop(pool, [two.id]) == {two.id}
    assert await depth(pool) == Depth(due=1)
    (dropped,) = await letters.list_ended(pool, Fate.DROPPED)
    assert dropped.reason == "dropped by an operator"


async def test_what_is_old_is_forgotten(pool: Any, engine: AsyncEngine) -> None:
    """What ended goes after a time, the dead later, the open never."""
    await put(engine, 1, 2, 3)
    one, two, _ = await claim(pool)
    await outbox.end(pool, one, Fate.DELIVERED)
    await outbox.end(pool, two, Fate.DEAD)
    await pool.execute("UPDATE outbox SET ended_at = ended_at - interval '2 days'")
    day, week = timedelta(days=1), timedelta(days=7)

    assert await outbox.clean_up(pool, ended=day, dead=week, limit=10) == 1
    assert await outbox.clean_up(pool, ended=day, dead=day, limit=10) == 1
    assert (await outbox.measure(pool)).claimed == 1
