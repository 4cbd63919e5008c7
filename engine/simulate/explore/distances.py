"""How many acts lie at least between where somebody stands and a goal, by what the flows say.

It knows the moves of all flows and what is run from where; whether a condition holds is not known here.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import TYPE_CHECKING, Final

from engine.flow.graph import INTERRUPTIONS, MoveKind
from engine.flow.model.moves import END
from engine.simulate.coverage.model import BOT_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.flow.checked import Bot
    from engine.flow.graph import Move
    from engine.simulate.coverage.model import Goal

    type Place = tuple[str, str]
    """A flow and a step of it."""

FAR: Final = 1_000
"""More acts than any way has: there is none."""


class Distances:
    """Tells how far it is to goals, in acts of a person."""

    def __init__(self, bot: Bot) -> None:
        self._graphs = {name: compiled.graph for name, compiled in bot.flows.items()}
        self._first = {name: compiled.flow.first.name for name, compiled in bot.flows.items()}
        self._from = cache(self._distances_from)

    def to_goal(self, open_flows: Sequence[Place], goal: Goal) -> int:
        """Return how far a goal is from the steps of the open flows, the one on top last; at most FAR."""
        places = places_of(goal)
        return min((self._to_place(open_flows, place) for place in places), default=0)

    def _to_place(self, open_flows: Sequence[Place], place: Place) -> int:
        wanted, step_wanted = place
        nearest = 1 + self._inside(wanted, self._first[wanted], step_wanted)
        above = 0
        for flow, step in reversed(open_flows):
            nearest = min(nearest, above + self._within(flow, step, place))
            above += max(self._inside(flow, step, END), 1)
        return min(nearest, FAR)

    def _within(self, flow: str, step: str, place: Place) -> int:
        """Return how far a place is from a step of a flow on top, which may run the flow of the place."""
        wanted, step_wanted = place
        ways = [self._inside(flow, step, step_wanted)] if flow == wanted else []
        begun = self._inside(wanted, self._first[wanted], step_wanted)
        ways += [
            self._inside(flow, step, call.step) + 1 + begun
            for call in self._graphs[flow].calls
            if call.call.flow == wanted and call.step is not None
        ]
        return min(ways, default=FAR)

    def _inside(self, flow: str, source: str, target: str) -> int:
        return self._from(flow, source).get(target, FAR)

    def _distances_from(self, flow: str, source: str) -> Mapping[str, int]:
        found = {source: 0}
        leaving = self._graphs[flow].leaving()
        work = deque([source])
        while work:
            step = work.popleft()
            for move in leaving.get(step, ()):
                far = found[step] + _cost(move)
                if move.stays or far >= found.get(move.target, FAR):
                    continue
                found[move.target] = far
                if _cost(move):
                    work.append(move.target)
                else:
                    work.appendleft(move.target)
        return found


def places_of(goal: Goal) -> tuple[Place, ...]:
    """Return the places of which any will do to reach a goal; none where it does not matter where one is."""
    if goal.flow == BOT_FILE:
        return ()
    if goal.moves:
        return tuple((goal.flow, move.source) for move in goal.moves)
    return ((goal.flow, goal.step),) if goal.step is not None else ()


def _cost(move: Move) -> int:
    """Return how many acts a move takes: none where the conversation goes on by itself, more where little would bring it about."""
    if move.kind in (MoveKind.ERROR, MoveKind.OUTCOME):
        return _UNLIKELY
    return int(move.waits or move.kind in INTERRUPTIONS)


_UNLIKELY: Final = 4
