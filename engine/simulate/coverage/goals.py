"""All goals of a checked bot: the whole of which coverage is a part.

It reads the graphs and models of the flows, and knows nothing of conversations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dialog.trail import Way
from engine.flow.graph import INTERRUPTIONS, MoveKind
from engine.flow.model.anytime import ON_EXIT
from engine.flow.model.flow import EntryKind
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep
from engine.flow.model.windows import WindowStep
from engine.simulate.coverage.answers import wrong_answers
from engine.simulate.coverage.conditions import list_conditions
from engine.simulate.coverage.model import BOT_FILE, Goal, GoalKind
from engine.simulate.coverage.sayings import say_move
from engine.simulate.coverage.texts import text_goals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow
    from engine.flow.graph import Move
    from engine.flow.model.anytime import Interruption
    from engine.flow.model.flow import Flow

ANYWHERE = "*"
"""What stands in the place of a step for a move that can leave any."""


def list_goals(bot: Bot) -> tuple[Goal, ...]:
    """Give every goal of a bot once, flow by flow, in the order written; those of bot.yaml last."""
    goals: dict[str, Goal] = {}
    shared: dict[str, Goal] = {}
    for compiled in bot.flows.values():
        for goal in _of_flow(bot, compiled):
            if goal.flow != BOT_FILE:
                goals.setdefault(goal.key, goal)
            else:
                known = shared.get(goal.key)
                shared[goal.key] = known.and_by(goal) if known else goal
    return (*goals.values(), *shared.values())


def move_place(flow: Flow, step: str, kind: MoveKind, cause: str) -> tuple[str, str | None, str]:
    """Give the flow, step and cause of the goal that a move covers.

    What can happen anywhere is one goal of its flow, whatever the step, and one of the bot where bot.yaml says it.
    """
    name = f"{kind}:{cause}" if cause else str(kind)
    if kind not in INTERRUPTIONS:
        return flow.name, step, name
    label = {MoveKind.ERROR: "error", MoveKind.UNKNOWN: "unknown"}.get(kind, cause)
    return owner_of_line(flow, label), ANYWHERE, name


def owner_of_line(flow: Flow, label: str) -> str:
    """Give the flow that a line of anytime belongs to, or the bot."""
    return BOT_FILE if label in flow.inherited else flow.name


def _of_flow(bot: Bot, compiled: CompiledFlow) -> Iterator[Goal]:
    flow = compiled.flow
    for step in flow.steps.values():
        says = "is shown" if isinstance(step, WindowStep) else "is passed"
        yield Goal(GoalKind.STEP, flow.name, step.name, "", f"the step {says}", step.position)
    yield from _moves(compiled)
    for condition in list_conditions(flow):
        yield from condition.goals
    yield from text_goals(compiled)
    yield from _outcomes(flow)
    yield from wrong_answers(flow)
    for entry in flow.anytime.values():
        yield from _ways(flow, entry)
    for way_in in flow.start:
        if way_in.kind is not EntryKind.MENU:
            is_command = way_in.kind is EntryKind.COMMAND
            way = f'"/{way_in.value}"' if is_command else f'the deep link "{way_in.value}"'
            cause, says = f"{way_in.kind}:{way_in.value}", f"{way} opens the flow"
            yield Goal(GoalKind.ENTRY, flow.name, None, cause, says, way_in.position)
    yield from _locales(bot, flow)


def _moves(compiled: CompiledFlow) -> Iterator[Goal]:
    found: dict[tuple[str, str | None, str], list[Move]] = {}
    for move in compiled.graph.moves:
        place = move_place(compiled.flow, move.source, move.kind, move.cause)
        found.setdefault(place, []).append(move)
    for place, moves in found.items():
        says, position = say_move(moves[0]), moves[0].position
        places = tuple((compiled.flow.name, move.source) for move in moves)
        yield Goal(GoalKind.MOVE, *place, says, position, tuple(moves), places)


def _outcomes(flow: Flow) -> Iterator[Goal]:
    for step in flow.steps.values():
        if isinstance(step, DoStep | PayStep) and step.command:
            says = "the command returns"
            yield Goal(GoalKind.OUTCOME, flow.name, step.name, "", says, step.command.position)
            for name, target in step.outcomes.items():
                says = f'the command ends with outcome "{name}"'
                yield Goal(GoalKind.OUTCOME, flow.name, step.name, name, says, target.position)
    if flow.on_exit:
        says, position = "the command is carried out as the flow is left", flow.on_exit.position
        yield Goal(GoalKind.OUTCOME, flow.name, None, ON_EXIT, says, position)


def _ways(flow: Flow, entry: Interruption) -> Iterator[Goal]:
    owner = owner_of_line(flow, entry.label)
    ways: Mapping[Way, str] = {
        **({Way.COMMAND: f'"{entry.label}" is sent'} if entry.command else {}),
        **({Way.WORD: f'a word of "{entry.label}" is sent'} if entry.words else {}),
        **({Way.NO: f'the question of "{entry.label}" is denied'} if entry.confirm else {}),
    }
    for way, says in ways.items():
        cause = f"{entry.label}:{way}"
        yield Goal(GoalKind.ANYTIME, owner, None, cause, says, entry.position)


def _locales(bot: Bot, flow: Flow) -> Iterator[Goal]:
    """Give a goal for each window in each language, where there is more than one."""
    locales = bot.file.locales if len(bot.file.locales) > 1 else ()
    for step in flow.steps.values():
        for locale in locales if isinstance(step, WindowStep) else ():
            says = f'the step is seen in "{locale}"'
            yield Goal(GoalKind.LOCALE, flow.name, step.name, locale, says, step.position)
