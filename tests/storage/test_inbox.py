"""The inbox on PostgreSQL: kept once, claimed in order within a lane, by many at once, and never lost with a worker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inbox, outcomes
from storage.database import create_pool
from storage.inbox import Arrival, Depth, Taker
from storage.presence import open_presence

BOT = 7
ALIVE, OTHER = 11, 12


@pytest.fixture(scope="module")
async def url(new_database: Callable[[], AbstractAsyncContextManager[str]]) -> AsyncIterator[str]:
    """Give the URL of a migrated database."""
    async with new_database() as url:
        yield url


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Any]:
    """Give a pool on an empty inbox."""
    async with create_pool(url, connections=8, server_settings={"enable_seqscan": "off"}) as pool:
        await pool.execute("TRUNCATE inbox")
        yield pool


def arrivals(*numbers: int, lane: int = 1) -> list[Arrival]:
    """Give updates of one lane."""
    return [Arrival(number, lane, f'{{"update_id": {number}}}') for number in numbers]


async def claimed(
    pool: Any, worker: int = ALIVE, *, lanes: int = 100, after: int = -(2**63)
) -> dict[int, list[int]]:
    """Claim, and give the numbers claimed by lane."""
    found: dict[int, list[int]] = {}
    for one in await inbox.claim(pool, BOT, worker, lanes=lanes, after=after):
        found.setdefault(one.lane, []).append(one.update_id)
    return found


async def claim_first(pool: Any) -> inbox.Claimed:
    """Claim, and give the first update claimed."""
    return (await inbox.claim(pool, BOT, ALIVE, lanes=1))[0]


async def test_an_update_comes_three_times_at_once(pool: Any) -> None:
    """Whoever puts it first keeps it; the others are told that nothing was new."""
    put = await asyncio.gather(*(inbox.put(pool, BOT, arrivals(3, 1, 2)) for _ in range(3)))

    assert sorted(one.new for one in put) == [0, 0, 3]
    assert await depth(pool) == Depth(waiting=3)


async def test_a_lane_is_claimed_in_order_and_by_one(pool: Any) -> None:
    """A claim gives the oldest updates of every free lane; of a lane that somebody holds, nothing."""
    await inbox.put(pool, BOT, [*arrivals(*range(10, 30)), *arrivals(5, lane=2)])

    assert await claimed(pool) == {1: list(range(10, 18)), 2: [5]}
    assert await claimed(pool, OTHER) == {}
    await inbox.mark_done(pool, BOT, range(10, 17))
    assert await claimed(pool, OTHER) == {}
    await inbox.mark_done(pool, BOT, [17])
    assert await claimed(pool, OTHER) == {1: list(range(18, 26))}


async def test_who_puts_may_take(pool: Any) -> None:
    """Of free lanes the first eight updates are claimed as they are put, of so many lanes; the rest waits."""
    put = await inbox.put(
        pool, BOT, [*arrivals(*range(1, 11)), *arrivals(20, lane=2)], Taker(ALIVE, lanes=1)
    )

    taken = {one.lane for one in put.claimed}
    assert len(taken) == 1
    expected = {1: list(range(1, 9)), 2: [20]}
    assert [one.update_id for one in put.claimed] == expected[taken.pop()]
    assert put.new == 11
    assert {one.raw for one in put.claimed} <= {one.raw for one in arrivals(*range(1, 21))}
    free = await claimed(pool, OTHER)
    assert sum(map(len, free.values())) == (8 if 1 in free else 1)


async def test_who_puts_takes_nothing_before_its_turn(pool: Any) -> None:
    """Where an update of the lane is open, whoever holds it, a new one waits; one that its taker has finished is no hindrance."""
    await inbox.put(pool, BOT, arrivals(1))
    assert await claimed(pool, ALIVE) == {1: [1]}

    async def put(number: int, worker: int, finished: list[int]) -> list[int]:
        put = await inbox.put(pool, BOT, arrivals(number), Taker(worker, 9, finished))
        return [one.update_id for one in put.claimed]

    assert await put(2, ALIVE, []) == []
    await inbox.mark_done(pool, BOT, [2])
    assert await put(3, OTHER, [1]) == []
    await inbox.mark_done(pool, BOT, [3])
    assert await put(4, ALIVE, [1]) == [4]


async def test_workers_at_once_share_the_lanes(pool: Any) -> None:
    """Eight claims at the same moment have no lane in common, and none is left out."""
    for lane in range(40):
        await inbox.put(pool, BOT, arrivals(lane * 10, lane * 10 + 1, lane=lane))

    async def take(worker: int) -> list[int]:
        taken: list[int] = []
        while found := await claimed(pool, worker, lanes=3):
            taken += found
        return taken

    taken = await asyncio.gather(*(take(worker) for worker in range(1, 9)))

    assert sorted(lane for lanes in taken for lane in lanes) == list(range(40))


async def test_lanes_are_looked_through_from_where_one_says(pool: Any) -> None:
    """A claim after a lane passes by the lanes before it, so that nobody has to wait for ever."""
    await inbox.put(pool, BOT, [*arrivals(1, lane=-5), *arrivals(2, lane=3), *arrivals(3, lane=9)])

    assert await claimed(pool, lanes=1, after=-5) == {3: [2]}
    assert await claimed(pool) == {-5: [1], 9: [3]}


async def test_an_update_of_before_waits_for_the_one_in_work(pool: Any) -> None:
    """What arrives late in a lane is not handled beside what is in work there, but next."""
    await inbox.put(pool, BOT, arrivals(5, 6))
    assert await claimed(pool) == {1: [5, 6]}
    await inbox.put(pool, BOT, arrivals(4, 7))

    assert await claimed(pool, OTHER) == {}
    await inbox.mark_done(pool, BOT, [5, 6])
    assert await claimed(pool, OTHER) == {1: [4, 7]}


async def test_a_lane_waits_for_an_update_that_rests(pool: Any) -> None:
    """Until its time has come nothing of the lane is claimed, and then it comes first, with its attempt counted."""
    await inbox.put(pool, BOT, [*arrivals(1, 2), *arrivals(3, lane=2)])
    first = await claim_first(pool)
    await inbox.postpone(pool, first, seconds=0.2, failed=True)
    await inbox.release(pool, BOT, ALIVE)

    assert await claimed(pool, OTHER) == {2: [3]}
    await asyncio.sleep(0.25)
    again = await inbox.claim(pool, BOT, OTHER, lanes=1)
    assert [(one.update_id, one.attempts) for one in again] == [(1, 1), (2, 0)]


async def test_a_rest_for_a_stores_trouble_is_no_attempt(pool: Any) -> None:
    """An update that could not be tried is as new as before."""
    await inbox.put(pool, BOT, arrivals(1))
    await inbox.postpone(pool, await claim_first(pool), seconds=0, failed=False)

    assert (await claim_first(pool)).attempts == 0


async def test_what_is_set_aside_lets_its_lane_go_on(pool: Any) -> None:
    """It is listed with its reason until somebody opens it again."""
    await inbox.put(pool, BOT, arrivals(1, 2))
    first = await claim_first(pool)
    assert await inbox.set_aside(pool, first, reason="KeyError")
    await inbox.release(pool, BOT, ALIVE)

    assert await claimed(pool) == {1: [2]}
    (listed,) = await inbox.list_set_aside(pool)
    assert (listed.bot_id, listed.update_id, listed.attempts, listed.reason) == (
        BOT,
        1,
        1,
        "KeyError",
    )
    await inbox.mark_done(pool, BOT, [2])
    assert await inbox.retry(pool, BOT, [1, 2, 3]) == {1}
    await asyncio.sleep(1)
    assert (await claim_first(pool)).attempts == 0
    assert await inbox.list_set_aside(pool) == []


async def test_what_is_dropped_does_not_come_again(pool: Any) -> None:
    """A dropped update is done: delivered again, it is known."""
    await inbox.put(pool, BOT, arrivals(1))
    await inbox.set_aside(pool, await claim_first(pool), reason="no")

    assert await inbox.drop(pool, BOT, [1, 9]) == {1}
    assert (await inbox.put(pool, BOT, arrivals(1))).new == 0
    assert await inbox.measure(pool, BOT) == Depth()


async def test_what_is_done_is_forgotten_but_for_its_number(pool: Any) -> None:
    """What a person said is not kept longer than it takes to answer it."""
    await inbox.put(pool, BOT, arrivals(1))
    await inbox.mark_done(pool, BOT, [1])

    assert await pool.fetchval("SELECT raw FROM inbox") is None
    assert (await inbox.put(pool, BOT, arrivals(1))).new == 0


async def test_a_claim_of_another_is_left_alone(pool: Any) -> None:
    """Who lost a claim can neither postpone, nor set aside, nor release what another holds now."""
    await inbox.put(pool, BOT, arrivals(1))
    lost = await claim_first(pool)
    await inbox.release(pool, BOT, ALIVE)
    assert await claimed(pool, OTHER) == {1: [1]}

    await inbox.postpone(pool, lost, seconds=9, failed=True)
    assert not await inbox.set_aside(pool, lost, reason="no")
    assert await inbox.release(pool, BOT, ALIVE) == 0
    assert await depth(pool) == Depth(claimed=1)


async def test_the_claims_of_the_dead_are_freed(pool: Any, url: str) -> None:
    """A claim lasts as long as its worker's presence: no lease has to run out first."""
    await inbox.put(pool, BOT, [*arrivals(1), *arrivals(2, lane=2)])
    heard: list[str] = []
    async with open_presence(url, channel=inbox.CHANNEL, hear=heard.append) as present:
        await inbox.claim(pool, BOT, present.worker, lanes=1)
        await inbox.claim(pool, BOT, OTHER, lanes=1)
        assert await inbox.free_dead(pool, BOT) == 1
        assert await claimed(pool) == {2: [2]}

    await asyncio.sleep(0.05)
    assert await inbox.free_dead(pool, BOT) == 2


async def test_deaths_are_counted(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a worker held may have been its death; from the third on only what was begun counts, and a rest undoes that."""
    monkeypatch.setattr(inbox, "RESTARTED", timedelta())
    await inbox.put(pool, BOT, [*arrivals(1), *arrivals(2, lane=2)])
    for _ in range(4):
        await inbox.claim(pool, BOT, OTHER, lanes=2)
        await inbox.free_dead(pool, BOT)
    both = await inbox.claim(pool, BOT, OTHER, lanes=2)
    await inbox.begin(pool, both[0])
    await inbox.free_dead(pool, BOT)
    again = await inbox.claim(pool, BOT, OTHER, lanes=2)
    await inbox.begin(pool, again[0])
    await inbox.postpone(pool, again[0], seconds=0, failed=False)
    await inbox.free_dead(pool, BOT)

    assert [one.deaths for one in both] == [3, 3]
    assert [one.deaths for one in again] == [4, 3]
    assert [one.deaths for one in await inbox.claim(pool, BOT, OTHER, lanes=2)] == [4, 3]


async def test_a_restart_of_postgresql_is_nobodys_death(
    pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It forgets the workers that live, too; what they had claimed is free, and no suspect."""
    monkeypatch.setattr(inbox, "RESTARTED", timedelta(days=9))
    await inbox.put(pool, BOT, arrivals(1))
    await inbox.claim(pool, BOT, OTHER, lanes=1)
    await inbox.free_dead(pool, BOT)

    (again,) = await inbox.claim(pool, BOT, OTHER, lanes=1)
    assert again.deaths == 0


async def test_others_are_told(pool: Any, url: str) -> None:
    """New updates, and those given back, are told to every process, with who told; what is known already is not."""
    heard: list[str] = []
    async with open_presence(url, channel=inbox.CHANNEL, hear=heard.append):
        await inbox.put(pool, BOT, arrivals(1), Taker(5))
        await inbox.put(pool, BOT, arrivals(1), Taker(6))
        await claim_first(pool)
        await inbox.release(pool, BOT, ALIVE)
        async with asyncio.timeout(5):
            while len(heard) < 2:  # noqa: ASYNC110 - what is heard comes by itself
                await asyncio.sleep(0.01)

    assert heard == [f"{BOT}:5", f"{BOT}:{ALIVE}"]


async def test_old_rows_are_deleted_in_batches(pool: Any) -> None:
    """What is done, or was set aside, for long enough goes; what is open stays however old it is."""
    await inbox.put(pool, BOT, arrivals(*range(1, 8)))
    await pool.execute("UPDATE inbox SET received_at = now() - interval '1 year'")
    await pool.execute("UPDATE inbox SET done_at = now() - interval '3 days' WHERE update_id <= 3")
    await pool.execute("UPDATE inbox SET done_at = now() WHERE update_id = 4")
    await pool.execute(
        "UPDATE inbox SET set_aside_at = now() - interval '3 days' WHERE update_id = 5"
    )

    async def clean(done: int, set_aside: int) -> int:
        return await inbox.clean_up(
            pool, done=timedelta(days=done), set_aside=timedelta(days=set_aside), limit=2
        )

    assert [await clean(2, 30), await clean(2, 30), await clean(2, 30)] == [2, 1, 0]
    assert await clean(2, 2) == 1
    assert await numbers(pool) == [4, 6, 7]


async def test_old_outcomes_are_deleted(session: AsyncSession) -> None:
    """How a command ended is forgotten when no update can lead to it any more."""
    await outcomes.record(session, "new", "c", 1)

    assert await outcomes.forget(session, older_than=timedelta(days=1), limit=10) == 0
    assert await outcomes.forget(session, older_than=timedelta(seconds=-1), limit=10) == 1
    assert await outcomes.find(session, "new") is None


async def test_a_claim_reads_no_more_than_it_takes(pool: Any) -> None:
    """However many rows are done, and whatever the planner believes, a claim goes by the indexes."""
    await pool.execute("""
        INSERT INTO inbox (bot_id, update_id, lane, done_at)
        SELECT 7, number, number % 100, now() FROM generate_series(1, 20000) AS number
        """)
    await inbox.put(pool, BOT, arrivals(*range(30_000, 33_000)))

    plan = await pool.fetch(
        f"EXPLAIN (ANALYZE, FORMAT TEXT) {inbox._CLAIM}", BOT, ALIVE, -(2**63), 100, 8
    )

    lines = [row[0] for row in plan]
    assert not [line for line in lines if "Seq Scan" in line]
    assert max(rows_of(lines)) <= 8


async def depth(pool: Any) -> Depth:
    """Tell how full the inbox is, of updates that came a moment ago."""
    found = await inbox.measure(pool, BOT)
    assert 0 <= found.oldest_seconds < 5
    return replace(found, oldest_seconds=0.0)


async def numbers(pool: Any) -> list[int]:
    """Give the numbers of all updates."""
    return [row[0] for row in await pool.fetch("SELECT update_id FROM inbox ORDER BY 1")]


def rows_of(plan: Iterable[str]) -> list[float]:
    """Give how many rows each part of a plan went through."""
    return [
        float(line.split("actual")[1].split("rows=")[1].split()[0])
        for line in plan
        if "actual" in line
    ]
