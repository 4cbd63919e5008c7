"""What a condition says of how large data are: `data.people < 6` makes them at most 5 where it holds.

It knows comparisons with whole numbers, joined by `and`; of any other condition it says nothing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.flow.expression.source import parse_text
from engine.flow.expressions import Namespace
from engine.flow.types import Kind, Maybe, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.types import Type

type Names = Mapping[str, Type | Namespace]


def narrow_bounds(names: Names, condition: str) -> Names:
    """Give the names of a scope with the bounds that hold where a condition is true."""
    narrowed = dict(names)
    for path, operator, number in _comparisons(condition):
        name, _, rest = path.partition(".")
        found = narrowed.get(name)
        if isinstance(found, Namespace) and rest in found.fields:
            bound = _bound(found.fields[rest], operator, number)
            narrowed[name] = Namespace({**found.fields, rest: bound}, found.unset)
        elif found is not None and not isinstance(found, Namespace) and not rest:
            narrowed[name] = _bound(found, operator, number)
    return narrowed


def _comparisons(condition: str) -> Iterator[tuple[str, type[ast.cmpop], int]]:
    """Give the path, operator and number of each comparison that must hold."""
    tree = parse_text(condition)
    is_all = isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And)
    for part in tree.values if isinstance(tree, ast.BoolOp) and is_all else [tree]:
        match part:
            case ast.Compare(
                left=left, ops=[operator], comparators=[ast.Constant(value=int(number))]
            ):
                yield ast.unparse(left), type(operator), number
            case ast.Compare(
                left=ast.Constant(value=int(number)), ops=[operator], comparators=[right]
            ):
                yield ast.unparse(right), _MIRRORED.get(type(operator), type(operator)), number


def _bound(type_: Type, operator: type[ast.cmpop], number: int) -> Type:
    if isinstance(type_, Maybe):
        return Maybe(_bound(type_.inner, operator, number))
    if not isinstance(type_, Scalar) or type_.kind is not Kind.INT:
        return type_
    low, high = type_.min, type_.max
    least = {ast.Gt: number + 1, ast.GtE: number, ast.Eq: number}.get(operator)
    most = {ast.Lt: number - 1, ast.LtE: number, ast.Eq: number}.get(operator)
    if least is not None:
        low = least if low is None else max(low, least)
    if most is not None:
        high = most if high is None else min(high, most)
    return Scalar(Kind.INT, low, high)


_MIRRORED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
}
