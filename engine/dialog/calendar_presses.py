"""What a press on a calendar does: answer with a day, or show other days.

It does not know what the calendar looks like. Each function tells whether the calendar offers what was pressed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.dialog import walk
from engine.dialog.asking import accept_answer
from engine.dialog.calendar_pages import read_page
from engine.dialog.calendar_view import CalendarView
from engine.dialog.callbacks import Control
from engine.dialog.judging import find_fault
from engine.dialog.remembered import CALENDAR
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.callbacks import Press
    from engine.dialog.flow_data import FlowData
    from engine.flow.model.asking import AskStep


async def press_calendar(manager: DialogManager, step: AskStep, press: Press) -> bool:
    """Do what a button of the calendar is for."""
    if step.calendar is None:
        return False
    match press.control:
        case Control.DAY:
            return await _answer(manager, step, press.value)
        case Control.VIEW:
            return await _turn(manager, step, press.value)
        case _:
            return press.control is Control.NOTHING


def may_turn_late(data: FlowData, step: AskStep, press: Press) -> bool:
    """Tell whether a press on an earlier screen of this calendar still means what it says: what turns it names where to."""
    kept = data.recall(CALENDAR)
    if press.control not in (Control.VIEW, Control.NOTHING) or not isinstance(kept, dict):
        return False
    return kept.get("step") == step.name and press.screen >= int(kept["since"])


async def _answer(manager: DialogManager, step: AskStep, value: str) -> bool:
    turn, data = turn_of(manager), walk.current_data(manager)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    environment = await walk.environment_of(turn, data, step)
    if find_fault(turn, data, step, day, environment):
        return False
    note_move(turn, data, MoveKind.ANSWER)
    await accept_answer(manager, step, day, environment)
    return True


async def _turn(manager: DialogManager, step: AskStep, value: str) -> bool:
    turn, data = turn_of(manager), walk.current_data(manager)
    page = read_page(value)
    if page is None or step.calendar is None:
        return False
    environment = await walk.environment_of(turn, data, step)
    if not CalendarView(turn, data, step, step.calendar, environment).span.has(page):
        return False
    kept = data.recall(CALENDAR)
    is_own = isinstance(kept, dict) and kept.get("step") == step.name
    since = kept["since"] if is_own else turn.conversation.head.screen
    data.remember(CALENDAR, {"step": step.name, "page": page.code, "since": since})
    return True
