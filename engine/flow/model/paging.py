"""The buttons that turn the pages of something: which of them there are, and what they say.

It knows nothing of what has the pages, nor of the one that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


class PagerKind(StrEnum):
    """A pager that is called by its name."""

    ARROWS = "arrows"
    FULL = "full"
    NUMBERS = "numbers"
    NONE = "none"


class PagerPart(StrEnum):
    """A button of a pager, in the order in which they stand; `number` and `here` are one for each page."""

    FIRST = "first"
    PREVIOUS = "previous"
    CURRENT = "current"
    NEXT = "next"
    LAST = "last"
    NUMBER = "number"
    HERE = "here"


NUMBERED: Final = (PagerPart.NUMBER, PagerPart.HERE)
"""The page that one goes to, and the one that is there."""

_TURNING: Final = tuple(part for part in PagerPart if part not in NUMBERED)
_PARTS: Final[Mapping[PagerKind, tuple[PagerPart, ...]]] = {
    PagerKind.ARROWS: (PagerPart.PREVIOUS, PagerPart.CURRENT, PagerPart.NEXT),
    PagerKind.FULL: _TURNING,
    PagerKind.NUMBERS: NUMBERED,
    PagerKind.NONE: (),
}

MOST_NUMBERS: Final = 24
"""Numbers of pages that stand there at once when a flow says nothing else: three rows of them."""

IN_ROW: Final = 8
"""Numbers in a row when a flow says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Buttons that turn pages: those of `kind`, and those that have a label here.

    Numbers stand `columns` in a row, at most `most` of them around the page that is shown. With `is_always` the pager is
    there for a single page, too. `position` is that of one written at length, and `layout` names what it says of numbers.
    `turns` are other things of the window whose pages go along: lists by their ids, TEXT and LIST.
    """

    kind: PagerKind = PagerKind.NONE
    labels: Mapping[PagerPart, Wording] = field(default_factory=dict)
    columns: int = IN_ROW
    most: int = MOST_NUMBERS
    is_always: bool = False
    position: Position | None = None
    layout: str = ""
    turns: Mapping[str, Position] = field(default_factory=dict)

    @property
    def turning(self) -> tuple[PagerPart, ...]:
        """The buttons that stand in one row."""
        return tuple(one for one in _TURNING if one in self.labels or one in _PARTS[self.kind])

    @property
    def has_numbers(self) -> bool:
        """Whether there is a button for each page."""
        return self.kind is PagerKind.NUMBERS or any(one in self.labels for one in NUMBERED)

    @property
    def is_sparing(self) -> bool:
        """Whether buttons that lead nowhere are left out, as arrows do."""
        return self.kind is PagerKind.ARROWS

    def most_buttons(self, pages: int | None) -> int:
        """Give how many buttons it has at most for so many pages, or for any number of them."""
        if pages is not None and pages < 2 and not self.is_always:  # noqa: PLR2004 - one page
            return 0
        numbers = self.most if pages is None else min(self.most, pages)
        return len(self.turning) + (numbers if self.has_numbers else 0)


@dataclass(frozen=True, slots=True)
class PageTurn:
    """A page that a button of its own turns to: the first, previous, next or last one, or one by its number, counted from 1.

    `of` is what has the pages, where that is said.
    """

    to: PagerPart | Code
    position: Position
    of: str | None = None


PAGE_WORDS: Final = (PagerPart.FIRST, PagerPart.PREVIOUS, PagerPart.NEXT, PagerPart.LAST)
"""The pages that have a word."""

ARROWS: Final = Pager(kind=PagerKind.ARROWS)
"""The pager of what says nothing of it."""

TEXT: Final = "text"
"""The path of the pages of a text."""

LIST: Final = "choose"
"""The name of the list that is chosen from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPages:
    """A text is shown page by page: with so many items of what is loaded as `listed`, or, without, so many characters of it."""

    size: int
    position: Position
    listed: str | None = None
    pager: Pager = ARROWS
