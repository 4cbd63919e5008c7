"""What became of older versions: what a flow renamed since, and flows that are gone.

It knows names alone; who stands in an older version is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class Renaming:
    """A new name: of a step (or END), a name of data or params, or a flow; `source` is the place of the old one."""

    to: str
    position: Position
    source: Position


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between a version of a flow and the next one, by old names.

    `restart` are steps of that version whose people begin anew, with their places.
    """

    version: int
    position: Position
    steps: Mapping[str, Renaming] = field(default_factory=dict)
    data: Mapping[str, Renaming] = field(default_factory=dict)
    params: Mapping[str, Renaming] = field(default_factory=dict)
    restart: Mapping[str, Position] = field(default_factory=dict)
