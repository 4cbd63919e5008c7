"""What actions are about, as their names tell: `bookings.create` and `bookings.mine` are both about bookings.

It knows names alone; that one changes what another one gives is no more than likely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep

if TYPE_CHECKING:
    from engine.dialog.trail import CommandEnded
    from engine.flow.checked import Bot


class Subjects:
    """Tells what the actions of flows are about."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._of_flow = {
            name: frozenset(_subject(call.action.name) for call in compiled.calls.values())
            for name, compiled in bot.flows.items()
        }

    def of_flow(self, flow: str) -> frozenset[str]:
        """Return what the actions of a flow are about; nothing for what is no flow."""
        return self._of_flow.get(flow, frozenset())

    def of_command(self, ended: CommandEnded) -> str | None:
        """Return what a command of a step is about; None for one that follows as a flow is left."""
        if ended.step is None:
            return None
        compiled = self._bot.flows[ended.flow]
        step = compiled.flow.steps[ended.step]
        code = step.command if isinstance(step, DoStep | PayStep) else None
        return _subject(compiled.calls[code].action.name) if code else None


def _subject(name: str) -> str:
    return name.partition(".")[0]
