"""The keyboard under the chat: which steps have it, what its keys mean, and taking it down.

It does not know what follows from a key.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY

from engine.dialog.delivery import deliver
from engine.dialog.judging import offered_default
from engine.dialog.turn import turn_of
from engine.flow.model.asking import AskStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aiogram import Bot
    from aiogram_dialog.api.entities import NewMessage

    from engine.dialog.flow_data import FlowData
    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.flow.model.windows import Button

_SWEPT: Final = "…"
"""What the message says that takes a keyboard down where no other can; it is deleted at once."""


def is_under_chat(turn: Turn, step: Any) -> bool:
    """Tell whether a step's keyboard is one under the chat: Telegram shares contacts and places in private chats alone."""
    return isinstance(step, AskStep) and step.share is not None and turn.is_private


def key_rows(
    turn: Turn,
    data: FlowData,
    step: AskStep,
    buttons: Iterable[Button],
    environment: Mapping[str, Any],
) -> list[list[tuple[str, Button | None]]]:
    """Return the labels of the keys that send them, row by row, each with its button; the default answer has none."""
    rows: list[list[tuple[str, Button | None]]] = []
    value = offered_default(turn, data, step, environment)
    if step.default is not None and value is not None:
        rows.append([(turn.say(data, step.default.text, {**environment, "it": value}), None)])
    for _, row in groupby(buttons, key=lambda button: button.row):
        rows.append([(turn.say(data, one.text, environment), one) for one in row])
    return rows


def reply_keyboard(
    step: AskStep, share: str, rows: Iterable[Iterable[tuple[str, Button | None]]]
) -> ReplyKeyboardMarkup:
    """Make the keyboard of a step: the key that shares, and those that send their label."""
    key = KeyboardButton(
        text=share,
        request_location=True if step.type == "location" else None,
        request_contact=True if step.type != "location" else None,
    )
    others = [[KeyboardButton(text=label) for label, _ in row] for row in rows]
    return ReplyKeyboardMarkup(keyboard=[[key], *others], resize_keyboard=True)


def settle_keyboard(manager: DeferringManager) -> None:
    """Note in the conversation whether the turn leaves a keyboard under the chat."""
    turn = turn_of(manager)
    stack = turn.conversation.stack
    if not manager.has_context():
        stack.last_reply_keyboard = False
    elif turn.wants_screen:
        state = manager.current_context().state
        step = turn.registry.step_of(state) if turn.registry.is_flow(state) else None
        stack.last_reply_keyboard = is_under_chat(turn, step)


def must_take_down(turn: Turn) -> bool:
    """Tell whether a keyboard stands under the chat that the turn leaves no more."""
    return turn.had_reply_keyboard and not turn.conversation.stack.last_reply_keyboard


async def take_down(
    manager: DeferringManager, bot: Bot, messages: Iterable[NewMessage]
) -> int | None:
    """Let a message of the turn take the keyboard down, or send one; return the id of that one, to be deleted."""
    for message in messages:
        if message.reply_markup is None:
            message.reply_markup = ReplyKeyboardRemove()
            return None
    chat_id = manager.middleware_data[EVENT_CONTEXT_KEY].chat.id
    sent = await deliver(
        lambda: bot.send_message(chat_id, _SWEPT, reply_markup=ReplyKeyboardRemove())
    )
    return sent.message_id if sent else None


async def sweep(manager: DeferringManager, bot: Bot, message_id: int) -> None:
    """Delete the message that did nothing but take a keyboard down."""
    chat_id = manager.middleware_data[EVENT_CONTEXT_KEY].chat.id
    await deliver(lambda: bot.delete_message(chat_id, message_id))
