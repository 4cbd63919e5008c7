"""The walk over an expression's tree that types it, notes every fault, and writes the code that will run.

It knows nothing of YAML, and runs nothing: the code it writes reads declared fields and calls registered functions.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.conversions import find_converter
from engine.flow.expression.hints import choice_hint, filtered, mend_nothing
from engine.flow.expression.ranges import bounds_of, say_excess
from engine.flow.expression.source import Fault, Source
from engine.flow.expression.typed import FAULTY, Scope, Typed, name_code
from engine.flow.expression.typing_arithmetic import type_arithmetic, type_list, type_sign
from engine.flow.expression.typing_calls import type_call, type_filter
from engine.flow.expression.typing_compare import type_comparison
from engine.flow.expression.typing_logic import type_if, type_logic, type_not
from engine.flow.expression.typing_maps import type_empty_map, type_index
from engine.flow.expression.typing_names import type_constant, type_field, type_name
from engine.flow.expression.typing_rules import without_none
from engine.flow.types import BOOL, NOTHING, MapOf, Maybe, Nothing, Type, accepts, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Walk:
    """One expression's walk; `constants` are values that the code refers to by name."""

    source: Source
    scope: Scope
    faults: list[Fault] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.narrowed = self.scope.narrowed

    def visit(self, node: ast.expr) -> Typed:
        """Type a node."""
        kind: type[Any] = type(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return type_filter(self, node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return type_not(self, node)
        if kind in _TYPINGS:
            return _TYPINGS[kind](self, node)
        return self.refuse(node)

    def refuse(self, node: ast.expr) -> Typed:
        """Note that expressions cannot have what a node is."""
        what = _REFUSED.get(type(node), "this")
        mend = self._mend(node) or "let an action give what it is to compute"
        return self.fault("not-allowed", f"{what} cannot be used in an expression; {mend}", node)

    def _mend(self, node: ast.expr) -> str:
        """Say how that is written which other languages write with brackets."""
        match node:
            case ast.Set(elts=elements):
                return f'write a list: "[{", ".join(map(self.source.quote, elements))}]"'
            case ast.Subscript(
                value=value, slice=ast.Constant(value=str(name))
            ) if name.isidentifier():
                return f'write "{self.source.quote(value)}.{name}"'
            case _:
                return ""

    def condition(self, node: ast.expr) -> Typed:
        """Type a node that must be true or false."""
        typed = self.visit(node)
        if not typed.fine or typed.type == BOOL:
            return typed
        written = self.source.quote(node)
        message = f'"{written}" is {describe(typed.type)}, and a condition is true or false'
        if isinstance(typed.type, Maybe):
            return self.fault("maybe-none", f'{message}; write "{written} is not None"', node)
        return self.fault("wrong-type", f"{message}; compare it with a value", node)

    def fit(self, typed: Typed, expected: Type, node: ast.expr, what: str) -> ast.expr:
        """Check that a part has the type expected of `what`; return its code, converted where needed."""
        if not typed.fine:
            return typed.code
        if accepts(expected, typed.type):
            allowed = bounds_of(expected)
            is_empty = typed.type in (NOTHING, MapOf(NOTHING))
            if not is_empty and typed.range.exceeds(allowed):
                message = say_excess(self.source.quote(node), typed.range, allowed, expected)
                self.fault("out-of-bounds", message, node)
            return self.convert(typed.code, expected, typed.type)
        written = self.source.quote(node)
        inner = without_none(typed.type)
        if isinstance(typed.type, Maybe | Nothing) and accepts(expected, inner):
            self.fault(
                "maybe-none",
                f'{what} is {describe(expected)}, and "{written}" may be nothing here; {mend_nothing(self.source, node)}',
                node,
            )
            return typed.code
        message = f'{what} is {describe(expected)}, and "{written}" is {describe(typed.type)}'
        self.fault("wrong-type", message + choice_hint(expected, typed.type), node)
        return typed.code

    def fault(self, code: str, message: str, node: ast.expr | ast.keyword) -> Typed:
        """Note a fault of a node."""
        read = filtered(node)
        name = self.source.quote(read) if isinstance(read, ast.Attribute) else ""
        self.faults.append(Fault(code, message, *self.source.span(node), name))
        return FAULTY

    def fault_at_end(self, code: str, message: str, node: ast.Attribute) -> Typed:
        """Note a fault of the field that a node reads."""
        start, length = self.source.span(node)
        size = min(len(node.attr), length)
        self.faults.append(Fault(code, message, start + length - size, size))
        return FAULTY

    def misuse(self, typed: Typed, node: ast.expr, message: str) -> Typed:
        """Note that a value may be nothing, or else `message` with the type that it has."""
        written = self.source.quote(node)
        if isinstance(typed.type, Maybe):
            message = f'"{written}" may be nothing here; {mend_nothing(self.source, node)}'
            return self.fault("maybe-none", message, node)
        return self.fault("wrong-type", f"{message}, which is {describe(typed.type)}", node)

    @contextmanager
    def assuming(self, paths: frozenset[str]) -> Iterator[None]:
        """Hold paths to be not None for a while."""
        before = self.narrowed
        self.narrowed = before | paths
        try:
            yield
        finally:
            self.narrowed = before

    def refer(self, value: Any) -> ast.expr:
        """Return code that reads a value given to the compiled function."""
        name = f"constant_{id(value):x}"  # the same in every walk, so that their code can be joined
        self.constants[name] = value
        return name_code(name)

    def call(self, function: Callable[..., Any], *arguments: ast.expr) -> ast.expr:
        """Return code that calls a function of ours."""
        return ast.Call(self.refer(function), list(arguments), [])

    def convert(self, code: ast.expr, expected: Type, actual: Type) -> ast.expr:
        """Return code that makes a value of the expected type of one that it accepts."""
        converter = find_converter(expected, actual)
        return code if converter is None else self.call(converter, code)


_TYPINGS: Final[dict[type[ast.expr], Callable[[Walk, Any], Typed]]] = {
    ast.Constant: type_constant,
    ast.Name: type_name,
    ast.Attribute: type_field,
    ast.BoolOp: type_logic,
    ast.UnaryOp: type_sign,
    ast.BinOp: type_arithmetic,
    ast.Compare: type_comparison,
    ast.IfExp: type_if,
    ast.Call: type_call,
    ast.List: type_list,
    ast.Tuple: type_list,
    ast.Subscript: type_index,
    ast.Dict: type_empty_map,
}
_REFUSED: Final[dict[type[ast.expr], str]] = {
    ast.Lambda: '"lambda"',
    ast.ListComp: 'a loop with "for"',
    ast.SetComp: 'a loop with "for"',
    ast.DictComp: 'a loop with "for"',
    ast.GeneratorExp: 'a loop with "for"',
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: '":="',
    ast.Subscript: "an index in brackets",
    ast.Dict: "{ }",
    ast.Set: "{ }",
    ast.Starred: '"*"',
    ast.Await: '"await"',
    ast.Yield: '"yield"',
    ast.YieldFrom: '"yield"',
}
