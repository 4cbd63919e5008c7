"""One update, one turn: lock, read, move, write, show.

It does not know what a press or a word means to a flow, nor where state, people and actions come from.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram import Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY, ShowMode
from aiogram_dialog.api.internal import CONTEXT_KEY, STACK_KEY, STORAGE_KEY
from aiogram_dialog.context.intent_middleware import (
    event_context_from_callback,
    event_context_from_message,
)
from aiogram_dialog.context.media_storage import MediaIdStorage
from cachetools import LRUCache

from engine.dialog.clock import expire, set_clock
from engine.dialog.conversation import (
    decode_conversation,
    new_conversation,
    number_screen,
    read_due,
    remember_shown,
    split_screen,
)
from engine.dialog.delivery import RobustMessageManager, answer_callback, deliver
from engine.dialog.dispatch import dispatch, recover
from engine.dialog.kept import Kept
from engine.dialog.locks import KeyedLocks
from engine.dialog.manager import DeferringManager
from engine.dialog.occasion import Occasion, timeout_occasion
from engine.dialog.ports import ConversationKey, StaleConversationError
from engine.dialog.reply_keyboard import settle_keyboard
from engine.dialog.screen import render_turn, show_messages
from engine.dialog.turn import TURN_KEY, Turn, turn_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiogram import Bot
    from aiogram_dialog.api.entities import ChatEvent, NewMessage, OldMessage

    from engine.actions import User
    from engine.dialog.conversation import Conversation
    from engine.dialog.occasion import Act
    from engine.dialog.ports import (
        ActionRunner,
        ConversationStore,
        Directory,
        KeptValues,
        StoredConversation,
    )
    from engine.dialog.registry import FlowRegistry

_logger = structlog.get_logger(__name__)

USERNAME_KEY: Final = "usher_username"
"""Where the bot's own name stands in the library's middleware data."""

MANAGER_KEY: Final = "dialog_manager"

MAX_ATTEMPTS: Final = 3
"""How often a turn is taken anew because another process wrote the conversation meanwhile."""

REMEMBERED_MESSAGES: Final = 50_000
"""Conversations whose last message is remembered between a send and the next write."""

type Event = Message | CallbackQuery


class TurnResult(StrEnum):
    """How a turn ended: as meant, at an error's edge or the screen before it, or not at all."""

    HANDLED = "handled"
    RECOVERED = "recovered"
    FAILED = "failed"


@dataclass(slots=True)
class _Taken:
    """A turn that has moved and is kept, with what is to be shown."""

    turn: Turn
    manager: DeferringManager
    messages: list[NewMessage]


class Conversations:
    """Holds all conversations of a bot with the flows of a registry.

    `clock` returns the present as an aware datetime in UTC.
    """

    def __init__(  # noqa: PLR0913  # the ports, by name
        self,
        *,
        registry: FlowRegistry,
        store: ConversationStore,
        directory: Directory,
        runner: ActionRunner,
        kept: KeptValues,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._registry = registry
        self._store = store
        self._directory = directory
        self._runner = runner
        self._kept = kept
        self._clock = clock
        self._locks = KeyedLocks()
        self._messages = RobustMessageManager()
        self._media = MediaIdStorage()  # type: ignore[no-untyped-call]  # untyped in the library
        self._last_shown: LRUCache[ConversationKey, OldMessage] = LRUCache(REMEMBERED_MESSAGES)
        self._router = Router(name="conversations")
        self._router.message.register(self._on_message)
        self._router.callback_query.register(self._on_callback)

    def router(self) -> Router:
        """Return the one router through which all flows are reached."""
        return self._router

    async def _on_message(self, message: Message, **data: Any) -> TurnResult:
        if message.from_user is None:
            return TurnResult.HANDLED
        return await self._hold(message, data)

    async def _on_callback(self, callback: CallbackQuery, **data: Any) -> TurnResult:
        if callback.message is None:
            await answer_callback(data["bot"], callback, None)
            return TurnResult.HANDLED
        return await self._hold(callback, data)

    async def _hold(self, event: Event, data: dict[str, Any]) -> TurnResult:
        context = (
            event_context_from_callback(event)
            if isinstance(event, CallbackQuery)
            else event_context_from_message(event)
        )
        data[EVENT_CONTEXT_KEY] = context
        key = ConversationKey(data["bot"].id, context.chat.id, context.user.id, context.thread_id)
        occasion = Occasion(
            event=event,
            data=data,
            name=str(data["event_update"].update_id),
            identify=lambda: self._directory.identify(context.user),
            act=dispatch,
        )
        async with self._locks.hold(key):
            try:
                taken = await self._take_turn(key, occasion)
            except Exception:
                _logger.exception("turn_failed", turn=occasion.name)
                await self._apologise(event, data)
                return TurnResult.FAILED
            return await self._finish(key, occasion, taken)

    async def expire(self, bot: Bot, key: ConversationKey) -> TurnResult | None:
        """Take the move of a timeout if one is due now; None when none is.

        Raises:
            Exception: nothing was moved, because the conversation could not be reached.
        """
        user = await self._directory.find(key.user_id)
        if user is None:
            return None
        async with self._locks.hold(key):
            for _ in range(MAX_ATTEMPTS):
                stored = await self._store.load(key)
                due = read_due(stored.value) if stored else None
                if stored is None or due is None:
                    return None
                if due > self._clock().timestamp() * 1000:
                    await self._store.schedule(key, _moment(due))
                    return None
                occasion = timeout_occasion(bot, key, user, stored, self._directory)
                try:
                    taken = await self._attempt(key, occasion, stored, user)
                except StaleConversationError:
                    continue
                return await self._finish(key, occasion, taken)
        raise StaleConversationError(f"{MAX_ATTEMPTS} times in a row")

    async def _finish(self, key: ConversationKey, occasion: Occasion, taken: _Taken) -> TurnResult:
        await self._show(key, occasion.event, taken)
        await taken.manager.close_manager()  # breaks its circle with the data, which else waits for the collector
        return TurnResult.RECOVERED if taken.turn.has_failed else TurnResult.HANDLED

    async def _take_turn(self, key: ConversationKey, occasion: Occasion) -> _Taken:
        user = await occasion.identify()
        for attempt in range(MAX_ATTEMPTS):
            stored = await self._store.load(key)
            try:
                return await self._attempt(key, occasion, stored, user)
            except StaleConversationError:
                _logger.info("conversation_moved_on", attempt=attempt)
        raise StaleConversationError(f"{MAX_ATTEMPTS} times in a row")

    async def _username(self, bot: Bot) -> str:
        """Return the bot's name, asked for once; nothing where no flow has a link that would need it."""
        if not self._registry.links:
            return ""
        me = await deliver(bot.me)
        if me is None:
            raise ConnectionError("Telegram does not tell who the bot is")
        return me.username or ""

    async def _attempt(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
    ) -> _Taken:
        occasion.data[USERNAME_KEY] = await self._username(occasion.data["bot"])
        try:
            return await self._move(key, occasion, stored, user, act=occasion.act)
        except StaleConversationError:
            raise
        except Exception:
            _logger.exception("move_failed", turn=occasion.name)
        return await self._move(key, occasion, stored, user, act=recover)

    async def _move(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
        *,
        act: Act,
    ) -> _Taken:
        manager = self._open(key, occasion, stored, user)
        turn: Turn = manager.middleware_data[TURN_KEY]
        kept_due = turn.conversation.due
        await act(manager, occasion.event)
        turn.flush()
        await turn.conversation.save_context(manager.middleware_data[CONTEXT_KEY])
        set_clock(turn)
        settle_keyboard(manager)
        body = turn.conversation.encode(stays_in_place=_stays_in_place(manager))
        changed = _is_new_screen(turn, stored, body)
        turn.screen = turn.conversation.screen + changed
        messages = await render_turn(manager)
        await turn.kept.write()  # before the state, which thus never says more than is kept
        if changed:
            due = turn.conversation.due
            if due is not None and due != kept_due:
                await self._store.schedule(key, _moment(due.at))  # first: one too many is harmless
            value = number_screen(turn.screen, body)
            revision = stored.revision if stored else None
            await self._store.save(key, value, expected_revision=revision)
        return _Taken(turn, manager, messages)

    def _open(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
    ) -> DeferringManager:
        conversation = self._conversation(stored)
        last = self._last_shown.get(key)
        if last is not None:
            remember_shown(conversation.stack, last)
        data = dict(occasion.data)
        data[STORAGE_KEY] = conversation
        data[STACK_KEY] = conversation.stack
        data[CONTEXT_KEY] = conversation.top()
        data[TURN_KEY] = Turn(
            registry=self._registry,
            conversation=conversation,
            runner=self._runner,
            user=user,
            identify=occasion.identify,
            kept=Kept(conversation, self._kept, bot_id=key.bot_id, user_id=user.id),
            bot_username=data[USERNAME_KEY],
            now=self._clock(),
            key=f"{key.bot_id}:{occasion.name}",
            is_timeout=occasion.act is expire,
            is_private=data[EVENT_CONTEXT_KEY].chat.type == ChatType.PRIVATE,
        )
        manager = DeferringManager(
            event=occasion.event,
            message_manager=self._messages,
            media_id_storage=self._media,
            registry=self._registry,
            router=self._router,
            data=data,
            getter=None,
        )
        data[MANAGER_KEY] = manager  # getters of hand-written windows ask for it by this name
        return manager

    def _conversation(self, stored: StoredConversation | None) -> Conversation:
        if stored is None:
            return new_conversation()
        return decode_conversation(
            stored.value,
            find_state=self._registry.find_state,
            is_waiting=self._registry.is_waiting,
        )

    async def _show(self, key: ConversationKey, event: ChatEvent, taken: _Taken) -> None:
        bot = taken.manager.middleware_data["bot"]
        showing = show_messages(taken.manager, bot, taken.messages)
        if isinstance(event, CallbackQuery):
            shown, _ = await asyncio.gather(showing, answer_callback(bot, event, taken.turn.toast))
        else:
            shown = await showing
        if shown is not None:
            self._last_shown[key] = shown

    async def _apologise(self, event: Event, data: dict[str, Any]) -> None:
        """Tell that nothing was done, when not even the conversation could be reached."""
        bot = self._registry.bot
        text = bot.messages["error"][bot.file.locale].text
        if isinstance(event, CallbackQuery):
            await answer_callback(data["bot"], event, text)
            return
        context = data[EVENT_CONTEXT_KEY]
        if context.chat.type == ChatType.PRIVATE:
            await deliver(lambda: data["bot"].send_message(context.chat.id, text))


def _is_new_screen(turn: Turn, stored: StoredConversation | None, body: bytes) -> bool:
    """Tell whether the buttons of the last screen are old now: something is kept, was done or was said for good."""
    is_same = stored is not None and body == split_screen(stored.value)[1]
    return not is_same or turn.commands > 0 or bool(turn.words)


def _stays_in_place(manager: DeferringManager) -> bool:
    """Tell whether the next screen takes the place of the last; if not, its message id is not known yet."""
    turn = turn_of(manager)
    if not turn.wants_screen:
        return True
    return not turn.words and manager.show_mode_now() is ShowMode.EDIT


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
