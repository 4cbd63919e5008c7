"""Whether a message looks already as it is to look, so that Telegram need not be asked to change nothing.

It knows the message under a pressed button; where it cannot tell, a message is taken to look different.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram.types import InlineKeyboardMarkup
from aiogram_dialog.utils import get_media_id

from engine.dialog.outgoing import FlowMessage

if TYPE_CHECKING:
    from aiogram.types import Message
    from aiogram_dialog.api.entities import NewMessage
    from pydantic import BaseModel

    from engine.dialog.manager import DeferringManager


def looks_same(manager: DeferringManager, new: NewMessage) -> bool:
    """Tell whether the message whose button was pressed shows all that a message is to show."""
    old = manager.pressed_message()
    # Buttons first: they carry the number of their screen, and nearly every press leads to another one.
    if old is None or not _has_buttons(old.reply_markup, new.reply_markup):
        return False
    if isinstance(new, FlowMessage) and new.invoice is not None:
        return old.invoice is not None
    return (
        _shows_files(manager, old, new)
        and _said(new.link_preview_options) == _said(old.link_preview_options)
        and bool(new.protect_content) == bool(old.has_protected_content)
        and _plain_quotes(old.html_text) == _plain_quotes(new.text or "")
    )


def _has_buttons(old: InlineKeyboardMarkup | None, new: Any) -> bool:
    if old is None or not isinstance(new, InlineKeyboardMarkup):
        return old is new
    # What is read is bound to its bot, and equal to nothing that is not.
    return _first_data(old) == _first_data(new) and _said(old) == _said(new)


def _first_data(markup: InlineKeyboardMarkup) -> str | None:
    return next((one.callback_data for row in markup.inline_keyboard for one in row), None)


def _said(value: BaseModel | None) -> dict[str, Any]:
    return value.model_dump(exclude_none=True, exclude_defaults=True) if value else {}


def _shows_files(manager: DeferringManager, old: Message, new: NewMessage) -> bool:
    media, shown = new.media, get_media_id(old)
    if media is None or shown is None:
        if media is not None or shown is not None:
            return False
    else:
        options = media.kwargs
        if media.file_id != shown:
            return False
        if bool(options.get("has_spoiler")) != bool(old.has_media_spoiler):
            return False
        if bool(options.get("show_caption_above_media")) != bool(old.show_caption_above_media):
            return False
    wanted = new.above if isinstance(new, FlowMessage) else ()
    standing = manager.standing()
    return len(wanted) == len(standing) and all(
        one.shows(file) for one, file in zip(standing, wanted, strict=True)
    )


def _plain_quotes(html: str) -> str:
    """Write quotes as Telegram's entities are written back."""
    return html.replace("&#39;", "'").replace("&#34;", '"').replace("&quot;", '"')
