"""The keyboard under the chat: which steps have it, what its keys mean, and taking it down.

It does not know what follows from a key.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Final

from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY

from engine.dialog.delivery import deliver
from engine.dialog.requests import request_key
from engine.dialog.turn import turn_of
from engine.flow.model.asking import AskStep
from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aiogram import Bot
    from aiogram.fsm.state import State
    from aiogram.types import InlineKeyboardButton
    from aiogram_dialog.api.entities import NewMessage

    from engine.dialog.flow_data import FlowData
    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.dialog.view import View
    from engine.flow.model.keyboards import Keyboard

_SWEPT: Final = "…"
"""What the message says that takes a keyboard down where no other can; it is deleted at once."""


def is_under_chat(turn: Turn, step: object) -> bool:
    """Tell whether a step's keyboard is one under the chat; Telegram shares contacts and the like in private chats alone.

    There is one keyboard under a chat, which belongs to the main strand.
    """
    if (
        not turn.conversation.is_main
        or not isinstance(step, WindowStep)
        or step.keyboard is None
        or step.keyboard.is_reply
    ):
        return False
    return turn.is_private or not (isinstance(step, AskStep) and step.share)


def put_in_place(
    turn: Turn, data: FlowData, step: WindowStep, environment: Mapping[str, object], view: View
) -> View:
    """Put the buttons of a view where the step wants them: those under the chat are told by their labels."""
    keyboard = step.keyboard
    if keyboard is None:
        return view
    placeholder = (
        turn.say(data, keyboard.placeholder, environment) if keyboard.placeholder else None
    )
    if keyboard.is_reply:
        markup = ForceReply(
            force_reply=True,
            input_field_placeholder=placeholder,
            selective=keyboard.selective or None,
        )
        return replace(view, keyboard=markup)
    if not is_under_chat(turn, step):
        return view
    request = request_key(turn, data, step, environment) if isinstance(step, AskStep) else None
    rows = view.keyboard.inline_keyboard if isinstance(view.keyboard, InlineKeyboardMarkup) else []
    presses: dict[str, str] = {request.text: ""} if request else {}
    keys = [[_key(button, presses) for button in row] for row in rows]
    shown = [[key for key in row if key] for row in ([request], *keys)]
    below = _markup(keyboard, [row for row in shown if row], placeholder)
    return replace(view, keyboard=below, presses=presses)


def _markup(
    keyboard: Keyboard, rows: list[list[KeyboardButton]], placeholder: str | None
) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    if not rows:
        return ReplyKeyboardRemove(remove_keyboard=True)  # those of the last screen may stand there
    return ReplyKeyboardMarkup(
        keyboard=rows,
        resize_keyboard=keyboard.resize or None,
        one_time_keyboard=keyboard.one_time or None,
        is_persistent=keyboard.persistent or None,
        selective=keyboard.selective or None,
        input_field_placeholder=placeholder,
    )


def _key(button: InlineKeyboardButton, presses: dict[str, str]) -> KeyboardButton | None:
    """Make a key of a button, and note which press its label is; None for a button that no key can be."""
    if button.callback_data is None:
        return None
    label = next(one for one in _labels(button.text.strip()) if one not in presses)
    presses[label] = button.callback_data
    return KeyboardButton(
        text=label,
        style=button.style,
        icon_custom_emoji_id=button.icon_custom_emoji_id,
    )


def _labels(label: str) -> Iterator[str]:
    """Give a label, and what it is called where others say the same."""
    yield label
    yield from (f"{label} ({number})" for number in count(2))


def settle_keyboard(manager: DeferringManager) -> None:
    """Note in the conversation whether the turn leaves a keyboard under the chat."""
    turn = turn_of(manager)
    stack = turn.conversation.stack
    if not manager.has_context():
        stack.last_reply_keyboard = False
    elif turn.wants_screen:
        stack.last_reply_keyboard = is_under_chat(turn, _step(manager))


def is_sent_anew(manager: DeferringManager) -> bool:
    """Tell whether the screen cannot be put into the last message, nor that one edited: one of them has no buttons of its own."""
    turn = turn_of(manager)
    if turn.had_reply_keyboard or turn.conversation.stack.last_reply_keyboard:
        return True
    left = None if turn.began_at is None else _step_of(turn, turn.began_at[1])
    return any(_is_replied_to(step) for step in (left, _step(manager)))


def must_take_down(turn: Turn) -> bool:
    """Tell whether a keyboard stands under the chat that the turn leaves no more."""
    return turn.had_reply_keyboard and not turn.conversation.stack.last_reply_keyboard


async def take_down(
    manager: DeferringManager, bot: Bot, messages: Iterable[NewMessage]
) -> int | None:
    """Let a message of the turn take the keyboard down, or send one; return the id of that one, to be deleted."""
    for message in messages:
        if isinstance(message.reply_markup, ForceReply):
            return None  # it takes the place of the keyboard
        if message.reply_markup is None:
            message.reply_markup = ReplyKeyboardRemove(remove_keyboard=True)
            return None
    chat_id = manager.middleware_data[EVENT_CONTEXT_KEY].chat.id
    removal = ReplyKeyboardRemove(remove_keyboard=True)
    sent = await deliver(lambda: bot.send_message(chat_id, _SWEPT, reply_markup=removal))
    return sent.message_id if sent else None


async def delete_message(manager: DeferringManager, bot: Bot, message_id: int) -> None:
    """Delete a message that has done its work; one that cannot be deleted stays."""
    chat_id = manager.middleware_data[EVENT_CONTEXT_KEY].chat.id
    await deliver(lambda: bot.delete_message(chat_id, message_id))


def _step(manager: DeferringManager) -> object:
    """Return the step that stands on top, None where it is no flow's."""
    if not manager.has_context():
        return None
    return _step_of(turn_of(manager), manager.current_context().state)


def _step_of(turn: Turn, state: State | None) -> object:
    if state is None or not turn.registry.is_flow(state):
        return None
    return turn.registry.step_of(state)


def _is_replied_to(step: object) -> bool:
    """Tell whether the message of a step is one that people are made to reply to, which cannot be edited."""
    return isinstance(step, WindowStep) and step.keyboard is not None and step.keyboard.is_reply
