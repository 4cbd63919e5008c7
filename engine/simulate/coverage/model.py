"""What can be covered of a bot, one goal for each thing, and what conversations have covered, as values.

It does not know which goals a bot has, nor how they are reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.flow.graph import Move
    from engine.flow.problems import Position

BOT_FILE = "bot.yaml"
"""What stands in the place of a flow for goals that all flows share: the lines of `anytime` of bot.yaml."""


class GoalKind(StrEnum):
    """What is covered, in the order of the columns of a report."""

    STEP = "step"
    MOVE = "move"
    CONDITION = "condition"
    TEXT = "text"
    OUTCOME = "outcome"
    ANSWER = "answer"
    ANYTIME = "anytime"
    ENTRY = "entry"
    LOCALE = "locale"


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to be covered: its key tells it from all others of the bot, `says` is for people.

    `step` is None for what belongs to the flow, and `flow` is BOT_FILE for what belongs to no single one. `moves` are the
    moves of which any covers a goal of that kind: one, or for what can happen anywhere one of each step; `places` are the
    flow and the step that each leaves.
    """

    kind: GoalKind
    flow: str
    step: str | None
    cause: str
    says: str
    position: Position
    moves: tuple[Move, ...] = field(default=(), compare=False)
    places: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def and_by(self, other: Goal) -> Goal:
        """Give the same goal, which the moves of another one cover too."""
        places = (*self.places, *other.places)
        return replace(self, moves=(*self.moves, *other.moves), places=places)

    @property
    def key(self) -> str:
        """What tells it from all others, as text."""
        return key_of(self.kind, self.flow, self.step, self.cause)


def key_of(kind: GoalKind, flow: str, step: str | None, cause: str) -> str:
    """Give the key of a goal, whether a bot has it or not."""
    place = f"{flow}.{step}" if step is not None else flow
    return f"{kind} {place} {cause}".rstrip()


@dataclass(slots=True)
class Coverage:
    """Which goals were covered, each with the names of the tests that did.

    `seen` are the roles to which each window was shown, by flow.step.
    """

    taken: dict[str, set[str]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def add(self, key: str, test: str = "") -> None:
        """Note that a test has covered a goal."""
        self.taken.setdefault(key, set()).add(test)

    def merge(self, other: Coverage) -> None:
        """Take in what others have covered; twice is as good as once."""
        for mine, theirs in ((self.taken, other.taken), (self.seen, other.seen)):
            for key, names in theirs.items():
                mine.setdefault(key, set()).update(names)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON, in an order that does not depend on that of the tests."""
        tests = sorted({name for names in self.taken.values() for name in names})
        number = {name: at for at, name in enumerate(tests)}
        taken = {
            key: sorted(number[name] for name in names) for key, names in sorted(self.taken.items())
        }
        seen = {place: sorted(roles) for place, roles in sorted(self.seen.items())}
        return {"tests": tests, "taken": taken, "seen": seen}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Coverage:
        """Read what `to_json` gave."""
        tests: list[str] = raw["tests"]
        taken = {key: {tests[at] for at in numbers} for key, numbers in raw["taken"].items()}
        return cls(taken, {place: set(roles) for place, roles in raw["seen"].items()})


def merged(parts: Iterable[Coverage]) -> Coverage:
    """Give all that several have covered."""
    whole = Coverage()
    for part in parts:
        whole.merge(part)
    return whole
