"""Every menu that is shown has entries, and every entry of a menu is shown.

It does not know who may see an entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.menus import list_menus, menu_lines
from engine.flow.model.flow import EntryKind
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_empty_menu(draft: BotDraft) -> Iterator[Problem]:
    """Report menus without entries, and entries without a menu; a flow that could not be read may hold either."""
    flows = [one.flow for one in draft.flows.values()]
    if draft.unread or not all(one.shaped for one in draft.flows.values()):
        return
    menus = list_menus(flows)
    shown = {line.menu for flow in flows for _, line in menu_lines(flow)}
    for flow in flows:
        for step, line in menu_lines(flow):
            if line.menu not in menus:
                hint = choose_from(line.menu, menus, "menus")
                message = f'step "{step.name}" shows menu "{line.menu}", in which no flow has an entry{hint}'
                yield Problem(line.position, "empty-menu", message)
        for entry in flow.start:
            if entry.kind is EntryKind.MENU and entry.value not in shown:
                hint = choose_from(entry.value, shown, "menus shown")
                message = f'flow "{flow.name}" has an entry in menu "{entry.value}", which no step shows{hint}'
                yield Problem(entry.position, "empty-menu", message)
