"""Two replicas under people while one after the other is killed: the short form of `python -m benchmarks.replicas`."""

import pytest

from tests.faults.conftest import OpenSite
from tests.faults.replica_kills import Plan, run_replicas


@pytest.mark.long
async def test_nothing_is_lost_over_killed_replicas(open_lab: OpenSite) -> None:
    """Each note is marked once and in its order, every update is done, and every press answered."""
    async with open_lab() as site:
        report = await run_replicas(
            Plan(people=6, seconds=9, kill_every_seconds=4, rest_seconds=1.5), site
        )
    assert not report.wrong
    assert report.kills >= 1
    assert report.marks >= 6
    assert report.answers[200] >= report.updates
