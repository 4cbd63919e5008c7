"""A line of `buttons` that repeats its buttons for each item of a list, and may be inside another one.

It knows nothing of the buttons that it repeats, which know the lines around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.model.paging import ARROWS, Pager

if TYPE_CHECKING:
    from engine.flow.model.written import Code
    from engine.flow.problems import Position

ITEM: Final = "item"
"""The name of an item that a line gives no other."""

ON_A_PAGE: Final = 8
"""Items on a page when a line says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """Buttons for each item of `source`, which is a call of a query if it `is_call`, and else an expression that gives a list.

    `name` is an item in all that is inside. `key` tells items apart, where one is written; else the item's `id` does, or
    the item itself where it is one value. `id` tells the line from others of its step; `columns` items stand side by side.
    """

    id: str
    source: Code
    is_call: bool
    position: Position
    name: str = ITEM
    key: Code | None = None
    when: Code | None = None
    page: int = ON_A_PAGE
    columns: int = 1
    pager: Pager = ARROWS
