"""The lines of files that say what can be covered, and how far each is.

It knows places alone, and reads no file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.simulate.coverage.model import GoalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.simulate.coverage.model import Goal
    from engine.simulate.coverage.report import Report


class LineState(StrEnum):
    """How far a line is covered: all of what it says, a part, or nothing."""

    TAKEN = "taken"
    PARTLY = "partly"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, apart from languages; `tests` are those that took any of it."""

    number: int
    goals: tuple[Goal, ...]
    missing: tuple[Goal, ...]
    tests: frozenset[str]

    @property
    def state(self) -> LineState:
        """How far it is covered."""
        if not self.missing:
            return LineState.TAKEN
        return LineState.PARTLY if len(self.missing) < len(self.goals) else LineState.MISSED

    @property
    def taken(self) -> int:
        """How much of it was covered."""
        return len(self.goals) - len(self.missing)


def covered_lines(report: Report) -> Mapping[str, Sequence[Line]]:
    """Give the lines of each file that say something, in order, by its path as it was checked.

    What a fragment says counts there and where it is used.
    """
    found: dict[str, dict[int, dict[str, Goal]]] = defaultdict(lambda: defaultdict(dict))
    for goal in report.goals:
        for place in goal.position.places():
            found[place.path][place.line][goal.key] = goal
    return {
        path: [
            line
            for number in sorted(lines)
            if (line := _line(report, number, lines[number].values()))
        ]
        for path, lines in found.items()
    }


def _line(report: Report, number: int, goals: Iterable[Goal]) -> Line | None:
    """Give a line; None where it says nothing but in which languages it was seen."""
    counted = tuple(goal for goal in goals if goal.kind is not GoalKind.LOCALE)
    if not counted:
        return None
    missing = tuple(goal for goal in counted if not report.is_taken(goal))
    tests = frozenset(name for goal in counted for name in report.tests(goal))
    return Line(number, counted, missing, tests)
