"""The buttons that turn pages, as they stand under something of which one page is shown.

It does not know what has the pages, nor what a press carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.dialog.button_looks import look_of, look_of_message
from engine.flow.model.paging import PagerPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from aiogram.types import InlineKeyboardButton

    from engine.dialog.button_looks import Fields
    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.paging import Pager

type Make = Callable[[str, int, Fields], InlineKeyboardButton]
"""Makes a button of a label, the page that it leads to, counted from zero, and its look."""


@dataclass(frozen=True, slots=True)
class PagerView:
    """A pager as one person sees it; `environment` is what its labels can read beside the pages."""

    turn: Turn
    data: FlowData
    pager: Pager
    environment: Mapping[str, Any]
    make: Make

    def rows(self, page: int, pages: int) -> list[list[InlineKeyboardButton]]:
        """Return the rows of the pager at one of so many pages, counted from zero."""
        pager = self.pager
        if pages < 2 and not (pager.is_always and pages):  # noqa: PLR2004 - a single page
            return []
        rows = []
        if pager.has_numbers:
            made = [self._number(one, page, pages) for one in _near(page, pages, pager)]
            rows += [made[at : at + pager.columns] for at in range(0, len(made), pager.columns)]
        row = [
            self._button(part, target, page, pages) for part, target in _turning(pager, page, pages)
        ]
        return [*rows, row] if row else rows

    def _number(self, number: int, page: int, pages: int) -> InlineKeyboardButton:
        part = PagerPart.HERE if number == page else PagerPart.NUMBER
        return self._button(part, number, page, pages)

    def _button(self, part: PagerPart, target: int, page: int, pages: int) -> InlineKeyboardButton:
        names = {"page": page + 1, "pages": pages, "target": target + 1}
        return self.make(self._label(part, names), target, self._look(part, names))

    def _look(self, part: PagerPart, names: Mapping[str, int]) -> Fields:
        wording = self.pager.labels.get(part)
        if wording is None and part in _SAID:
            return look_of_message(self.turn, _SAID[part])
        return look_of(self.turn, self.data, wording, {**self.environment, **names})

    def _label(self, part: PagerPart, names: Mapping[str, int]) -> str:
        """Return what a button says: the words of the flow, those of the bot, or a number."""
        wording = self.pager.labels.get(part)
        if wording is not None:
            return self.turn.say(self.data, wording, {**self.environment, **names})
        if part in _SAID:
            return self.turn.message(_SAID[part])
        if part is PagerPart.CURRENT and self.pager.is_sparing:
            return f"{names['page']}/{names['pages']}"
        return f"[ {names['target']} ]" if part is PagerPart.HERE else str(names["target"])


def _turning(pager: Pager, page: int, pages: int) -> Iterator[tuple[PagerPart, int]]:
    """Give the buttons of the row, each with the page that it leads to."""
    last = pages - 1
    targets = {
        PagerPart.FIRST: 0,
        PagerPart.PREVIOUS: max(0, page - 1),
        PagerPart.CURRENT: page,
        PagerPart.NEXT: min(last, page + 1),
        PagerPart.LAST: last,
    }
    for part in pager.turning:
        is_idle = targets[part] == page and part is not PagerPart.CURRENT
        if not (pager.is_sparing and is_idle):
            yield part, targets[part]


def _near(page: int, pages: int, pager: Pager) -> Sequence[int]:
    """Give the pages that have a number: as many as may stand there, with the one that is shown in their middle."""
    first = max(0, min(page - pager.most // 2, pages - pager.most))
    return range(first, min(pages, first + pager.most))


_SAID: Final = {PagerPart.PREVIOUS: "previous_page", PagerPart.NEXT: "next_page"}
"""The buttons for which the bot has words."""
