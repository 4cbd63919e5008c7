"""Getting a call through to Telegram, whatever Telegram makes of it.

It does not know what is shown; it never fails the update, whose effect and state are already kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from engine.dialog.pausing import pause as pause_turn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram import Bot
    from aiogram.types import CallbackQuery

    from engine.dialog.turn import Turn

_logger = structlog.get_logger(__name__)

MAX_TRIES: Final = 4
MAX_WAIT_SECONDS: Final = 30.0
ANSWER_LENGTH: Final = 200
"""Telegram's bound on the text of a callback answer, in characters."""


async def deliver[T](
    action: Callable[[], Awaitable[T]], *, pause: Callable[[float], Awaitable[None]] = pause_turn
) -> T | None:
    """Do a Bot API action, again when Telegram asks to wait or is unwell; None when it cannot be done."""
    for attempt in range(1, MAX_TRIES + 1):
        try:
            return await action()
        except TelegramRetryAfter as error:
            wait = float(error.retry_after)
            reason = "retry_after"
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
            # A gateway's HTML page, where JSON was expected, is no answer either.
            wait = 0.3 * 2**attempt
            reason = type(error).__name__
        except TelegramForbiddenError:
            _logger.info("recipient_unreachable")
            return None
        except TelegramAPIError as error:
            _logger.warning("delivery_refused", reason=error.message)
            return None
        if attempt == MAX_TRIES or wait > MAX_WAIT_SECONDS:
            break
        _logger.info("delivery_waits", reason=reason, seconds=wait)
        await pause(wait)
    _logger.warning("delivery_given_up", reason=reason)
    return None


async def deliver_once[T](turn: Turn, action: Callable[[], Awaitable[T]]) -> T | None:
    """Do a Bot API action that can as well be done later; None, and the turn knows why, when it cannot be done now."""
    try:
        return await action()
    except TelegramRetryAfter as error:
        turn.retry_after = float(error.retry_after)
    except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
        _logger.info("refresh_waits", reason=type(error).__name__)
    except TelegramAPIError as error:
        _logger.info("refresh_given_up", reason=error.message)
        turn.is_lost = True
    return None


async def answer_callback(
    bot: Bot, callback: CallbackQuery, text: str | None, *, is_alert: bool = False
) -> None:
    """Answer a callback, so that its button stops waiting; too late is no failure. An alert is confirmed by the person."""

    async def answer() -> bool:
        return await bot.answer_callback_query(
            callback.id,
            text=text[:ANSWER_LENGTH] if text else None,
            show_alert=True if text and is_alert else None,
        )

    await deliver(answer)
