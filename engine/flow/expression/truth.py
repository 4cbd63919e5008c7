"""Whether a condition can hold, and what is known where it does: expressions read with what values can be.

It knows syntax and types, nothing of steps; what it cannot tell it takes for possible.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.flow.expression.atoms import OPPOSITES, know_atom
from engine.flow.expression.paths import Names, path_of, possible_of_path
from engine.flow.expression.possible import (
    UNKNOWN,
    Possible,
    exactly,
)
from engine.flow.expression.source import parse_text
from engine.flow.expression.sums import possible_of_call, possible_of_sum

if TYPE_CHECKING:
    from engine.flow.expression.state import State


def read_condition(text: str) -> ast.expr | None:
    """Parse an expression that is known to be right; None when it is not."""
    return parse_text(text)


def assume(condition: ast.expr, state: State, names: Names, *, holds: bool) -> State | None:
    """Give what is known where a condition holds, or does not; None when that can never be."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return assume(inner, state, names, holds=not holds)
        case ast.BoolOp(op=operator, values=parts):
            return _assume_parts(
                parts, state, names, all_of=isinstance(operator, ast.And) is holds, holds=holds
            )
        case ast.IfExp(test=test, body=body, orelse=other):
            ways = []
            for part, way in ((body, True), (other, False)):
                after = assume(test, state, names, holds=way)
                ways.append(after and assume(part, after, names, holds=holds))
            return _either(ways)
        case ast.Compare(left=left, ops=operators, comparators=rights):
            return _assume_chain([left, *rights], operators, (state, names), holds=holds)
        case _:
            return _assume_value(condition, exactly(holds), state, names)


def judge(condition: ast.expr, state: State, names: Names) -> bool | None:
    """Tell whether a condition always holds or never does; None when it depends, or nothing can be told."""
    if assume(condition, state, names, holds=True) is None:
        return False
    return True if assume(condition, state, names, holds=False) is None else None


def value_of(node: ast.expr, state: State, names: Names) -> Possible:
    """Give what the value of an expression can be."""
    found = UNKNOWN
    match node:
        case ast.Constant(value=constant):
            found = exactly(constant)
        case ast.IfExp():
            found = _value_of_either(node, state, names)
        case ast.BinOp(op=ast.BitOr()):
            found = _value_of_filter(node, state, names)
        case ast.BinOp(left=left, op=operator, right=right):
            found = possible_of_sum(
                operator, value_of(left, state, names), value_of(right, state, names)
            )
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            found = value_of(inner, state, names).mirrored()
        case ast.Call(func=ast.Name(id=name), args=arguments) if name != "len":
            found = possible_of_call(name, [value_of(one, state, names) for one in arguments])
        case _:
            path = path_of(node)
            if path:
                found = state.paths.get(path) or possible_of_path(path, names)
    return found


def _value_of_either(node: ast.IfExp, state: State, names: Names) -> Possible:
    found = []
    for part, way in ((node.body, True), (node.orelse, False)):
        after = assume(node.test, state, names, holds=way)
        if after is not None:
            found.append(value_of(part, after, names))
    return found[0].joined(found[-1]) if found else UNKNOWN


def _value_of_filter(node: ast.BinOp, state: State, names: Names) -> Possible:
    """Give what `value | default(other)` can be; what other filters make of a value is not told."""
    match node.right:
        case ast.Call(func=ast.Name(id="default"), args=[other]):
            found = value_of(node.left, state, names)
            if not found.none:
                return found
            otherwise = value_of(other, state, names)
            return found.without_none().joined(otherwise) if found.some else otherwise
        case _:
            return UNKNOWN


def _assume_parts(
    parts: list[ast.expr], state: State, names: Names, *, all_of: bool, holds: bool
) -> State | None:
    """Assume all parts to be so, or one of them after others that were not."""
    ways: list[State | None] = []
    passed: State | None = state
    for part in parts:
        if passed is None:
            break
        if not all_of:
            ways.append(assume(part, passed, names, holds=holds))
        passed = assume(part, passed, names, holds=holds if all_of else not holds)
    return passed if all_of else _either(ways)


def _assume_chain(
    sides: list[ast.expr], operators: list[ast.cmpop], place: tuple[State, Names], *, holds: bool
) -> State | None:
    state, names = place
    ways: list[State | None] = []
    passed: State | None = state
    for left, operator, right in zip(sides, operators, sides[1:], strict=False):
        if passed is None:
            break
        if not holds:
            ways.append(_compare(left, operator, right, passed, names, holds=False))
        passed = _compare(left, operator, right, passed, names, holds=True)
    return passed if holds else _either(ways)


def _either(ways: list[State | None]) -> State | None:
    found = [way for way in ways if way is not None]
    joined = found[0] if found else None
    for way in found[1:]:
        joined = joined.joined(way) if joined else way
    return joined


def _compare(  # noqa: PLR0913 - a comparison at a place
    left: ast.expr, operator: ast.cmpop, right: ast.expr, state: State, names: Names, *, holds: bool
) -> State | None:
    kind = type(operator)
    if kind in OPPOSITES:
        kind, holds = OPPOSITES[kind], not holds
    if kind is ast.LtE:
        # a <= b is not b < a.
        left, right, kind, holds = right, left, ast.Lt, not holds
    known = know_atom(left, kind, right, state, holds=holds)
    if known is None:
        return None
    if kind is ast.Lt:
        return _order(left, right, known, names, holds=holds)
    if kind is ast.In:
        return _member(left, right, known, names, holds=holds)
    return _equal(left, right, known, names, holds=holds)


def _order(
    left: ast.expr, right: ast.expr, state: State, names: Names, *, holds: bool
) -> State | None:
    one, other = value_of(left, state, names), value_of(right, state, names)
    if holds:
        less, more = one.below(other, strictly=True), other.above(one, strictly=True)
    else:
        less, more = one.above(other, strictly=False), other.below(one, strictly=False)
    after = _learn(left, less, state)
    return after and _learn(right, more, after)


def _equal(
    left: ast.expr, right: ast.expr, state: State, names: Names, *, holds: bool
) -> State | None:
    one, other = value_of(left, state, names), value_of(right, state, names)
    if holds:
        after = _learn(left, one.met(other), state)
        return after and _learn(right, other.met(one), after)
    after = _learn(left, _unlike(one, other), state)
    return after and _learn(right, _unlike(other, one), after)


def _unlike(one: Possible, other: Possible) -> Possible:
    """Give what a value is where it is not another one: that says something only when the other is known."""
    if other.none and not other.some:
        return one.without_none()
    if not other.none and other.values is not None and len(other.values) == 1:
        return one.without(next(iter(other.values)))
    return one


def _member(
    left: ast.expr, right: ast.expr, state: State, names: Names, *, holds: bool
) -> State | None:
    if not isinstance(right, ast.List | ast.Tuple):
        return state
    members = [value_of(one, state, names) for one in right.elts]
    value = value_of(left, state, names)
    if holds:
        found = [value.met(member) for member in members]
        joined = Possible(some=False)
        for one in found:
            joined = joined.joined(one)
        return _learn(left, joined, state)
    for member in members:
        value = _unlike(value, member)
    return _learn(left, value, state)


def _assume_value(node: ast.expr, wanted: Possible, state: State, names: Names) -> State | None:
    return _learn(node, value_of(node, state, names).met(wanted), state)


def _learn(node: ast.expr, possible: Possible, state: State) -> State | None:
    if possible.is_impossible:
        return None
    path = path_of(node)
    return state if path is None else state.knowing(path, possible)
