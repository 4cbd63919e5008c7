"""What a flow does as it is left, whichever way: its end, home, a flow opened from outside, a timeout below it.

It does not know why the flow is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from engine.dialog.commands import outcome_name
from engine.dialog.ports import UnavailableError
from engine.dialog.trail import note_outcome

if TYPE_CHECKING:
    from aiogram_dialog.api.entities import Context

    from engine.dialog.turn import Turn
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.anytime import ExitHook

_logger = structlog.get_logger(__name__)


async def leave_flow(turn: Turn, context: Context) -> None:
    """Carry out the `on_exit` of an open flow; what it raises is logged, for nobody is kept in a flow by it.

    Raises:
        UnavailableError: nothing can be carried out now, so that the whole turn is taken later.
    """
    compiled = (
        turn.registry.flow_of(context.state) if turn.registry.is_flow(context.state) else None
    )
    hook = compiled.flow.on_exit if compiled else None
    if compiled is None or hook is None:
        return
    key = _key(turn, context, compiled)
    turn.commands += 1
    try:
        await _carry_out(turn, context, hook, key)
    except UnavailableError:
        raise
    except Exception:
        _logger.exception("exit_failed", flow=compiled.flow.name)


def _key(turn: Turn, context: Context, compiled: CompiledFlow) -> str:
    """Name the effect.

    A flow that was open before this turn is left once, also where the turn is taken anew, or breaks and another one leaves
    the flow again. One that was opened in this turn has another id each time the turn is taken.
    """
    name = f"{compiled.flow.name}.on_exit"
    if context.id in turn.opened_before:
        return f"{turn.place}:{context.id}:{name}"
    return f"{turn.key}:{turn.commands}:{name}"


async def _carry_out(turn: Turn, context: Context, hook: ExitHook, key: str) -> None:
    data = turn.data_of(context)
    environment = turn.environment(data)
    if hook.when is not None and not turn.holds(data, hook.when, environment):
        return
    call = data.flow.calls[hook.command]
    arguments = call.evaluate(environment)
    done = await turn.runner.command(call, arguments, user=turn.user, now=turn.now, key=key)
    note_outcome(turn, data.flow.flow.name, None, outcome_name(done))
    await turn.look_again()
