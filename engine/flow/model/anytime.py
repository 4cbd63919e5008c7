"""What can happen wherever a person stands, and as a flow is entered and left.

It knows nothing of the steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.moves import Call, Target
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


ON_ENTER: Final = "on_enter"
"""The key of what a flow does as it is entered, and the name of the step which that is; no move leads there."""

ON_EXIT: Final = "on_exit"
"""The key of what a flow does as it is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """A line of `anytime`: a command such as `/stop`, or a name, that moves (`go`) or runs a flow and resumes (`run`).

    It is also meant by each of `words`; with `confirm` the person is asked first. `inherited` ones stand in bot.yaml.
    """

    label: str
    position: Position
    go: Target | None = None
    run: Call | None = None
    words: tuple[Wording, ...] = ()
    confirm: Wording | None = None
    inherited: bool = False

    @property
    def command(self) -> str | None:
        """The command without its slash; None when there are only words."""
        return self.label.removeprefix("/") if self.label.startswith("/") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What happens with a message that nothing takes: a sentence, a move, or a flow that runs and comes back."""

    position: Position
    say: Wording | None = None
    go: Target | None = None
    run: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anytime:
    """What can happen wherever a person stands, by the label of its line."""

    entries: Mapping[str, Interruption] = field(default_factory=dict)
    on_error: Target | None = None
    on_unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class ExitHook:
    """A command that is carried out however a flow is left, if `when` holds; how it ends changes nothing."""

    command: Code
    position: Position
    when: Code | None = None
