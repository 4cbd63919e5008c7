"""Buttons of their own that turn pages: to which page one leads now, and what turns along.

It does not know where such a button stands, nor what the pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.dialog.choices import recall_choice
from engine.dialog.controls import ControlView
from engine.dialog.listing import ListedPresses
from engine.dialog.offers import count_items, offered_items
from engine.dialog.pages import page_of, turn_along
from engine.dialog.presence import Presence
from engine.dialog.text_pages import Paging
from engine.flow.carried import PAGE_BYTES, write_path
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.paging import LIST, TEXT, Pager, PagerPart
from engine.flow.parts import paged_names, step_lists

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.paging import PageTurn
    from engine.flow.model.windows import GroupLine, WindowStep


@dataclass(frozen=True, slots=True)
class Turning:
    """The pages of a window as one person can turn them now; `environment` is what the window can read."""

    turn: Turn
    data: FlowData
    step: WindowStep
    environment: Mapping[str, Any]

    async def press(self, wanted: PageTurn, names: Mapping[str, Any]) -> None:
        """Turn to the page that a button means, the nearest one that there is; `names` are what the button can read."""
        name = wanted.of or paged_names(self.step)[0]
        page, count = await self._place(name)
        if count < 1:
            return
        target = self._target(wanted, page, count, names)
        turn_along(self.data, self.step, Pager(turns={name: wanted.position}), target)
        turn_along(self.data, self.step, self._pager(name), target)

    def _target(self, wanted: PageTurn, page: int, count: int, names: Mapping[str, Any]) -> int:
        match wanted.to:
            case PagerPart.FIRST:
                target = 0
            case PagerPart.PREVIOUS:
                target = page - 1
            case PagerPart.NEXT:
                target = page + 1
            case PagerPart():
                target = count - 1
            case number:
                target = self.turn.evaluate(self.data, number, names) - 1
        return max(0, min(target, count - 1))

    async def _place(self, name: str) -> tuple[int, int]:
        """Return the page that is shown of something, from zero, and how many it has."""
        if name == TEXT:
            return Paging(self.turn, self.data, self.step, self.environment).text_place()
        if name == LIST and isinstance(self.step, ChooseStep):
            total = await count_items(self.turn, self.data, self.step, self.environment)
            if total is None:
                total = len(await offered_items(self.turn, self.data, self.step))
            page, size = recall_choice(self.data, self.step).page, self.step.page
            count = -(-total // size)
        elif group := self._group(name):
            page = page_of(self.data, self.step, group.path)
            count = await self._pages_of(group)
        else:
            line = next(one for one in step_lists(self.step) if one.id == name)
            page = page_of(self.data, self.step, write_path((name,), PAGE_BYTES))
            lists = ListedPresses(self.turn, self.data, self.step)
            count = await lists.pages(line, (self.environment, ()))
        return max(0, min(page, count - 1)), count

    async def _pages_of(self, group: GroupLine) -> int:
        """Return how many pages a group has, by what of it is there."""
        presence = Presence(self.turn, self.data, self.environment)
        view = ControlView(self.turn, self.data, self.step, self.environment)
        made = sum(one.row == group.row and presence.shows(one) for one in self.step.buttons)
        for control in view.offered():
            if control.row == group.row and not control.within:
                made += sum(map(len, await view.rows(control)))
        return -(-made // (group.columns * (group.rows or 1)))

    def _group(self, name: str) -> GroupLine | None:
        return next((one for one in self.step.groups if one.id == name), None)

    def _pager(self, name: str) -> Pager:
        """Return the pager of something, which says what else turns along."""
        if name == TEXT and self.step.pages:
            return self.step.pages.pager
        if name == LIST and isinstance(self.step, ChooseStep):
            return self.step.pager
        if group := self._group(name):
            return group.pager
        return next(one.pager for one in step_lists(self.step) if one.id == name)
