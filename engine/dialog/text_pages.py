"""The pages of a text: what is shown of it, and the buttons that turn to the rest.

It does not know what else the window shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiogram.types import InlineKeyboardButton

from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.pager import PagerView
from engine.dialog.pages import page_of, turn_along, turn_page
from engine.flow.carried import BETWEEN
from engine.flow.html_pages import cut_html
from engine.flow.model.paging import TEXT
from engine.flow.offered import most_buttons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.paging import Pager, TextPages
    from engine.flow.model.windows import GroupLine, WindowStep

type Row = list[InlineKeyboardButton]
type Names = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paging:
    """What is shown page by page in a window, as one person sees it; `environment` is what pagers can read."""

    turn: Turn
    data: FlowData
    step: WindowStep
    environment: Names

    def text(self) -> tuple[str, list[Row]]:
        """Return the page of the text that is shown, with its pager."""
        pages = self.step.pages
        if pages is None:
            return self.turn.say(self.data, self.step.text, self.environment), []
        count = self._count(pages)
        page = max(0, min(page_of(self.data, self.step, TEXT), count - 1))
        rows = self.pager(pages.pager, TEXT, page, count)
        names = self._names(pages, page, count)
        text = self.turn.say(self.data, self.step.text, names)
        return (text if pages.listed else cut_html(text, pages.size)[page]), rows

    def rows_of(self, group: GroupLine, made: list[Row]) -> list[Row]:
        """Return the rows of a group that are shown, with its pager."""
        if group.rows is None:
            return made
        count = -(-len(made) // group.rows)
        page = max(0, min(page_of(self.data, self.step, group.path), count - 1))
        shown = made[page * group.rows : (page + 1) * group.rows]
        return [*shown, *self.pager(group.pager, group.path, page, count)]

    def turn_to(self, page: int, path: str) -> bool:
        """Turn to a page of the text, or of a group; tell whether there can be such a page."""
        if page >= self._most(path):
            return False
        turn_page(self.data, self.step, path, page)
        if path == TEXT and self.step.pages:
            turn_along(self.data, self.step, self.step.pages.pager, page)
        for group in self.step.groups:
            if group.path == path:
                turn_along(self.data, self.step, group.pager, page)
        return True

    def pager(self, pager: Pager, path: str, page: int, count: int) -> list[Row]:
        """Return the rows of a pager of what has this path."""

        def make(text: str, target: int, look: dict[str, Any]) -> InlineKeyboardButton:
            press = Press(self.turn.screen, Control.TURN, f"{target}{BETWEEN}{path}")
            data = encode_press(self.data.context.id, press)
            return InlineKeyboardButton(text=text, callback_data=data, **look)

        return PagerView(self.turn, self.data, pager, self.environment, make).rows(page, count)

    def text_place(self) -> tuple[int, int]:
        """Return the page of the text that is shown, from zero, and how many it has."""
        count = self._count(self.step.pages) if self.step.pages else 0
        return max(0, min(page_of(self.data, self.step, TEXT), count - 1)), count

    def _most(self, path: str) -> int:
        """Return how many pages there can be of what has this path; none where nothing has it."""
        if path == TEXT and self.step.pages:
            return self._count(self.step.pages)
        for group in self.step.groups:
            if group.path == path and group.rows:
                buttons = sum(one.row == group.row for one in self.step.buttons)
                buttons += sum(
                    most_buttons(one, self.data.flow.data[one.name], self.turn.bot.catalog)
                    for one in self.step.controls
                    if one.row == group.row
                )
                return -(-buttons // (group.rows * group.columns))
        return 0

    def _count(self, pages: TextPages) -> int:
        """Return how many pages a text has."""
        if pages.listed:
            return -(-len(self.environment[pages.listed]) // pages.size)
        text = self.turn.say(self.data, self.step.text, self._names(pages, 0, 1))
        return len(cut_html(text, pages.size))

    def _names(self, pages: TextPages, page: int, count: int) -> Names:
        """Return what a text can read on one of its pages."""
        names = {**self.environment, "page": page + 1, "pages": max(1, count)}
        if pages.listed:
            items = self.environment[pages.listed]
            names[pages.listed] = items[page * pages.size : (page + 1) * pages.size]
        return names
