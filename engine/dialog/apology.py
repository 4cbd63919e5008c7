"""Telling a person that nothing was done, when not even their conversation could be reached.

It does not know what went wrong; it says each sentence once for as long as that lasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY
from cachetools import LRUCache

from engine.dialog.delivery import answer_callback, deliver

if TYPE_CHECKING:
    from engine.dialog.ports import ConversationKey
    from engine.dialog.registry import FlowRegistry

TOLD_LIMIT: Final = 50_000
"""People who are remembered to have been told that nothing can be done for now."""


class Apologies:
    """Says what cannot be said in a screen, in the bot's own language, as nobody could be asked for the person's."""

    def __init__(self, registry: FlowRegistry) -> None:
        self._registry = registry
        self._told: LRUCache[ConversationKey, bool] = LRUCache(TOLD_LIMIT)

    async def say_failed(self, event: Message | CallbackQuery, data: dict[str, Any]) -> None:
        """Tell that something broke and nothing was done."""
        await self._say(event, data, "error", in_chat=True)

    async def say_unavailable(
        self, key: ConversationKey, event: Message | CallbackQuery, data: dict[str, Any]
    ) -> None:
        """Tell that it takes a moment: in the chat once until the conversation works again, on a button each time."""
        in_chat = key not in self._told
        self._told[key] = True
        await self._say(event, data, "unavailable", in_chat=in_chat)

    def works_again(self, key: ConversationKey) -> None:
        """Note that a conversation could be reached."""
        self._told.pop(key, None)

    async def _say(
        self, event: Message | CallbackQuery, data: dict[str, Any], name: str, *, in_chat: bool
    ) -> None:
        bot = self._registry.bot
        wordings = bot.messages.get(name) or bot.messages["error"]
        text = wordings[bot.file.locale].text
        if isinstance(event, CallbackQuery):
            await answer_callback(data["bot"], event, text)
        elif in_chat and data[EVENT_CONTEXT_KEY].chat.type == ChatType.PRIVATE:
            chat_id = data[EVENT_CONTEXT_KEY].chat.id
            await deliver(lambda: data["bot"].send_message(chat_id, text))
