"""The step that shows a list to choose from: its search, its marks, and what stands there when it is empty.

It knows nothing of how many fit on a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.flow.model.paging import ARROWS, Pager
from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.looks import Look
    from engine.flow.model.moves import Target
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class Empty:
    """What a `choose` does when there is nothing to choose: a text, a move, or a text with a button that moves."""

    text: Wording | None
    go: Target | None


class SearchBy(StrEnum):
    """What finds the items that a person searches for."""

    LABEL = "label"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Search:
    """What the person writes narrows a list, by labels or through the query, which then reads `search`.

    `clear` labels the button that ends the search; words that are left out are the bot's.
    """

    by: SearchBy
    position: Position
    clear: Wording | None = None
    no_match: Wording | None = None


MARK: Final = "✅"
"""What stands before a marked label when a flow says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Items are marked until `done` is pressed: exactly one (`is_single`), or from `min` to `max` of them.

    `chosen` are the items marked at first; `mark` stands before a marked label,
    whose button then has these `looks`. Words that are left out are the bot's.
    """

    is_single: bool
    position: Position
    min: int = 0
    max: int | None = None
    chosen: Code | None = None
    mark: str = MARK
    looks: tuple[Look, ...] = ()
    done: Wording | None = None
    too_few: Wording | None = None
    too_many: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseStep(WindowStep):
    """A window listing what `query` returned; `item` is one of them in `button`, `group` and `key`.

    `save` reads the `item` that was picked, or all marked `items`. `key` is an expression whose value (int, text,
    date, …) tells items apart in a button's data; `group` is the heading that an item stands under. With `total`, a call that tells how many items there are, the query is asked for one
    page at a time, and reads `offset` and `limit`.
    """

    query: Code
    button: Wording
    save: Mapping[str, Code]
    go: Target
    key: Code | None = None
    page: int = 8
    columns: int = 1
    pager: Pager = ARROWS
    total: Code | None = None
    empty: Empty | None = None
    group: Wording | None = None
    search: Search | None = None
    marking: Marking | None = None
