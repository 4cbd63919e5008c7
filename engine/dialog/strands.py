"""The strands of a conversation within one turn: which one an occasion concerns, and turning from one to another.

It does not know what happens in a strand, nor how it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiogram.types import CallbackQuery, Message
from aiogram_dialog.api.entities import ShowMode
from aiogram_dialog.api.internal import CONTEXT_KEY, STACK_KEY
from aiogram_dialog.utils import remove_intent_id

from engine.dialog.conversation import MAIN, MOST_BESIDE
from engine.dialog.owners import intents_under
from engine.dialog.remembered import ASKED
from engine.dialog.turn import Shelf, turn_of
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep

if TYPE_CHECKING:
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.conversation import Conversation, Strand
    from engine.dialog.turn import Turn

_OF_STRAND: Final = (
    "wants_screen",
    "closes_screen",
    "keeps_screen",
    "left_behind",
    "show_as",
    "had_reply_keyboard",
    "began_at",
    "notices",
    "words",
)
"""What a turn has led to in one strand alone."""


def stand_in(manager: DialogManager, strand: Strand) -> None:
    """Turn to a strand of the conversation: what follows concerns it, until another one is turned to."""
    turn, data = turn_of(manager), manager.middleware_data
    conversation = turn.conversation
    if strand is conversation.here:
        return
    context = data[CONTEXT_KEY]
    if context is not None:
        conversation.contexts[context.id] = context
    values = {name: getattr(turn, name) for name in _OF_STRAND}
    turn.shelved[conversation.here.id] = Shelf(values, manager.show_mode)
    conversation.here = strand
    shelf = turn.shelved.pop(strand.id, None)
    if shelf is None:
        turn.begin_here()
    else:
        for name, value in shelf.values.items():
            setattr(turn, name, value)
    manager.show_mode = shelf.mode if shelf else ShowMode.AUTO
    data[STACK_KEY], data[CONTEXT_KEY] = conversation.stack, conversation.top()


def stand_where_meant(manager: DialogManager, event: object) -> None:
    """Turn to the strand that an event concerns: the one whose button or message it is about, or whose question it answers."""
    turn = turn_of(manager)
    conversation = turn.conversation
    strand = None
    if isinstance(event, CallbackQuery):
        strand = _pressed(conversation, event)
    elif isinstance(event, Message) and len(conversation.strands) > 1:
        strand = _replied_to(conversation, event) or _newest_question(turn)
    act_in(manager, strand or conversation.strands[MAIN])


def act_in(manager: DialogManager, strand: Strand) -> None:
    """Let the occasion concern a strand, before it has led to anything in another one."""
    turn = turn_of(manager)
    stand_in(manager, strand)
    turn.acting = strand.id
    turn.shelved.clear()


def has_room_beside(turn: Turn) -> bool:
    """Tell whether one more strand can be begun."""
    open_ones = [one for one in turn.conversation.strands.values() if one.stack.intents]
    return len([one for one in open_ones if one.id != MAIN]) < MOST_BESIDE


def concerned(turn: Turn) -> list[Strand]:
    """Return the strands in which the turn has led to something, that of its occasion first."""
    strands = turn.conversation.strands
    others = (name for name in (turn.conversation.here.id, *turn.shelved) if name != turn.acting)
    return [strands[name] for name in dict.fromkeys((turn.acting, *others))]


def _pressed(conversation: Conversation, callback: CallbackQuery) -> Strand | None:
    """Return the strand of a pressed button, or of the message that it is under."""
    intent_id, _ = remove_intent_id(callback.data or "")
    found = conversation.find_strand(intent_id) if intent_id else None
    if found is not None or callback.message is None:
        return found
    pressed_id = callback.message.message_id
    strands = conversation.strands.values()
    return next((one for one in strands if one.stack.last_message_id == pressed_id), None)


def _replied_to(conversation: Conversation, message: Message) -> Strand | None:
    """Return the strand whose message somebody replies to."""
    replied = message.reply_to_message
    if replied is None:
        return None
    for intent_id in intents_under(replied):
        if found := conversation.find_strand(intent_id):
            return found
    strands = conversation.strands.values()
    return next((one for one in strands if one.stack.last_message_id == replied.message_id), None)


def _newest_question(turn: Turn) -> Strand | None:
    """Return the strand that has asked last of those that wait for something to be written."""
    strands = [one for one in turn.conversation.strands.values() if awaits_words(turn, one)]
    return max(reversed(strands), key=lambda one: one.screen, default=None)


def awaits_words(turn: Turn, strand: Strand) -> bool:
    """Tell whether a strand waits for something to be written."""
    top = turn.conversation.top_of(strand)
    if top is None or not turn.registry.is_flow(top.state):
        return False
    step = turn.registry.step_of(top.state)
    is_searched = isinstance(step, ChooseStep) and step.search is not None
    return isinstance(step, AskStep) or is_searched or ASKED in top.widget_data
