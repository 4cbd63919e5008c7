"""What a press on a picker of times does: pick an hour or a minute, and answer once both are.

It does not know what the picker looks like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dialog import walk
from engine.dialog.asking import accept_answer
from engine.dialog.picker_view import DONE, PickerView, recall_picked
from engine.dialog.remembered import PICKER
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time
    from typing import Any

    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.callbacks import Press
    from engine.dialog.picker_view import Picked
    from engine.flow.model.asking import AskStep


async def press_picker(manager: DialogManager, step: AskStep, press: Press) -> bool:
    """Do what a button of the picker is for; False when it does not offer what was pressed."""
    if step.picker is None:
        return False
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    right = PickerView(turn, data, step, step.picker, environment).right()
    picked = recall_picked(data, step)
    if press.value == DONE:
        return step.picker.done is not None and await _answer(
            manager, step, picked.time, right, environment
        )
    if not _pick(picked, press.value, right):
        return False
    if step.picker.done is None and picked.time is not None:
        return await _answer(manager, step, picked.time, right, environment)
    since = turn.conversation.here.screen if picked.since is None else picked.since
    kept = {"step": step.name, "hour": picked.hour, "minute": picked.minute, "since": since}
    data.remember(PICKER, kept)
    return True


def _pick(picked: Picked, value: str, right: frozenset[time]) -> bool:
    """Pick an hour, which leaves a minute that it does not have, or a minute; False where no such thing is offered."""
    letter, number = value[:1], value[1:]
    if not number.isdecimal():
        return False
    part = int(number)
    if letter == "h" and any(one.hour == part for one in right):
        picked.hour = part
        if picked.time not in right:
            picked.minute = None
        return True
    hours = {one.hour for one in right if one.minute == part}
    if picked.hour not in {one.hour for one in right}:
        picked.hour = None
    if letter == "m" and (picked.hour in hours if picked.hour is not None else hours):
        picked.minute = part
        return True
    return False


async def _answer(
    manager: DialogManager,
    step: AskStep,
    answer: time | None,
    right: frozenset[time],
    environment: Mapping[str, Any],
) -> bool:
    if answer not in right:
        return False
    note_move(turn_of(manager), walk.current_data(manager), MoveKind.ANSWER)
    await accept_answer(manager, step, answer, environment)
    return True
