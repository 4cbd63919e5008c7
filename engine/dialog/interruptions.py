"""What happens anytime: commands and words, the question before them, and messages that nothing takes.

It does not know what else a message or a press may mean to a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from engine.dialog import walk
from engine.dialog.button_looks import look_of_message
from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.manner import manner_of
from engine.dialog.remembered import ASKED
from engine.dialog.trail import Way, note_interruption, note_move
from engine.dialog.turn import turn_of
from engine.dialog.view import View
from engine.dialog.waiting import leave
from engine.flow.graph import MoveKind
from engine.flow.model.manner import PLAIN
from engine.flow.spoken import fold

if TYPE_CHECKING:
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.anytime import Interruption

UNKNOWN = "unknown"
"""The path of the flow that runs for a message nothing takes."""


def find_command(manager: DialogManager, command: str) -> Interruption | None:
    """Return the line of anytime that a command means where the person is."""
    if not _is_in_flow(manager):
        return None
    return walk.current_data(manager).flow.flow.anytime.get(f"/{command}")


def find_word(manager: DialogManager, text: str) -> Interruption | None:
    """Return the line of anytime that a message means as a whole where the person is."""
    if not _is_in_flow(manager):
        return None
    turn, data = turn_of(manager), walk.current_data(manager)
    label = data.flow.words.get(turn.user.locale, {}).get(fold(text))
    return data.flow.flow.anytime[label] if label else None


async def interrupt(manager: DialogManager, entry: Interruption, way: Way) -> None:
    """Do what a line of anytime says, or ask first."""
    note_interruption(turn_of(manager), walk.current_data(manager), entry.label, way)
    if entry.confirm is not None:
        walk.current_data(manager).remember(ASKED, entry.label)
    else:
        await _carry_out(manager, entry)
    if manager.has_context():
        await manager.show()


def asked_line(data: FlowData) -> Interruption | None:
    """Return the line that waits for a yes or a no, unless a deploy took it or its question."""
    entry = data.flow.flow.anytime.get(data.recall(ASKED) or "")
    return entry if entry is not None and entry.confirm is not None else None


def view_question(turn: Turn, data: FlowData, entry: Interruption) -> View:
    """Return the question of a line with its two answers."""
    wording = entry.confirm
    if wording is None:
        raise ValueError(f'"{entry.label}" asks nothing')

    def button(name: str, control: Control) -> InlineKeyboardButton:
        data_of_press = encode_press(data.context.id, Press(turn.screen, control))
        look = look_of_message(turn, name)
        return InlineKeyboardButton(text=turn.message(name), callback_data=data_of_press, **look)

    row = [button("yes", Control.YES), button("no", Control.NO)]
    environment = turn.environment(data)
    text = turn.say(data, wording, environment)
    manner = manner_of(turn, data, PLAIN, environment)
    return View(text, InlineKeyboardMarkup(inline_keyboard=[row]), manner=manner)


async def press_answer(manager: DialogManager, entry: Interruption, control: Control) -> bool:
    """Take the answer to a question; False for any other press."""
    if control not in (Control.YES, Control.NO):
        return False
    await _answer(manager, entry, is_yes=control is Control.YES)
    return True


async def write_answer(manager: DialogManager, entry: Interruption, text: str) -> None:
    """Take a message where a question waits: one of its answers, or something that leaves it as it is."""
    turn = turn_of(manager)
    word = fold(text)
    if word in (fold(turn.message("yes")), fold(turn.message("no"))):
        await _answer(manager, entry, is_yes=word == fold(turn.message("yes")))
    else:
        turn.tell("unknown_input")


async def take_unknown(manager: DialogManager) -> None:
    """Do what the flow says of a message that nothing takes; without a word of it, the bot's sentence is said."""
    turn = turn_of(manager)
    unknown = walk.current_data(manager).flow.flow.on_unknown if _is_in_flow(manager) else None
    if unknown is None:
        turn.tell("unknown_input")
        return
    data = walk.current_data(manager)
    data.remember(ASKED, None)
    if unknown.go is not None:
        note_move(turn, data, MoveKind.UNKNOWN)
        await leave(manager, unknown.go)
    elif unknown.run is not None:
        await walk.run_flow(manager, unknown.run, turn.environment(data), path=UNKNOWN)
    elif unknown.say is not None:
        turn.notice(turn.say(data, unknown.say, turn.environment(data)))


async def _answer(manager: DialogManager, entry: Interruption, *, is_yes: bool) -> None:
    data = walk.current_data(manager)
    data.remember(ASKED, None)
    if is_yes:
        await _carry_out(manager, entry)
    else:
        note_interruption(turn_of(manager), data, entry.label, Way.NO)


async def _carry_out(manager: DialogManager, entry: Interruption) -> None:
    turn, data = turn_of(manager), walk.current_data(manager)
    data.remember(ASKED, None)
    if entry.go is not None:
        note_move(turn, data, MoveKind.COMMAND, entry.label)
        await leave(manager, entry.go)
    elif entry.run is not None:
        path = f"anytime:{entry.label}"
        await walk.run_flow(manager, entry.run, turn.environment(data), path=path)


def _is_in_flow(manager: DialogManager) -> bool:
    return manager.has_context() and turn_of(manager).registry.is_flow(
        manager.current_context().state
    )
