"""The conditions within values: those of `a if c else b` in what is saved, given, compared and asked for.

It knows where a flow has values, and what is known there; what follows from that, others judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.expression.within import IF, conditions_within
from engine.flow.graph import MoveKind
from engine.flow.model.windows import WindowStep
from engine.flow.model.written import Code
from engine.flow.parts import step_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.expression.state import State
    from engine.flow.graph import Move
    from engine.flow.model.steps import Step
    from engine.flow.proofs import FlowProofs

type Asked = tuple[Code, str, State]


def asked_in_values(proofs: FlowProofs) -> Iterator[Asked]:
    """Give each condition within a value, once, but for those of fragments."""
    seen: set[Code] = set()
    for code, step, state in _values(proofs):
        if code in seen or code.position.via:
            continue
        seen.add(code)
        names = proofs.known.declared(step).names
        for text, offset, before in conditions_within(code.text, state, names):
            place = proofs.world.spots.place(code.position, offset, len(text))
            yield Code(text, place), step, before


def _values(proofs: FlowProofs) -> Iterator[Asked]:
    """Give each value that has a condition inside, with what is known where it is worked out."""
    for move in proofs.graph.moves:
        if any(IF in code.text for code in _codes(move)):
            yield from _of_move(proofs, move)
    for step in proofs.flow.steps.values():
        for code, when in _of_step(step):
            state = proofs.known.inside(step.name) if IF in code.text else None
            state = state and proofs.known.assumed(step.name, when, state, holds=True)
            if state is not None:
                yield code, step.name, state


def _of_step(step: Step) -> Iterator[tuple[Code, Code | None]]:
    """Give the values of a step, each with the condition under which it is worked out."""
    yield from ((code, None) for code in step_values(step))
    for button in step.buttons if isinstance(step, WindowStep) else ():
        yield from ((code, None) for code in button.conditions)
        if button.run:
            yield from ((code, button.when) for code in button.run.arguments.values())
    for control in step.controls if isinstance(step, WindowStep) else ():
        yield from ((code, None) for code in control.conditions)


def _codes(move: Move) -> Iterator[Code]:
    yield from (code for code, _ in move.proofs)
    yield from (code for _, code in move.saves)


def _of_move(proofs: FlowProofs, move: Move) -> Iterator[Asked]:
    state = proofs.known.before(move)
    for code, holds in move.proofs:
        if state is None:
            return
        yield code, move.source, state
        state = proofs.known.assumed(move.source, code, state, holds=holds)
    if state is not None:
        is_back = (
            move.kind is MoveKind.RESULT
        )  # from a flow that may have changed who the person is
        known = state.forgetting(("user",)) if is_back else state
        yield from ((code, move.source, known) for _, code in move.saves)
