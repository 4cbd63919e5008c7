"""What a press on a calendar does: answer with a day, or show other days; on a picker, what that does.

It does not know what they look like. Each function tells whether there is what was pressed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from engine.dialog import walk
from engine.dialog.asking import accept_answer
from engine.dialog.calendar_pages import read_page
from engine.dialog.calendar_view import CalendarView
from engine.dialog.callbacks import Control
from engine.dialog.judging import find_fault
from engine.dialog.offered_times import (
    recall_picked,
    right_days,
    shown_day,
)
from engine.dialog.picker_presses import press_picker, turn_to
from engine.dialog.picker_view import DONE
from engine.dialog.remembered import CALENDAR, PICKER
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.callbacks import Press
    from engine.dialog.flow_data import FlowData
    from engine.flow.model.asking import AskStep


async def press_offered(manager: DialogManager, step: AskStep, press: Press) -> bool:
    """Do what a button of the calendar, or of the picker, is for."""
    match press.control:
        case Control.CLOCK:
            return await press_picker(manager, step, press)
        case Control.NOTHING:
            return bool(step.calendar or step.picker)
        case _ if step.calendar is None:
            return False
        case Control.DAY:
            take = _pick if step.picker else _answer
            return await take(manager, step, press.value)
        case Control.VIEW:
            return await _turn(manager, step, press.value)
        case _:
            return False


def may_turn_late(data: FlowData, step: AskStep, press: Press) -> bool:
    """Tell whether a press on an earlier screen of this question still means what it says: what turns a page names which.

    So does what picks an hour or a minute, unless it could be the answer.
    """
    may_answer = step.picker is not None and step.picker.done is None
    if press.control not in _NAMING or (press.control is Control.CLOCK and may_answer):
        return False
    if press.value == DONE:
        return False
    if step.calendar and step.picker and (press.control is Control.CLOCK) != _has_day(data, step):
        return False
    kept = data.recall(PICKER if _has_day(data, step) or not step.calendar else CALENDAR)
    if not isinstance(kept, dict):
        return False
    return kept.get("step") == step.name and press.screen >= int(kept["since"])


_NAMING: Final = frozenset({Control.VIEW, Control.NOTHING, Control.CLOCK})


def _has_day(data: FlowData, step: AskStep) -> bool:
    return recall_picked(data, step).day is not None


async def _pick(manager: DialogManager, step: AskStep, value: str) -> bool:
    """Pick a day, of whose times one is asked for then."""
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    day = _read_day(value)
    is_offered = day is not None and not shown_day(turn, data, step, environment)
    if not is_offered or not right_days(turn, data, step, [day] if day else [], environment):
        return False
    turn_to(turn, data, step, day)
    return True


def _read_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


async def _answer(manager: DialogManager, step: AskStep, value: str) -> bool:
    turn, data = turn_of(manager), walk.current_data(manager)
    day = _read_day(value)
    if day is None:
        return False
    environment = await walk.environment_of(turn, data, step)
    if find_fault(turn, data, step, day, environment):
        if "gone" in turn.bot.messages:
            turn.tell("gone")
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
    if step.picker and shown_day(turn, data, step, environment):
        return False
    kept = data.recall(CALENDAR)
    is_own = isinstance(kept, dict) and kept.get("step") == step.name
    since = kept["since"] if is_own else turn.conversation.here.screen
    data.remember(CALENDAR, {"step": step.name, "page": page.code, "since": since})
    return True
