"""A press on a window that somebody else began: whether it counts, and what is said where it does not.

It does not know what the press leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.types import CallbackQuery
from aiogram_dialog.utils import remove_intent_id

from engine.dialog import walk
from engine.dialog.strands import stand_where_meant
from engine.dialog.turn import turn_of

if TYPE_CHECKING:
    from engine.dialog.manager import DeferringManager
    from engine.dialog.ports import ConversationKey
    from engine.dialog.turn import Turn


def is_of_another(key: ConversationKey, event: object) -> bool:
    """Tell whether somebody pressed in a conversation that is not theirs."""
    return isinstance(event, CallbackQuery) and event.from_user.id != key.user_id


def refuse(manager: DeferringManager) -> bool:
    """Tell whether a press on another's window is refused, and say so; nothing of the conversation is touched then."""
    turn, event = turn_of(manager), manager.event
    stand_where_meant(manager, event)
    data = event.data if isinstance(event, CallbackQuery) else None
    said = _refusal(turn, remove_intent_id(data or "")[0])
    turn.toast = turn.message(said) if said else None
    return said is not None


def _refusal(turn: Turn, intent_id: str | None) -> str | None:
    """Name the sentence that refuses a press; None where the press counts."""
    top = turn.conversation.top()
    if top is None or intent_id != top.id or turn.conversation.cut:
        return "old_button"
    flow = turn.registry.flow_of(top.state).flow if turn.registry.is_flow(top.state) else None
    if flow is None or not flow.may_press.lets(turn.user.role):
        return "not_yours" if "not_yours" in turn.bot.messages else "old_button"
    return None if walk.may_stay(turn, top) else "no_access"
