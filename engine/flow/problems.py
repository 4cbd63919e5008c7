"""What is wrong in a flow and where, as values, and how they are written out.

It does not know how a problem is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A span of a file: 1-based line and column of its first character, and its length in characters."""

    path: str
    line: int
    column: int
    length: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a flow: fact, offending value in quotes, what would be right; lower case, one sentence.

    `code` is the name of the check, e.g. "unknown-step"; `related` points at other places that explain it.
    """

    position: Position
    code: str
    message: str
    related: tuple[tuple[Position, str], ...] = ()
