"""The picture of a flow with what was taken told from what was not.

It knows the classes of the picture; where they are drawn is the drawing's.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from engine.flow.draw import Looks, draw_svg
from engine.flow.drawing import label_of
from engine.simulate.coverage.goals import ANYWHERE
from engine.simulate.coverage.lines import LineState
from engine.simulate.coverage.model import GoalKind

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from engine.simulate.coverage.report import Report

_STYLE: Final = """
svg.flow { --taken: #1a7f37; --partly: #9a6700; --missed: #d1242f; }
@media (prefers-color-scheme: dark) { svg.flow { --taken: #3fb950; --partly: #d29922; --missed: #ff7b72; } }
.box.taken, .move.taken { stroke: var(--taken); stroke-width: 2; }
.move.partly { stroke: var(--partly); stroke-width: 2; stroke-dasharray: 7 3; }
.box.missed, .move.missed { stroke: var(--missed); stroke-width: 2; stroke-dasharray: 3 3; }
.label.missed, .small.missed { fill: var(--missed); font-weight: 600; }
.small.partly { fill: var(--partly); font-weight: 600; }"""


def draw_coverage(report: Report, flow: str) -> str:
    """Draw a flow as SVG: steps and moves that were taken, those that were not, and arrows of which only some were."""
    compiled = report.bot.flows[flow]
    boxes = {
        goal.step or "": _state([report.is_taken(goal)])
        for goal in report.goals
        if goal.flow == flow and goal.kind is GoalKind.STEP
    }
    ends: dict[tuple[str, str], list[bool]] = defaultdict(list)
    labels: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for goal in report.goals:
        for move in goal.moves if goal.flow == flow and goal.step != ANYWHERE else ():
            ends[move.source, move.target].append(report.is_taken(goal))
            labels[move.source, move.target, label_of(move)].append(report.is_taken(goal))
    looks = Looks(boxes=boxes, moves=_states(ends), labels=_states(labels), style=_STYLE)
    return draw_svg(compiled, looks)


def _states[KeyT: Hashable](found: Mapping[KeyT, Iterable[bool]]) -> Mapping[KeyT, str]:
    return {key: _state(taken) for key, taken in found.items()}


def _state(taken: Iterable[bool]) -> str:
    known = set(taken)
    if known == {True}:
        return LineState.TAKEN
    return LineState.PARTLY if True in known else LineState.MISSED
