"""The shipped bot under customers, with everything killed at random: the short form of `python -m tests.faults.kills`."""

from pathlib import Path

import pytest

from tests.faults.kills import Plan, kill_and_count


@pytest.mark.long
async def test_nobody_loses_a_booking_over_kills(tmp_path: Path) -> None:
    """Whatever is killed, each booking that somebody was told of is there once, where it was moved to last, and everybody can go on."""
    plan = Plan(customers=8, bot_kills=2, postgres_kills=1, redis_kills=1, seed=7)
    report = await kill_and_count(plan, tmp_path)
    assert not report.wrong
    assert report.acts > plan.customers
    assert report.moves
