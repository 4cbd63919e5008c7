"""An album as one answer: its parts come one by one, in any order, and nobody tells which is the last.

It does not know what a right answer is; the album is taken for complete when no part came for a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.dialog import walk
from engine.dialog.answers import read_file
from engine.dialog.asking import judge_answers
from engine.dialog.conversation import Due
from engine.dialog.remembered import ALBUM
from engine.dialog.turn import turn_of
from engine.flow.answers.asked import ALBUMS, FILE_TYPE
from engine.flow.model.asking import AskStep
from engine.flow.values import from_json, to_json

if TYPE_CHECKING:
    from aiogram.types import Message
    from aiogram_dialog.api.entities import Context
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.turn import Turn

QUIET: Final = 1_000
"""Milliseconds after the last part at which an album is complete."""

_FORGOTTEN: Final = 60_000
"""Milliseconds after that at which parts that were left over belong to no album any more."""


def collect_part(manager: DialogManager, step: AskStep, message: Message) -> bool:
    """Keep a part of an album until it is complete, and show nothing; False where a message is an answer by itself."""
    if step.type not in ALBUMS or message.media_group_id is None:
        return False
    turn, data = turn_of(manager), walk.current_data(manager)
    now = round(turn.now.timestamp() * 1000)
    found = data.recall(ALBUM)
    if found is None or found["step"] != step.name or found["due"] + _FORGOTTEN < now:
        found = {"step": step.name, "ids": [], "parts": {}}
    file = read_file(message)
    parts = {**found["parts"], str(message.message_id): file and to_json(FILE_TYPE, file)}
    ids = [*dict.fromkeys([*found["ids"], message.media_group_id])]
    data.remember(ALBUM, {**found, "ids": ids, "parts": parts, "due": now + QUIET})
    turn.stays_silent = True
    return True


def due_of_album(turn: Turn, context: Context) -> Due | None:
    """Return when the album that a question collects is complete; None where it collects none."""
    found: Any = context.widget_data.get(ALBUM)
    return Due(found["due"], context.id) if found and _step_of(turn, context, found) else None


def is_collected(turn: Turn, context: Context, due: Due) -> bool:
    """Tell whether a due time is that of an album."""
    return due_of_album(turn, context) == due


async def take_album(manager: DialogManager) -> None:
    """Take the parts that came as one answer, in the order in which they were sent."""
    turn, data = turn_of(manager), walk.current_data(manager)
    found = data.recall(ALBUM)
    step = _step_of(turn, data.context, found)
    data.remember(ALBUM, None)
    if step is None:
        return
    parts = sorted(found["parts"].items(), key=lambda part: int(part[0]))
    files = [from_json(FILE_TYPE, one) if one is not None else None for _, one in parts]
    kind = ALBUMS[step.type]
    is_right = all(file is not None and kind in (None, file.kind) for file in files)
    readings = (files,) if is_right else ()
    await judge_answers(manager, step, readings, tuple(int(number) for number, _ in parts))


def _step_of(turn: Turn, context: Context, found: Any) -> AskStep | None:
    """Return the question of an album, if it is still asked there."""
    if not turn.registry.is_flow(context.state):
        return None
    step = turn.registry.step_of(context.state)
    is_same = isinstance(step, AskStep) and step.name == found["step"] and step.type in ALBUMS
    return step if is_same and isinstance(step, AskStep) else None
