"""Bringing the end of a turn to the user: last words, the screen, or the end of the last screen.

It does not know how the turn came about, nor does it change the conversation's state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.enums import ContentType, ParseMode
from aiogram.types import CallbackQuery, InlineKeyboardMarkup
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY, OldMessage, ShowMode
from aiogram_dialog.api.protocols import MessageNotModified

from engine.dialog.delivery import deliver, deliver_once
from engine.dialog.looks import looks_same
from engine.dialog.outgoing import FlowMessage
from engine.dialog.reply_keyboard import delete_message, must_take_down, take_down
from engine.dialog.showing import leaves_invoice
from engine.dialog.turn import turn_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiogram import Bot
    from aiogram_dialog.api.entities import NewMessage

    from engine.dialog.manager import DeferringManager


async def render_turn(manager: DeferringManager) -> list[NewMessage]:
    """Return the messages that show where the turn ended, the one that stays current last."""
    turn = turn_of(manager)
    messages = list(turn.words)
    if manager.has_context() and turn.wants_screen:
        screen = await manager.render_screen()
        if isinstance(screen, FlowMessage):
            screen.stays = turn.renews
        if turn.notices and isinstance(screen, FlowMessage) and screen.invoice:
            messages.append(_notice_message(manager, turn.take_notices()))
            messages[-1].show_mode = ShowMode.AUTO
        messages.append(screen)
    elif turn.notices:
        messages.append(_notice_message(manager, turn.take_notices()))
    for place, message in enumerate(messages):
        await manager.recall_media(message)
        if place > 0:
            message.show_mode = ShowMode.SEND
        elif message.show_mode is ShowMode.AUTO:
            message.show_mode = manager.show_mode_now()
    return messages


def are_bare(messages: Sequence[NewMessage], *, otherwise: bool) -> bool:
    """Tell whether the message that stays current has no buttons of its own; `otherwise` where nothing new is shown."""
    if not messages:
        return otherwise
    return not isinstance(messages[-1].reply_markup, InlineKeyboardMarkup)


async def show_messages(
    manager: DeferringManager, bot: Bot, messages: list[NewMessage]
) -> OldMessage | None:
    """Deliver messages in order, the first in the place of the last screen; return the last one as it is shown."""
    turn = turn_of(manager)
    swept = await take_down(manager, bot, messages) if must_take_down(turn) else None
    old, shown = manager.last_message(), None
    is_bare = turn.conversation.here.is_bare and not _is_of_press(manager)
    for message in messages:
        if is_bare and message.show_mode is ShowMode.SEND:
            old = None  # else Telegram would be asked to take off buttons that are not there
        shown = await _show(manager, bot, message, old)
        old = None
    if not messages and turn.closes_screen and not (turn.had_reply_keyboard or is_bare):
        await deliver(manager.remove_keyboard)
    if messages:
        await _leave_behind(manager, bot)
    for message_id in (*turn.deleted, *([] if swept is None else [swept])):
        await delete_message(manager, bot, message_id)
    return shown


def _is_of_press(manager: DeferringManager) -> bool:
    """Tell whether the message of the last screen is the one that a pressed button is under, so that it has buttons."""
    event, stack = manager.event, turn_of(manager).conversation.stack
    if not isinstance(event, CallbackQuery) or event.message is None:
        return False
    return event.message.message_id == stack.last_message_id


async def _show(
    manager: DeferringManager, bot: Bot, message: NewMessage, old: OldMessage | None
) -> OldMessage | None:
    turn = turn_of(manager)
    if message.show_mode is ShowMode.EDIT and looks_same(manager, message):
        return old

    async def show() -> OldMessage | None:
        try:
            shown = await manager.message_manager.show_message(bot, message, old)
        except MessageNotModified:
            return old
        await manager.learn_media(message, shown)
        return shown

    return await (deliver_once(turn, show) if turn.renews else deliver(show))


async def _leave_behind(manager: DeferringManager, bot: Bot) -> None:
    """Take the buttons off the screen that was shown anew below, so that one is live."""
    turn = turn_of(manager)
    message_id = turn.left_behind
    if message_id is None or turn.had_reply_keyboard:
        return
    chat = manager.middleware_data[EVENT_CONTEXT_KEY].chat
    left = OldMessage(chat=chat, message_id=message_id, media_id=None, media_uniq_id=None)
    left.content_type = ContentType.INVOICE if leaves_invoice(turn) else None
    await deliver(lambda: manager.message_manager.remove_kbd(bot, ShowMode.EDIT, left))


def _notice_message(manager: DeferringManager, text: str) -> NewMessage:
    context = manager.middleware_data[EVENT_CONTEXT_KEY]
    general = turn_of(manager).bot.file.defaults
    return FlowMessage(
        chat=context.chat,
        thread_id=context.thread_id,
        text=text,
        parse_mode=ParseMode.HTML,
        show_mode=ShowMode.SEND,
        protect_content=general.protected,
        silent=bool(general.silent),
    )
