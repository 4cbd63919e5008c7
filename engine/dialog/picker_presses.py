"""What a press on a picker of times does: pick an hour or a minute, and answer once both are.

It does not know what the picker looks like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dialog import walk
from engine.dialog.asking import accept_answer
from engine.dialog.offered_times import (
    Hour,
    recall_picked,
    remember_picked,
    right_times,
)
from engine.dialog.picker_view import DAYS, DONE
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time
    from typing import Any

    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.callbacks import Press
    from engine.dialog.flow_data import FlowData
    from engine.dialog.offered_times import Picked, Times
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep


async def press_picker(manager: DialogManager, step: AskStep, press: Press) -> bool:
    """Do what a button of the picker is for; False when it does not offer what was pressed."""
    if step.picker is None:
        return False
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    right = right_times(turn, data, step, environment)
    picked = recall_picked(data, step)
    answer = picked.of(right)
    if press.value == DONE:
        has_done = step.picker.done is not None
        return has_done and await _answer(manager, step, answer, environment)
    if press.value == DAYS and picked.day and right:
        turn_to(turn, data, step, None)
        return True
    if not _pick(picked, press.value, right):
        return False
    answer = picked.of(right)
    if step.picker.done is None and answer is not None:
        return await _answer(manager, step, answer, environment)
    if picked.since is None:
        picked.since = turn.conversation.here.screen
    remember_picked(data, step, picked)
    return True


def turn_to(turn: Turn, data: FlowData, step: AskStep, day: date | None) -> None:
    """Turn to the times of a day, or back to the days: what was picked stays, and the screens of before are over."""
    picked = recall_picked(data, step)
    picked.day, picked.since = day, turn.conversation.here.screen + 1
    remember_picked(data, step, picked)


def _pick(picked: Picked, value: str, right: Times) -> bool:
    """Pick an hour, which leaves a minute that it does not have, or a minute; False where no such thing is offered."""
    letter, code = value[:1], value[1:]
    number = code.removesuffix("b") if letter == "h" else code
    if not number.isdecimal():
        return False
    part, hours = int(number), {hour for hour, _ in right}
    if letter == "h":
        picked.hour = Hour(part, is_again=code != number)
        if picked.of(right) is None:
            picked.minute = None
        return picked.hour in hours
    if picked.hour not in hours:
        picked.hour = None
    picked.minute = part
    return letter == "m" and any(
        minute == part and picked.hour in (None, hour) for hour, minute in right
    )


async def _answer(
    manager: DialogManager,
    step: AskStep,
    answer: time | datetime | None,
    environment: Mapping[str, Any],
) -> bool:
    if answer is None:
        return False
    note_move(turn_of(manager), walk.current_data(manager), MoveKind.ANSWER)
    await accept_answer(manager, step, answer, environment)
    return True
