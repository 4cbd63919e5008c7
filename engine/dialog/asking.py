"""An answer to a question: taken when it is a right one, told why when it is not.

It does not know how a question looks, nor how messages and texts become values.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.dialog import walk
from engine.dialog.answers import read_answers
from engine.dialog.judging import find_fault, offered_default
from engine.dialog.remembered import WRONG
from engine.dialog.requests import request_id
from engine.dialog.trail import note_move, note_refusal
from engine.dialog.turn import turn_of
from engine.dialog.waiting import count_of, leave
from engine.flow.answers.days import Recurring
from engine.flow.graph import MoveKind
from engine.flow.model.asking import Deletes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiogram.types import Message
    from aiogram_dialog.api.protocols import DialogManager

    from engine.flow.model.asking import AskStep


async def take_answer(manager: DialogManager, step: AskStep, message: Message) -> None:
    """Save the answer of a message and move on, or say what is wrong with it.

    What can be read in several ways is an answer when just one of them is a right one.
    """
    turn, data = turn_of(manager), walk.current_data(manager)
    number = request_id(data, step)
    readings = read_answers(step.type, message, turn.formats, kinds=step.kinds, request_id=number)
    await judge_answers(manager, step, readings, (message.message_id,))


async def judge_answers(
    manager: DialogManager, step: AskStep, readings: Sequence[Any], sent: tuple[int, ...]
) -> None:
    """Take the one of several readings that is right, or say what is wrong; `sent` are the messages they were read from."""
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    faults = [find_fault(turn, data, step, one, environment) for one in readings]
    right = [one for one, fault in zip(readings, faults, strict=True) if fault is None]
    if isinstance(readings, Recurring):
        right = [one for one in right if one - right[0] < timedelta(days=1)]
    if step.deletes is Deletes.ALL or (step.deletes and len(right) == 1):
        turn.deleted += sent
    if len(right) == 1:
        note_move(turn, data, MoveKind.ANSWER)
        await accept_answer(manager, step, right[0], environment)
    else:
        await _refuse(manager, step, "ask" if right or not faults else str(faults[0]))


async def take_default(manager: DialogManager, step: AskStep) -> bool:
    """Answer with what the step offers; False when it does not now."""
    turn, data = turn_of(manager), walk.current_data(manager)
    environment = await walk.environment_of(turn, data, step)
    value = offered_default(turn, data, step, environment)
    if value is None:
        return False
    note_move(turn, data, MoveKind.BUTTON)
    await accept_answer(manager, step, value, environment)
    return True


async def accept_answer(
    manager: DialogManager, step: AskStep, answer: Any, environment: Mapping[str, Any]
) -> None:
    """Save a right answer and move on."""
    turn, data = turn_of(manager), walk.current_data(manager)
    walk.save(turn, data, step.save, {**environment, "it": answer})
    await leave(manager, step.go)


async def _refuse(manager: DialogManager, step: AskStep, cause: str) -> None:
    turn, data = turn_of(manager), walk.current_data(manager)
    wrong = count_of(data.recall(WRONG), step) + 1
    note_refusal(turn, data, cause)
    if step.give_up is not None and wrong >= step.give_up.after:
        note_move(turn, data, MoveKind.GIVE_UP)
        await leave(manager, step.give_up.go)
        return
    data.remember(WRONG, [step.name, wrong])
    texts = step.invalid.get(cause) or step.invalid.get("else")
    if texts:
        wording = texts[min(wrong, len(texts)) - 1]
        turn.notice(turn.say(data, wording, await walk.environment_of(turn, data, step)))
    else:
        turn.tell("wrong_answer")
