"""The labels of pagers, compiled in the names that they can read.

It knows nothing of what has the pages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.actions import ActionKind
from engine.flow.expressions import Namespace
from engine.flow.types import Kind, ListOf, Scalar, choose_from, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.compile import Room, Tables
    from engine.flow.model.choosing import ChooseStep
    from engine.flow.model.paging import Pager
    from engine.flow.model.windows import WindowStep
    from engine.flow.types import Type

MOST_PAGES: Final = 99_999
"""Pages that labels have room for; nobody turns that many."""

PAGE: Final = Scalar(Kind.INT, 1, MOST_PAGES)
"""The type of the number of a page, counted from one."""

PAGE_NAMES: Final[Mapping[str, Type]] = {"page": PAGE, "pages": PAGE, "target": PAGE}
"""What the labels of a pager can read: the page that is shown, how many there are, and the one a button leads to."""


PART_NAMES: Final[Mapping[str, Type]] = {
    "offset": Scalar(Kind.INT, 0, MOST_PAGES * 50),
    "limit": Scalar(Kind.INT, 1, 50),
}
"""What a query of one page can read: how many items are before it, and how many it has."""


def compile_total(tables: Tables, step: ChooseStep, room: Room) -> Room:
    """Compile what counts the items of a list; give what its query can read."""
    if step.total is None:
        return room
    call = tables.call(step.total, room, ActionKind.QUERY)
    if call and not (isinstance(call.type, Scalar) and call.type.kind is Kind.INT):
        message = f'query "{call.action.name}" returns {describe(call.type)}; a total is an int'
        tables.report(step.total.position, "wrong-type", message)
    return room.having(PART_NAMES)


def compile_pages(tables: Tables, step: WindowStep, room: Room) -> Room:
    """Compile the pagers of the text and of groups of a window; give what its text can read, page by page."""
    for group in step.groups:
        compile_pager(tables, group.pager, room)
    pages = step.pages
    if pages is None:
        return room
    compile_pager(tables, pages.pager, room)
    paged = room.having({"page": PAGE, "pages": PAGE})
    if pages.listed is None:
        return paged
    listed = room.names.get(pages.listed) if pages.listed in step.load else None
    if isinstance(listed, ListOf):
        return paged.having({pages.listed: replace(listed, max=pages.size)})
    if pages.listed not in step.load:
        hint = choose_from(pages.listed, step.load, "loads") if step.load else '; add "load"'
        message = f'the step loads nothing as "{pages.listed}"{hint}'
        tables.report(pages.position, "unknown-name", message)
    elif listed is not None and not isinstance(listed, Namespace):
        message = f'"{pages.listed}" is {describe(listed)}; pages are made of a list'
        tables.report(pages.position, "wrong-type", message)
    return paged


def compile_pager(tables: Tables, pager: Pager, room: Room) -> None:
    """Compile the labels of a pager."""
    for wording in pager.labels.values():
        tables.wording(wording, room.having(PAGE_NAMES), html=False)
