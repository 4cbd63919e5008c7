"""One turn: open what is kept, move, write, show.

It does not know which turn comes when, nor what a press or a word means to a flow.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY, ShowMode
from aiogram_dialog.api.internal import CONTEXT_KEY, STACK_KEY, STORAGE_KEY
from aiogram_dialog.context.media_storage import MediaIdStorage
from cachetools import LRUCache

from engine.dialog.again import note_unseen, recall_unseen
from engine.dialog.clock import expire, set_clock
from engine.dialog.conversation import (
    decode_conversation,
    new_conversation,
)
from engine.dialog.delivery import deliver
from engine.dialog.dispatch import recover
from engine.dialog.exits import leave_flow
from engine.dialog.kept import Kept
from engine.dialog.manager import DeferringManager
from engine.dialog.manner import settle_effect
from engine.dialog.occasion import RECEIVED_AT, Occasion
from engine.dialog.ports import StaleConversationError, UnavailableError
from engine.dialog.posting import RobustMessageManager
from engine.dialog.presenter import REMEMBERED_MESSAGES, Presenter, Taken
from engine.dialog.record import REMEMBERED_UPDATES, is_refresh_due, seal, unseal
from engine.dialog.renewing import rest
from engine.dialog.reply_keyboard import settle_keyboard
from engine.dialog.screen import are_bare, render_turn
from engine.dialog.sharing import is_of_another, refuse
from engine.dialog.showing import settle_invoice, settle_screen
from engine.dialog.strands import concerned, stand_in, stand_where_meant
from engine.dialog.turn import TURN_KEY, Turn, turn_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from aiogram import Bot, Router
    from aiogram_dialog.api.entities import NewMessage

    from engine.actions import User
    from engine.dialog.conversation import Conversation, Strand
    from engine.dialog.occasion import Act
    from engine.dialog.ports import (
        ActionRunner,
        ConversationKey,
        ConversationStore,
        KeptValues,
        StoredConversation,
    )
    from engine.dialog.presenter import Screen
    from engine.dialog.record import Unseen
    from engine.dialog.registry import FlowRegistry
    from engine.dialog.trail import Trail

_logger = structlog.get_logger(__name__)

USERNAME_KEY: Final = "usher_username"
"""Where the bot's own name stands in the library's middleware data."""

MANAGER_KEY: Final = "dialog_manager"

NEWER: Final = timedelta(minutes=1)
"""For how long an update to a conversation of newer flows is left to a process that has them."""

LAST_TRY: Final = "is_last_try"
"""Where a handler's data tell that a turn which fails will be taken again, if it says no; what failed is told at the last try alone."""


class TurnResult(StrEnum):
    """How a turn ended.

    As meant; at an error's edge or the screen before it; shown again, having been taken before; not at all, because
    something broke; not at all, because a store cannot work now.
    """

    HANDLED = "handled"
    RECOVERED = "recovered"
    REPEATED = "repeated"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


class Turns:
    """Takes the turns of conversations, each on what is stored of one; who calls sees to it that they come one by one."""

    def __init__(  # noqa: PLR0913  # the ports, by name
        self,
        *,
        registry: FlowRegistry,
        store: ConversationStore,
        runner: ActionRunner,
        kept: KeptValues,
        clock: Callable[[], datetime],
        router: Router,
        trail: Trail | None,
        payment_token: str = "",
    ) -> None:
        self._registry = registry
        self._store = store
        self._runner = runner
        self._kept = kept
        self._clock = clock
        self._router = router
        self._trail = trail
        self._messages = RobustMessageManager(payment_token)
        self._media = MediaIdStorage()  # type: ignore[no-untyped-call]  # untyped in the library
        self._presenter = Presenter(store)
        self._unwritten: LRUCache[ConversationKey, tuple[str, ...]] = LRUCache(REMEMBERED_MESSAGES)

    async def attempt(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
    ) -> Taken:
        """Move, or show again what this occasion has led to before; nothing is shown yet.

        Raises:
            StaleConversationError: somebody else has written the conversation meanwhile.
            UnavailableError: a store, or Telegram, does not answer.
        """
        occasion.data[USERNAME_KEY] = await self._username(occasion.data["bot"])
        if stored is not None and occasion.name in unseal(stored.value)[0].applied:
            return await self._show_again(key, occasion, stored, user)
        if is_of_another(key, occasion.event):
            manager = self._open(key, occasion, stored, user)
            if refuse(manager):
                return Taken(turn_of(manager), manager, [])
        try:
            return await self._move(key, occasion, stored, user, act=occasion.act)
        except (StaleConversationError, UnavailableError):
            raise
        except Exception:
            if not occasion.data.get(LAST_TRY, True):
                raise
            _logger.exception("move_failed", turn=occasion.name)
        is_refresh = stored is not None and occasion.act is expire and is_refresh_due(stored.value)
        return await self._move(key, occasion, stored, user, act=rest if is_refresh else recover)

    async def hears(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
    ) -> bool:
        """Tell whether what somebody writes counts in the conversation of another, or has counted there before."""
        if stored is None or occasion.name in unseal(stored.value)[0].applied:
            return stored is not None
        occasion.data[USERNAME_KEY] = await self._username(occasion.data["bot"])
        manager = self._open(key, occasion, stored, user)
        is_heard = not refuse(manager)
        await manager.close_manager()
        return is_heard

    async def finish(self, key: ConversationKey, occasion: Occasion, taken: Taken) -> TurnResult:
        """Show what a turn has led to."""
        await self._presenter.show(key, occasion, taken)
        await taken.manager.close_manager()  # breaks its circle with the data, which else waits for the collector
        if taken.is_again:
            return TurnResult.REPEATED
        return TurnResult.RECOVERED if taken.turn.has_failed else TurnResult.HANDLED

    async def look(
        self, key: ConversationKey, occasion: Occasion, stored: StoredConversation, user: User
    ) -> NewMessage | None:
        """Return what a person would be shown now, and show nothing; None where no flow is open."""
        occasion.data[USERNAME_KEY] = await self._username(occasion.data["bot"])
        manager = self._open(key, occasion, stored, user)
        if not manager.has_context():
            return None
        turn_of(manager).screen = turn_of(manager).conversation.here.screen
        message = await manager.render_screen()
        await manager.close_manager()
        return message

    async def _username(self, bot: Bot) -> str:
        """Return the bot's name, asked for once; nothing where no flow has a link that would need it."""
        if not self._registry.links:
            return ""
        me = await deliver(bot.me)
        if me is None:
            raise UnavailableError("Telegram does not tell who the bot is")
        return me.username or ""

    async def _move(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
        *,
        act: Act,
    ) -> Taken:
        manager = self._open(key, occasion, stored, user)
        turn: Turn = manager.middleware_data[TURN_KEY]
        kept_due = turn.conversation.due
        stand_where_meant(manager, occasion.event)
        for context in turn.conversation.cut:
            await leave_flow(turn, context)
        await act(manager, occasion.event)
        turn.flush()
        await turn.conversation.save_context(manager.middleware_data[CONTEXT_KEY])
        strands = concerned(turn)
        moving = set(_settle(manager, strands))
        body = turn.conversation.encode(moving=moving)
        changed = _is_to_be_kept(turn, stored, body)
        is_new = changed and _is_new_screen(turn, stored)
        screens, unseen = await self._render(manager, strands, is_new=is_new)
        await turn.kept.write()  # before the state, which thus never says more than is kept
        if changed:
            due = turn.conversation.due
            if due is not None and due != kept_due:
                await self._store.schedule(key, _moment(due.at))  # first: one too many is harmless
            names = (*self._unwritten.get(key, ()), occasion.name)
            faces = _faces(turn.conversation, screens)
            head = turn.conversation.head.after(names, unseen, faces)
            revision = stored.revision if stored else None
            await self._store.save(key, seal(head, body), expected_revision=revision)
            turn.conversation.head = head
        self._note_written(key, occasion.name, changed=changed)
        if self._trail is not None:
            self._trail.note(turn.user, tuple(turn.notes or ()))
        return Taken(turn, manager, screens)

    async def _render(
        self, manager: DeferringManager, strands: list[Strand], *, is_new: bool
    ) -> tuple[list[Screen], list[Unseen]]:
        """Return what is to be shown in each strand; where anything has changed the buttons of before are old then."""
        turn = turn_of(manager)
        number = turn.conversation.head.screen + 1
        screens, unseen = [], []
        for strand in strands:
            stand_in(manager, strand)
            if is_new and not turn.keeps_screen:
                strand.screen = number
            turn.screen = strand.screen
            unseen.append(note_unseen(manager))
            messages = await render_turn(manager)
            screens.append((strand, messages))
        return screens, unseen

    def _note_written(self, key: ConversationKey, name: str, *, changed: bool) -> None:
        """Remember updates that changed nothing until something is written.

        Should they come again, after a crash, they must not be taken for an answer to what was asked since.
        """
        if changed:
            self._unwritten.pop(key, None)
        else:
            names = (*self._unwritten.get(key, ()), name)
            self._unwritten[key] = names[-REMEMBERED_UPDATES:]

    async def _show_again(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation,
        user: User,
    ) -> Taken:
        """Show what the turn of this update led to; when others followed it, there is nothing left to show."""
        manager = self._open(key, occasion, stored, user)
        turn = turn_of(manager)
        _logger.info("turn_repeated", turn=occasion.name)
        if turn.conversation.head.applied[-1] != occasion.name:
            return Taken(turn, manager, [], is_again=True)
        recall_unseen(manager)
        screens, _ = await self._render(manager, concerned(turn), is_new=False)
        return Taken(turn, manager, screens, is_again=True)

    def _open(
        self,
        key: ConversationKey,
        occasion: Occasion,
        stored: StoredConversation | None,
        user: User,
    ) -> DeferringManager:
        registry = self._registry.now()
        conversation = self._conversation(registry, occasion, stored)
        if occasion.data[EVENT_CONTEXT_KEY].chat.type != ChatType.PRIVATE:
            conversation.own(key.user_id)
        self._presenter.recall(key, conversation, is_new=stored is None)
        data = dict(occasion.data)
        data[STORAGE_KEY] = conversation
        data[STACK_KEY] = conversation.stack
        data[CONTEXT_KEY] = conversation.top()
        data[TURN_KEY] = Turn(
            registry=registry,
            conversation=conversation,
            runner=self._runner,
            user=user,
            identify=occasion.identify,
            kept=Kept(
                conversation,
                self._kept,
                owner=(key.bot_id, key.user_id),
                formerly=registry.former_names,
            ),
            bot_username=data[USERNAME_KEY],
            now=self._clock(),
            key=f"{key.bot_id}:{occasion.name}",
            place=f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or ''}",
            is_timeout=occasion.act is expire,
            is_press=isinstance(occasion.event, CallbackQuery),
            is_private=data[EVENT_CONTEXT_KEY].chat.type == ChatType.PRIVATE,
            notes=None if self._trail is None else [],
            acted=occasion.acted,
        )
        manager = DeferringManager(
            event=occasion.event,
            message_manager=self._messages,
            media_id_storage=self._media,
            registry=registry,
            router=self._router,
            data=data,
            getter=None,
        )
        data[MANAGER_KEY] = manager  # getters of hand-written windows ask for it by this name
        return manager

    def _conversation(
        self, registry: FlowRegistry, occasion: Occasion, stored: StoredConversation | None
    ) -> Conversation:
        if stored is None:
            return new_conversation()
        known_since = occasion.data.get(RECEIVED_AT)
        may_be_newer = known_since is not None and self._clock() - known_since < NEWER
        return decode_conversation(
            stored.value,
            bring=partial(registry.bring_along, may_be_newer=may_be_newer),
            find_state=registry.find_state,
        )


def _faces(conversation: Conversation, screens: Iterable[Screen]) -> dict[str, tuple[int, bool]]:
    """Return what will be known of each strand's screen once these are shown: its number, and whether it has no buttons."""
    faces = conversation.faces()
    for strand, messages in screens:
        if strand.id in faces:
            faces[strand.id] = (strand.screen, are_bare(messages, otherwise=strand.is_bare))
    return faces


def _settle(manager: DeferringManager, strands: Iterable[Strand]) -> Iterator[str]:
    """Note what follows for each strand from where it stands; give those whose next message is not known yet."""
    for strand in strands:
        stand_in(manager, strand)
        set_clock(turn_of(manager))
        settle_keyboard(manager)
        settle_screen(manager)
        settle_invoice(manager)
        settle_effect(manager)
        if not _stays_in_place(manager):
            yield strand.id


def _is_to_be_kept(turn: Turn, stored: StoredConversation | None, body: bytes) -> bool:
    """Tell whether there is something to write: something changed, was done or was said for good."""
    is_same = stored is not None and body == unseal(stored.value)[1]
    return not is_same or turn.commands > 0 or _says_anything(turn)


def _says_anything(turn: Turn) -> bool:
    """Tell whether there are last words in any strand."""
    return bool(turn.words) or any(shelf.values["words"] for shelf in turn.shelved.values())


def _is_new_screen(turn: Turn, stored: StoredConversation | None) -> bool:
    """Tell whether the buttons of the last screen are old now, for more changed than where it stands."""
    if stored is None or turn.commands > 0 or _says_anything(turn):
        return True
    return not turn.conversation.says_the_same(unseal(stored.value)[1])


def _stays_in_place(manager: DeferringManager) -> bool:
    """Tell whether the next screen takes the place of the last; if not, its message id is not known yet."""
    turn = turn_of(manager)
    if not turn.wants_screen:
        return True
    return not turn.words and manager.show_mode_now() is ShowMode.EDIT


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
