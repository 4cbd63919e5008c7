"""How a command ended is remembered under its key, once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import database, outcomes
from storage.outcomes import AlreadyRecordedError, RecordedOutcome


@pytest.mark.parametrize("outcome", [{"id": 1, "price": "42.00"}, None, "slot_taken", [], 0])
async def test_an_outcome_comes_back_as_it_was_recorded(
    session: AsyncSession, outcome: Any
) -> None:
    """Any JSON does, null too, which is not the same as nothing recorded."""
    await outcomes.record(session, "key", "bookings.create", outcome)

    assert await outcomes.find(session, "key") == RecordedOutcome("bookings.create", outcome)
    assert await outcomes.find(session, "other") is None


async def test_a_key_has_one_outcome(session: AsyncSession) -> None:
    """Recording again is refused, and leaves the first outcome."""
    await outcomes.record(session, "key", "bookings.create", 1)

    with pytest.raises(AlreadyRecordedError):
        await outcomes.record(session, "key", "bookings.create", 2)

    assert await outcomes.find(session, "key") == RecordedOutcome("bookings.create", 1)


async def test_of_two_at_once_one_records(engine: AsyncEngine) -> None:
    """The second waits for the first to commit, learns it has lost, and finds what the first recorded."""
    sessions = database.create_sessions(engine)
    async with sessions() as one, sessions() as two:
        await outcomes.record(one, "race", "c", 1)
        pid = (await two.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        waiting = asyncio.create_task(outcomes.record(two, "race", "c", 2))
        blocking = text("SELECT pg_blocking_pids(:pid) FROM pg_sleep(0.01)")
        while not (await one.execute(blocking, {"pid": pid})).scalar_one():
            pass
        await one.commit()
        with pytest.raises(AlreadyRecordedError):
            await waiting
        await two.rollback()
        assert await outcomes.find(two, "race") == RecordedOutcome("c", 1)
        await two.execute(text("DELETE FROM command_outcomes"))
        await two.commit()
