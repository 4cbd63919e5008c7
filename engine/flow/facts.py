"""What is known to be set, or not nothing, at each step of a flow, on every path that leads there.

It combines the moves of the graph with what expressions prove; it reports nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expressions import infer_expression
from engine.flow.graph import MoveKind, flow_facts
from engine.flow.parts import anytime_calls, step_calls
from engine.flow.types import Maybe, Nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.flow.compile import Typist
    from engine.flow.graph import Graph, Move
    from engine.flow.model.written import Code

type Facts = frozenset[str]

_LASTING = ("data.", "params.")
_NOTHING: tuple[Facts, Facts] = (frozenset(), frozenset())


class Prover:
    """Tells what holds inside each step and after each move of one flow."""

    def __init__(self, typist: Typist, graph: Graph) -> None:
        self._typist = typist
        self._steps = typist.flow.steps
        self._staying = {
            step: [move for move in moves if move.stays] for step, moves in graph.leaving().items()
        }
        # What conditions of a step prove where they hold and do not, by those facts that they may read.
        self._proved: dict[tuple[str, str, Facts], tuple[Facts, Facts]] = {}
        first = typist.own.given()
        self.entry: Mapping[str, Facts | None] = flow_facts(graph, first, self.after, self.inside)

    def inside(self, step: str, entry: Facts) -> Facts:
        """Give what holds once the step was not passed over."""
        condition = self._steps[step].skip_if
        facts = entry
        if condition is not None:
            facts |= self.proved(step, condition, entry, holds=False)
        before = None
        while facts != before:
            before = facts
            for move in self._staying.get(step, ()):
                facts &= self.after(move, facts)
        return facts

    def after(self, move: Move, facts: Facts) -> Facts:
        """Give what holds when a move arrives."""
        seen = self._seen_at(move, facts)
        facts = lasting(seen)
        before = facts if _comes_back(move) else seen
        if move.kind is MoveKind.CONTROL:
            for name in move.sets:
                facts = forget(facts, name) | {f"data.{name}"}
        for name, code in move.saves:
            facts = forget(facts, name)
            if self._is_set(move, code, before):
                facts |= {f"data.{name}"}
        return facts

    def _seen_at(self, move: Move, facts: Facts) -> Facts:
        """Give what holds when a move is taken, before it saves, also of what its step loaded."""
        for code, holds in move.proofs:
            facts |= self._proves(move.source, code, facts, holds=holds)
        return facts

    def proved(self, step: str, code: Code, facts: Facts, *, holds: bool) -> Facts:
        """Give what the value of a condition of a step proves of data and params."""
        return lasting(self._proves(step, code, facts, holds=holds))

    def _proves(self, step: str, code: Code, facts: Facts, *, holds: bool) -> Facts:
        read = self._typist.listed.read_by(code)
        told = frozenset(fact for fact in facts if fact.rpartition(".")[2] in read)
        key = (step, read, told)
        if key not in self._proved:
            room = self._typist.room(told).having(self._typist.saving(self._steps[step]))
            room = self._typist.listed.room(code, room)
            done = infer_expression(code.text, room.scope)
            self._proved[key] = (done.when_true, done.when_false) if done else _NOTHING
        return self._proved[key][0 if holds else 1]

    def _is_set(self, move: Move, code: Code, facts: Facts) -> bool:
        step = self._steps[move.source]
        room = self._typist.room(facts)
        if _comes_back(move):
            calls = (*step_calls(step), *anytime_calls(self._typist.flow))
            call = next(call for call in calls if code in call.save.values())
            result = self._typist.returned(call)
            room = room.having({**self._typist.loads(step), "result": result})
        else:
            room = self._typist.listed.room(code, room.having(self._typist.saving(step)))
        done = infer_expression(code.text, room.scope)
        return done is None or not isinstance(done.type, Maybe | Nothing)


def _comes_back(move: Move) -> bool:
    """Tell whether a flow ran between what the step showed and what the move saves."""
    return move.stays or move.kind is MoveKind.RESULT


def lasting(facts: Iterable[str]) -> Facts:
    """Keep what still holds at the next update: facts of data and params."""
    return frozenset(fact for fact in facts if fact.startswith(_LASTING))


def forget(facts: Facts, name: str) -> Facts:
    """Drop what was known of a name of data that is saved anew."""
    path = f"data.{name}"
    return frozenset(fact for fact in facts if fact != path and not fact.startswith(f"{path}."))
