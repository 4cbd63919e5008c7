"""What begins a turn: something a person did, a timeout, or the bot of its own accord.

It does not know what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aiogram.enums import ChatType
from aiogram.types import Chat
from aiogram.types import User as TelegramUser
from aiogram_dialog.api.entities import (
    EVENT_CONTEXT_KEY,
    DialogAction,
    DialogUpdateEvent,
    EventContext,
)

from engine.dialog.clock import expire
from engine.dialog.record import read_due

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram import Bot
    from aiogram_dialog.api.entities import ChatEvent

    from engine.actions import User
    from engine.dialog.manager import DeferringManager
    from engine.dialog.ports import ConversationKey, Directory, StoredConversation
    from engine.dialog.turn import Turn

RECEIVED_AT: Final = "received_at"
"""Where a handler's data tell since when an update is known, and those of a timeout since when it is due."""

type Act = Callable[[DeferringManager, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event with what the library wants to know beside it.

    `name` tells the occasion from all others of the bot; commands are carried out once for it, and `acted` are the keys of those
    that did their work. `answer` answers what somebody waits for beside a screen.
    """

    event: ChatEvent
    data: dict[str, Any]
    name: str
    identify: Callable[[], Awaitable[User]]
    act: Act
    acted: set[str] = field(default_factory=set)
    answer: Callable[[Turn], Awaitable[None]] | None = None


def timeout_occasion(
    bot: Bot,
    key: ConversationKey,
    user: User,
    stored: StoredConversation,
    directory: Directory,
) -> Occasion:
    """Return the occasion of a timeout: its name is of the state it was found in, whose revision never comes again."""
    since = datetime.fromtimestamp((read_due(stored.value) or 0) / 1000, UTC)
    occasion = own_occasion(bot, key, user, directory, act=expire)
    occasion.data[RECEIVED_AT] = since
    return replace(occasion, name=f"timeout:{_place(key)}:{stored.revision}")


def own_occasion(
    bot: Bot, key: ConversationKey, user: User, directory: Directory, *, act: Act
) -> Occasion:
    """Return an occasion that no update brought."""
    person = TelegramUser(id=user.id, is_bot=False, first_name=user.first_name)
    is_private = key.chat_id == key.user_id
    chat = Chat(id=key.chat_id, type=ChatType.PRIVATE if is_private else ChatType.SUPERGROUP)
    context = EventContext(
        bot=bot, chat=chat, user=person, thread_id=key.thread_id, business_connection_id=None
    )
    event = DialogUpdateEvent(
        from_user=person,
        chat=chat,
        action=DialogAction.UPDATE,
        data=None,
        intent_id=None,
        stack_id=None,
        thread_id=key.thread_id,
        business_connection_id=None,
    ).as_(bot)

    async def identify() -> User:
        return await directory.find(user.id) or user

    return Occasion(
        event=event,
        data={
            "bot": bot,
            "event_chat": chat,
            "event_from_user": person,
            EVENT_CONTEXT_KEY: context,
        },
        name=f"own:{_place(key)}",
        identify=identify,
        act=act,
    )


def _place(key: ConversationKey) -> str:
    return f"{key.chat_id}:{key.user_id}:{key.thread_id or ''}"
