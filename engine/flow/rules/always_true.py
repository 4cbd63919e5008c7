"""A condition asks something: it does not hold in every case.

It looks at types, bounds and what was proved on every path.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from engine.flow.expression.conclusions import settle
from engine.flow.problems import Problem
from engine.flow.proofs import explain
from engine.flow.text_conditions import asked_in_texts
from engine.flow.value_conditions import asked_in_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.proofs import FlowProofs


def check_always_true(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each condition that always holds."""
    for code, step, state in chain(proofs.asked(), asked_in_texts(proofs), asked_in_values(proofs)):
        declared = proofs.known.declared(step)
        if settle(code.text, state, declared):
            why = explain(code, state, declared.names)
            message = f'"{code.text}" always holds{why}; mend it, or remove it'
            yield Problem(code.position, "always-true", message)
