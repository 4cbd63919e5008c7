"""What an update means to a conversation: a press, a command, a word, or something from the past.

It does not know how a flow moves, nor how a conversation is kept or shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY, ShowMode
from aiogram_dialog.utils import remove_intent_id

from engine.dialog import walk
from engine.dialog.conversation import MAIN
from engine.dialog.entering import enter_flow
from engine.dialog.interruptions import find_command, find_word, interrupt, take_unknown
from engine.dialog.links import link_of_press
from engine.dialog.noise import is_noise
from engine.dialog.strands import act_in
from engine.dialog.trail import Way, note_opening
from engine.dialog.turn import turn_of
from engine.flow.model.flow import EntryKind

if TYPE_CHECKING:
    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn

_START = "start"
"""The command that Telegram itself sends: it opens home, or with a payload the flow of a deep link."""


async def dispatch(manager: DeferringManager, event: Message | CallbackQuery) -> None:
    """Act on an update, as far as the moves it leads to."""
    if isinstance(event, CallbackQuery):
        await _press(manager, event)
        return
    if is_noise(turn_of(manager).conversation, event):
        return
    command = await _command(manager, event)
    if command is not None:
        await _obey(manager, *command)
    elif event.chat.type == ChatType.PRIVATE or manager.has_context():
        await _word(manager, event)


async def take_late(manager: DeferringManager, event: Message | CallbackQuery) -> None:
    """Show where the person stands, after an update that is too old to be acted upon."""
    turn = turn_of(manager)
    if isinstance(event, CallbackQuery):
        turn.toast = turn.message("old_button")
        pressed_id = event.message.message_id if event.message else None
        is_current = pressed_id == turn.conversation.stack.last_message_id
        await _show_where_we_are(manager, is_current=is_current)
    elif event.chat.type == ChatType.PRIVATE and not is_noise(turn.conversation, event):
        if "late" in turn.bot.messages:
            turn.tell("late")
        if manager.has_context():
            await manager.show()
        else:
            await walk.go_home(manager)


async def recover(manager: DeferringManager, event: object) -> None:
    """Say that something broke and go where the flow says, or stay; nothing of the failed move is kept."""
    turn = turn_of(manager)
    turn.has_failed = True
    if isinstance(event, Message):
        is_noise(
            turn.conversation, event
        )  # an album that failed is not tried again with each of its parts
    if not manager.has_context():
        walk.tell_error(turn)
        if not isinstance(event, CallbackQuery) or event.message is not None:
            await walk.go_home(manager)
        return
    on_error = (
        walk.current_data(manager).flow.flow.on_error
        if turn.registry.is_flow(manager.current_context().state)
        else None
    )
    if on_error is None:
        walk.tell_error(turn)
    if isinstance(event, CallbackQuery) and event.message is not None:
        _stay_newest(manager, event.message.message_id)
    if on_error is not None:
        edge = walk.take_error_edge(turn, walk.current_data(manager), on_error)
        await walk.walk(manager, edge)
    await manager.show()


async def _press(manager: DeferringManager, callback: CallbackQuery) -> None:
    turn = turn_of(manager)
    if (payload := link_of_press(callback.data or "")) is not None:
        _send_below(manager)
        await _open_link(manager, payload)
        return
    intent_id, _ = remove_intent_id(callback.data or "")
    known_id = turn.conversation.stack.last_message_id
    pressed_id = callback.message.message_id if callback.message else None
    top = turn.conversation.top()
    if top is None or intent_id != top.id or turn.conversation.here.is_cut:
        await _show_where_we_are(manager, is_current=known_id == pressed_id)
        return
    if not await walk.admitted(manager):
        if known_id not in (None, pressed_id):
            _send_below(manager)
        return
    _stay_newest(manager, pressed_id)
    # The dialog is in no router, so its handlers are called as a router would call them.
    act = turn.registry.find_dialog(top.state)._callback_handler  # noqa: SLF001
    await act(callback, dialog_manager=manager)
    if turn.is_stale:
        turn.conversation.stack.last_message_id = known_id
        await _show_where_we_are(manager, is_current=known_id in (None, pressed_id))


def _stay_newest(manager: DeferringManager, pressed_id: int | None) -> None:
    """Let the next screen take the place of the pressed one, or stand below when that was shown again below meanwhile."""
    stack = turn_of(manager).conversation.stack
    known_id = stack.last_message_id
    if known_id is not None and pressed_id is not None and pressed_id < known_id:
        _send_below(manager)
    else:
        stack.last_message_id = pressed_id


async def _show_where_we_are(manager: DeferringManager, *, is_current: bool) -> None:
    """After a press on a screen of the past: show the present one, in its place or as a new message."""
    turn = turn_of(manager)
    if manager.middleware_data[EVENT_CONTEXT_KEY].chat.type != ChatType.PRIVATE:
        turn.toast = turn.message("old_button")
        turn.wants_screen = False
        return
    if turn.conversation.here.is_cut:
        turn.toast = turn.message(_moved(turn))
    elif not is_current or not manager.has_context():
        turn.toast = turn.message("old_button")
    else:
        turn.notices.extend(turn.conversation.head.unseen.notices)  # which the screen has above it
    if not is_current or not manager.has_context():
        _send_below(manager)
    if manager.has_context():
        await manager.show()
    else:
        await walk.go_home(manager)


def _moved(turn: Turn) -> str:
    """Name the sentence for somebody whom a deploy has moved."""
    return "moved" if "moved" in turn.bot.messages else "old_button"


def _send_below(manager: DeferringManager) -> None:
    """Show the next screen as a new message; the present one loses its buttons."""
    manager.show_mode = ShowMode.SEND
    turn_of(manager).leave_behind()


async def _command(manager: DeferringManager, message: Message) -> tuple[str, str] | None:
    """Return the command of a message and what follows it; None when there is none for this bot."""
    text = message.text or ""
    if not text.startswith("/") or len(text) < 2:  # noqa: PLR2004  # a slash alone is a word
        return None
    head, _, rest = text[1:].partition(" ")
    name, _, addressee = head.partition("@")
    if addressee:
        me = await manager.middleware_data["bot"].me()
        if addressee.lower() != (me.username or "").lower():
            return None
    return name.lower(), rest.strip()


async def _obey(manager: DeferringManager, command: str, payload: str) -> None:
    turn = turn_of(manager)
    entry = find_command(manager, command)
    if entry is not None:
        if await walk.admitted(manager):
            await interrupt(manager, entry, Way.COMMAND)
        return
    if not turn.conversation.is_main:
        act_in(manager, turn.conversation.strands[MAIN])
        await _obey(manager, command, payload)
        return
    entries = turn.registry.entries
    if command == _START:
        await _open_link(manager, payload)
    elif (compiled := entries.get((EntryKind.COMMAND.value, command))) is not None:
        note_opening(turn, compiled.flow.name, EntryKind.COMMAND, command)
        opening = turn.registry.opening_of(EntryKind.COMMAND, command)
        await enter_flow(manager, compiled, opening=opening)
    else:
        await _take_unknown_command(manager)


async def _open_link(manager: DeferringManager, payload: str) -> None:
    """Open the flow of a deep link; home, and a word on it, when no flow has such a link."""
    turn = turn_of(manager)
    found = turn.registry.find_link(payload)
    if found is not None:
        link, compiled, params = found
        note_opening(turn, compiled.flow.name, EntryKind.DEEP_LINK, link.text)
        opening = turn.registry.opening_of(EntryKind.DEEP_LINK, link.text)
        await enter_flow(manager, compiled, params, opening=opening)
        return
    if not payload:
        note_opening(turn, turn.bot.file.home, EntryKind.COMMAND, _START)
    if payload and "bad_link" in turn.bot.messages:
        turn.tell("bad_link")
    await walk.start_flow(manager, turn.bot.flows[turn.bot.file.home])


async def _word(manager: DeferringManager, message: Message) -> None:
    turn = turn_of(manager)
    top = turn.conversation.top()
    if turn.conversation.here.is_cut:
        turn.tell(_moved(turn))
    if top is None:
        await walk.go_home(manager)
    elif turn.conversation.here.is_cut:
        await manager.show()
    elif not await walk.admitted(manager):
        pass
    elif not _is_guest(turn, message) and (entry := find_word(manager, message.text or "")):
        await interrupt(manager, entry, Way.WORD)
    else:
        act = turn.registry.find_dialog(top.state)._message_handler  # noqa: SLF001  # as above
        await act(message, dialog_manager=manager)


def _is_guest(turn: Turn, message: Message) -> bool:
    """Tell whether somebody writes in the conversation of another, of whom they can answer questions alone."""
    owner, writer = turn.conversation.owner, message.from_user
    return owner is not None and writer is not None and writer.id != owner


async def _take_unknown_command(manager: DeferringManager) -> None:
    if not manager.has_context():
        turn_of(manager).tell("unknown_input")
        await walk.go_home(manager)
    elif await walk.admitted(manager):
        await take_unknown(manager)
        if manager.has_context():
            await manager.show()
