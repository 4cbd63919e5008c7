"""When a conversation's timeouts are due, and what happens then.

It does not know who keeps the times, nor what wakes the conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiogram_dialog.api.entities import ShowMode

from engine.dialog import walk
from engine.dialog.collecting import due_of_album, is_collected, take_album
from engine.dialog.conversation import Due
from engine.dialog.record import REFRESH
from engine.dialog.remembered import ALBUM
from engine.dialog.renewing import due_of_refresh, renew
from engine.dialog.strands import act_in
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.dialog.waiting import leave
from engine.flow.graph import MoveKind
from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from aiogram_dialog.api.entities import Context

    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.flow.model.windows import Timeout

_logger = structlog.get_logger(__name__)


def set_clock(turn: Turn) -> None:
    """Note when the next timeout of the strand that is concerned is due; every screen but one shown again starts the silence anew.

    After a failed timeout none is due until the person does something, so that no failure repeats itself.
    """
    conversation = turn.conversation
    if turn.is_timeout and turn.has_failed:
        conversation.here.due = None
    elif turn.wants_screen or turn.stays_silent or conversation.top() is None:
        here = conversation.here
        since = round(turn.now.timestamp() * 1000)
        if turn.renews and here.since is not None:
            since = here.since
        contexts = [conversation.contexts[intent] for intent in conversation.stack.intents]
        dues = [
            due
            for context in reversed(contexts)
            for due in (due_of_album(turn, context), _due_of(turn, context, since))
            if due
        ]
        refresh = due_of_refresh(turn, here, since)
        here.since = since if refresh else None
        here.due = min(
            [*dues, *([refresh] if refresh else [])], key=lambda due: due.at, default=None
        )


async def expire(manager: DeferringManager, _event: object) -> None:
    """Take the move of the timeout that is due, after closing what was opened above its step."""
    turn = turn_of(manager)
    due = turn.conversation.due
    strand = turn.conversation.find_strand(due.context_id) if due else None
    if strand is not None:
        strand.due = None
        act_in(manager, strand)
    context = turn.conversation.contexts.get(due.context_id) if due else None
    if context is not None and due is not None and is_collected(turn, context, due):
        await _complete(manager, context)
        return
    if context is not None and due is not None and due.kind == REFRESH:
        await renew(manager, context)
        return
    timeout = _timeout_of(turn, context) if context else None
    if context is None or timeout is None:
        return
    while manager.current_context().id != context.id:
        await manager.mark_closed()
    turn.leave_behind()
    manager.show_mode = ShowMode.SEND
    if await walk.admitted(manager):
        note_move(turn, walk.current_data(manager), MoveKind.TIMEOUT)
        await leave(manager, timeout.go)
        if manager.has_context():
            await manager.show()


async def _complete(manager: DeferringManager, context: Context) -> None:
    """Take the album that is complete, unless another flow was opened above its question meanwhile."""
    turn = turn_of(manager)
    if manager.current_context().id != context.id:
        context.widget_data.pop(ALBUM, None)
        return
    turn.leave_behind()
    manager.show_mode = ShowMode.SEND
    if await walk.admitted(manager):
        await take_album(manager)
        if manager.has_context():
            await manager.show()


def _due_of(turn: Turn, context: Context, since: int) -> Due | None:
    """Return when the timeout of an open flow is due, counted from a moment in milliseconds."""
    timeout = _timeout_of(turn, context)
    if timeout is None:
        return None
    if timeout.after is not None:
        return Due(since + timeout.after, context.id)
    data = turn.data_of(context)
    try:
        at = turn.evaluate(data, timeout.at, turn.environment(data)) if timeout.at else None
    except AttributeError:
        _logger.warning(
            "timeout_without_time", state=context.state.state
        )  # data that did not fit were dropped
        return None
    return Due(round(at.timestamp() * 1000), context.id) if at is not None else None


def _timeout_of(turn: Turn, context: Context) -> Timeout | None:
    if not turn.registry.is_flow(context.state):
        return None
    steps = turn.registry.flow_of(context.state).flow.steps
    step = steps[str(context.state.state).partition(":")[2]]
    return step.timeout if isinstance(step, WindowStep) else None
