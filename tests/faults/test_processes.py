"""Several processes of one bot: one fetches, the others stand by, and whoever dies is replaced."""

import asyncio
import signal

from tests.faults.conftest import reach_question
from tests.faults.site import Site


async def test_f7_two_pollers(lab: Site) -> None:
    """Of two processes one fetches; when it is killed the other takes over, and Telegram never sees both."""
    first, second = await asyncio.gather(lab.start(), lab.start())
    ann = await reach_question(lab, "one")
    leader = first if first.events("polling") else second
    assert not (second if leader is first else first).events("polling")

    await leader.kill()
    ann.presses("Yes")

    await ann.sees("Marked as № 1", seconds=10)
    reasons = [
        event.get("reason", "") for bot in (first, second) for event in bot.events("polling_fails")
    ]
    assert not any("Conflict" in reason for reason in reasons)


async def test_a_frozen_leader_is_replaced_and_harmless(lab: Site) -> None:
    """A leader that is stopped, and wakes after another took over, neither fetches nor repeats what was done."""
    first, second = await asyncio.gather(lab.start(), lab.start())
    ann = await reach_question(lab, "one")
    leader = first if first.events("polling") else second
    leader.signal(signal.SIGSTOP)
    try:
        pids = await lab.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        assert pids
        ann.presses("Yes")
        await ann.sees("Marked as № 1", seconds=15)
    finally:
        leader.signal(signal.SIGCONT)
    ann.presses("Another")
    await ann.sees("Note")
    assert await lab.fetch("SELECT note FROM lab_marks") == ["one"]
