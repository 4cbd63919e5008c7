"""Getting a screen to Telegram, whatever Telegram makes of it.

It does not know what the screen says; it never fails the update, whose effect and state are already kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile
from aiogram_dialog.api.entities import MediaId
from aiogram_dialog.api.protocols import MessageNotModified
from aiogram_dialog.manager.message_manager import MessageManager

from engine.dialog.media import UploadAttachment
from engine.dialog.pausing import pause as pause_turn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram import Bot
    from aiogram.types import CallbackQuery, InputFile, Message
    from aiogram_dialog.api.entities import MediaAttachment, NewMessage, OldMessage

_logger = structlog.get_logger(__name__)

MAX_TRIES: Final = 4
MAX_WAIT_SECONDS: Final = 30.0
ANSWER_LENGTH: Final = 200
"""Telegram's bound on the text of a callback answer, in characters."""

_SEND_ANEW: Final = (
    "message can't be edited",
    "message to edit not found",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message identifier is not specified",
)


class RobustMessageManager(MessageManager):
    """The library's message manager, which here sends anew for every reason Telegram has to refuse an edit."""

    async def edit_message_safe(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage
    ) -> Message:
        """Edit the message; send a new one where it cannot be edited.

        Raises:
            MessageNotModified: it looks like that already.
        """
        try:
            return await self.edit_message(bot, new_message, old_message)
        except TelegramBadRequest as error:
            reason = error.message.lower()
            if "message is not modified" in reason:
                raise MessageNotModified from error
            if any(text in reason for text in _SEND_ANEW):
                return await self.send_message(bot, new_message)
            raise

    async def show_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        """Show a message; without its media where these cannot be had, as the text alone still leads on.

        Raises:
            MessageNotModified: it looks like that already.
        """
        try:
            return await super().show_message(bot, new_message, old_message)
        except (TelegramBadRequest, TelegramEntityTooLarge, OSError) as error:
            if new_message.media is None:
                raise
            _logger.warning("media_not_shown", kind=new_message.media.type, reason=str(error))
        new_message.media = None
        return await super().show_message(bot, new_message, old_message)

    async def edit_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage
    ) -> Message:
        """Edit a message; where its media stay, only the text under them."""
        media, shown = new_message.media, old_message.media_id
        is_same = (
            media is not None
            and shown is not None
            and (media.file_id == MediaId(shown, old_message.media_uniq_id))
        )
        if is_same and bool(old_message.has_protected_content) == bool(new_message.protect_content):
            return await self.edit_caption(bot, new_message, old_message)
        return await super().edit_message(bot, new_message, old_message)

    async def get_media_source(self, media: MediaAttachment, bot: Bot) -> InputFile | str:
        """Return what is sent for media: an id where there is one, what a query made as its bytes."""
        if isinstance(media, UploadAttachment) and media.file_id is None:
            return BufferedInputFile(media.upload.content, filename=media.upload.name)
        return await super().get_media_source(media, bot)

    async def remove_inline_kbd(self, bot: Bot, old_message: OldMessage | None) -> Any:
        """Take the buttons off an old message; one that is gone or untouchable needs nothing."""
        if old_message is None:
            return None
        try:
            return await bot.edit_message_reply_markup(
                message_id=old_message.message_id,
                chat_id=old_message.chat.id,
                business_connection_id=old_message.business_connection_id,
            )
        except TelegramBadRequest as error:
            _logger.debug("keyboard_stays", reason=error.message)
            return None


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


async def answer_callback(bot: Bot, callback: CallbackQuery, text: str | None) -> None:
    """Answer a callback, so that its button stops waiting; too late is no failure."""

    async def answer() -> bool:
        return await bot.answer_callback_query(
            callback.id, text=text[:ANSWER_LENGTH] if text else None
        )

    await deliver(answer)
