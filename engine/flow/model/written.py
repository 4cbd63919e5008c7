"""What a flow says in words of its own, with the place: expressions and texts.

It knows nothing of what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.flow.model.looks import Look
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class Code:
    """An expression as written; hashable by place, so that it keys the table of compiled expressions."""

    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class Wording:
    """A text people read: its translation path (`booking.confirm.text`) and its source in the bot's own locale.

    `looks` are those of the button that it is the label of, first those with a condition. `text` is HTML where it `is_markdown` that was written, too.
    """

    path: str
    text: str
    position: Position
    looks: tuple[Look, ...] = ()
    is_markdown: bool = False
