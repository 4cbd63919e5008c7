"""Where a conversation goes on: targets, the flows that are run, and what every step has.

It knows nothing of what each kind of step does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


END: Final = "end"
"""The reserved target of a move that ends the flow without results."""


@dataclass(frozen=True, slots=True)
class Toast:
    """What answers the press that led to a move: for a moment, or until it is confirmed where it `is_alert`."""

    text: Wording
    is_alert: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Where a move leads: a step of the same flow, or END; `say` is shown above the next screen, `toast` answers the press."""

    step: str
    position: Position
    say: Wording | None = None
    toast: Toast | None = None


class Opening(StrEnum):
    """Where a flow opens: above what is open, coming back to it; in the place of all that is open; in a message of its own, beside
    what is open, which goes on; in its own place, anew.

    Nobody writes the last one: it is what a flow with `launch: single_top` does that runs itself.
    """

    ABOVE = "above"
    INSTEAD = "instead"
    BESIDE = "beside"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Call:
    """A sub-flow to run, with its arguments, and the values saved from its `result` when it comes back.

    `opening` is None where nothing is written and the flow that is run asks for nothing.
    """

    flow: str
    position: Position
    arguments: Mapping[str, Code] = field(default_factory=dict)
    save: Mapping[str, Code] = field(default_factory=dict)
    is_of_menu: bool = False
    opening: Opening | None = None

    @property
    def comes_back(self) -> bool:
        """Tell whether the flow that runs another waits for it."""
        return self.opening in (None, Opening.ABOVE)

    @property
    def leaves(self) -> bool:
        """Tell whether the flow that runs another is over with that."""
        return self.opening in (Opening.INSTEAD, Opening.ANEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBase:
    """What every step may have. `skip_if` moves on to `go` without a user turn."""

    name: str
    position: Position
    access: Code | None = None
    skip_if: Code | None = None
