"""How a message comes into a chat: in the place of the last screen where Telegram lets it, below it otherwise.

It does not know what the message says, nor does it try again what Telegram is too unwell for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import structlog
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import (
    BufferedInputFile,
    FSInputFile,
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
)
from aiogram_dialog.api.entities import MediaId, ShowMode
from aiogram_dialog.api.protocols import MessageNotModified
from aiogram_dialog.manager.message_manager import SEND_METHODS, MessageManager

from engine.dialog.albums import batches, may_become
from engine.dialog.media import UploadAttachment
from engine.dialog.outgoing import Above, FlowMessage, Shown, above_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from aiogram import Bot
    from aiogram.types import InputFile, InputMedia, Message
    from aiogram_dialog.api.entities import MediaAttachment, NewMessage, OldMessage

    from engine.dialog.invoices import Invoice

_logger = structlog.get_logger(__name__)

_SEND_ANEW: Final = (
    "message can't be edited",
    "message to edit not found",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message identifier is not specified",
)
_NOT_MODIFIED: Final = "message is not modified"
_REFUSED: Final = (TelegramBadRequest, TelegramEntityTooLarge, OSError)
"""What it comes to when Telegram does not take media, or a file beside the flows has gone."""

_INPUT: Final[dict[str, type[InputMedia]]] = {
    ContentType.ANIMATION: InputMediaAnimation,
    ContentType.AUDIO: InputMediaAudio,
    ContentType.DOCUMENT: InputMediaDocument,
    ContentType.PHOTO: InputMediaPhoto,
    ContentType.VIDEO: InputMediaVideo,
}


class RobustMessageManager(MessageManager):
    """The library's message manager, which here sends anew for every reason Telegram has to refuse an edit.

    `payment_token` is what the provider who takes payments knows the bot by.
    """

    def __init__(self, payment_token: str = "") -> None:
        super().__init__()
        self._payment_token = payment_token

    async def show_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        """Show a message with what stands above it; without media that cannot be had, as the text alone still leads on.

        Raises:
            MessageNotModified: it looks like that already.
        """
        new = (
            new_message
            if isinstance(new_message, FlowMessage)
            else FlowMessage(**vars(new_message))
        )
        standing = old_message.above if isinstance(old_message, Shown) else ()
        if (standing or new.above) and new.show_mode is not ShowMode.NO_UPDATE:
            old_message = await self._show_above(bot, new, old_message)
        above = tuple(new.sent)
        try:
            shown = await self._show_text(bot, new, old_message)
        except MessageNotModified:
            if old_message is None or above == standing:
                raise
            shown = old_message
        return Shown(**{**vars(shown), "above": above, "is_veiled": None})

    async def _show_text(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        try:
            return await super().show_message(bot, new_message, old_message)
        except _REFUSED as error:
            if new_message.media is None:
                raise
            _logger.warning("media_not_shown", kind=new_message.media.type, reason=str(error))
        new_message.media = None
        return await super().show_message(bot, new_message, old_message)

    # What stands above

    async def _show_above(
        self, bot: Bot, new: FlowMessage, old: OldMessage | None
    ) -> OldMessage | None:
        """Bring the media above a text to where they are to be; return the message that the text can be edited into."""
        standing = old.above if isinstance(old, Shown) else ()
        if old is None or new.show_mode is ShowMode.SEND:
            await self._send_above(bot, new)
            return old
        if new.show_mode is ShowMode.EDIT and (not new.above or may_become(standing, new.above)):
            await self._edit_above(bot, new, standing)
            return old
        if not new.is_placed:
            await self._delete_above(bot, old, standing)
            await self.remove_message_safe(bot, old, new)
        await self._send_above(bot, new)
        return None

    async def _send_above(self, bot: Bot, new: FlowMessage) -> None:
        """Send what is to stand above, from where an earlier try had to stop."""
        new.is_placed = True
        try:
            for batch in batches(new.above[len(new.sent) :]):
                sent = await self._send_batch(bot, new, batch)
                new.sent += [one for one in map(above_of, sent) if one is not None]
        except _REFUSED as error:
            _logger.warning("media_not_shown", kind="album", reason=str(error))

    async def _send_batch(
        self, bot: Bot, new: FlowMessage, batch: Sequence[MediaAttachment]
    ) -> list[Message]:
        where: dict[str, Any] = {
            "message_thread_id": new.thread_id,
            "business_connection_id": new.business_connection_id,
            "protect_content": new.protect_content,
            "disable_notification": _is_silent(new),
        }
        if len(batch) > 1:
            media = [await self._input_media(bot, one) for one in batch]
            return await bot.send_media_group(new.chat.id, cast("Any", media), **where)
        (one,) = batch
        source = await self.get_media_source(one, bot)
        return [await _sender(bot, one)(new.chat.id, source, **where, **_options(one))]

    async def _edit_above(self, bot: Bot, new: FlowMessage, standing: Sequence[Above]) -> None:
        """Put other files into messages that have files of the same sort, or take all of them away."""
        if not new.above:
            await self._delete_above(bot, new, standing)
            return
        done: list[Above] = []
        for one, media in zip(standing, new.above, strict=True):
            try:
                done.append(
                    one if one.shows(media) else await self._edit_file(bot, new, one, media)
                )
            except _REFUSED as error:
                _logger.warning("media_not_shown", kind=media.type, reason=str(error))
                await self._delete_above(bot, new, [one])
        new.sent = done

    async def _edit_file(
        self, bot: Bot, new: FlowMessage, one: Above, media: MediaAttachment
    ) -> Above:
        try:
            changed = await bot.edit_message_media(
                cast("Any", await self._input_media(bot, media)),
                chat_id=new.chat.id,
                message_id=one.message_id,
                business_connection_id=new.business_connection_id,
            )
        except TelegramBadRequest as error:
            if _NOT_MODIFIED not in error.message.lower():
                raise
            return one
        return (None if isinstance(changed, bool) else above_of(changed)) or one

    async def _delete_above(
        self, bot: Bot, where: OldMessage | NewMessage, standing: Sequence[Above]
    ) -> None:
        """Take away what stands above the last screen; what is gone, or too old to be deleted, stays as it is."""
        if not standing:
            return
        try:
            await bot.delete_messages(where.chat.id, [one.message_id for one in standing])
        except TelegramBadRequest as error:
            _logger.debug("media_stay", reason=error.message)

    # The message itself

    async def remove_message_safe(
        self, bot: Bot, old_message: OldMessage, new_message: NewMessage | None
    ) -> None:
        """Delete a message; one that is too old for that stays, without its buttons."""
        if isinstance(old_message, Shown) and old_message.is_old:
            await self._remove_kbd(bot, old_message, new_message)
        else:
            await super().remove_message_safe(bot, old_message, new_message)

    async def edit_message_safe(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage
    ) -> Message:
        """Edit the message; send a new one where it cannot be edited.

        Raises:
            MessageNotModified: it looks like that already.
        """
        if old_message.content_type == ContentType.INVOICE or _invoice_of(new_message):
            await self.remove_message_safe(bot, old_message, new_message)
            return await self.send_message(bot, new_message)
        try:
            return await self.edit_message(bot, new_message, old_message)
        except TelegramBadRequest as error:
            reason = error.message.lower()
            if _NOT_MODIFIED in reason:
                raise MessageNotModified from error
            stays = isinstance(new_message, FlowMessage) and new_message.stays
            if not stays and any(text in reason for text in _SEND_ANEW):
                return await self.send_message(bot, new_message)
            raise

    async def edit_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage
    ) -> Message:
        """Edit a message; where its media stay, only the text under them."""
        if _keeps_media(new_message, old_message):
            return await self.edit_caption(bot, new_message, old_message)
        return await super().edit_message(bot, new_message, old_message)

    async def edit_caption(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage
    ) -> Message:
        """Edit the text under media."""
        options = new_message.media.kwargs if new_message.media else {}
        edited = await bot.edit_message_caption(
            chat_id=old_message.chat.id,
            message_id=old_message.message_id,
            business_connection_id=new_message.business_connection_id,
            caption=new_message.text,
            reply_markup=cast("Any", new_message.reply_markup),
            parse_mode=new_message.parse_mode,
            show_caption_above_media=options.get("show_caption_above_media"),
        )
        return cast("Message", edited)

    async def edit_media(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage
    ) -> Message:
        """Put other media, with their text, into a message."""
        if new_message.media is None:
            raise ValueError("there are no media to put into a message")
        edited = await bot.edit_message_media(
            cast("Any", await self._input_media(bot, new_message.media, new_message)),
            chat_id=old_message.chat.id,
            message_id=old_message.message_id,
            business_connection_id=new_message.business_connection_id,
            reply_markup=cast("Any", new_message.reply_markup),
        )
        return cast("Message", edited)

    async def send_text(self, bot: Bot, new_message: NewMessage) -> Message:
        """Send a text, without its effect where Telegram has none of that id; or an invoice."""
        if invoice := _invoice_of(new_message):
            return await self._send_invoice(bot, new_message, invoice)

        async def send(effect: str | None) -> Message:
            return await bot.send_message(
                new_message.chat.id,
                text=new_message.text or "",
                message_effect_id=effect,
                link_preview_options=new_message.link_preview_options,
                **_manner(new_message),
            )

        return await _with_effect(new_message, send)

    async def send_media(self, bot: Bot, new_message: NewMessage) -> Message:
        """Send media with the text under them."""
        media = new_message.media
        if media is None:
            raise ValueError("there are no media to send")

        async def send(effect: str | None) -> Message:
            return await _sender(bot, media)(
                new_message.chat.id,
                await self.get_media_source(media, bot),
                caption=new_message.text,
                message_effect_id=effect,
                **_manner(new_message),
                **_options(media),
            )

        return await _with_effect(new_message, send)

    async def get_media_source(self, media: MediaAttachment, bot: Bot) -> InputFile | str:
        """Return what is sent for media: an id where there is one, what a query made as its bytes."""
        if isinstance(media, UploadAttachment) and media.file_id is None:
            return BufferedInputFile(media.upload.content, filename=media.upload.name)
        return await super().get_media_source(media, bot)

    async def remove_inline_kbd(self, bot: Bot, old_message: OldMessage | None) -> Any:
        """Take the buttons off an old message; one that is gone or untouchable needs nothing."""
        if old_message is None:
            return None
        if old_message.content_type is ContentType.INVOICE:  # without buttons, it can still be paid
            return await self._delete(bot, old_message)
        try:
            return await bot.edit_message_reply_markup(
                message_id=old_message.message_id,
                chat_id=old_message.chat.id,
                business_connection_id=old_message.business_connection_id,
            )
        except TelegramBadRequest as error:
            _logger.debug("keyboard_stays", reason=error.message)
            return None

    async def _delete(self, bot: Bot, old_message: OldMessage) -> None:
        """Delete a message; one that is gone, or too old, stays as it is."""
        try:
            await bot.delete_message(old_message.chat.id, old_message.message_id)
        except TelegramBadRequest as error:
            _logger.debug("invoice_stays", reason=error.message)

    async def _send_invoice(self, bot: Bot, new: NewMessage, invoice: Invoice) -> Message:
        """Send an invoice; where Telegram or the provider does not take it, the other buttons still lead on."""
        manner = {name: one for name, one in _manner(new).items() if name not in _OF_TEXTS}

        async def send(effect: str | None) -> Message:
            return await bot.send_invoice(
                new.chat.id,
                title=invoice.title,
                description=new.text or "",
                payload=invoice.payload,
                provider_token=self._payment_token,
                currency=invoice.currency,
                prices=list(invoice.prices),
                message_effect_id=effect,
                **manner,
                **invoice.options,
            )

        try:
            return await _with_effect(new, send)
        except TelegramBadRequest as error:
            _logger.exception("invoice_not_shown", reason=error.message)
        keyboard = cast("InlineKeyboardMarkup", new.reply_markup).inline_keyboard
        rest = InlineKeyboardMarkup(inline_keyboard=keyboard[1:]) if keyboard[1:] else None
        text = f"{invoice.title}\n\n{new.text}"
        return await bot.send_message(
            new.chat.id, text, **{**_manner(new), "parse_mode": None, "reply_markup": rest}
        )

    def _message_changed(self, _new_message: NewMessage, _old_message: OldMessage) -> bool:
        """Take each message for a new one: who looks the same was told before."""
        return True

    async def _input_media(
        self, bot: Bot, media: MediaAttachment, message: NewMessage | None = None
    ) -> InputMedia:
        text = {"caption": message.text, "parse_mode": message.parse_mode} if message else {}
        source = await self.get_media_source(media, bot)
        return _INPUT[media.type](media=source, **text, **_options(media))


def _keeps_media(new: NewMessage, old: OldMessage) -> bool:
    """Tell whether a message has the file already that it is to have, as it is to be shown."""
    media, shown = new.media, old.media_id
    if media is None or shown is None or media.file_id != MediaId(shown, old.media_uniq_id):
        return False
    veiled = old.is_veiled if isinstance(old, Shown) else None
    if veiled is not None and veiled != bool(media.kwargs.get("has_spoiler")):
        return False
    return bool(old.has_protected_content) == bool(new.protect_content)


def _manner(new: NewMessage) -> dict[str, Any]:
    """Return what is the same for every message that is sent."""
    return {
        "message_thread_id": new.thread_id,
        "business_connection_id": new.business_connection_id,
        "reply_markup": new.reply_markup,
        "parse_mode": new.parse_mode,
        "protect_content": new.protect_content,
        "disable_notification": _is_silent(new),
    }


_OF_TEXTS: Final = ("parse_mode", "business_connection_id")
"""What messages are sent with, and invoices are not."""


def _invoice_of(new: NewMessage) -> Invoice | None:
    return new.invoice if isinstance(new, FlowMessage) else None


def _is_silent(new: NewMessage) -> bool | None:
    return True if isinstance(new, FlowMessage) and new.silent else None


async def _with_effect(
    new: NewMessage, send: Callable[[str | None], Awaitable[Message]]
) -> Message:
    effect = new.effect if isinstance(new, FlowMessage) else None
    try:
        return await send(effect)
    except TelegramBadRequest as error:
        if effect is None or "effect" not in error.message.lower():
            raise
        _logger.warning("effect_not_shown", effect=effect, reason=error.message)
    return await send(None)


def _sender(bot: Bot, media: MediaAttachment) -> Callable[..., Awaitable[Message]]:
    method: Callable[..., Awaitable[Message]] = getattr(bot, SEND_METHODS[media.type])
    return method


def _options(media: MediaAttachment) -> dict[str, Any]:
    """Return what is said of media beside their file; a picture that stands for them is read as it is sent."""
    options = dict(media.kwargs)
    if thumbnail := options.get("thumbnail"):
        options["thumbnail"] = FSInputFile(thumbnail)
    return options
