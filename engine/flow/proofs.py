"""What can be proved of one flow that compiles: the facts that proof rules look at.

It knows how to ask for them and judges nothing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from engine.flow.compile import Typist, user_type
from engine.flow.expression.conclusions import settle
from engine.flow.expression.paths import path_of, type_of_path
from engine.flow.expression.possible import describe_possible, possible_of_type
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.expression.truth import read_condition, value_of
from engine.flow.expression.typed import Namespace
from engine.flow.graph import MoveKind
from engine.flow.known import Known
from engine.flow.model.asking import AskStep
from engine.flow.model.windows import WindowStep
from engine.flow.text_conditions import asked_in_texts
from engine.flow.value_conditions import asked_in_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.build import FlowDraft
    from engine.flow.compile import CompiledFlow, World
    from engine.flow.declare import Declared
    from engine.flow.expression.paths import Names
    from engine.flow.expression.state import State
    from engine.flow.graph import Graph, Move
    from engine.flow.model.bot import BotFile
    from engine.flow.model.flow import Flow
    from engine.flow.model.written import Code


@dataclass(frozen=True)
class FlowProofs:
    """One flow whose every part compiles, in the world it was compiled in."""

    draft: FlowDraft
    graph: Graph
    world: World
    compiled: CompiledFlow

    @property
    def flow(self) -> Flow:
        """The flow."""
        return self.draft.flow

    @cached_property
    def known(self) -> Known:
        """What is known at each of its steps."""
        return Known(Typist(self.draft, self.world), self.graph)

    @cached_property
    def judged(self) -> Sequence[tuple[Code, str, State, bool]]:
        """Give each condition, but for the lines of a decide and accesses, that always or never holds; the last part tells which."""
        found = chain(self.asked(), asked_in_texts(self), asked_in_values(self))
        return [
            (code, step, state, holds)
            for code, step, state in found
            if (holds := settle(code.text, state, self.known.declared(step))) is not None
        ]

    def asked(self) -> Iterator[tuple[Code, str, State]]:
        """Give each condition but those of a decide, once, with its step and what is known where it is asked.

        Those of a fragment are left out: what is so at one use of it need not be so at another.
        """
        seen: set[Code] = set()
        for move in self.graph.moves:
            if not move.proofs or self.graph.verbs[move.source] == "decide":
                continue
            state = self._asked_of(move)
            for code, _ in move.proofs:
                if code not in seen and state is not None and not code.position.via:
                    seen.add(code)
                    yield code, move.source, state
        for step in self.flow.steps.values():
            for button in step.buttons if isinstance(step, WindowStep) else ():
                state = self.known.inside(step.name) if button.conditions else None
                for code in button.conditions if state is not None else ():
                    if code not in seen and state is not None and not code.position.via:
                        seen.add(code)
                        yield code, step.name, state
        hook = self.flow.on_exit
        left = self.known.leaving() if hook and hook.when else None
        if hook and hook.when and left is not None:
            yield hook.when, self.flow.first.name, left

    def _asked_of(self, move: Move) -> State | None:
        """Give what is known where the conditions of a move are asked; of an answer, that it is in its bounds."""
        state, step = self.known.before(move), self.flow.steps[move.source]
        if state and isinstance(step, AskStep) and move.kind is MoveKind.ANSWER:
            return self.known.within_bounds(step, state)
        return state

    def accesses(self) -> Iterator[tuple[Code, str, State]]:
        """Give the access of each step, and of the flow, with what is known where it is asked."""
        first = self.flow.first.name
        if self.flow.access:
            yield self.flow.access, first, NOTHING_KNOWN
        for step in self.flow.steps.values():
            state = self.known.let_in(step.name)
            if step.access and state is not None and not step.access.position.via:
                yield step.access, step.name, state


def shared_names(declared: Declared, file: BotFile | None) -> Names:
    """Give the names that every expression inside a flow can read."""
    return {
        "user": user_type(file.roles if file else (), file.locales if file else ()),
        "data": Namespace(declared.data),
        "params": Namespace(declared.params),
    }


def explain(code: Code, state: State, names: Names) -> str:
    """Say what is known of the values that a condition reads, such as `: "data.people" is 1 to 6 here`."""
    tree = read_condition(code.text)
    said = []
    for path in dict.fromkeys(_paths(tree)) if tree else ():
        type_ = type_of_path(path, names)
        node = read_condition(path)
        if type_ is None or node is None:
            continue
        known = describe_possible(value_of(node, state, names), possible_of_type(type_))
        if known:
            said.append(f'"{path}" {known}')
    return f": {' and '.join(said)} here" if said else ""


def _paths(tree: ast.expr) -> Iterator[str]:
    """Give the longest paths that an expression reads, in the order written."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        path = path_of(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if path:
            yield path
        else:
            waiting[:0] = [
                child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
            ]
