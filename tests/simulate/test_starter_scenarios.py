"""The scenarios that `usher new flow` writes beside the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.flow.starter import starter_flow, starter_scenarios
from engine.simulate.scenarios.play import play_scenario
from engine.simulate.scenarios.read import ScenarioReader

if TYPE_CHECKING:
    from tests.simulate.conftest import MakeSimulator


@pytest.mark.parametrize("locale", ["en", "de"])
async def test_a_new_flow_passes_its_scenarios(make_simulator: MakeSimulator, locale: str) -> None:
    """They have no problems and hold, in each language that the flow is written in."""
    simulator = make_simulator(main=starter_flow("main", locale, command=True))

    read = ScenarioReader(simulator.bot).read("main.yaml", starter_scenarios("main"))

    assert read.problems == ()
    assert len(read.scenarios) == 3
    for scenario in read.scenarios:
        await play_scenario(simulator, scenario)
