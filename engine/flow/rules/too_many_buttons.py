"""Keyboards fit what Telegram shows: 8 buttons in a row, 100 in all.

It counts what is written, entries of menus, and one page of a list with all its controls, whatever their conditions.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING

from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.controls import Options
from engine.flow.model.windows import Button, WindowStep
from engine.flow.offered import most_buttons
from engine.flow.problems import Problem
from engine.flow.shown_calendars import all_of_picker, most_of_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.controls import Control


def check_too_many_buttons(draft: BotDraft) -> Iterator[Problem]:
    """Report each keyboard that Telegram would refuse or cut."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, WindowStep):
                continue
            widths = _widths(draft, flow_draft.flow.name, step)
            rows = _rows(step, widths)
            for one in step.lines:
                if rows[_row(one)] > _IN_ROW and step.columns_of(one.row) is None:
                    message = f"a row has {rows[_row(one)]} buttons; Telegram shows at most {_IN_ROW}, so begin another row"
                    yield Problem(one.position, "too-many-buttons", message)
                    del rows[_row(one)]
            own = sum(widths[one.id] for one in step.controls if not one.within)
            counted = (*_parts(step, widths), (own, "of controls"))
            parts = [(count, what) for count, what in counted if count]
            most = sum(count for count, _ in parts)
            if most > _IN_ALL:
                told = " + ".join(f"{count} {what}" for count, what in parts)
                message = f'step "{step.name}" can have {most} buttons: {told}; Telegram shows at most {_IN_ALL}'
                yield Problem(step.position, "too-many-buttons", message)


type _Row = tuple[int, str, int]

_IN_ROW = 8
_IN_ALL = 100


def _widths(draft: BotDraft, flow: str, step: WindowStep) -> Mapping[str, int]:
    """Count the buttons of each control, by its id."""
    data = draft.declared[flow].data
    return {one.id: most_buttons(one, data.get(one.name), draft.catalog) for one in step.controls}


def _rows(step: WindowStep, widths: Mapping[str, int]) -> Counter[_Row]:
    """Count the buttons of each row; a control that has its line for itself makes rows of its own."""
    rows: Counter[_Row] = Counter()
    for button in step.buttons:
        rows[_row(button)] += prod(line.columns for line in button.within)
    lines = Counter(map(_row, step.lines))
    for one in step.controls:
        beside = prod(line.columns for line in one.within)
        if lines[_row(one)] > 1:
            rows[_row(one)] += widths[one.id] * beside
        elif beside > 1:
            rows[_row(one)] += _width_alone(one, widths[one.id]) * beside
    return rows


def _width_alone(control: Control, buttons: int) -> int:
    """Count the buttons in a row of a control that has its line for itself."""
    return min(control.columns or 1, buttons) if isinstance(control, Options) else buttons


def _parts(step: WindowStep, widths: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Count the buttons of a window that shows all it can: a full page has a heading for each item."""
    if isinstance(step, ChooseStep):
        yield step.page, "items"
        yield step.page if step.group else 0, "headings"
        yield step.pager.most_buttons(None), "to turn pages"
        yield int(step.search is not None), "to end the search"
        yield int(step.marking is not None), "to end marking"
    if isinstance(step, AskStep):
        yield int(step.default is not None), "for the default"
        days = most_of_calendar(step.calendar) if step.calendar else 0
        times = all_of_picker(step.picker, of_day=bool(days)) if step.picker else 0
        yield days if days >= times else 0, "of the calendar"
        yield times if times > days else 0, "of the picker"
    paged = {group.row: group for group in step.groups if group.rows}
    own = [button for button in step.buttons if not button.within]
    yield sum(button.row not in paged for button in own), "of its own"
    for row, group in paged.items():
        most = group.columns * (group.rows or 1)
        count = sum(button.row == row for button in own)
        yield min(most, count) + group.pager.most_buttons(-(-count // most)), "of a group"
    if step.pages:
        yield step.pages.pager.most_buttons(None), "to turn the pages of its text"
    for listed in _lists(step):
        yield _most(listed, widths, 0), f'in the list "{listed[0].within[0].source.text}"'


def _row(one: Button | Control) -> _Row:
    """Tell the rows of a window apart, also those of each item of a list."""
    if one.within:
        return one.row, one.within[-1].id, one.inner
    return one.row, "", 0


def _lists(step: WindowStep) -> Iterator[Sequence[Button | Control]]:
    """Give the buttons and controls of each list of a window, with those of lists inside it."""
    listed = sorted((one for one in step.lines if one.within), key=lambda one: (one.row, one.place))
    for _, buttons in groupby(listed, key=lambda one: one.within[0].id):
        yield list(buttons)


def _most(lines: Sequence[Button | Control], widths: Mapping[str, int], depth: int) -> int:
    """Count the buttons of a full page of a list: those of each item, lists inside it, and the pager."""
    line = lines[0].within[depth]
    own = sum(
        1 if isinstance(one, Button) else widths[one.id]
        for one in lines
        if len(one.within) == depth + 1
    )
    deeper = [one for one in lines if len(one.within) > depth + 1]
    inner = groupby(deeper, key=lambda one: one.within[depth + 1].id)
    of_item = own + sum(_most(list(group), widths, depth + 1) for _, group in inner)
    return line.page * of_item + line.pager.most_buttons(None)
