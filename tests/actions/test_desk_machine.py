"""Whatever people and clocks do, the desk does what a model in memory does: the same times are free, and every attempt ends alike.

    USHER_DESK_EXAMPLES=5000 pytest tests/actions/test_desk_machine.py -n0 -s

plays so many times at the desk and tells how often each ending was met; without it a few times, in the suite.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test as run_machine

from tests import servers
from tests.actions.desk_machine import World, open_world
from tests.actions.desk_waiting import WaitingMachine

EXAMPLES = int(os.environ.get("USHER_DESK_EXAMPLES", "17"))
STEPS = 14


@pytest.fixture
def world(run: servers.Run, database_server: str) -> Iterator[World]:
    """Give a desk in a database of its own, and the loop in which it is asked."""
    with ExitStack() as stack:
        url = stack.enter_context(servers.migrated_copy(run, database_server))
        runner = stack.enter_context(asyncio.Runner(loop_factory=asyncio.new_event_loop))
        made = runner.run(open_world(runner, url))
        yield made
        runner.run(made.engine.dispose())


def test_the_desk_does_what_the_model_does(world: World) -> None:
    """Booking, holding, moving, cancelling, waiting, closing, other hours, absences and time going by, in two zones, for alone, in rooms and together."""
    WaitingMachine.world = world
    WaitingMachine.done = Counter()

    run_machine(
        WaitingMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    print(dict(sorted(WaitingMachine.done.items())))  # noqa: T201  # for who runs five thousand
    assert WaitingMachine.done["times compared"] > 0
