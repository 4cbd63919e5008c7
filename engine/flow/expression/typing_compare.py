"""Typing of comparisons, with what each proves to be not None.

It knows no operators but these.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.expression.hints import choice_hint
from engine.flow.expression.typed import FAULTY, NOWHERE, Typed
from engine.flow.expression.typing_rules import are_comparable, are_ordered, is_text, without_none
from engine.flow.types import BOOL, NOTHING, Choice, ListOf, Maybe, Nothing, describe

if TYPE_CHECKING:
    from engine.flow.expression.typing_walk import Walk


def type_comparison(walk: Walk, node: ast.Compare) -> Typed:
    """Type a comparison, or a chain of them such as `1 < x <= 5`."""
    first = left = walk.visit(node.left)
    left_node = node.left
    fine, proven, refuted = left.fine, NOWHERE, NOWHERE
    codes: list[ast.expr] = []
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        if _asks_in_words(walk, operator, left_node, right_node):
            return FAULTY
        right = walk.visit(right_node)
        pair = _Pair(operator, left, left_node, right, right_node)
        if left.fine and right.fine and _check(walk, pair):
            proven |= _proven(pair)
            refuted = _refuted(pair) if len(node.ops) == 1 else NOWHERE
        else:
            fine = False
        codes.append(right.code)
        left_node, left = right_node, right
    if not fine:
        return FAULTY
    return Typed(BOOL, ast.Compare(first.code, node.ops, codes), None, proven, refuted)


def _asks_in_words(walk: Walk, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
    """Note a question such as `is defined` or `is not empty`, which Jinja2 has."""
    asked = right.id.lower() if isinstance(right, ast.Name) else ""
    if not isinstance(operator, ast.Is | ast.IsNot) or asked not in ("defined", "empty"):
        return False
    is_there = isinstance(operator, ast.Is) is (asked == "defined")
    written = walk.source.quote(left)
    mend = f"{written} is {'not ' if is_there else ''}None"
    if asked == "empty":
        mend += f'" or "len({written}) {">" if is_there else "=="} 0'
    walk.fault("not-allowed", f'"is" compares with None alone; write "{mend}"', right)
    return True


@dataclass(frozen=True, slots=True)
class _Pair:
    operator: ast.cmpop
    left: Typed
    left_node: ast.expr
    right: Typed
    right_node: ast.expr

    def swapped(self) -> _Pair:
        return _Pair(self.operator, self.right, self.right_node, self.left, self.left_node)


def _check(walk: Walk, pair: _Pair) -> bool:
    match pair.operator:
        case ast.Is() | ast.IsNot():
            return _check_is(walk, pair)
        case ast.Eq() | ast.NotEq():
            return _check_equal(walk, pair)
        case ast.In() | ast.NotIn():
            return _check_in(walk, pair)
        case _:
            return _check_order(walk, pair)


def _check_is(walk: Walk, pair: _Pair) -> bool:
    if pair.right.type == NOTHING and isinstance(pair.right_node, ast.Constant):
        return True
    equal = "==" if isinstance(pair.operator, ast.Is) else "!="
    mend = f'write "{equal}"'
    if isinstance(pair.right_node, ast.Constant) and isinstance(pair.right_node.value, bool):
        is_so = isinstance(pair.operator, ast.Is) is pair.right_node.value
        mend = f'write "{"" if is_so else "not "}{walk.source.quote(pair.left_node)}"'
    walk.fault("not-allowed", f'"is" compares with None alone; {mend}', pair.right_node)
    return False


def _check_equal(walk: Walk, pair: _Pair) -> bool:
    left, right = pair.left.type, pair.right.type
    if NOTHING in (left, right):
        word = "is" if isinstance(pair.operator, ast.Eq) else "is not"
        written = walk.source.quote(pair.left_node if right == NOTHING else pair.right_node)
        message = f'write "{written} {word} None" to compare with nothing'
        walk.fault("not-allowed", message, pair.right_node)
        return False
    if are_comparable(left, right):
        return True
    if not (_note_value(walk, pair) or _note_value(walk, pair.swapped())):
        message = (
            f'"{walk.source.quote(pair.left_node)}" is {describe(left)} and '
            f'"{walk.source.quote(pair.right_node)}" is {describe(right)}, which are never equal'
        )
        walk.fault("wrong-type", message, pair.right_node)
    return False


def _note_value(walk: Walk, pair: _Pair) -> bool:
    """Note that a choice on the left never has the value written on the right."""
    choice, literal = without_none(pair.left.type), pair.right.type
    if not isinstance(choice, Choice) or not isinstance(literal, Choice):
        return False
    if not isinstance(pair.right_node, ast.Constant):
        return False
    owner = walk.source.quote(pair.left_node)
    message = f'"{owner}" is never "{literal.values[0]}"{choice_hint(choice, literal)}'
    walk.fault("wrong-type", message, pair.right_node)
    return True


def _check_in(walk: Walk, pair: _Pair) -> bool:
    right, written = pair.right.type, walk.source.quote(pair.left_node)
    if isinstance(right, ListOf):
        return _check_members(walk, pair, right)
    if is_text(right):
        if is_text(pair.left.type):
            return True
        return walk.misuse(pair.left, pair.left_node, f'a text never holds "{written}"').fine
    within = walk.source.quote(pair.right_node)
    message = f'"in" looks into a list or a text, not into "{within}"'
    return walk.misuse(pair.right, pair.right_node, message).fine


def _check_members(walk: Walk, pair: _Pair, within: ListOf) -> bool:
    if pair.right.items:
        fine = [
            _check_equal(walk, _Pair(ast.Eq(), pair.left, pair.left_node, item, node))
            for item, node in pair.right.items
            if item.type != NOTHING
        ]
        return all(fine)
    if are_comparable(pair.left.type, within.item):
        return True
    message = (
        f'"{walk.source.quote(pair.left_node)}" is {describe(pair.left.type)}, which '
        f'"{walk.source.quote(pair.right_node)}", a {describe(within)}, never holds'
    )
    walk.fault("wrong-type", message, pair.left_node)
    return False


def _check_order(walk: Walk, pair: _Pair) -> bool:
    left, right = pair.left.type, pair.right.type
    if are_ordered(left, right):
        return True
    if are_ordered(without_none(left), without_none(right)):
        for typed, node in ((pair.left, pair.left_node), (pair.right, pair.right_node)):
            if isinstance(typed.type, Maybe):
                walk.misuse(typed, node, "")
        return False
    message = (
        f'"{walk.source.quote(pair.left_node)}" is {describe(left)} and '
        f'"{walk.source.quote(pair.right_node)}" is {describe(right)}, which have no order'
    )
    walk.fault("wrong-type", message, pair.right_node)
    return False


def _proven(pair: _Pair) -> frozenset[str]:
    """Return the paths that are not None when the comparison is true."""
    match pair.operator:
        case ast.IsNot():
            return _path(pair.left)
        case ast.Eq():
            return _path_unless_none(pair.left, pair.right) | _path_unless_none(
                pair.right, pair.left
            )
        case ast.In() if isinstance(pair.right.type, ListOf):
            is_sure = not isinstance(pair.right.type.item, Maybe | Nothing)
            return _path(pair.left) if is_sure else NOWHERE
        case _:
            return NOWHERE


def _refuted(pair: _Pair) -> frozenset[str]:
    """Return the paths that are not None when the comparison is false."""
    opposite: ast.cmpop
    match pair.operator:
        case ast.Is():
            opposite = ast.IsNot()
        case ast.NotEq():
            opposite = ast.Eq()
        case ast.NotIn():
            opposite = ast.In()
        case _:
            return NOWHERE
    return _proven(_Pair(opposite, pair.left, pair.left_node, pair.right, pair.right_node))


def _path(typed: Typed) -> frozenset[str]:
    return frozenset({typed.path}) if typed.path else NOWHERE


def _path_unless_none(typed: Typed, other: Typed) -> frozenset[str]:
    return NOWHERE if isinstance(other.type, Maybe | Nothing) else _path(typed)
