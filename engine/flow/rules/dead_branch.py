"""Every line of a decide can be taken.

It looks at types, bounds and what was proved on every path; for `else` it looks at types alone, as what a path proved may not
hold for somebody who stands there when a new version is deployed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expression.conclusions import conclude, settle
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.model.steps import DecideStep
from engine.flow.problems import Problem
from engine.flow.proofs import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.expression.conclusions import Declared
    from engine.flow.expression.state import State
    from engine.flow.proofs import FlowProofs


def check_dead_branch(proofs: FlowProofs) -> Iterator[Problem]:
    """Report the first line of each decide that is never come to, and each whose condition never holds."""
    for step in proofs.flow.steps.values():
        state = proofs.known.inside(step.name) if isinstance(step, DecideStep) else None
        if isinstance(step, DecideStep) and state is not None and not step.position.via:
            yield from _check(step, state, proofs.known.declared(step.name))


def _check(step: DecideStep, first: State, declared: Declared) -> Iterator[Problem]:
    state: State | None = first
    typed: State | None = NOTHING_KNOWN
    for number, branch in enumerate(step.branches, 1):
        if branch.when is None:
            if typed is None:
                message = 'this line is never come to: those above it hold in every case; remove "else", or mend them'
                yield Problem(branch.go.position, "dead-branch", message)
            return
        if state is None:
            message = f"this line is never come to: line {number - 1} holds whenever it is asked; mend that, or remove this one"
            yield Problem(branch.when.position, "dead-branch", message)
            return
        if conclude(branch.when.text, state, declared, holds=True) is None:
            is_alone = settle(branch.when.text, first, declared) is False
            known = explain(branch.when, first, declared.names) or ": its parts exclude each other"
            why = (
                known if is_alone else ": the lines above are taken in every case in which it does"
            )
            message = f'"{branch.when.text}" never holds{why}; mend it, or remove the line'
            yield Problem(branch.when.position, "dead-branch", message)
        else:
            state = conclude(branch.when.text, state, declared, holds=False)
        typed = typed and conclude(branch.when.text, typed, declared, holds=False)
