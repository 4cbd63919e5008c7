"""Typing of and, or, not and if-else, with what each proves to be not None.

It knows no operators but these.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.flow.expression.typed import FAULTY, NOWHERE, Typed
from engine.flow.expression.typing_rules import unite
from engine.flow.types import BOOL, Nothing, describe

if TYPE_CHECKING:
    from engine.flow.expression.ranges import Range
    from engine.flow.expression.typing_walk import Walk


def type_logic(walk: Walk, node: ast.BoolOp) -> Typed:
    """Type `and` and `or`: each part is read knowing what those before it prove."""
    is_and = isinstance(node.op, ast.And)
    # Where the parts so far were all true (of `and`; false of `or`), `passed` is proven; where one was not, `ended`.
    passed, ended = NOWHERE, None
    parts = []
    for value in node.values:
        with walk.assuming(passed):
            part = walk.condition(value)
        goes_on, stops = (
            (part.when_true, part.when_false) if is_and else (part.when_false, part.when_true)
        )
        ended = passed | stops if ended is None else ended & (passed | stops)
        passed |= goes_on
        parts.append(part)
    if not all(part.fine for part in parts):
        return FAULTY
    when_true, when_false = (passed, ended) if is_and else (ended, passed)
    code = ast.BoolOp(node.op, [part.code for part in parts])
    return Typed(BOOL, code, None, when_true or NOWHERE, when_false or NOWHERE)


def type_not(walk: Walk, node: ast.UnaryOp) -> Typed:
    """Type `not`."""
    typed = walk.condition(node.operand)
    if not typed.fine:
        return typed
    code = ast.UnaryOp(ast.Not(), typed.code)
    return Typed(BOOL, code, None, typed.when_false, typed.when_true)


def type_if(walk: Walk, node: ast.IfExp) -> Typed:
    """Type `a if condition else b`; both must be of one type."""
    test = walk.condition(node.test)
    with walk.assuming(test.when_true):
        body = walk.visit(node.body)
    with walk.assuming(test.when_false):
        other = walk.visit(node.orelse)
    if not (test.fine and body.fine and other.fine):
        return FAULTY
    type_ = unite(body.type, other.type)
    if type_ is None:
        message = (
            f'"{walk.source.quote(node.body)}" is {describe(body.type)} and '
            f'"{walk.source.quote(node.orelse)}" is {describe(other.type)}; both must be of one type'
        )
        return walk.fault("wrong-type", message, node)
    code = ast.IfExp(
        test.code,
        walk.convert(body.code, type_, body.type),
        walk.convert(other.code, type_, other.type),
    )
    return Typed(
        type_,
        code,
        None,
        (test.when_true | body.when_true) & (test.when_false | other.when_true),
        (test.when_true | body.when_false) & (test.when_false | other.when_false),
        computed=_join_ranges(body, other),
    )


def _join_ranges(one: Typed, other: Typed) -> Range:
    """Give the range of either of two values; nothing has none."""
    if isinstance(one.type, Nothing):
        return other.range
    return one.range if isinstance(other.type, Nothing) else one.range.joined(other.range)
