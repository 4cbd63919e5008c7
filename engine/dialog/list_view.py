"""What the items of a list look like: a page of them under their headings, and the controls of the list.

It does not know what a press does, nor what else the window shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiogram.types import InlineKeyboardButton

from engine.dialog.button_looks import look_among, look_of, look_of_message
from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.choices import recall_choice
from engine.dialog.offers import count_items, label_of, marked_items
from engine.dialog.pager import PagerView

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.dialog.button_looks import Fields
    from engine.dialog.flow_data import FlowData
    from engine.dialog.offers import Offer
    from engine.dialog.turn import Turn
    from engine.flow.model.choosing import ChooseStep
    from engine.flow.model.written import Wording

type Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as one person sees it in one turn; `environment` is what its texts can read."""

    turn: Turn
    data: FlowData
    step: ChooseStep
    environment: Mapping[str, Any]

    async def rows(self, offers: Sequence[Offer]) -> list[Row]:
        """Return the rows of a list: a page of items, the pager, and what ends searching or marking."""
        choice = recall_choice(self.data, self.step)
        marked = await marked_items(self.turn, self.data, self.step, choice)
        rows: list[Row] = []
        if offers:
            total = await count_items(self.turn, self.data, self.step, self.environment)
            rows += self._page(offers, marked, choice.page, total)
        if choice.search is not None and self.step.search:
            rows.append([self._clear(choice.search)])
        if self.step.marking and (offers or choice.search is not None):
            rows.append([self._done(len(marked))])
        return rows

    def shown(self, offers: Sequence[Offer]) -> Sequence[Offer]:
        """Return the items of the page that is shown."""
        step, page = self.step, recall_choice(self.data, self.step).page
        if step.total is not None:
            return grouped(self, offers[: step.page])
        page = min(page, (len(offers) - 1) // step.page) if offers else 0
        return grouped(self, offers)[page * step.page : (page + 1) * step.page]

    def heading(self, item: Any) -> str:
        """Return the heading that an item stands under; empty where there is none."""
        if self.step.group is None:
            return ""
        return self.turn.say(self.data, self.step.group, {**self.environment, "item": item}).strip()

    def _page(
        self, offers: Sequence[Offer], marked: Collection[str], page: int, total: int | None
    ) -> list[Row]:
        rows: list[Row] = []
        above = ""
        for key, item in self.shown(offers):
            heading = self.heading(item)
            if heading and heading != above:
                look = self._look(self.step.group, item=item)
                rows.append([self._button(heading, look, Control.HEADING, key)])
            if not rows or heading != above or len(rows[-1]) == self.step.columns:
                rows.append([])
            rows[-1].append(self._item(key, item, is_marked=key in marked))
            above = heading
        last = max(0, (len(offers) if total is None else total) - 1) // self.step.page
        return [*rows, *self._turning(min(page, last), last + 1)]

    def _item(self, key: str, item: Any, *, is_marked: bool) -> InlineKeyboardButton:
        label = label_of(self.turn, self.data, self.step, item, self.environment)
        marking, look = self.step.marking, self._look(self.step.button, item=item)
        if marking is None:
            return self._button(label, look, Control.ITEM, key)
        if not is_marked:
            return self._button(label, look, Control.MARK, key)
        control = Control.MARK if marking.is_single else Control.UNMARK
        if marking.looks:
            names = {**self.environment, "item": item}
            look = look_among(self.turn, self.data, marking.looks, names)
        return self._button(f"{marking.mark} {label}", look, control, key)

    def _turning(self, page: int, pages: int) -> list[Row]:
        def make(text: str, target: int, look: Fields) -> InlineKeyboardButton:
            return self._button(text, look, Control.PAGE, str(target))

        view = PagerView(self.turn, self.data, self.step.pager, self.environment, make)
        return view.rows(page, pages)

    def _clear(self, search: str) -> InlineKeyboardButton:
        wording = self.step.search.clear if self.step.search else None
        if wording is None:
            label = self.turn.message("clear_search", search=search)
            return self._button(label, look_of_message(self.turn, "clear_search"), Control.CLEAR)
        label = self.turn.say(self.data, wording, self.environment)
        return self._button(label, self._look(wording), Control.CLEAR)

    def _done(self, count: int) -> InlineKeyboardButton:
        wording = self.step.marking.done if self.step.marking else None
        if wording is None:
            look = look_of_message(self.turn, "proceed")
            return self._button(self.turn.message("proceed"), look, Control.DONE)
        label = self.turn.say(self.data, wording, {**self.environment, "count": count})
        return self._button(label, self._look(wording, count=count), Control.DONE)

    def _look(self, wording: Wording | None, **names: Any) -> Fields:
        return look_of(self.turn, self.data, wording, {**self.environment, **names})

    def _button(
        self, text: str, look: Fields, control: Control, value: str = ""
    ) -> InlineKeyboardButton:
        carried = encode_press(self.data.context.id, Press(self.turn.screen, control, value))
        return InlineKeyboardButton(text=text, callback_data=carried, **look)


def grouped(view: ListView, offers: Sequence[Offer]) -> Sequence[Offer]:
    """Bring the items of each group together, groups in the order in which they first come up."""
    if view.step.group is None:
        return offers
    groups: dict[str, list[Offer]] = {}
    for offer in offers:
        groups.setdefault(view.heading(offer[1]), []).append(offer)
    return [offer for group in groups.values() for offer in group]
