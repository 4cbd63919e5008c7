"""A flow is opened from outside: in the place of all that is open, or above it.

It does not know by which command or link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram_dialog import LaunchMode

from engine.dialog import walk
from engine.dialog.conversation import STACK_LIMIT
from engine.dialog.remembered import ASKED
from engine.dialog.turn import turn_of
from engine.flow.model.flow import Launch
from engine.flow.model.moves import Opening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.flow.compile import CompiledFlow


async def enter_flow(
    manager: DeferringManager,
    compiled: CompiledFlow,
    params: Mapping[str, Any] | None = None,
    *,
    opening: Opening,
) -> None:
    """Open a flow; `params` are JSON. Above what lets nothing above it, it opens in its place."""
    turn = turn_of(manager)
    if opening is Opening.BESIDE:
        await _enter_beside(manager, compiled, params or {})
        return
    if opening is not Opening.ABOVE or not _may_be_above(turn, compiled):
        await walk.start_flow(manager, compiled, params)
        return
    top = manager.current_context()
    if not turn.lets_in(compiled):
        turn.tell("no_access")
    elif len(turn.conversation.stack.intents) >= STACK_LIMIT:
        walk.tell_too_deep(turn, compiled.flow.name)
    else:
        if turn.registry.is_flow(top.state):
            turn.data_of(top).remember(ASKED, None)
        await walk.open_flow(manager, compiled, params or {})
    if manager.has_context():
        await manager.show()


async def _enter_beside(
    manager: DeferringManager, compiled: CompiledFlow, params: Mapping[str, Any]
) -> None:
    """Open a flow in a strand of its own; whoever is nowhere yet comes home as well."""
    turn = turn_of(manager)
    if turn.conversation.top() is None:
        await walk.go_home(manager)
    await walk.open_beside(manager, compiled, params)
    if turn.notices and manager.has_context():
        await manager.show()


def _may_be_above(turn: Turn, compiled: CompiledFlow) -> bool:
    """Tell whether a flow can open above what is open now; home lies under everything."""
    top = turn.conversation.top()
    if top is None or compiled.flow.name == turn.bot.file.home:
        return False
    if turn.registry.is_flow(top.state):
        return turn.registry.flow_of(top.state).flow.launch is not Launch.EXCLUSIVE
    return turn.registry.find_dialog(top.state).launch_mode is not LaunchMode.EXCLUSIVE
