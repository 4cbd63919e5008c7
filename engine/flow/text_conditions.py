"""The conditions within texts, each with what is known where it is asked.

It knows which branches of a text are taken when; what follows from what is known, others judge.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.flow.expression.truth import assume, read_condition
from engine.flow.expression.within import conditions_within
from engine.flow.model.controls import control_words
from engine.flow.model.windows import WindowStep
from engine.flow.model.written import Code
from engine.flow.parts import asks, shown_texts
from engine.flow.template_source import If, Output, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.expression.paths import Names
    from engine.flow.expression.state import State
    from engine.flow.model.windows import Button
    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs
    from engine.flow.template_source import Code as Written
    from engine.flow.template_source import Node

type Asked = tuple[Code, str, State]


def asked_in_texts(proofs: FlowProofs) -> Iterator[Asked]:
    """Give each condition of the texts of windows, but for those within loops and those of fragments.

    Those of translations are left out: they are there for the grammar of one language.
    """
    for step in proofs.flow.steps.values():
        if not isinstance(step, WindowStep):
            continue
        lines = {id(one): button.conditions for button in step.buttons for one in _texts(button)}
        lines |= {
            id(one): control.conditions
            for control in step.controls
            for one in control_words(control)
        }
        for wording in shown_texts(step):
            looks = [look.when for look in wording.looks if look.when]
            if not (asks(wording) or looks) or wording.position.via:
                continue
            state = proofs.known.inside(step.name)
            for when in lines.get(id(wording), ()):
                state = state and proofs.known.assumed(step.name, when, state, holds=True)
            if state is None:
                continue
            yield from ((code, step.name, state) for code in looks)
            names = proofs.known.declared(step.name).names
            nodes, _ = parse_template(wording.text)
            for condition, before in _conditions(nodes, state, names):
                yield _code_at(proofs, wording, condition), step.name, before


def _texts(button: Button) -> Iterator[Wording]:
    yield button.text
    if button.aside:
        yield from button.aside.wordings
    if button.toast:
        yield button.toast.text


type _Condition = tuple[str, int]
"""A condition as written, and where it begins in its text."""


def _conditions(
    nodes: Sequence[Node], state: State, names: Names
) -> Iterator[tuple[_Condition, State]]:
    for node in nodes:
        if isinstance(node, Output):
            yield from _within(node.code, state, names)
        if not isinstance(node, If):
            continue
        before: State | None = state
        for branch in node.branches:
            if before is None:
                break  # a branch above is always taken, which is told there
            inside: State | None = before
            if branch.condition is not None:
                tree = read_condition(branch.condition.text)
                if tree is None:
                    break
                yield from _within(branch.condition, before, names)
                if not isinstance(tree, ast.Constant):  # who writes False means it
                    yield (branch.condition.text, branch.condition.offset), before
                inside = assume(tree, before, names, holds=True)
                before = assume(tree, before, names, holds=False)
            if inside is not None:
                yield from _conditions(branch.body, inside, names)


def _within(code: Written, state: State, names: Names) -> Iterator[tuple[_Condition, State]]:
    for text, offset, before in conditions_within(code.text, state, names):
        yield (text, code.offset + offset), before


def _code_at(proofs: FlowProofs, wording: Wording, condition: _Condition) -> Code:
    text, offset = condition
    begin = len(text) - len(text.lstrip())
    written = text.strip()
    place = proofs.world.spots.place(wording.position, offset + begin, len(written))
    return Code(written, place)
