"""Coverage of conversations: every move of a bot is a goal, and what is taken is one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from engine.actions import Context, Outcome, command, query
from engine.dialog.trail import Moved
from engine.flow.graph import MoveKind
from engine.service.commands.check import catalog_in_use, check_directory
from engine.simulate.chat import simulate
from engine.simulate.coverage.goals import list_goals
from engine.simulate.coverage.model import BOT_FILE, Coverage, GoalKind, merged
from engine.simulate.coverage.recorder import Recorder
from engine.simulate.coverage.report import Report, uncovered
from engine.simulate.coverage.table import list_missing, render_table
from engine.simulate.stage import Given, Simulator, Someone
from engine.simulate.witness import SimulationError
from tests.simulate.of_age import BOT, MAIN

if TYPE_CHECKING:
    from engine.flow.checked import Bot
    from tests.simulate.conftest import MakeSimulator


@command("things.check")
async def check(context: Context) -> Outcome[Literal["full"]] | None:
    """Take nobody but Ann."""
    return None if context.user.first_name == "Ann" else Outcome("full")


@pytest.fixture
def simulator(make_simulator: MakeSimulator) -> Simulator:
    """Give a simulator of the small bot, which nobody watches."""
    return make_simulator(check, bot=BOT, main=MAIN)


def watched(simulator: Simulator) -> tuple[Simulator, Recorder]:
    """Give a simulator whose turns are counted, and what counts them."""
    recorder = Recorder(simulator.bot)
    return simulator.watched_by(recorder), recorder


def taken(report: Report, kind: GoalKind) -> set[str]:
    """Give the goals of a kind that were covered, by place and cause."""
    return {
        goal.key.partition(" ")[2]
        for goal in report.goals
        if goal.kind is kind and report.is_taken(goal)
    }


async def test_what_was_taken_is_told_from_what_was_not(simulator: Simulator) -> None:
    """A grown-up who is let in takes one way: its moves, conditions and outcome are covered, and no others."""
    simulator, recorder = watched(simulator)
    async with simulate(simulator) as chat:
        await chat.send("/main")
        await chat.send("200")
        await chat.send("20")

    report = Report(simulator.bot, recorder.coverage)

    assert taken(report, GoalKind.MOVE) == {
        "main.age answer", "main.old branch:1", "main.may next", "main.done word",
    }  # fmt: skip
    assert taken(report, GoalKind.STEP) == {
        "main.age", "main.old", "main.may", "main.done", "home.menu",
    }  # fmt: skip
    assert taken(report, GoalKind.CONDITION) == {"main.old row:1:true"}
    assert taken(report, GoalKind.OUTCOME) == {"main.may"}
    assert taken(report, GoalKind.ANSWER) == {"main.age max"}
    assert taken(report, GoalKind.ENTRY) == {"main command:main"}


async def test_conditions_of_texts_are_covered_both_ways(simulator: Simulator) -> None:
    """A text is shown as it always is, and tells which of its conditions held, at the place where that is written."""
    simulator, recorder = watched(simulator)
    async with simulate(simulator) as chat:
        await chat.send("/main")
        await chat.send("16")
        chat.sees("Too young, but soon.")

    report = Report(simulator.bot, recorder.coverage)

    assert taken(report, GoalKind.TEXT) == {"main.young main.young.text:data.age > 15:true"}
    missed = next(goal for goal in report.missing if goal.kind is GoalKind.TEXT)
    assert (missed.position.line, missed.position.column) == (19, 27)
    assert missed.says == 'in the text, "data.age > 15" does not hold'


async def test_what_happens_anywhere_is_one_goal(simulator: Simulator) -> None:
    """A line of anytime is covered by whichever step it left from; one of bot.yaml belongs to no single flow."""
    simulator, recorder = watched(simulator)
    async with simulate(simulator) as chat:
        await chat.send("/main")
        await chat.send("/stop")
        await chat.press("Yes")
        await chat.send("/main")
        await chat.send("/away")

    report = Report(simulator.bot, recorder.coverage)

    assert {"main.* command:/stop", f"{BOT_FILE}.* command:/away"} <= taken(report, GoalKind.MOVE)
    assert taken(report, GoalKind.ANYTIME) == {"main /stop:command", "bot.yaml /away:command"}
    stop = next(goal for goal in report.goals if goal.key == "move main.* command:/stop")
    assert {move.source for move in stop.moves} == {"age", "young"}


async def test_a_simulation_that_breaks_off_counts_up_to_there(simulator: Simulator) -> None:
    """A failing test has taken what it took."""
    simulator, recorder = watched(simulator)
    async with simulate(simulator) as chat:
        await chat.send("/main")
        with pytest.raises(SimulationError):
            chat.sees("something else")

    assert "step main.age" in recorder.coverage.taken


async def test_uncovered_moves_can_be_aimed_at(simulator: Simulator) -> None:
    """Each names its flow, step, kind and cause, as the run time tells them when it takes them."""
    simulator, recorder = watched(simulator)
    async with simulate(simulator) as chat:
        await chat.send("/main")
        await chat.send("20")

    left = uncovered(simulator.bot, recorder.coverage)

    young = next(goal for goal in left if goal.key == "move main.young button:away")
    (move,) = young.moves
    assert (young.flow, young.step, move.kind, move.cause) == (
        "main", "young", MoveKind.BUTTON, "away",
    )  # fmt: skip
    assert list(recorder.keys([Moved("main", move.source, move.kind, move.cause)])) == [young.key]
    assert not {goal.key for goal in left} & recorder.coverage.taken.keys()


def test_merging_is_a_union() -> None:
    """The same part twice changes nothing, and what travels as JSON comes back the same."""
    one, other = Coverage(), Coverage()
    one.add("move a.b next", "first")
    one.seen["a.b"] = {"client"}
    other.add("move a.b next", "second")
    other.add("move a.c next", "second")

    whole = merged([one, other, Coverage.from_json(one.to_json())])

    assert whole.taken == {"move a.b next": {"first", "second"}, "move a.c next": {"second"}}
    assert Coverage.from_json(whole.to_json()) == whole


TABLE = """\
flow      steps  moves  conditions  in texts  outcomes  wrong answers  anytime  ways in  of moves
home        1/1    0/1           -         -         -              -        -      0/1        0%
main        4/5   4/12         2/4       1/2       1/2            0/3      0/3      1/2       33%
bot.yaml      -    0/1           -         -         -              -      0/1        -        0%
-------------------------------------------------------------------------------------------------
all         5/6   4/14         2/4       1/2       1/2            0/3      0/4      1/3       28%

seen by
  home: client
  main: client

missing
  flows/bot.yaml:20: bot.yaml, any step: "/away" leads to end
  flows/home.yaml:4: home: "/start" opens the flow
  flows/home.yaml:9: home, menu: button "Go" runs a flow that comes back
  flows/main.yaml:4: main: the deep link "main" opens the flow
  flows/main.yaml:8: main, age: an answer that is none
  flows/main.yaml:10: main, age: an answer breaks "min"
  flows/main.yaml:11: main, age: an answer breaks "max"
  flows/main.yaml:13: main, age: giving up leads to end
  flows/main.yaml:16: main, old: row 1 does not hold, by "data.age > 17"
  flows/main.yaml:17: main, old: else leads to young
  flows/main.yaml:19: main, young: in the text, "data.age > 15" does not hold
  flows/main.yaml:21: main, young: button "Older" leads to age
  flows/main.yaml:21: main, young: button "Older" is hidden, by "data.age > 10"
  flows/main.yaml:23: main, young: the timeout leads to end
  flows/main.yaml:27: main, may: the command's return leads to done
  flows/main.yaml:28: main, done: never shown, which leaves out 1 move
  flows/main.yaml:32: main: the question of "/stop" is denied
  flows/main.yaml:32: main, any step: "/stop" leads to end
  flows/main.yaml:33: main, any step: an error leads to young
"""


async def test_the_table_is_readable(simulator: Simulator) -> None:
    """Flows are rows, kinds are columns; what follows from something missing is not named again."""
    simulator, recorder = watched(simulator)
    given = Given(people={"bob": Someone("Bob")})
    async with simulate(simulator, given=given) as chat:
        await chat.send("/main")
        await chat.send("20")
        await chat.press("Away")

    assert render_table(Report(simulator.bot, recorder.coverage)) == TABLE


def test_nothing_taken_is_told_briefly(simulator: Simulator) -> None:
    """Of a step that nobody came to, that alone is told; moves of bot.yaml and entries stand beside."""
    listed = list_missing(Report(simulator.bot, Coverage()))

    assert [goal.key for goal, _ in listed if goal.step == "young"] == ["step main.young"]
    assert "never shown, which leaves out 3 moves" in {says for _, says in listed}


EVERY_KIND = """\
flow: main
version: 1
title: Main
start: [/main]
data:
  age: {type: int, default: 0}
  thing: {type: text, default: "none"}
  loud: {type: bool, default: false}
steps:
  age:
    ask: int
    text: "How old?"
    save: {age: it}
    default: {value: 50, text: "Fifty"}
    give_up: {after: 1, go: list}
  gate:
    decide:
      - {when: data.age > 17, go: sure}
      - {else: {go: list}}
  sure:
    show: "Sure?"
    skip_if: data.age > 90
    buttons:
      - {text: Go on, id: on, go: list}
      - {text: Read, run: leaf}
      - {check: data.loud, text: Aloud}
    timeout: {after: 1h, go: age}
    go: list
  list:
    choose: names.list(age=data.age)
    key: item
    text: "Which?"
    button: "{{ item }}"
    save: {thing: item}
    empty: {go: leaf}
  leaf:
    run: leaf
  act:
    do: names.take(name=data.thing)
    outcomes: {gone: last}
  done:
    end: {}
  last:
    show: "Bye."
    end: {}
anytime:
  /stop: {go: last}
  unknown: {go: list}
  error: {go: last}
"""
LEAF = """\
flow: leaf
version: 1
title: Leaf
steps:
  read: {show: "A leaf.", buttons: [{text: Back, go: end}]}
"""


@query("names.list")
async def list_names(context: Context, *, age: int) -> list[str]:
    """List names, for children none."""
    del context
    return ["Ann", "Bob", "Cy"] if age > 9 else []


@command("names.take")
async def take_name(context: Context, *, name: str) -> Outcome[Literal["gone"]] | None:
    """Take a name, which Bob has none of and Cy breaks."""
    del context
    if name == "Cy":
        raise RuntimeError(name)
    return Outcome("gone") if name == "Bob" else None


async def test_every_kind_of_move_is_told(make_simulator: MakeSimulator) -> None:
    """Somebody who takes all of a flow has all of its moves, among which is each kind there is."""
    made = make_simulator(list_names, take_name, main=EVERY_KIND, leaf=LEAF)
    simulator, recorder = watched(made)
    async with simulate(simulator) as chat:
        for word in ("/main", "5", "Back"):  # nothing to choose, and nothing to take
            await (chat.press if word == "Back" else chat.send)(word)
        await chat.send("/main")
        await chat.press("Fifty")
        await chat.press("Read")
        await chat.press("Back")
        await chat.press("Aloud")
        await chat.wait("1h")
        await chat.send("18")
        await chat.press("Go on")
        await chat.pick("Bob")
        await chat.press("Back")
        await chat.send("/main")
        await chat.send("99")
        await chat.send("what?")
        await chat.pick("Cy")
        await chat.press("Back")
        await chat.send("/main")
        await chat.send("never")
        await chat.press("Back")
        await chat.send("/main")
        await chat.send("/stop")
        await chat.press("Go")
        chat.sees("How old?")

    left = uncovered(simulator.bot, recorder.coverage)

    assert [goal.key for goal in left if goal.flow != "home"] == []
    moves = (move for goal in list_goals(simulator.bot) for move in goal.moves)
    elsewhere = {MoveKind.PAID, MoveKind.REFRESH}  # in test_payments.py and test_refresh.py
    assert {move.kind for move in moves} | elsewhere == set(MoveKind)


@pytest.fixture(scope="module")
def shipped() -> Bot:
    """Give the bot that is shipped."""
    bot = check_directory(Path("flows"), catalog_in_use()).bot
    assert bot is not None
    return bot


def test_every_move_of_the_shipped_flows_is_a_goal_once(shipped: Bot) -> None:
    """The graphs' moves are all in the goals, each in one; keys tell goals apart."""
    goals = list_goals(shipped)
    moves = [
        (place, move) for goal in goals for place, move in zip(goal.places, goal.moves, strict=True)
    ]

    for name, compiled in shipped.flows.items():
        for move in compiled.graph.moves:
            assert [place for place, one in moves if one is move] == [(name, move.source)]
    assert len({goal.key for goal in goals}) == len(goals)
