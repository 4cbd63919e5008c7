"""The inbox is worked off in order within a lane and at once across lanes, whoever dies or fails meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from asyncpg import InternalClientError
from structlog.testing import capture_logs

from engine.service.handling import Fate, Verdict
from storage import inbox as rows
from storage.database import create_pool, direct_options
from storage.inbox import Arrival, Claimed
from tests.forking import Forked, fork
from tests.service.inbox_work import BOT, run_until_killed, working
from tests.storage.test_presence import KILL

PRESENT = """
SELECT pid FROM pg_stat_activity
WHERE application_name = 'usher presence' AND datname = current_database()
"""


@pytest.fixture(scope="module")
async def url(new_database: Callable[[], AbstractAsyncContextManager[str]]) -> AsyncIterator[str]:
    """Give the URL of a database with a table that notes what was handled, and when."""
    async with new_database() as url:
        connection = await asyncpg.connect(**direct_options(url))
        await connection.execute("""
            CREATE TABLE handled (lane bigint, update_id bigint, worker int, began timestamptz,
                ended timestamptz DEFAULT clock_timestamp())
            """)
        await connection.close()
        yield url


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Any]:
    """Give a pool on an empty inbox."""
    async with create_pool(url, connections=2, server_settings={}) as pool:
        await pool.execute("TRUNCATE inbox, handled")
        yield pool


@dataclass
class Script:
    """A handler that does as it is told: `verdicts` of an update in order, then done."""

    verdicts: dict[int, list[Verdict | Exception]] = field(default_factory=dict)
    seconds: float = 0.0
    seen: list[int] = field(default_factory=list)
    last_tries: list[int] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0

    async def handle(self, claimed: Claimed, *, is_last_try: bool) -> Verdict:
        """Note the update and give the next verdict."""
        self.seen.append(claimed.update_id)
        if is_last_try:
            self.last_tries.append(claimed.update_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        told = self.verdicts.get(claimed.update_id)
        verdict = told.pop(0) if told else Verdict(Fate.DONE)
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    async def give_up(self, claimed: Claimed) -> None:
        """Note of what the person was told that nothing comes."""
        self.given_up.append(claimed.update_id)


@asynccontextmanager
async def two_processes(url: str, pool: Any) -> AsyncIterator[list[Forked]]:
    """Start two processes that work the inbox off, wait until both are there, and kill them at the end."""
    started = [fork(run_until_killed, url) for _ in range(2)]

    async def are_there() -> bool:
        return len(await pool.fetch(PRESENT)) == 2

    try:
        await until(are_there, seconds=60)
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


async def put(pool: Any, *numbers: int, lane: int = 1) -> None:
    """Put updates of one lane."""
    await rows.put(pool, BOT, [Arrival(number, lane, "{}") for number in numbers])


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0.01)


def emptied(pool: Any) -> Callable[[], Awaitable[bool]]:
    """Give a condition: nothing is open any more."""

    async def empty() -> bool:
        depth = await rows.measure(pool, BOT)
        return depth.waiting + depth.claimed == 0

    return empty


def assert_in_order(handled: Sequence[Any]) -> None:
    """Check that no update of a lane began before the one before it had ended."""
    for before, after in pairwise(handled):
        if before["lane"] == after["lane"]:
            assert before["update_id"] < after["update_id"]
            assert before["ended"] <= after["began"]


async def test_two_processes_keep_the_order_of_each_lane(url: str, pool: Any) -> None:
    """Eight at once, in two processes: every update once, in order within its lane, and both had their share."""
    async with two_processes(url, pool):
        for lane in range(20):
            await put(pool, *range(lane, 400, 20), lane=lane)
        await until(emptied(pool), seconds=60)

    handled = await pool.fetch("SELECT * FROM handled ORDER BY lane, began")
    assert len(handled) == 400
    assert_in_order(handled)
    assert len({row["worker"] for row in handled}) == 2


async def test_what_a_killed_process_held_is_taken_over(url: str, pool: Any) -> None:
    """After kill -9 its updates are handled by the other process within about a second, in order, none left out."""
    async with two_processes(url, pool) as (victim, _):
        for lane in range(8):
            await put(pool, *range(lane, 1600, 8), lane=lane)

        async def both_work() -> bool:
            return int(await pool.fetchval("SELECT count(DISTINCT worker) FROM handled")) == 2

        await until(both_work)
        victim.kill()
        victim.wait()
        held = await pool.fetch("SELECT lane, worker FROM inbox WHERE worker IS NOT NULL")
        began = asyncio.get_running_loop().time()

        async def is_free() -> bool:
            left = await pool.fetch("SELECT DISTINCT worker FROM inbox WHERE worker IS NOT NULL")
            return len(left) < 2

        assert len({row["worker"] for row in held}) == 2
        await until(is_free)
        took = asyncio.get_running_loop().time() - began
        await until(emptied(pool), seconds=60)

    assert took < 3
    handled = await pool.fetch(
        "SELECT DISTINCT ON (lane, update_id) * FROM handled ORDER BY lane, update_id, began"
    )
    assert len(handled) == 1600
    assert_in_order(handled)


async def test_a_failure_is_tried_again_and_then_set_aside(url: str, pool: Any) -> None:
    """Three rests, each longer; the handler knows its last try; then the lane goes on without it."""
    bad = Verdict(Fate.FAILED, "KeyError")
    script = Script({1: [bad, bad, bad, bad], 3: [bad]})
    await put(pool, 1, 2)
    await put(pool, 3, lane=2)
    with capture_logs() as logs:
        async with working(url, script) as running:
            await until(emptied(pool))
            shown = running.metrics.render().decode()

    assert [one for one in script.seen if one != 3] == [1, 1, 1, 1, 2]
    assert script.seen.count(3) == 2
    assert script.last_tries == [1]
    (kept,) = await rows.list_set_aside(pool)
    assert (kept.update_id, kept.attempts, kept.reason) == (1, 4, "KeyError")
    assert [log["reason"] for log in logs if log["event"] == "update_set_aside"] == ["KeyError"]
    assert "usher_updates_set_aside_total 1.0" in shown
    assert "usher_updates_tried_again_total 4.0" in shown


async def test_a_poison_update_stops_nobody_else(url: str, pool: Any) -> None:
    """While one lane rests, with a handler that raises, every other lane is handled, even one at a time."""
    script = Script({1: [ValueError("no")] * 4})
    await put(pool, 1)
    for lane in range(2, 30):
        await put(pool, lane * 10, lane * 10 + 1, lane=lane)
    async with working(url, script, concurrent=1):
        await until(emptied(pool))

    assert script.seen.count(1) == 4
    assert [one for one in script.seen if one > 1].index(291) == 55
    assert script.seen.index(291) < len(script.seen) - 1
    (kept,) = await rows.list_set_aside(pool)
    assert kept.reason == "ValueError"


async def test_what_processes_died_over_is_handled_alone(url: str, pool: Any) -> None:
    """Three deaths make suspects: one at a time, noted before it begins; who survives is done, and nothing is told."""
    script = Script({2: [Verdict(Fate.UNAVAILABLE, "away")]}, seconds=0.02)
    for lane in range(1, 6):
        await put(pool, lane, lane * 10, lane=lane)
    await pool.execute("UPDATE inbox SET deaths = 3")
    async with working(url, script):
        await until(emptied(pool))

    assert sorted(script.seen) == sorted([2, *range(1, 6), *range(10, 60, 10)])
    assert (script.most_at_once, script.given_up) == (1, [])
    noted = await pool.fetch("SELECT DISTINCT deaths FROM inbox")
    assert [row["deaths"] for row in noted] == [4]


async def test_what_killed_too_many_processes_is_set_aside(url: str, pool: Any) -> None:
    """It is handled no more, the person is told, and its lane goes on; when telling killed too, that is left out."""
    script = Script()
    await put(pool, 1, 2)
    await put(pool, 3, lane=2)
    await pool.execute(
        "UPDATE inbox SET deaths = CASE update_id WHEN 1 THEN 4 ELSE 5 END WHERE update_id <> 2"
    )
    async with working(url, script):
        await until(emptied(pool))

    assert (script.seen, script.given_up) == ([2], [1])
    reason = "4 processes died while they handled it"
    assert [one.reason for one in await rows.list_set_aside(pool)] == [reason, reason]


async def test_trouble_of_a_store_does_not_count(
    url: str, pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a store fails, the update stays, and nothing after it in its lane goes first."""
    monkeypatch.setattr("engine.service.workers.TROUBLE_SECONDS", (0.01, 0.02))
    script = Script({1: [Verdict(Fate.UNAVAILABLE, "away")] * 6})
    await put(pool, 1, 2)
    async with working(url, script):
        await until(emptied(pool))

    assert script.seen == [1] * 7 + [2]
    assert script.last_tries == []
    assert await rows.list_set_aside(pool) == []


async def test_what_nobody_can_read_is_set_aside_at_once(url: str, pool: Any) -> None:
    """Trying again would not help."""
    script = Script({1: [Verdict(Fate.UNREADABLE, "cannot be read")]})
    await put(pool, 1, 2)
    async with working(url, script):
        await until(emptied(pool))

    assert script.seen == [1, 2]
    assert [one.reason for one in await rows.list_set_aside(pool)] == ["cannot be read"]


async def test_what_is_retried_waits_for_its_lane(url: str, pool: Any) -> None:
    """An update that is opened again while later ones are in work comes after these and before what waits; never beside them."""
    unreadable = Verdict(Fate.UNREADABLE, "cannot be read")
    script = Script({1: [unreadable]}, seconds=0.2)
    await put(pool, 1, *range(2, 12))
    async with working(url, script):
        await until(lambda: _true(script.seen == [1, 2]))
        assert await rows.retry(pool, BOT, [1]) == {1}
        await until(emptied(pool))

    assert script.seen == [*range(1, 9), 1, 9, 10, 11]
    assert script.most_at_once == 1


async def test_a_put_does_not_take_the_lane_of_what_is_retried(url: str, pool: Any) -> None:
    """What arrives as an update is opened again waits behind it, also where the put had not seen it yet."""
    await put(pool, 1)
    (given_up,) = await rows.claim(pool, BOT, 5, lanes=1)
    await rows.set_aside(pool, given_up, reason="no")
    async with create_pool(url, connections=1, server_settings={}) as other:
        async with pool.acquire() as connection, connection.transaction():
            taker = rows.Taker(5, 1)
            taken = await rows.put(connection, BOT, [Arrival(2, 1, "{}")], taker)
            await rows.retry(other, BOT, [1])
            assert await rows.claim(other, BOT, 6, lanes=1) == []
        await asyncio.sleep(1)
        assert [one.update_id for one in taken.claimed] == [2]
        assert await rows.claim(other, BOT, 6, lanes=1) == []
        await rows.mark_done(pool, BOT, [2])
        assert [one.update_id for one in await rows.claim(other, BOT, 6, lanes=1)] == [1]


@pytest.mark.parametrize("write", ["mark_done", "postpone", "set_aside"])
async def test_no_lane_is_held_for_ever(
    url: str, pool: Any, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    """Whatever keeps a fate from being written, even a mistake of ours, it is written as soon as it can be."""
    script = Script({1: [Verdict(Fate.FAILED, "no")], 2: [Verdict(Fate.UNREADABLE, "no")]})
    written, errors = getattr(rows, write), [
        RuntimeError("a mistake"),
        InternalClientError("state"),
    ]

    async def fail_first(*given: Any, **named: Any) -> Any:
        if errors:
            raise errors.pop()
        return await written(*given, **named)

    monkeypatch.setattr(rows, write, fail_first)
    await put(pool, 1, 2, 3)
    with capture_logs() as logs:
        async with working(url, script):
            await until(emptied(pool))

    assert script.seen == [1, 1, 2, 3]
    assert {"fate_not_written", "marks_not_written"} & {log["event"] for log in logs}


async def test_updates_put_here_are_handled_at_once(url: str, pool: Any) -> None:
    """Nobody waits for the next look into the inbox; put twice, an update is handled once."""
    script = Script()
    update = {"update_id": 5, "message": {"chat": {"id": 9}}}
    async with working(url, script) as running:
        await asyncio.sleep(0.3)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(running.inbox.put([update]) for _ in range(3)))
        await until(emptied(pool))
        assert asyncio.get_running_loop().time() - began < 0.5

    assert script.seen == [5]


async def test_who_leads_begins_what_arrives(url: str, pool: Any) -> None:
    """Updates that arrive here are handled in order without a claim, however fast they come, and none beside another."""
    script = Script(seconds=0.001)
    async with working(url, script, leads=True, concurrent=4) as running:
        await asyncio.wait_for(running.keeper.led.wait(), 5)
        for number in range(1, 200):
            lane = number % 7
            await running.inbox.put([{"update_id": number, "message": {"chat": {"id": lane + 1}}}])
        await until(emptied(pool))

    assert sorted(script.seen) == list(range(1, 200))
    for lane in range(7):
        seen = [number for number in script.seen if number % 7 == lane]
        assert seen == sorted(seen)


async def test_updates_put_by_another_process_are_handled_at_once(url: str, pool: Any) -> None:
    """PostgreSQL tells, so that one process may receive what another handles."""
    script = Script()
    async with working(url, script):
        await asyncio.sleep(0.3)
        began = asyncio.get_running_loop().time()
        await put(pool, 1)
        await until(emptied(pool))

    assert asyncio.get_running_loop().time() - began < 0.5


async def test_an_idle_inbox_costs_little(url: str, pool: Any) -> None:
    """Nothing to do is a look now and then, not a loop."""
    async with working(url, Script()) as running:
        await asyncio.sleep(0.2)
        claims, claim = [], running.inbox.claim

        async def count(lanes: int) -> Any:
            claims.append(lanes)
            return await claim(lanes)

        running.inbox.claim = count  # type: ignore[method-assign]  # counted on its way
        await asyncio.sleep(2)

    assert len(claims) <= 1
    assert await emptied(pool)()


async def test_a_lost_presence_is_taken_up_anew(url: str, pool: Any) -> None:
    """The process goes on under another number; what it held is handled, in order."""
    script = Script(seconds=0.02)
    await put(pool, *range(1, 60))
    with capture_logs() as logs:
        async with working(url, script) as running:
            await until(lambda: _true(len(script.seen) > 10))
            before = running.keeper.worker
            await pool.execute(KILL)
            await until(lambda: _true(running.keeper.worker not in (None, before)))
            await until(emptied(pool))
            assert running.keeper.trouble() is None

    firsts = list(dict.fromkeys(script.seen))
    assert firsts == list(range(1, 60))
    assert len(script.seen) <= 61
    assert [log["event"] for log in logs].count("presence_lost") == 1


async def test_a_stop_finishes_what_is_in_hand(url: str, pool: Any) -> None:
    """The update in hand is finished and done; those behind it stay, free for the next process."""
    script = Script(seconds=0.3)
    await put(pool, 1, 2, 3)
    async with working(url, script):
        await until(lambda: _true(script.seen == [1]))

    assert script.seen == [1]
    assert await open_updates(pool) == [(2, None), (3, None)]


async def test_a_stop_does_not_wait_for_ever(url: str, pool: Any) -> None:
    """What is not finished within the grace time is given up and stays, with the rest of its lane."""
    script = Script(seconds=60)
    await put(pool, 1, 2)
    with capture_logs() as logs:
        async with working(url, script, grace_seconds=0.05):
            await until(lambda: _true(script.seen == [1]))

    assert [number for number, _ in await open_updates(pool)] == [1, 2]
    assert [log["event"] for log in logs].count("updates_given_up") == 1
    async with working(url, Script()):
        await until(emptied(pool), seconds=5)


async def open_updates(pool: Any) -> list[tuple[int, int | None]]:
    """Give the updates that are not done, with who holds each."""
    found = await pool.fetch(
        "SELECT update_id, worker FROM inbox WHERE done_at IS NULL ORDER BY update_id"
    )
    return [(row[0], row[1]) for row in found]


async def _true(value: bool) -> bool:  # noqa: FBT001 - what is to be true
    return value
