"""A condition can hold: what it guards is there for somebody.

It looks at types, bounds and what was proved on every path; it leaves the lines of a decide to another check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expression.conclusions import settle
from engine.flow.problems import Problem
from engine.flow.proofs import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.proofs import FlowProofs


def check_never_true(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each condition that never holds."""
    for code, step, state in proofs.asked():
        declared = proofs.known.declared(step)
        if settle(code.text, state, declared) is False:
            why = explain(code, state, declared.names) or ": its parts exclude each other"
            message = f'"{code.text}" never holds{why}; mend it, or remove it with what it is for'
            yield Problem(code.position, "never-true", message)
