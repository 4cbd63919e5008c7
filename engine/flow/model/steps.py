"""The steps that wait for nobody, and with them all kinds of steps.

It knows nothing of the flow that they are in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.moves import Call, StepBase, Target
from engine.flow.model.paying import PayStep
from engine.flow.model.windows import ShowStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.written import Code
    from engine.flow.problems import Position


ERROR: Final = "error"
"""What `retry` calls a command that raised."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A command is tried `times` more when it ends with an outcome of `on`, or fails and `on` has ERROR.

    `on` are places by name; `wait` are the milliseconds before each try.
    """

    times: int
    on: Mapping[str, Position]
    wait: int
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class DoStep(StepBase):
    """A command; `result` is what it returned in `save`; every declared outcome has a target."""

    command: Code
    go: Target
    save: Mapping[str, Code] = field(default_factory=dict)
    outcomes: Mapping[str, Target] = field(default_factory=dict)
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a `decide`; `when` is None for `else`."""

    when: Code | None
    go: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideStep(StepBase):
    """The first branch whose condition holds gives the move."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep(StepBase):
    """Another flow runs; when it comes back the conversation goes on at `go`."""

    call: Call
    go: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStep(StepBase):
    """The flow ends with its results."""

    results: Mapping[str, Code]


type Commanding = DoStep | PayStep
"""The steps that carry out a command, whose outcomes have targets."""

type Step = ShowStep | ChooseStep | AskStep | PayStep | DoStep | DecideStep | RunStep | EndStep
