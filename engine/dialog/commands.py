"""Carrying out the command of a step: the key of its effect, and its tries.

It does not know which move follows from how it ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from engine.actions import Outcome
from engine.dialog.pausing import pause
from engine.dialog.trail import note_outcome
from engine.flow.model.steps import ERROR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.steps import Commanding

_logger = structlog.get_logger(__name__)


def outcome_name(result: Any | Outcome[str]) -> str | None:
    """Return the outcome with which a command ended; None where it returned a result, or nothing."""
    return result.name if isinstance(result, Outcome) else None


async def run_command(
    turn: Turn, data: FlowData, step: Commanding, environment: Mapping[str, Any]
) -> Any | Outcome[str]:
    """Return how the command of a step ended in the end.

    A try after an outcome is another effect, with a key of its own. One after an error is the same, which may have happened.
    """
    # The same for the same update, whatever is redelivered: a flow opened in this turn has another id each time.
    key = f"{turn.key}:{turn.commands}:{data.flow.flow.name}.{step.name}"
    turn.commands += 1
    if step.command is None:
        raise TypeError(f'step "{step.name}" has no command')
    call, retry = data.flow.calls[step.command], step.retry
    arguments = call.evaluate(environment)
    name, anew = key, 0
    for left in range(retry.times if retry else 0, -1, -1):
        try:
            result = await turn.runner.command(
                call, arguments, user=turn.user, now=turn.now, key=name
            )
        except Exception as error:
            if retry is None or not left or ERROR not in retry.on:
                raise
            reason = type(error).__name__
        else:
            outcome = outcome_name(result)
            note_outcome(turn, data.flow.flow.name, step.name, outcome)
            if outcome is None:
                turn.acted.add(key)
            if retry is None or not left or outcome not in retry.on:
                return result
            anew += 1
            name, reason = f"{key}:{anew}", str(outcome)
        _logger.info("command_tried_again", command=call.action.name, reason=reason, left=left)
        await pause(retry.wait / 1000)
    raise AssertionError("the last try returns or raises")
