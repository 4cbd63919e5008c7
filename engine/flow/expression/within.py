"""The conditions inside an expression: those of `a if c else b`, each with what is known where it is asked.

It knows the order in which the parts of an expression are worked out; what follows, others judge.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.flow.expression.source import Source
from engine.flow.expression.truth import assume, read_condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.expression.paths import Names
    from engine.flow.expression.state import State

IF = " if "
"""What is written where an expression has a condition inside."""

type Within = tuple[str, int, State]
"""A condition as written, where it begins in its expression, and what is known there."""


def conditions_within(text: str, state: State, names: Names) -> Iterator[Within]:
    """Give the conditions inside an expression; one that cannot be read has none."""
    tree = read_condition(text) if IF in text else None
    if tree is None:
        return
    source = Source(text)
    for node, known in _tests(tree, state, names):
        offset, length = source.span(node)
        yield text[offset : offset + length], offset, known


def _tests(node: ast.AST, state: State, names: Names) -> Iterator[tuple[ast.expr, State]]:
    match node:
        case ast.IfExp(test=test, body=body, orelse=other):
            yield from _tests(test, state, names)
            if not isinstance(test, ast.Constant):  # who writes False means it
                yield test, state
            for part, way in ((body, True), (other, False)):
                after = assume(test, state, names, holds=way)
                if after is not None:
                    yield from _tests(part, after, names)
        case ast.BoolOp(op=operator, values=parts):
            passed: State | None = state
            for part in parts:
                if passed is None:
                    break
                yield from _tests(part, passed, names)
                passed = assume(part, passed, names, holds=isinstance(operator, ast.And))
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _tests(child, state, names)
