"""What somebody does about a window that another began: whether it counts, and what is said where a press does not.

It does not know what follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.utils import remove_intent_id

from engine.dialog import walk
from engine.dialog.apology import find_key
from engine.dialog.owners import intents_under, owner_of
from engine.dialog.ports import ConversationKey
from engine.dialog.remembered import ASKED
from engine.dialog.strands import awaits_words, stand_where_meant
from engine.dialog.turn import turn_of

if TYPE_CHECKING:
    from aiogram import Bot

    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.flow.model.flow import Flow


def is_of_another(key: ConversationKey, event: object) -> bool:
    """Tell whether somebody presses or answers in a conversation that is not theirs."""
    if not isinstance(event, CallbackQuery | Message) or event.from_user is None:
        return False
    return event.from_user.id != key.user_id


def find_replied_key(event: object, bot: Bot) -> ConversationKey | None:
    """Return the conversation of another to whose window somebody replies, other than by a command; None where there is none.

    Who replies and what is under that message is told by Telegram, so that nobody can make it up.
    """
    if not isinstance(event, Message) or event.chat.type == ChatType.PRIVATE:
        return None
    replied = event.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != bot.id:
        return None
    owner = next(map(owner_of, intents_under(replied)), None)
    own = find_key(event, bot)
    if owner is None or owner == own.user_id or (event.text or "").startswith("/"):
        return None
    return ConversationKey(bot.id, own.chat_id, owner, own.thread_id)


def refuse(manager: DeferringManager) -> bool:
    """Tell whether what somebody does about another's window is refused; nothing of the conversation is touched then.

    Who presses is told why. What others write may be meant for anybody, and is passed over.
    """
    turn, event = turn_of(manager), manager.event
    stand_where_meant(manager, event)
    if isinstance(event, Message):
        return not _is_answer(turn, event)
    data = event.data if isinstance(event, CallbackQuery) else None
    said = _refusal(turn, remove_intent_id(data or "")[0])
    turn.toast = turn.message(said) if said else None
    return said is not None


def _refusal(turn: Turn, intent_id: str | None) -> str | None:
    """Name the sentence that refuses a press; None where the press counts."""
    top = turn.conversation.top()
    if top is None or intent_id != top.id or turn.conversation.cut:
        return "old_button"
    flow = _flow_on_top(turn)
    if flow is None or not flow.may_press.lets(turn.user.role):
        return "not_yours" if "not_yours" in turn.bot.messages else "old_button"
    return None if walk.may_stay(turn, top) else "no_access"


def _is_answer(turn: Turn, message: Message) -> bool:
    """Tell whether what another writes counts: it replies to the window of a question that they may answer."""
    top, replied, flow = turn.conversation.top(), message.reply_to_message, _flow_on_top(turn)
    if top is None or replied is None or flow is None or turn.conversation.cut:
        return False
    if top.id not in intents_under(replied) or not flow.may_answer.lets(turn.user.role):
        return False
    is_asked = ASKED not in top.widget_data and awaits_words(turn, turn.conversation.here)
    return is_asked and walk.may_stay(turn, top)


def _flow_on_top(turn: Turn) -> Flow | None:
    """Return the flow that is open on top; None where a hand-written dialog is."""
    top = turn.conversation.top()
    if top is None or not turn.registry.is_flow(top.state):
        return None
    return turn.registry.flow_of(top.state).flow
