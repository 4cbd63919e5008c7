"""The conditions of a flow, each with its two outcomes: it held, and it did not.

It knows where conditions stand; who asked them is told by the run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.model.steps import DecideStep
from engine.flow.model.windows import WindowStep
from engine.simulate.coverage.model import Goal, GoalKind
from engine.simulate.coverage.sayings import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.flow import Flow
    from engine.flow.model.steps import Step
    from engine.flow.model.written import Code


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a step, or of a flow where `step` is None; `yes` and `no` say what follows from it."""

    flow: str
    step: str | None
    name: str
    code: Code
    yes: str
    no: str

    @property
    def goals(self) -> tuple[Goal, Goal]:
        """The goal that it held, and the one that it did not."""
        return self._goal(self.cause(holds=True), self.yes), self._goal(
            self.cause(holds=False), self.no
        )

    def cause(self, *, holds: bool) -> str:
        """Give the cause of one of its goals."""
        return f"{self.name}:{'true' if holds else 'false'}"

    def _goal(self, cause: str, says: str) -> Goal:
        said = f"{says}, by {short(self.code.text)}"
        return Goal(GoalKind.CONDITION, self.flow, self.step, cause, said, self.code.position)


def list_conditions(flow: Flow) -> Iterator[Condition]:
    """Give every condition of a flow."""
    if flow.access:
        yes, no = "the flow lets somebody in", "the flow turns somebody away"
        yield Condition(flow.name, None, "access", flow.access, yes, no)
    if flow.on_exit and flow.on_exit.when:
        yes, no = "the command follows as the flow is left", "no command follows then"
        yield Condition(flow.name, None, "on_exit", flow.on_exit.when, yes, no)
    for step in flow.steps.values():
        yield from _of_step(flow, step)


def _of_step(flow: Flow, step: Step) -> Iterator[Condition]:
    if step.access:
        yes, no = "the step lets somebody in", "the step turns somebody away"
        yield Condition(flow.name, step.name, "access", step.access, yes, no)
    if step.skip_if:
        yes, no = "the step is passed over", "the step is not passed over"
        yield Condition(flow.name, step.name, "skip_if", step.skip_if, yes, no)
    if isinstance(step, WindowStep):
        for name, named, when in _shown(step):
            yes, no = f"{named} is shown", f"{named} is hidden"
            yield Condition(flow.name, step.name, name, when, yes, no)
    if isinstance(step, DecideStep):
        for number, branch in enumerate(step.branches, 1):
            if branch.when:
                yes, no = f"row {number} holds", f"row {number} does not hold"
                name = f"row:{number}"
                yield Condition(flow.name, step.name, name, branch.when, yes, no)


def _shown(step: WindowStep) -> Iterator[tuple[str, str, Code]]:
    """Give the lines of `buttons` that have a condition: their name, what they are called, and the condition."""
    outer = {one.outer: one.row for one in (*step.buttons, *step.controls) if one.outer}
    for code, row in outer.items():
        yield f"group:{row}", "the group of buttons", code
    for button in step.buttons:
        if button.when:
            yield f"button:{button.id}", f"button {short(button.text.text)}", button.when
    for control in step.controls:
        if control.when:
            yield f"control:{control.id}", f"control {short(control.value.text)}", control.when
