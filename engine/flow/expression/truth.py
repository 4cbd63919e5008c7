"""Whether a condition can hold, and what is known where it does: expressions read with what values can be.

It knows syntax and types, nothing of steps; what it cannot tell it takes for possible.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.possible import (
    UNKNOWN,
    Possible,
    exactly,
    length_of_type,
    number_between,
    possible_of_type,
)
from engine.flow.expression.ranges import Range, range_of_sum
from engine.flow.expression.source import parse_text
from engine.flow.expression.typed import Namespace
from engine.flow.types import Maybe, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.flow.types import Type

type Names = Mapping[str, Type | Namespace]


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one place: of paths, and of comparisons as they are written."""

    paths: Mapping[str, Possible] = field(default_factory=dict)
    atoms: Mapping[str, bool] = field(default_factory=dict)

    def knowing(self, path: str, possible: Possible) -> State | None:
        """Give the state with more known of a path; None when it can be nothing any more."""
        if possible.is_impossible:
            return None
        return State({**self.paths, path: possible}, self.atoms)

    def joined(self, other: State) -> State:
        """Give what is known in both."""
        paths = {
            path: known if known is found else known.joined(found)
            for path, known in self.paths.items()
            if (found := other.paths.get(path))
        }
        atoms = {key: holds for key, holds in self.atoms.items() if other.atoms.get(key) is holds}
        return State(paths, atoms)

    def forgetting(self, paths: Iterable[str]) -> State:
        """Give what is still known when these paths, and what they hold, have changed."""
        changed = tuple(paths)
        if not changed or not (self.paths or self.atoms):
            return self
        held = tuple(f"{path}." for path in changed)
        return State(
            {
                path: known
                for path, known in self.paths.items()
                if not any(one in changed or one.startswith(held) for one in _names_in(path))
            },
            {
                key: holds
                for key, holds in self.atoms.items()
                if not any(one in changed or one.startswith(held) for one in _names_in(key))
            },
        )

    def keeping(self, roots: tuple[str, ...]) -> State:
        """Give what is known of paths that begin so, and nothing else."""
        paths = {
            path: known.timeless()
            for path, known in self.paths.items()
            if path.removeprefix("len(").startswith(roots)
        }
        atoms = {
            key: holds
            for key, holds in self.atoms.items()
            if all(name.startswith(roots) for name in _names_in(key))
        }
        return State(paths, atoms)


NOTHING_KNOWN: Final = State()
_NAMES: Final = re.compile(r"(?<![\w.])[^\W\d][\w.]*(?=[\w.(]*)")
_TEXTS: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_WORDS: Final = frozenset({"in", "is", "None", "len", "and", "or", "not"})


@lru_cache(1024)
def _names_in(written: str) -> frozenset[str]:
    """Give the dotted names that a path or a comparison reads."""
    return frozenset(_NAMES.findall(_TEXTS.sub("", written))) - _WORDS


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
            found = _sum(operator, value_of(left, state, names), value_of(right, state, names))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            found = value_of(inner, state, names).mirrored()
        case ast.Call(func=ast.Name(id=name), args=arguments) if name != "len":
            found = _call(name, [value_of(one, state, names) for one in arguments])
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


def path_of(node: ast.expr) -> str | None:
    """Give the dotted path that an expression reads, or `len(…)` of one."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            before = path_of(owner)
            return f"{before}.{name}" if before and not before.endswith(")") else None
        case ast.Call(func=ast.Name(id="len"), args=[argument]):
            inside = path_of(argument)
            return f"len({inside})" if inside else None
        case _:
            return None


def type_of_path(path: str, names: Names) -> Type | None:
    """Give the declared type of a dotted path."""
    first, *rest = path.split(".")
    found: Type | Namespace | None = names.get(first)
    for name in rest:
        if isinstance(found, Maybe):
            found = found.inner
        fields = found.fields if isinstance(found, Namespace | Record) else {}
        found = fields.get(name)
    return None if isinstance(found, Namespace) else found


def possible_of_path(path: str, names: Names) -> Possible:
    """Give what a dotted path, or `len(…)` of one, can be by its declared type."""
    if path.startswith("len("):
        type_ = type_of_path(path[4:-1], names)
        return length_of_type(type_) if type_ is not None else UNKNOWN
    type_ = type_of_path(path, names)
    return possible_of_type(type_) if type_ is not None else UNKNOWN


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


_OPPOSITES: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
}
_ORDERS: Final = frozenset({ast.Eq, ast.Lt, ast.LtE})


def _compare(  # noqa: PLR0913 - a comparison at a place
    left: ast.expr, operator: ast.cmpop, right: ast.expr, state: State, names: Names, *, holds: bool
) -> State | None:
    kind = type(operator)
    if kind in _OPPOSITES:
        kind, holds = _OPPOSITES[kind], not holds
    if kind is ast.LtE:
        # a <= b is not b < a.
        left, right, kind, holds = right, left, ast.Lt, not holds
    known = _know_atom(left, kind, right, state, holds=holds)
    if known is None:
        return None
    if kind is ast.Lt:
        return _order(left, right, known, names, holds=holds)
    if kind is ast.In:
        return _member(left, right, known, names, holds=holds)
    return _equal(left, right, known, names, holds=holds)


def _know_atom(
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
                kind = _OPPOSITES.get(type(operator), type(operator))
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


_SPANS: Final = {"days": 86400, "hours": 3600, "minutes": 60}


def _call(name: str, arguments: list[Possible]) -> Possible:
    if name in _SPANS and arguments:
        range_ = range_of_sum(ast.Mult(), arguments[0].range, Range(_SPANS[name], _SPANS[name]))
        return number_between(range_, whole=True, base="span")
    if name in ("today", "now"):
        return number_between(Range(0, 0), whole=True, base=name)
    compute = _EXTREMES.get(name)
    if compute is None or not arguments or len({one.base for one in arguments}) > 1:
        return UNKNOWN
    joined = arguments[0].range
    for one in arguments[1:]:
        joined = compute(joined, one.range)
    whole = all(one.whole for one in arguments)
    return number_between(joined, whole=whole, base=arguments[0].base)


_EXTREMES: Final[Mapping[str, Callable[[Range, Range], Range]]] = {
    "min": Range.least,
    "max": Range.greatest,
}


def _sum(operator: ast.operator, one: Possible, other: Possible) -> Possible:
    if not isinstance(operator, ast.Add | ast.Sub | ast.Mult | ast.Mod):
        return UNKNOWN
    is_text = any(isinstance(value, str) for each in (one, other) for value in each.values or ())
    is_moved = one.base in _MOMENTS and other.base == "span"
    is_alike = one.base == other.base and one.base not in _MOMENTS
    if is_text or not (is_moved or is_alike) or (is_moved and isinstance(operator, ast.Mult)):
        return UNKNOWN
    if one.base == "today" and not _is_days(other):
        return UNKNOWN
    range_ = range_of_sum(operator, one.range, other.range)
    return number_between(range_, whole=one.whole and other.whole, base=one.base)


_MOMENTS: Final = frozenset({"today", "now"})


def _is_days(span: Possible) -> bool:
    ends: tuple[Any, Any] = span.range.low, span.range.high
    return all(end is not None and end % 86400 == 0 for end in ends)
