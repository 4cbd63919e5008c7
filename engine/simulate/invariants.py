"""Truths about rows that hold whatever people do: queries that must give nothing, each with a name.

It does not know who carries a query out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NOW: Final = ":now"
"""Stands in a query for the present moment of the simulation."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A query whose rows break a truth; the name says the truth."""

    name: str
    query: str


def read_invariants(text: str) -> tuple[Invariant, ...]:
    """Read SQL whose queries each end in `;` at the end of a line, and begin with a comment that names the truth.

    Raises:
        ValueError: a query has no name, or the last one no end.
    """
    *queries, rest = re.split(r";[ \t]*(?:\n|\Z)", text)
    if _code(rest):
        raise ValueError(f'the last query does not end in ";": {_code(rest)[:60]!r}')
    return tuple(_read(one) for one in queries if _code(one))


def _read(written: str) -> Invariant:
    lines = written.strip().splitlines()
    named = [line for line in lines[: _first(lines)] if line.strip()]
    comment = " ".join(line.removeprefix("--").strip() for line in named[-1:])
    if not comment:
        raise ValueError(f"a query has no comment above it that names the truth: {lines[0][:60]!r}")
    return Invariant(comment.rstrip("."), "\n".join(lines[_first(lines) :]))


def _first(lines: list[str]) -> int:
    """Return the number of the first line that is no comment."""
    return next(
        number
        for number, line in enumerate(lines)
        if line.strip() and not line.lstrip().startswith("--")
    )


def _code(written: str) -> str:
    """Return SQL without its comments."""
    lines = (line for line in written.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(lines).strip()
