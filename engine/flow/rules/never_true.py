"""A condition can hold: what it guards is there for somebody.

It looks at types, bounds and what was proved on every path; it leaves the lines of a decide to another check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expression.conclusions import Declared, settle
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.problems import Problem
from engine.flow.proofs import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.proofs import FlowProofs


def check_never_true(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each condition that never holds."""
    never = [(code, step, state) for code, step, state, holds in proofs.judged if not holds]
    for code, step, state in proofs.accesses():
        if settle(code.text, state, proofs.known.declared(step)) is False:
            never.append((code, step, state))
    for code, step, state in never:
        why = explain(code, state, proofs.known.declared(step).names)
        if settle(code.text, NOTHING_KNOWN, Declared({})) is False:
            why = ": its parts exclude each other"
        why = why or ": what holds here excludes it"
        message = f'"{code.text}" never holds{why}; mend it, or remove it with what it is for'
        yield Problem(code.position, "never-true", message)
