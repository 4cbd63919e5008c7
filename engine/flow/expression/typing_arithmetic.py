"""Typing of arithmetic and lists.

It knows no rules of its own: which types go together, `typing_rules` says.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression import arithmetic
from engine.flow.expression.habits import joining_hint
from engine.flow.expression.ranges import Range, range_of_sum
from engine.flow.expression.typed import FAULTY, Typed
from engine.flow.expression.typing_rules import (
    arithmetic_type,
    is_number,
    is_text,
    unite,
    without_none,
)
from engine.flow.types import DURATION, NOTHING, Kind, ListOf, Maybe, Scalar, Type, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.flow.expression.typing_walk import Walk


def type_sign(walk: Walk, node: ast.UnaryOp) -> Typed:
    """Type `-a` and `+a`."""
    sign = _SIGNS_BEFORE.get(type(node.op))
    if sign is None:
        return walk.fault("not-allowed", '"~" cannot be used in an expression', node)
    typed = walk.visit(node.operand)
    if not typed.fine:
        return typed
    if not isinstance(typed.type, Scalar) or typed.type.kind not in _SIGNED:
        message = f'"{sign}" cannot stand before "{walk.source.quote(node.operand)}"'
        return walk.misuse(typed, node.operand, message)
    if sign == "+":
        return typed
    if typed.type == DURATION:
        return Typed(DURATION, walk.call(arithmetic.multiply_span, typed.code, ast.Constant(-1)))
    constant = None if typed.constant is None else -typed.constant
    code = ast.UnaryOp(ast.USub(), typed.code)
    return Typed(Scalar(typed.type.kind), code, constant=constant, computed=typed.range.negated())


def type_arithmetic(walk: Walk, node: ast.BinOp) -> Typed:
    """Type `a + b` and the like; what divides must surely not be zero."""
    left, right = walk.visit(node.left), walk.visit(node.right)
    sign = _SIGNS.get(type(node.op))
    if sign is None:
        what = _REFUSED.get(type(node.op), "this operator")
        return walk.fault(
            "not-allowed", f"{what} cannot be used in an expression; let an action compute it", node
        )
    if not (left.fine and right.fine):
        return FAULTY
    type_ = arithmetic_type(node.op, left.type, right.type)
    if type_ is None:
        return _refuse(walk, node, left, right)
    if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) and not _is_never_zero(right):
        message = (
            f'"{walk.source.quote(node.right)}" may be zero, and nothing can be divided by zero; '
            'divide by a number, or by data with "min: 1"'
        )
        return walk.fault("not-allowed", message, node.right)
    run = _find_function(node.op, left, right, type_)
    computed = None
    if is_number(type_) or is_text(type_):
        computed = range_of_sum(node.op, left.range, right.range)
    if run is None:
        return Typed(type_, ast.BinOp(left.code, node.op, right.code), computed=computed)
    return Typed(type_, walk.call(run, left.code, right.code), computed=computed)


def type_list(walk: Walk, node: ast.List | ast.Tuple) -> Typed:
    """Type a list as written; its items are of one type."""
    items = [walk.visit(item) for item in node.elts]
    if not all(item.fine for item in items):
        return FAULTY
    type_: Type = items[0].type if items else NOTHING
    for item, item_node in zip(items, node.elts, strict=True):
        united = unite(type_, item.type)
        if united is None:
            message = (
                f'"{walk.source.quote(item_node)}" is {describe(item.type)} in a list of '
                f"{describe(type_)}; a list holds values of one type"
            )
            return walk.fault("wrong-type", message, item_node)
        type_ = united
    codes = [walk.convert(item.code, type_, item.type) for item in items]
    written = tuple(zip(items, node.elts, strict=True))
    size = Range(len(items), len(items))
    return Typed(ListOf(type_), ast.List(codes, ast.Load()), items=written, computed=size)


def _refuse(walk: Walk, node: ast.BinOp, left: Typed, right: Typed) -> Typed:
    one, other = left.type, right.type
    if arithmetic_type(node.op, without_none(one), without_none(other)) is not None:
        for typed, side in ((left, node.left), (right, node.right)):
            if isinstance(typed.type, Maybe):
                walk.misuse(typed, side, "")
        return FAULTY
    if isinstance(node.op, ast.Mult) and any(
        isinstance(type_, ListOf) or is_text(type_) for type_ in (one, other)
    ):
        return walk.fault("not-allowed", "a text or a list cannot be repeated", node)
    message = (
        f'"{_SIGNS[type(node.op)]}" cannot join "{walk.source.quote(node.left)}", which is '
        f'{describe(one)}, and "{walk.source.quote(node.right)}", which is {describe(other)}'
    ) + joining_hint(_SIGNS[type(node.op)], one, other, walk.source.quote(node.right))
    return walk.fault("wrong-type", message, node)


def _find_function(
    operator: ast.operator, left: Typed, right: Typed, type_: Type
) -> Callable[..., Any] | None:
    """Return the total function for an operator; Python's own does where there is none."""
    kinds = {one.type.kind for one in (left, right) if isinstance(one.type, Scalar)}
    of = next((kind for kind in (Kind.DATETIME, Kind.DATE, Kind.DURATION) if kind in kinds), None)
    if of in (Kind.DATETIME, Kind.DATE) and type_ == DURATION:
        return arithmetic.between_instants if of is Kind.DATETIME else arithmetic.between_days
    return _FUNCTIONS.get((type(operator), of))


def _is_never_zero(divisor: Typed) -> bool:
    if divisor.constant is not None:
        return bool(divisor.constant)
    type_ = divisor.type
    if not isinstance(type_, Scalar):
        return False
    return (type_.min is not None and type_.min > 0) or (type_.max is not None and type_.max < 0)


_SIGNED: Final = frozenset({Kind.INT, Kind.DECIMAL, Kind.MONEY, Kind.DURATION})
_SIGNS_BEFORE: Final[Mapping[type[ast.unaryop], str]] = {ast.USub: "-", ast.UAdd: "+"}
_SIGNS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_REFUSED: Final[Mapping[type[ast.operator], str]] = {
    ast.Pow: '"**"',
    ast.BitAnd: '"&"',
    ast.BitXor: '"^"',
    ast.LShift: '"<<"',
    ast.RShift: '">>"',
    ast.MatMult: '"@"',
}
_FUNCTIONS: Final[Mapping[tuple[type[ast.operator], Kind | None], Callable[..., Any]]] = {
    (ast.Div, None): arithmetic.divide,
    (ast.FloorDiv, None): arithmetic.divide_whole,
    (ast.Mod, None): arithmetic.remainder,
    (ast.Add, Kind.DATETIME): arithmetic.move_instant,
    (ast.Sub, Kind.DATETIME): arithmetic.move_instant_back,
    (ast.Add, Kind.DATE): arithmetic.move_day,
    (ast.Sub, Kind.DATE): arithmetic.move_day_back,
    (ast.Add, Kind.DURATION): arithmetic.add_spans,
    (ast.Sub, Kind.DURATION): arithmetic.subtract_spans,
    (ast.Mult, Kind.DURATION): arithmetic.multiply_span,
}
