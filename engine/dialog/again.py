"""An update that comes again after its turn was kept: what that turn showed is shown once more, and nothing is moved.

It does not know why it comes again; the process may have ended before it could show or say that it had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.types import CallbackQuery
from aiogram_dialog.api.entities import EVENT_CONTEXT_KEY, ShowMode

from engine.dialog.record import Unseen, decode_word, encode_word
from engine.dialog.strands import stand_in
from engine.dialog.turn import turn_of

if TYPE_CHECKING:
    from engine.dialog.conversation import Strand
    from engine.dialog.manager import DeferringManager


def note_unseen(manager: DeferringManager) -> Unseen:
    """Return what a turn that has moved is about to show, before it is rendered."""
    turn = turn_of(manager)
    mode = manager.show_mode
    return Unseen(
        toast=turn.toast,
        is_alert=turn.is_alert,
        notices=tuple(turn.notices),
        words=tuple(encode_word(message) for message in turn.words),
        mode=None if mode is ShowMode.AUTO else mode.value,
        left_behind=turn.left_behind,
        wants_screen=turn.wants_screen,
        closes_screen=turn.closes_screen,
        had_keyboard=turn.had_reply_keyboard,
        strand=turn.conversation.here.id,
        deleted=turn.deleted,
        accepts=turn.accepts,
    )


def recall_unseen(manager: DeferringManager) -> None:
    """Make a turn show what the last one was to show, in each strand that it concerned."""
    turn = turn_of(manager)
    conversation = turn.conversation
    turn.acting = conversation.head.unseen.strand
    for unseen in (conversation.head.unseen, *conversation.head.others):
        stand_in(manager, conversation.strands.get(unseen.strand) or _over(manager, unseen.strand))
        _recall(manager, unseen)


def _over(manager: DeferringManager, name: str) -> Strand:
    """Return a strand that is over, and whose last message is that of the pressed button, if one was pressed."""
    conversation, event = turn_of(manager).conversation, manager.event
    strand = conversation.begin_strand(name)
    if isinstance(event, CallbackQuery) and event.message is not None:
        strand.stack.last_message_id = event.message.message_id
    return strand


def _recall(manager: DeferringManager, unseen: Unseen) -> None:
    turn, context = turn_of(manager), manager.middleware_data[EVENT_CONTEXT_KEY]
    turn.toast, turn.is_alert = unseen.toast, unseen.is_alert
    turn.notices.extend(unseen.notices)
    turn.words.extend(decode_word(one, context.chat, context.thread_id) for one in unseen.words)
    turn.left_behind = unseen.left_behind
    turn.wants_screen = unseen.wants_screen
    turn.closes_screen = unseen.closes_screen
    turn.had_reply_keyboard = unseen.had_keyboard
    turn.deleted = unseen.deleted
    turn.accepts = unseen.accepts
    if unseen.mode is not None:
        manager.show_mode = ShowMode(unseen.mode)
