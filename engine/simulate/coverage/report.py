"""Goals beside what was covered of them: sums by flow and kind, and what is missing.

It does not know how a report looks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.simulate.coverage.goals import list_goals
from engine.simulate.coverage.model import BOT_FILE, GoalKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.flow.checked import Bot
    from engine.flow.problems import Position
    from engine.simulate.coverage.model import Coverage, Goal


@dataclass(frozen=True, slots=True)
class Sum:
    """How many goals there are, and how many were covered."""

    taken: int
    all: int

    @property
    def percent(self) -> float:
        """The part that was covered; all of nothing is 100."""
        return 100.0 * self.taken / self.all if self.all else 100.0

    def __str__(self) -> str:
        return f"{self.taken}/{self.all}" if self.all else "-"


def uncovered(bot: Bot, taken: Coverage, kind: GoalKind = GoalKind.MOVE) -> tuple[Goal, ...]:
    """Give the goals of a kind that nothing has covered, in the order written; each names flow, step, cause and moves."""
    return tuple(
        goal for goal in list_goals(bot) if goal.kind is kind and goal.key not in taken.taken
    )


class Report:
    """What was covered of a bot, but for what it shares with another one; the paths of its files are told from `root` on."""

    def __init__(self, bot: Bot, coverage: Coverage, *, root: Path | None = None) -> None:
        self.bot = bot
        self._root = root
        self.coverage = coverage
        self.goals: Sequence[Goal] = [goal for goal in list_goals(bot) if _is_own(bot, goal)]

    @cached_property
    def sums(self) -> Mapping[tuple[str, GoalKind], Sum]:
        """How much was covered, by flow and kind."""
        every = Counter((goal.flow, goal.kind) for goal in self.goals)
        taken = Counter((goal.flow, goal.kind) for goal in self.goals if self.is_taken(goal))
        return {place: Sum(taken[place], every[place]) for place in every}

    @property
    def flows(self) -> Sequence[str]:
        """The names of the flows, and that of bot.yaml where something of it can be covered."""
        shared = [BOT_FILE] if any(goal.flow == BOT_FILE for goal in self.goals) else []
        return [*(name for name in self.bot.flows if name not in self.bot.shared), *shared]

    @property
    def missing(self) -> Sequence[Goal]:
        """The goals that nothing has covered, by file and line."""
        left = [goal for goal in self.goals if not self.is_taken(goal)]
        return sorted(left, key=lambda goal: goal.position)

    @property
    def percent(self) -> float:
        """The part of all moves that was taken."""
        return self.total(GoalKind.MOVE).percent

    def sum(self, flow: str, kind: GoalKind) -> Sum:
        """Give how much was covered of one kind in one flow."""
        return self.sums.get((flow, kind), Sum(0, 0))

    def total(self, kind: GoalKind) -> Sum:
        """Give how much was covered of one kind in all flows."""
        found = [one for (_, of), one in self.sums.items() if of is kind]
        return Sum(sum(one.taken for one in found), sum(one.all for one in found))

    def file_of(self, position: Position) -> str:
        """Give the file of a place, from the root on where it is below that."""
        return self.path_of(position.path)

    def path_of(self, checked: str) -> str:
        """Give the path of a file that was checked, from the root on where it is below that."""
        path = Path(checked)
        if self._root is not None and path.is_relative_to(self._root):
            path = path.relative_to(self._root)
        return path.as_posix()

    @property
    def root_path(self) -> str:
        """The directory from which paths are told."""
        return (self._root or Path()).as_posix()

    def roles(self, flow: str) -> Sequence[str]:
        """Give the roles to which any window of a flow was shown, in the order of bot.yaml."""
        seen = {
            role
            for place, roles in self.coverage.seen.items()
            if place.partition(".")[0] == flow
            for role in roles
        }
        return [role for role in self.bot.file.roles if role in seen]

    def is_taken(self, goal: Goal) -> bool:
        """Tell whether a goal was covered."""
        return goal.key in self.coverage.taken

    def tests(self, goal: Goal) -> Sequence[str]:
        """Give the names of the tests that covered a goal."""
        return sorted(self.coverage.taken.get(goal.key, ()))


def _is_own(bot: Bot, goal: Goal) -> bool:
    """Tell whether something to be covered is a bot's own; what it shares is covered where it is written."""
    if goal.flow in bot.flows:
        return goal.flow not in bot.shared
    return not bot.shared or Path(goal.position.path).parent == bot.directory
