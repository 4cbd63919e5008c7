"""Showing what turns have led to, and what this process showed last.

It does not know how a turn moves, nor what of it is kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiogram.types import CallbackQuery
from cachetools import LRUCache

from engine.dialog.conversation import remember_shown
from engine.dialog.delivery import answer_callback
from engine.dialog.renewing import face_of, refresh_of
from engine.dialog.screen import are_bare, show_messages
from engine.dialog.standing import keep_standing
from engine.dialog.strands import stand_in
from engine.dialog.turn import turn_of

if TYPE_CHECKING:
    from datetime import datetime

    from aiogram import Bot
    from aiogram_dialog.api.entities import NewMessage, OldMessage

    from engine.dialog.conversation import Conversation, Strand
    from engine.dialog.manager import DeferringManager
    from engine.dialog.occasion import Occasion
    from engine.dialog.ports import ConversationKey, ConversationStore
    from engine.dialog.turn import Turn

REMEMBERED_MESSAGES: Final = 50_000
"""Conversations whose last message is remembered between a send and the next write."""


type Screen = tuple[Strand, list[NewMessage]]
"""The messages that show what a strand has come to, the one that stays current last."""


@dataclass(slots=True)
class Taken:
    """A turn that has moved and is kept, with what is to be shown."""

    turn: Turn
    manager: DeferringManager
    screens: list[Screen]
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    """The message that this process showed last, and the last turn that was kept then.

    When another process has kept one since, the screen stands elsewhere.
    """

    message: OldMessage
    turn: tuple[str, ...]
    is_bare: bool
    face: str | None
    sent_at: datetime | None


class Presenter:
    """Shows what turns have led to, and remembers for each strand the message that it stands in until the next turn is kept."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store
        self._last_shown: LRUCache[tuple[ConversationKey, str], _Shown] = LRUCache(
            REMEMBERED_MESSAGES
        )

    def recall(self, key: ConversationKey, conversation: Conversation, *, is_new: bool) -> None:
        """Tell a conversation what it was shown last, if no other process has taken a turn of it since."""
        for strand in conversation.strands.values():
            last = self._last_shown.get((key, strand.id))
            if last is not None and (is_new or last.turn == conversation.head.applied[-1:]):
                remember_shown(strand, last.message, is_bare=last.is_bare, face=last.face)
                strand.sent_at = last.sent_at

    async def show(self, key: ConversationKey, occasion: Occasion, taken: Taken) -> None:
        """Show what a turn has led to, and answer the press or the question that it came from."""
        bot, event = taken.manager.middleware_data["bot"], occasion.event
        showing = self._show_screens(key, taken)
        if isinstance(event, CallbackQuery):
            await asyncio.gather(showing, _answer(bot, event, taken.turn))
        elif occasion.answer is not None:
            await asyncio.gather(showing, occasion.answer(taken.turn))
        else:
            await showing

    async def _show_screens(self, key: ConversationKey, taken: Taken) -> None:
        """Show what each strand has come to, one after another."""
        has_moved = False
        for strand, messages in taken.screens:
            stand_in(taken.manager, strand)
            face = face_of(messages) if refresh_of(taken.turn, strand) else None
            is_same = face is not None and face == strand.face
            shown = await _show_strand(taken, messages, is_same=is_same)
            if shown is not None:
                is_bare = are_bare(messages, otherwise=False)
                turn = taken.turn.conversation.head.applied[-1:]
                strand.sent_at = _sent_at(taken.manager, strand, shown)
                known = _Shown(shown, turn, is_bare, face, strand.sent_at)
                self._last_shown[key, strand.id] = known
                before = strand.above
                remember_shown(strand, shown, is_bare=is_bare, face=face)
                has_moved |= strand.above != before
        if has_moved:
            await keep_standing(self._store, key, taken.turn.conversation)


async def _show_strand(
    taken: Taken, messages: list[NewMessage], *, is_same: bool
) -> OldMessage | None:
    """Show what a strand has come to, unless it is shown again and looks the same."""
    if taken.turn.renews and is_same:
        return taken.manager.last_message()
    return await show_messages(taken.manager, taken.manager.middleware_data["bot"], messages)


def _sent_at(manager: DeferringManager, strand: Strand, shown: OldMessage) -> datetime | None:
    """Tell when the message that a strand stands in now was sent; None where only another process can know."""
    pressed = manager.pressed_message()
    if pressed is not None and pressed.message_id == shown.message_id:
        return pressed.date
    is_new = shown.message_id != strand.stack.last_message_id
    return turn_of(manager).now if is_new else strand.sent_at


async def _answer(bot: Bot, callback: CallbackQuery, turn: Turn) -> None:
    await answer_callback(bot, callback, turn.toast, is_alert=turn.is_alert)
