"""The search for missing scenarios: the shortest way to each goal is found, with actions stood in for where nothing else leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from engine.actions import Context, Outcome, command
from engine.simulate.coverage.goals import list_goals
from engine.simulate.coverage.model import GoalKind
from engine.simulate.coverage.recorder import Recorder
from engine.simulate.explore.missing import Seeker
from engine.simulate.explore.story import do
from engine.simulate.scenarios.model import Send, Wait
from engine.simulate.stubs import Stub
from tests.simulate.test_chat import list_things

if TYPE_CHECKING:
    from engine.simulate.explore.missing import Sought
    from engine.simulate.stage import Simulator
    from tests.simulate.conftest import MakeSimulator

AGE = """\
flow: main
version: 1
title: Main
start: [/main]
params: {vip: {type: bool, default: false}}
data: {age: {type: int, default: 0}, thing: {type: Thing, optional: true}}
steps:
  age:
    ask: int
    text: "How old?"
    min: 1
    max: 150
    save: {age: it}
    give_up: {after: 3, go: end}
  old:
    decide:
      - {when: params.vip, go: may}
      - {when: data.age > 17, go: may}
      - {else: young}
  young:
    show: "Too young."
    buttons:
      - {text: Again, go: age}
    timeout: {after: 45m, go: end}
  may:
    do: things.check()
    outcomes: {full: young}
    go: pick
  pick:
    choose: things.list()
    text: "Which?"
    button: "{{ item.title }}"
    save: {thing: item}
    empty: {go: young, say: "There is none."}
    go: end
anytime:
  stop: {words: [stop], go: end}
  error: {go: young, say: Sorry.}
"""


@command("things.check")
async def check(context: Context) -> Outcome[Literal["full"]] | None:
    """Find everything in order."""
    del context
    return None


async def _seek(simulator: Simulator, kind: GoalKind) -> dict[str, Sought]:
    goals = [
        goal for goal in list_goals(simulator.bot) if goal.kind is kind and goal.flow == "main"
    ]
    seeker = Seeker(simulator, tries=150)
    return {one.goal.key: one async for one in seeker.seek(goals)}


async def test_each_move_is_met_by_a_conversation_that_takes_it(
    make_simulator: MakeSimulator,
) -> None:
    """Whatever is found takes the move when it is played once more, and what cannot be has its reason."""
    simulator = make_simulator(check, list_things, main=AGE)

    found = await _seek(simulator, GoalKind.MOVE)

    assert {key: one.reason for key, one in found.items() if one.met is None} == {
        "move main.old branch:1": "the condition never held where it was asked"
    }
    for key, one in found.items():
        if one.met is not None:
            assert key in await _keys(simulator, one)


async def _keys(simulator: Simulator, sought: Sought) -> set[str]:
    assert sought.met is not None
    recorder = Recorder(simulator.bot)
    async with simulator.open(sought.met.story.given) as stage:
        for doing in sought.met.story.doings:
            await do(stage, doing)
        return set(recorder.keys(stage.trail.notes))


SHORTEST: dict[str, tuple[list[object], dict[str, Stub]]] = {
    "move main.old branch:2": ([Send("/main"), Send("150")], {}),
    "move main.age give_up": ([Send("/main"), *[Send("0")] * 3], {}),
    "move main.young timeout": ([Send("/main"), Send("1"), Wait("45m")], {}),
    "move main.may outcome:full": (
        [Send("/main"), Send("150")],
        {"things.check": Stub(outcome="full")},
    ),
    "move main.pick empty": ([Send("/main"), Send("150")], {"things.list": Stub(result=[])}),
    "move main.* error": ([Send("/main"), Send("150")], {"things.check": Stub(fails=True)}),
    "move main.* command:stop": ([Send("/main"), Send("stop")], {}),
}


async def test_what_is_found_is_short(make_simulator: MakeSimulator) -> None:
    """Bounds, timeouts, outcomes, empty lists and errors are had in as few acts as can be."""
    simulator = make_simulator(check, list_things, main=AGE)

    found = await _seek(simulator, GoalKind.MOVE)

    for key, (acts, stubs) in SHORTEST.items():
        met = found[key].met
        assert met is not None, key
        assert len(met.story.doings) == len(acts), key
        assert dict(met.story.given.stubs) == stubs, key


@pytest.mark.parametrize(
    "kind", [GoalKind.OUTCOME, GoalKind.ANSWER, GoalKind.ANYTIME, GoalKind.ENTRY, GoalKind.STEP]
)
async def test_all_else_that_is_counted_is_met(
    make_simulator: MakeSimulator, kind: GoalKind
) -> None:
    """Outcomes, wrong answers, words, ways in and steps are sought as moves are."""
    found = await _seek(make_simulator(check, list_things, main=AGE), kind)

    assert found
    assert [key for key, one in found.items() if one.met is None] == []


async def test_a_goal_that_nobody_comes_near_has_its_reason(make_simulator: MakeSimulator) -> None:
    """A step that nobody was found to come to is named."""
    simulator = make_simulator(check, list_things, main=AGE)
    goals = [one for one in list_goals(simulator.bot) if one.key == "move main.young timeout"]

    (sought,) = [one async for one in Seeker(simulator, tries=1).seek(goals)]

    assert sought.met is None
    assert sought.reason == 'nobody was found to come to "young"'
