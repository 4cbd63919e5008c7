"""A condition asks something: it does not hold in every case.

It looks at types, bounds and what was proved on every path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.problems import Problem
from engine.flow.proofs import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.proofs import FlowProofs


def check_always_true(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each condition that always holds."""
    for code, step, state, holds in proofs.judged:
        if holds:
            why = explain(code, state, proofs.known.declared(step).names)
            message = f'"{code.text}" always holds{why}; mend it, or remove it'
            yield Problem(code.position, "always-true", message)
