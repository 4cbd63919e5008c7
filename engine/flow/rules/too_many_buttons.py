"""Keyboards fit what Telegram shows: 8 buttons in a row, 100 in all.

It counts only what is written, and one page of a list.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.flow.model import ChooseStep, WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_too_many_buttons(draft: BotDraft) -> Iterator[Problem]:
    """Report each keyboard that Telegram would refuse or cut."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, WindowStep):
                continue
            rows = Counter(button.row for button in step.buttons)
            for button in step.buttons:
                if rows[button.row] > _IN_ROW:
                    message = f"a row has {rows[button.row]} buttons; Telegram shows at most {_IN_ROW}, so begin another row"
                    yield Problem(button.position, "too-many-buttons", message)
                    del rows[button.row]
            listed = _on_page(step) if isinstance(step, ChooseStep) else 0
            if len(step.buttons) + listed > _IN_ALL:
                message = f'step "{step.name}" can have {len(step.buttons) + listed} buttons; Telegram shows at most {_IN_ALL}'
                yield Problem(step.position, "too-many-buttons", message)


_IN_ROW = 8
_IN_ALL = 100
_PAGER = 3


def _on_page(step: ChooseStep) -> int:
    """Count the buttons of a full page where each item has a heading of its own."""
    items = step.page * 2 if step.group else step.page
    return items + _PAGER + bool(step.search) + bool(step.marking)
