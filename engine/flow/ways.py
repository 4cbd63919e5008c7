"""Why something may be unset, or nothing, at a step: the move that brings it so, where another way brings it set.

It knows the facts of each step and the moves between them, and judges nothing.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.facts import Prover
    from engine.flow.graph import Graph, Move
    from engine.flow.model.flow import Flow
    from engine.flow.problems import Position

type Notes = tuple[tuple[Position, str], ...]

MAX_LABEL: Final = 40
"""Characters of a label or condition that a note shows."""


class Ways:
    """Finds the way on which a name is not set."""

    def __init__(self, flow: Flow, graph: Graph, prover: Prover) -> None:
        self._flow = flow
        self._prover = prover
        self._entering = graph.entering()
        self._steps = graph.steps

    def explain(self, step: str, name: str, lacks: str) -> Notes:
        """Note the nearest move that brings a name unset to where other moves bring it set.

        `lacks` says what it is then, such as "not set". Where no way sets it, the declaration is noted.
        """
        if name in (self._prover.entry[step] or frozenset()):
            return ()  # it is lost within the step
        seen, work = {step}, deque([step])
        while work:
            at = work.popleft()
            moves = self._moves_to(at, name)
            if at == self._flow.first.name and any(moves.values()):
                return ((self._flow.first.position, f"{lacks} when the flow begins"),)
            bare = [move for move, is_set in moves.items() if not is_set]
            if len(bare) < len(moves) and bare:
                move = self._first_of(bare, name)
                return ((move.position, f"{lacks} when coming {say_way(move)}"),)
            for move in bare:
                if move.source not in seen:
                    seen.add(move.source)
                    work.append(move.source)
        slot = self._flow.data.get(name.removeprefix("data."))
        if slot is None:
            return ()
        return ((slot.position, "it has no default, and no step before saves it"),)

    def _first_of(self, bare: list[Move], name: str) -> Move:
        """Give the move that a person without the name comes by first: others may only repeat it, in a circle."""
        leaving: dict[str, list[str]] = {}
        for step in self._steps:
            for move, is_set in self._moves_to(step, name).items():
                if not is_set:
                    leaving.setdefault(move.source, []).append(step)
        starts = [self._flow.first.name]
        starts += [step for step, facts in self._prover.entry.items() if name in (facts or ())]
        order = dict.fromkeys(starts, 0)
        work = deque(starts)
        while work:
            at = work.popleft()
            for step in leaving.get(at, ()):
                if step not in order:
                    order[step] = order[at] + 1
                    work.append(step)
        return min(bare, key=lambda one: (order.get(one.source, len(self._steps)), one.position))

    def _moves_to(self, step: str, name: str) -> Mapping[Move, bool]:
        """Tell of each move that can enter a step whether a name is set when it arrives."""
        found = {}
        for move in self._entering.get(step, ()):
            entry = self._prover.entry[move.source]
            if entry is None or move.stays:
                continue
            is_early = move.kind in (MoveKind.SKIP, MoveKind.ERROR)
            facts = entry if is_early else self._prover.inside(move.source, entry)
            found[move] = name in self._prover.after(move, facts)
        return found


def say_way(move: Move) -> str:
    """Say where a move comes from and what makes it happen."""
    label = move.label if len(move.label) <= MAX_LABEL else f"{move.label[: MAX_LABEL - 1]}…"
    return f'from step "{move.source}"{_BY[move.kind].format(label)}'


_BY: Final = {
    MoveKind.BUTTON: ' by button "{}"',
    MoveKind.CONTROL: "",
    MoveKind.PICK: " by a choice",
    MoveKind.ANSWER: " by an answer",
    MoveKind.PAID: " once it is paid",
    MoveKind.GIVE_UP: " {}",
    MoveKind.EMPTY: ", which had nothing to choose",
    MoveKind.SKIP: ', passed over by "{}"',
    MoveKind.NEXT: "",
    MoveKind.OUTCOME: ' with outcome "{}"',
    MoveKind.BRANCH: ' by "{}"',
    MoveKind.ELSE: ' by "else"',
    MoveKind.RESULT: "",
    MoveKind.TIMEOUT: " {}",
    MoveKind.REFRESH: " {}",
    MoveKind.COMMAND: ' by "{}"',
    MoveKind.UNKNOWN: " by a message that nothing takes",
    MoveKind.ERROR: " by an error",
    MoveKind.WORD: "",
    MoveKind.END: "",
}
