"""Windows that are shown again by themselves, in scenarios, in coverage and for the explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.actions import Context, query
from engine.simulate.coverage.recorder import Recorder
from engine.simulate.coverage.report import Report
from engine.simulate.explore.walk import Budget, Explorer
from engine.simulate.memory import BEGINNING
from engine.simulate.scenarios.play import play_scenario
from engine.simulate.scenarios.read import ScenarioReader

if TYPE_CHECKING:
    from tests.simulate.conftest import MakeSimulator

MAIN = """\
flow: main
version: 1
title: Queue
start: [/main]
steps:
  queue:
    show: "{{ people }} are in front of you at {{ now() | time }}."
    load: {people: queue.look()}
    buttons: [{text: "Leave", go: end}]
    refresh: {every: 5s, until: people == 0, go: turn}
  turn:
    show: "It is your turn."
    buttons: [{text: "OK", go: end}]
"""

SCENARIO = """\
scenarios:
  One comes to the front:
    play:
      - {send: /main, see: 3 are in front of you}
      - {wait: 4s, see: 3 are}
      - {wait: 1s, see: 2 are}
      - {wait: 10s, see: It is your turn., at: main.turn}
"""


@query("queue.look")
async def look(context: Context) -> int:
    """Count who is in front: one less every five seconds."""
    return max(3 - int((context.now - BEGINNING).total_seconds()) // 5, 0)


async def test_refreshes_are_played_and_covered(make_simulator: MakeSimulator) -> None:
    """As time passes in a scenario the window changes and goes on by itself, which is a goal of its own."""
    simulator = make_simulator(look, main=MAIN)
    recorder = Recorder(simulator.bot)
    read = ScenarioReader(simulator.bot).read("x.yaml", SCENARIO)
    assert read.problems == ()

    await play_scenario(simulator.watched_by(recorder), read.scenarios[0])

    report = Report(simulator.bot, recorder.coverage)
    covered = {goal.key: goal.says for goal in report.goals if report.is_taken(goal)}
    assert covered["move main.queue refresh"] == '"once people == 0", the refresh leads to turn'


async def test_the_explorer_waits_for_what_changes(make_simulator: MakeSimulator) -> None:
    """It comes to the step that only a refresh leads to, and takes no window that rests for wrong."""
    explorer = Explorer(make_simulator(look, main=MAIN), Budget(120))

    found = [one async for one in explorer.walk() if one is not None]

    assert found == []
    assert ("main", "turn") in explorer.figures.steps
