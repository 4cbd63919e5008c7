"""Which page of each paged thing of a window a person has turned to, as long as the flow is open.

It does not know what has pages, nor how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dialog.choices import recall_choice, remember_choice
from engine.dialog.remembered import PAGES
from engine.flow.carried import PAGE_BYTES, write_path
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.paging import LIST, TEXT

if TYPE_CHECKING:
    from engine.dialog.flow_data import FlowData
    from engine.flow.model.paging import Pager
    from engine.flow.model.windows import WindowStep


def page_of(data: FlowData, step: WindowStep, path: str) -> int:
    """Return the page of something at a step, counted from zero; the first one until it is turned."""
    kept = data.recall(PAGES)
    page = kept.get(step.name, {}).get(path, 0) if isinstance(kept, dict) else 0
    return page if isinstance(page, int) else 0


def turn_page(data: FlowData, step: WindowStep, path: str, page: int) -> None:
    """Remember the page of something at a step, as little as says it."""
    kept = data.recall(PAGES)
    pages = dict(kept) if isinstance(kept, dict) else {}
    of_step = {**pages.pop(step.name, {}), path: page}
    if of_step := {one: at for one, at in of_step.items() if at}:
        pages[step.name] = of_step
    data.remember(PAGES, pages or None)


def turn_along(data: FlowData, step: WindowStep, pager: Pager, page: int) -> None:
    """Turn what goes along with a pager to the same page."""
    for name in pager.turns:
        if name == LIST and isinstance(step, ChooseStep):
            choice = recall_choice(data, step)
            choice.page = page
            remember_choice(data, step, choice)
        else:
            turn_page(data, step, _path_of(step, name), page)


def _path_of(step: WindowStep, name: str) -> str:
    """Return what the pages of something are known by."""
    group = next((one for one in step.groups if one.id == name), None)
    if group is not None:
        return group.path
    return TEXT if name == TEXT else write_path((name,), PAGE_BYTES)
