"""Lets the conversations of a group follow it when it becomes a supergroup, which has another id.

It knows nothing of what they are about. Messages that wait to be sent follow when Telegram refuses the first of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from engine.dialog.record import detach, read_due
from engine.service.outages import outages_told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram.types import TelegramObject

    from storage.conversations import ConversationStore
    from storage.timetable import Timetable

_logger = structlog.get_logger(__name__)


class GroupMoves(BaseMiddleware):
    """Moves conversations as Telegram tells of a move, and takes what still comes from the old group as from the new one."""

    def __init__(self, store: ConversationStore, timetable: Timetable) -> None:
        self._store = store
        self._timetable = timetable

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Move before the update is handled, which is handled again should that fail."""
        bot_id, chat = data["bot"].id, data.get("event_chat")
        if isinstance(event, Message) and event.migrate_to_chat_id is not None:
            await self._move(bot_id, event.chat.id, event.migrate_to_chat_id)
        elif isinstance(event, Message) and event.migrate_from_chat_id is not None:
            await self._move(bot_id, event.migrate_from_chat_id, event.chat.id)
        elif isinstance(event, Message | CallbackQuery) and chat and chat.type == ChatType.GROUP:
            with outages_told():
                moved = await self._store.find_move(bot_id, chat.id)
            if moved is not None:
                event = _as_from(event, moved)
        return await handler(event, data)

    async def _move(self, bot_id: int, old: int, new: int) -> None:
        with outages_told():
            moved = await self._store.move_chat(bot_id, old, new, change=detach)
            for key, value in moved:
                if (due := read_due(value)) is not None:
                    await self._timetable.schedule(key, datetime.fromtimestamp(due / 1000, UTC))
        _logger.info("group_moved", conversations=len(moved))


def _as_from(event: Message | CallbackQuery, chat_id: int) -> Message | CallbackQuery:
    """Return an event as one of another chat; a pressed message is not there, and has the id of none."""
    if isinstance(event, CallbackQuery):
        message = event.message
        if not isinstance(message, Message):
            return event
        gone = _in_chat(message, chat_id).model_copy(update={"message_id": 0})
        return event.model_copy(update={"message": gone})
    return _in_chat(event, chat_id)


def _in_chat(message: Message, chat_id: int) -> Message:
    chat = message.chat.model_copy(update={"id": chat_id, "type": ChatType.SUPERGROUP.value})
    return message.model_copy(update={"chat": chat})
