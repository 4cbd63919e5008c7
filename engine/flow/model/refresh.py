"""A window that is shown again without anybody pressing.

It knows nothing of what the window shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.flow.model.moves import Target
    from engine.flow.model.written import Code
    from engine.flow.problems import Position

USUAL_LENGTH: Final = 600_000
"""For how long a window is shown again after the last thing that the person did, in milliseconds, when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """How often a window is shown again, and for how long without a sign of the person, in milliseconds.

    Once `until` holds it is shown a last time, or the conversation goes on by itself with `go`.
    """

    every: int
    position: Position
    length: int = USUAL_LENGTH
    until: Code | None = None
    go: Target | None = None
