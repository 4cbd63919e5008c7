"""What the turns of a simulation did, in order, as the run time tells it.

It does not know what is made of that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.actions import User
    from engine.dialog.trail import Note, Trail


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn of a person, as they are after it, and what it did; nothing for one that changed nothing."""

    user: User
    notes: tuple[Note, ...]


@dataclass(slots=True)
class Track:
    """Keeps the turns of one simulation; `other` is told of them too."""

    other: Trail | None = None
    turns: list[Taken] = field(default_factory=list)

    def note(self, user: User, notes: tuple[Note, ...]) -> None:
        """Keep a turn."""
        self.turns.append(Taken(user, notes))
        if self.other is not None:
            self.other.note(user, notes)

    @property
    def notes(self) -> Iterator[Note]:
        """All that was noted, in order."""
        for turn in self.turns:
            yield from turn.notes
