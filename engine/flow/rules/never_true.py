"""A condition can hold: what it guards is there for somebody.

It looks at types, bounds and what was proved on every path; it leaves the lines of a decide to another check.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from engine.flow.expression.conclusions import Declared, settle
from engine.flow.expression.truth import NOTHING_KNOWN
from engine.flow.problems import Problem
from engine.flow.proofs import explain
from engine.flow.text_conditions import asked_in_texts
from engine.flow.value_conditions import asked_in_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.proofs import FlowProofs


def check_never_true(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each condition that never holds."""
    for code, step, state in chain(
        proofs.asked(), proofs.accesses(), asked_in_texts(proofs), asked_in_values(proofs)
    ):
        declared = proofs.known.declared(step)
        if settle(code.text, state, declared) is False:
            why = explain(code, state, declared.names) or ": what holds here excludes it"
            if settle(code.text, NOTHING_KNOWN, Declared({})) is False:
                why = ": its parts exclude each other"
            message = f'"{code.text}" never holds{why}; mend it, or remove it with what it is for'
            yield Problem(code.position, "never-true", message)
