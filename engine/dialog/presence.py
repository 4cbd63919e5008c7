"""Which lines of `buttons` are there now, as their conditions and those of the groups around them say.

It knows nothing of lists, nor of what is in the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.controls import Control
    from engine.flow.model.windows import Button
    from engine.flow.model.written import Code


@dataclass(frozen=True, slots=True)
class Presence:
    """Tells for one person in one turn what is there; `environment` is what conditions can read."""

    turn: Turn
    data: FlowData
    environment: Mapping[str, Any]
    _outer: dict[Code, bool] = field(default_factory=dict)

    def shows(self, line: Button | Control) -> bool:
        """Tell whether a button or control is there; the condition of a group is asked once."""
        if line.outer is not None and not self._holds_outside(line.outer):
            return False
        return line.when is None or self.turn.holds(self.data, line.when, self.environment)

    def _holds_outside(self, condition: Code) -> bool:
        if condition not in self._outer:
            self._outer[condition] = self.turn.holds(self.data, condition, self.environment)
        return self._outer[condition]
