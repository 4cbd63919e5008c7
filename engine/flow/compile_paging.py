"""The labels of pagers, compiled in the names that they can read.

It knows nothing of what has the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.types import Kind, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.compile import Room, Tables
    from engine.flow.model.paging import Pager
    from engine.flow.types import Type

MOST_PAGES: Final = 99_999
"""Pages that labels have room for; nobody turns that many."""

PAGE: Final = Scalar(Kind.INT, 1, MOST_PAGES)
"""The type of the number of a page, counted from one."""

PAGE_NAMES: Final[Mapping[str, Type]] = {"page": PAGE, "pages": PAGE, "target": PAGE}
"""What the labels of a pager can read: the page that is shown, how many there are, and the one a button leads to."""


def compile_pager(tables: Tables, pager: Pager, room: Room) -> None:
    """Compile the labels of a pager."""
    for wording in pager.labels.values():
        tables.wording(wording, room.having(PAGE_NAMES), html=False)
