"""Comparisons as they are noted in a state: in one spelling, with what follows from each.

It knows nothing of what the sides of a comparison can be.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.flow.expression.paths import path_of
from engine.flow.expression.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


OPPOSITES: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
}
_ORDERS: Final = frozenset({ast.Eq, ast.Lt, ast.LtE})


def know_atom(
    left: ast.expr, kind: type[ast.cmpop], right: ast.expr, state: State, *, holds: bool
) -> State | None:
    """Note a comparison as it is written, with what follows from it; None when the contrary is known."""
    if (
        isinstance(right, ast.Constant | ast.List | ast.Tuple)
        and path_of(left)
        and kind is not ast.Eq
    ):
        return state
    one, other = _written(left), _written(right)
    facts = {_key(one, kind, other): holds}
    if kind is ast.Lt and holds:
        facts |= {_key(other, kind, one): False, _key(one, ast.Eq, other): False}
    elif kind is ast.Eq and holds:
        facts |= {_key(one, ast.Lt, other): False, _key(other, ast.Lt, one): False}
    if any(state.atoms.get(key, fact) is not fact for key, fact in facts.items()):
        return None
    return State(state.paths, {**state.atoms, **facts})


def atoms_of(condition: ast.expr) -> Iterator[str]:
    """Give the comparisons of a condition, and what follows from them, as they are noted in a state."""
    for node in ast.walk(condition):
        if isinstance(node, ast.Compare):
            written = [_written(side) for side in (node.left, *node.comparators)]
            for one, operator, other in zip(written, node.ops, written[1:], strict=False):
                kind = OPPOSITES.get(type(operator), type(operator))
                for noted in (ast.Lt, ast.Eq) if kind in _ORDERS else (kind,):
                    yield _key(one, noted, other)
                    yield _key(other, noted, one)


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return repr(node.value)
    return path_of(node) or ast.unparse(node)


def _key(one: str, kind: type[ast.cmpop], other: str) -> str:
    if kind is ast.Eq and other < one:
        one, other = other, one
    sign = {ast.Lt: "<", ast.Eq: "==", ast.Is: "is", ast.In: "in"}.get(kind, "?")
    return f"{one} {sign} {other}"
