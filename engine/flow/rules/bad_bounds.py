"""An answer can be within its bounds: the least is not after the greatest, whatever the day.

It compares moments counted from today and from now, and data of which every path has proved something; numbers as written are
compared where they are typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.asking import AskStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.proofs import FlowProofs


def check_bad_bounds(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each question whose bounds leave no answer."""
    for step in proofs.flow.steps.values():
        if not isinstance(step, AskStep) or not (step.least and step.most):
            continue
        before = proofs.known.inside(step.name)
        if before and proofs.known.within_bounds(step, before) is None:
            message = (
                f'"min" is "{step.least.text}", which is above "max", "{step.most.text}"; swap them'
            )
            yield Problem(step.keys["min"], "bad-bounds", message)
