"""Telling a person that nothing was done, when not even their conversation could be reached.

It does not know what went wrong; it says each sentence once for as long as that lasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.context.intent_middleware import (
    event_context_from_callback,
    event_context_from_message,
)
from aiogram_dialog.utils import remove_intent_id
from cachetools import LRUCache

from engine.dialog.delivery import answer_callback, deliver
from engine.dialog.owners import owner_of
from engine.dialog.ports import ConversationKey
from engine.flow.locales import choose_locale

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import User
    from aiogram_dialog.api.entities import EventContext

    from engine.dialog.registry import FlowRegistry

TOLD_LIMIT: Final = 50_000
"""People who are remembered to have been told that nothing can be done for now."""

_OF_OLD_BUTTONS: Final = ("old_invoice", "not_yours")

type Event = Message | CallbackQuery


class Apologies:
    """Says what cannot be said in a screen, in the language of the person's Telegram, as nobody could be asked for theirs."""

    def __init__(self, registry: FlowRegistry) -> None:
        self._registry = registry
        self._told: LRUCache[ConversationKey, bool] = LRUCache(TOLD_LIMIT)

    async def say_failed(self, event: Event, bot: Bot) -> None:
        """Tell that something broke and nothing was done."""
        await self._say(event, bot, "error", in_chat=True)

    async def say_unavailable(self, event: Event, bot: Bot) -> None:
        """Tell that it takes a moment: in the chat once until the conversation works again, on a button each time."""
        key = find_key(event, bot)
        in_chat = key not in self._told
        self._told[key] = True
        await self._say(event, bot, "unavailable", in_chat=in_chat)

    def find(self, person: User | None, name: str) -> str:
        """Return a sentence in the language of a person's Telegram; the one that stands for it where the bot has none."""
        checked = self._registry.bot
        other = "old_button" if name in _OF_OLD_BUTTONS else "error"
        wordings = checked.messages.get(name) or checked.messages[other]
        wish = person.language_code if person else None
        return wordings[choose_locale(checked.file.locales, [wish]) or checked.file.locale].text

    def works_again(self, key: ConversationKey) -> None:
        """Note that a conversation could be reached."""
        self._told.pop(key, None)

    async def _say(self, event: Event, bot: Bot, name: str, *, in_chat: bool) -> None:
        text = self.find(event.from_user, name)
        if isinstance(event, CallbackQuery):
            await answer_callback(bot, event, text)
        elif in_chat and event.chat.type == ChatType.PRIVATE:
            chat_id = event.chat.id
            await deliver(lambda: bot.send_message(chat_id, text, parse_mode=None))


def context_of(event: Event) -> EventContext:
    """Return where an event takes place, and whose it is; it has to be somebody's, and a press one under a message."""
    if isinstance(event, CallbackQuery):
        return event_context_from_callback(event)
    return event_context_from_message(event)


def find_key(event: Event, bot: Bot) -> ConversationKey:
    """Return which conversation an event belongs to: a press in a group to that of whoever began the window."""
    context, owner = context_of(event), None
    if isinstance(event, CallbackQuery) and context.chat.type != ChatType.PRIVATE:
        owner = owner_of(remove_intent_id(event.data or "")[0])
    return ConversationKey(bot.id, context.chat.id, owner or context.user.id, context.thread_id)
