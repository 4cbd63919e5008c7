"""Messages that say nothing to a conversation: notes of Telegram about the chat, and all of an album but its first where one file is asked for.

It does not know what other messages say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiogram.enums import ContentType

from engine.dialog.remembered import ALBUM

if TYPE_CHECKING:
    from aiogram.types import Message

    from engine.dialog.conversation import Conversation

SAID: Final = frozenset(
    {
        ContentType.TEXT,
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.DOCUMENT,
        ContentType.LIVE_PHOTO,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.POLL,
        ContentType.VENUE,
        ContentType.LOCATION,
        ContentType.INVOICE,
        ContentType.SUCCESSFUL_PAYMENT,
        ContentType.USERS_SHARED,
        ContentType.CHAT_SHARED,
        ContentType.MANAGED_BOT_CREATED,
        ContentType.PASSPORT_DATA,
        ContentType.WEB_APP_DATA,
        ContentType.UNKNOWN,
    }
)
"""What a person sends; all other kinds are notes: that a message was pinned, that somebody joined, and so on."""


def is_noise(conversation: Conversation, message: Message) -> bool:
    """Tell whether a message is to be passed over in silence; note the album that it begins."""
    if message.content_type not in SAID:
        return True
    album = message.media_group_id
    if album is None:
        return False
    if album == conversation.stack.last_income_media_group_id:
        return not _is_collected(conversation, album)
    conversation.stack.last_income_media_group_id = album
    return False


def _is_collected(conversation: Conversation, album: str) -> bool:
    """Tell whether the question that is asked collects all parts of an album."""
    top = conversation.top()
    found: Any = top.widget_data.get(ALBUM) if top else None
    return found is not None and album in found["ids"]
