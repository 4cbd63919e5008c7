"""Sends one message, and tells what Telegram made of it.

It knows nothing of where messages come from, nor of what follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientConnectorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiogram import Bot
    from aiogram.types import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Words:
    """What is sent: HTML, and the buttons under it; `options` are what Telegram is told besides, by their names there."""

    text: str
    markup: InlineKeyboardMarkup | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


class Answer(StrEnum):
    """What Telegram made of a message.

    It arrived; it has to wait; its chat has another id; its recipient shut the bot out; it will never be taken; it did
    not arrive for now; nobody knows.
    """

    SENT = "sent"
    WAIT = "wait"
    MOVED = "moved"
    SHUT_OUT = "shut_out"
    REFUSED = "refused"
    UNWELL = "unwell"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer; `number` is the message's, the seconds to wait, or the new id of the chat."""

    answer: Answer
    number: int = 0
    reason: str = ""


_EFFECT: Final = "message_effect_id"
"""The name of what Telegram may not know, without which a message is as good."""


async def send(bot: Bot, chat_id: int, words: Words) -> Sent:
    """Send a message once."""
    try:
        message = await bot.send_message(
            chat_id, words.text, reply_markup=words.markup, **words.options
        )
    except TelegramBadRequest as error:
        left = {name: one for name, one in words.options.items() if name != _EFFECT}
        if left == words.options or "effect" not in error.message.lower():
            return _read(error)
        return await send(bot, chat_id, replace(words, options=left))
    except TelegramAPIError as error:
        return _read(error)
    except ClientDecodeError:  # a gateway's page in the place of Telegram's answer
        return Sent(Answer.UNWELL, reason="an answer that is not Telegram's")
    return Sent(Answer.SENT, message.message_id)


def _read(error: TelegramAPIError) -> Sent:
    match error:
        case TelegramRetryAfter():
            return Sent(Answer.WAIT, error.retry_after, "Telegram asks to wait")
        case TelegramMigrateToChat():
            return Sent(Answer.MOVED, error.migrate_to_chat_id, "the group became a supergroup")
        case TelegramForbiddenError():
            return Sent(Answer.SHUT_OUT, reason=error.message)
        case TelegramServerError() | TelegramNetworkError(__cause__=ClientConnectorError()):
            is_there = isinstance(error, TelegramServerError)
            return Sent(
                Answer.UNWELL, reason=error.message if is_there else "Telegram cannot be reached"
            )
        case TelegramNetworkError():
            return Sent(Answer.UNKNOWN, reason=f"cut off: {type(error.__cause__).__name__}")
        case _:
            return Sent(Answer.REFUSED, reason=error.message)
