"""Where a flow can be left, what is known to be set there, and the command that is carried out then.

It knows the facts of each step; a move to the end is one way out, and wherever a person stands there are others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.actions import ActionKind
from engine.flow.graph import MoveKind
from engine.flow.model.moves import END
from engine.flow.model.steps import RunStep
from engine.flow.types import BOOL
from engine.flow.ways import say_way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.compile import Tables, Typist
    from engine.flow.facts import Facts, Prover
    from engine.flow.graph import Graph, Move
    from engine.flow.model.anytime import ExitHook
    from engine.flow.model.flow import Flow
    from engine.flow.problems import Position
    from engine.flow.ways import Notes, Ways


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a flow: what holds there, and which it is, as in `at step "day"`.

    `step` is where a person stands then, None for a move to the end.
    """

    facts: Facts
    position: Position
    way: str
    step: str | None = None


def find_exits(flow: Flow, graph: Graph, prover: Prover) -> Iterator[Exit]:
    """Give every way out: where a person stands or is refused, and the moves to the end."""
    leaving = graph.leaving()
    for step in flow.steps.values():
        entry = prover.entry[step.name]
        if entry is None:
            continue
        inside, here = prover.inside(step.name, entry), f'at step "{step.name}"'
        if step.access:
            yield Exit(entry, step.position, here, step.name)
        if step.name in graph.waiting or isinstance(step, RunStep):
            yield Exit(inside, step.position, here, step.name)
        for move in leaving.get(step.name, ()):
            if move.target == END:
                facts = prover.after(move, entry if _is_early(move) else inside)
                yield Exit(facts, move.position, say_way(move))


def compile_exit(
    tables: Tables, typist: Typist, hook: ExitHook, exits: Sequence[Exit], ways: Ways
) -> None:
    """Compile what happens as a flow is left, in what holds on every way out."""

    def explain(name: str, lacks: str) -> Notes:
        bare = next((one for one in exits if name not in one.facts), None)
        if bare is None or not name.startswith("data."):
            return ()  # params are what they are on every way
        way_out = (bare.position, f"{lacks} when the flow is left {bare.way}")
        return (way_out, *(ways.explain(bare.step, name, lacks) if bare.step else ()))

    tables.told = set()
    tables.explain = explain
    held = frozenset[str]().union(*(one.facts for one in exits[:1]))
    room = typist.room(held.intersection(*(one.facts for one in exits)))
    if hook.when:
        room = room.where(hook.when, tables.expression(hook.when, room, BOOL))
    tables.call(hook.command, room, ActionKind.COMMAND)


def _is_early(move: Move) -> bool:
    """Tell whether a move leaves from the entry of its step."""
    return move.kind in (MoveKind.SKIP, MoveKind.ERROR)
