"""Redis or PostgreSQL gone, slow, full or emptied: nobody loses a booking, and everybody can go on."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.faults.conftest import reach_question
from tests.faults.own_servers import OwnServer
from tests.faults.proxy import redis_upstream
from tests.faults.site import Site

KILL_ALL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_f31_redis_emptied_in_the_middle_of_a_flow(lab: Site) -> None:
    """Who stood in a flow is shown a safe start at the next press, and what was done stays done."""
    await lab.start()
    ann = await reach_question(lab, "one")
    ann.presses("Yes")
    await ann.sees("Marked as № 1")
    async with lab.redis_client() as redis:
        await redis.flushdb()

    ann.presses("Another")

    await ann.sees("Home of Ann, 1 marks")
    await ann.is_answered(2)
    ann.says("/mark")
    await ann.sees("Note")


async def test_f32_redis_down(lab: Site) -> None:
    """A press is answered with a word of patience, readiness tells, and the press is taken when Redis is back."""
    bot = await lab.start()
    ann = await reach_question(lab, "one")
    async with lab.redis.away():
        ann.presses("Yes")
        await ann.is_answered(1)
        assert ann.person.alerts()[-1]["text"] == "In a moment."
        assert not await bot.is_ready()

    await ann.sees("Marked as № 1")
    await bot.wait_until_ready()
    assert await lab.fetch("SELECT note FROM lab_marks") == ["one"]


async def test_f33_redis_slow_by_two_seconds(lab: Site) -> None:
    """Everything takes longer, and nothing goes wrong."""
    await lab.start()
    ann = await reach_question(lab, "one")
    with lab.redis.slow(2):
        ann.presses("Yes")
        await ann.sees("Marked as № 1")
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [1]


async def test_f35_postgresql_restarted_between_presses(lab: Site) -> None:
    """Connections that died in the pool are replaced before they are used, and nobody sees an error."""
    await lab.start()
    ann = await reach_question(lab, "one")
    lab.postgres.cut()
    ann.presses("Yes")
    await ann.sees("Marked as № 1")
    assert "It broke" not in "".join(ann.texts())


async def test_f35_connections_that_are_told_of_their_end_and_stay_open(lab: Site) -> None:
    """The last words of PostgreSQL may come long before the line is closed: the process lives on, with new connections."""
    bot = await lab.start()
    ann = await reach_question(lab, "one")
    with lab.postgres.endless():
        await lab.execute(KILL_ALL)
        ann.presses("Yes")
        await ann.sees("Marked as № 1")
        ann.says("/mark")
        await ann.sees("Note")
        await bot.wait_until_ready()
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [1]
    assert bot.popen.poll() is None


async def test_f36_connection_lost_during_commit(lab: Site) -> None:
    """A command whose commit was cut off is looked up, not repeated."""
    await lab.start()
    await lab.execute("INSERT INTO lab_switches VALUES ('slow', 1)")
    ann = await reach_question(lab, "one")
    ann.presses("Slowly")
    await asyncio.sleep(0.5)
    lab.postgres.cut()
    await ann.sees("Marked as № 1")
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [1]


async def test_f34_redis_full(lab: Site, tmp_path: Path) -> None:
    """A Redis that takes no writes is an outage: a word of patience, and the press is taken when there is room."""
    own = OwnServer("valkey", tmp_path / "valkey")
    lab.redis_url = await own.start()
    lab.redis.upstream = redis_upstream(lab.redis_url)
    try:
        await lab.start()
        ann = await reach_question(lab, "one")
        async with lab.redis_client() as redis:
            await redis.config_set("maxmemory", "1")
            ann.presses("Yes")
            await ann.is_answered(1)
            assert ann.person.alerts()[-1]["text"] == "In a moment."
            await redis.config_set("maxmemory", "0")
        await ann.sees("Marked as № 1")
        assert await lab.fetch("SELECT count(*) FROM lab_marks") == [1]
    finally:
        await lab.end()
        await own.stop()


async def test_f37_a_database_that_only_reads(lab: Site) -> None:
    """Nothing is taken as done while PostgreSQL takes no writes; readiness tells, and all is done when it does again."""
    bot = await lab.start()
    ann = await reach_question(lab, "one")
    (name,) = await lab.fetch("SELECT current_database()")
    await lab.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    lab.postgres.cut()
    ann.presses("Yes")
    await ann.is_answered(1)
    assert ann.person.alerts()[-1]["text"] == "In a moment."
    await _until(lambda: _is_not(bot.is_ready()))
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [0]

    await lab.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    lab.postgres.cut()

    await ann.sees("Marked as № 1", seconds=60)
    await bot.wait_until_ready()
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [1]


async def test_f37_a_database_that_is_gone(lab: Site) -> None:
    """Whoever writes or presses meanwhile is told once that it takes a moment, and all is done when PostgreSQL is back."""
    bot = await lab.start()
    ann, bob = await reach_question(lab, "one"), lab.person("Bob")
    async with lab.postgres.away():
        ann.presses("Yes")
        bob.says("/mark")
        await ann.is_answered(1)
        await bob.sees("In a moment.")
        bob.says("two")
        await asyncio.sleep(5)
        assert bob.texts() == ["In a moment."]
        assert ann.person.alerts()[-1]["text"] == "In a moment."
        assert not await bot.is_ready()

    await ann.sees("Marked as № 1", seconds=60)
    await bob.sees("Mark “two”")
    assert await lab.fetch("SELECT note FROM lab_marks") == ["one"]


async def test_f38_a_pool_that_is_exhausted(lab: Site) -> None:
    """More slow commands than there are connections wait their turn, within bounds, and all are done."""
    await lab.start()
    await lab.execute("INSERT INTO lab_switches VALUES ('slow', 0.5)")
    people = await asyncio.gather(*(reach_question(lab, f"note {n}") for n in range(30)))
    for person in people:
        person.presses("Slowly")
    await asyncio.gather(*(person.sees("Marked as № 1", seconds=60) for person in people))
    assert await lab.fetch("SELECT count(*) FROM lab_marks") == [30]


async def _is_not(asked: Awaitable[bool]) -> bool:
    return not await asked


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110  # another process has no event
            await asyncio.sleep(0.1)
