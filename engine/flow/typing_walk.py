"""The walk over an expression's tree that types it, finds every fault, and writes the code that will run.

It knows nothing of YAML, and runs nothing: the code it writes reads declared fields and calls registered functions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from engine.flow import arithmetic
from engine.flow.expression_source import Fault, Source
from engine.flow.functions import FILTERS, FUNCTIONS, Operation, Parameter
from engine.flow.types import (
    BOOL,
    DECIMAL,
    INT,
    MONEY,
    NOTHING,
    Choice,
    Kind,
    ListOf,
    Maybe,
    Nothing,
    Record,
    Scalar,
    Type,
    accepts,
    describe,
    listed,
    suggest,
)
from engine.flow.typing_rules import (
    are_comparable,
    are_ordered,
    arithmetic as arithmetic_type,
    is_text,
    unite,
    without_none,
)
from engine.flow.values import LARGEST_DECIMAL, LARGEST_INT

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Namespace:
    """Names under one word, such as `data`; those in `unset` exist, but are not surely set here."""

    fields: Mapping[str, Type]
    unset: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can read; `narrowed` are dotted paths known to be not None here.

    `loop_names` are those that a `{% for %}` binds: the compiled code finds them beside `env`, not in it.
    """

    names: Mapping[str, Type | Namespace]
    narrowed: frozenset[str] = frozenset()
    loop_names: frozenset[str] = frozenset()


NOWHERE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked part: its type (None when it has a fault), its code, and what it proves to be not None."""

    type: Type | None
    code: ast.expr
    path: str | None = None
    when_true: frozenset[str] = NOWHERE
    when_false: frozenset[str] = NOWHERE
    constant: Any = None


@dataclass
class Walk:
    """One expression's walk; `constants` are values that the code refers to by name."""

    source: Source
    scope: Scope
    faults: list[Fault] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._narrowed = self.scope.narrowed

    # -- what others call

    def visit(self, node: ast.expr) -> Typed:
        """Type a node."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.BoolOp():
                return self._bool(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp(op=ast.BitOr()):
                return self._filter(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return self._if(node)
            case ast.Call():
                return self._call(node)
            case ast.List() | ast.Tuple():
                return self._list(node)
            case _:
                what = _REFUSED.get(type(node), "this")
                return self.fault("not-allowed", f"{what} cannot be used in an expression", node)

    def condition(self, node: ast.expr) -> Typed:
        """Type a node that must be true or false."""
        typed = self.visit(node)
        if typed.type is None or typed.type == BOOL:
            return typed
        written = self.source.quote(node)
        if isinstance(typed.type, Maybe):
            message = (
                f'"{written}" is {describe(typed.type)}, and a condition is true or false; '
                f'write "{written} is not None"'
            )
            return self.fault("maybe-none", message, node)
        message = (
            f'"{written}" is {describe(typed.type)}, and a condition is true or false; compare it'
        )
        return self.fault("wrong-type", message, node)

    def fit(self, typed: Typed, expected: Type, node: ast.expr, what: str) -> ast.expr:
        """Check that a part has the type expected of `what`; return its code, converted where needed."""
        if typed.type is None:
            return typed.code
        if not accepts(expected, typed.type):
            written = self.source.quote(node)
            if isinstance(typed.type, Maybe | Nothing) and accepts(
                expected, without_none(typed.type)
            ):
                message = f'{what} is {describe(expected)}, and "{written}" may be nothing here; {_mend(written)}'
                self.fault("maybe-none", message, node)
                return typed.code
            hint = _choice_hint(expected, typed.type)
            message = (
                f'{what} is {describe(expected)}, and "{written}" is {describe(typed.type)}{hint}'
            )
            self.fault("wrong-type", message, node)
            return typed.code
        return self._convert(typed.code, expected, typed.type)

    def fault(self, code: str, message: str, node: ast.expr | ast.keyword) -> Typed:
        """Note a fault; the part it is in has no type, so that nothing else is said of it."""
        self.faults.append(Fault(code, message, *self.source.span(node)))
        return Typed(None, ast.Constant(None))

    @contextmanager
    def assuming(self, paths: frozenset[str]) -> Iterator[None]:
        """Hold paths to be not None for a while."""
        before = self._narrowed
        self._narrowed = before | paths
        try:
            yield
        finally:
            self._narrowed = before

    # -- names and fields

    def _constant(self, node: ast.Constant) -> Typed:
        match node.value:
            case bool():
                return Typed(BOOL, node)
            case None:
                return Typed(NOTHING, node)
            case int() as number:
                if number > LARGEST_INT:
                    message = (
                        f"{self.source.quote(node)} is too large; the largest is {LARGEST_INT}"
                    )
                    return self.fault("not-allowed", message, node)
                return Typed(INT, node, constant=number)
            case float():
                return self._decimal(node)
            case str() as text:
                if any("\ud800" <= character <= "\udfff" for character in text):
                    return self.fault("syntax", "half of a surrogate pair is no text", node)
                return Typed(Choice(None, (text,)), node, constant=text)
            case _:
                message = f'"{self.source.quote(node)}" cannot be used in an expression'
                return self.fault("not-allowed", message, node)

    def _decimal(self, node: ast.Constant) -> Typed:
        written = self.source.quote(node)
        if re.fullmatch(r"\d{1,15}\.\d{1,12}", written) is None:
            message = (
                f'"{written}" is no decimal; write up to 15 digits, a point, and up to 12 digits'
            )
            return self.fault("syntax", message, node)
        number = Decimal(written)
        return Typed(DECIMAL, self._refer(number), constant=number)

    def _refer(self, value: Any) -> ast.expr:
        name = f"constant_{len(self.constants)}"
        self.constants[name] = value
        return _name(name)

    def _name(self, node: ast.Name) -> Typed:
        name = node.id
        found = self.scope.names.get(name)
        match found:
            case None:
                return self._unknown_name(node)
            case Namespace(fields=fields):
                message = f'"{name}" is no value; read one of its names: {listed(fields)}'
                return self.fault("wrong-type", message, node)
            case _:
                return self._narrow(found, self._read(name), name)

    def _unknown_name(self, node: ast.Name) -> Typed:
        name, names = node.id, self.scope.names
        if name in FUNCTIONS:
            message = (
                f'"{name}" is a function; write "{name}({", ".join(_parameters(FUNCTIONS[name]))})"'
            )
            return self.fault("wrong-type", message, node)
        if name in _CONSTANT_WORDS:
            message = f'no name "{name}"; did you mean "{_CONSTANT_WORDS[name]}"?'
            return self.fault("unknown-name", message, node)
        inside = [
            f"{space}.{name}"
            for space, found in names.items()
            if isinstance(found, Namespace) and name in found.fields
        ]
        hint = f'; did you mean "{inside[0]}"?' if inside else suggest(name, names)
        return self.fault(
            "unknown-name", f'no name "{name}"{hint}; names are {listed(names)}', node
        )

    def _read(self, name: str) -> ast.expr:
        if name in self.scope.loop_names:
            return _name(f"loop_{name}")
        return ast.Subscript(_name("env"), ast.Constant(name), ast.Load())

    def _narrow(self, type_: Type, code: ast.expr, path: str | None) -> Typed:
        if isinstance(type_, Maybe) and path in self._narrowed:
            type_ = type_.inner
        return Typed(type_, code, path)

    def _attribute(self, node: ast.Attribute) -> Typed:
        if isinstance(node.value, ast.Name):
            space = self.scope.names.get(node.value.id)
            if isinstance(space, Namespace):
                return self._from_namespace(node, node.value.id, space)
        owner = self.visit(node.value)
        if owner.type is None:
            return owner
        written = self.source.quote(node.value)
        match owner.type:
            case Maybe(inner=Record(fields=fields)) if node.attr in fields:
                message = (
                    f'"{written}" may be nothing here, so "{node.attr}" cannot be read; '
                    f'check "{written} is not None" first'
                )
                return self.fault("maybe-none", message, node)
            case Record(fields=fields) | Maybe(inner=Record(fields=fields)):
                if node.attr not in fields:
                    message = (
                        f'"{written}" has no field "{node.attr}"{suggest(node.attr, fields)}; '
                        f"fields are {listed(fields)}"
                    )
                    return self._at_end("unknown-field", message, node)
                code = ast.Attribute(owner.code, node.attr, ast.Load())
                path = None if owner.path is None else f"{owner.path}.{node.attr}"
                return self._narrow(fields[node.attr], code, path)
            case other:
                message = f'"{written}" is {describe(other)}, which has no fields{_method_hint(node, written)}'
                return self._at_end("unknown-field", message, node)

    def _from_namespace(self, node: ast.Attribute, name: str, space: Namespace) -> Typed:
        if node.attr not in space.fields:
            message = (
                f'"{name}" has no "{node.attr}"{suggest(node.attr, space.fields)}; '
                f"names are {listed(space.fields)}"
            )
            return self._at_end("unknown-field", message, node)
        path = f"{name}.{node.attr}"
        if node.attr in space.unset and path not in self._narrowed:
            message = (
                f'"{path}" is not set on every way to here; save it before, give it a default, '
                "or make it optional"
            )
            return self.fault("maybe-unset", message, node)
        code = ast.Subscript(self._read(name), ast.Constant(node.attr), ast.Load())
        return self._narrow(space.fields[node.attr], code, path)

    def _at_end(self, code: str, message: str, node: ast.Attribute) -> Typed:
        start, length = self.source.span(node)
        size = len(node.attr)
        self.faults.append(Fault(code, message, start + max(length - size, 0), size))
        return Typed(None, ast.Constant(None))

    # -- conditions

    def _bool(self, node: ast.BoolOp) -> Typed:
        is_and = isinstance(node.op, ast.And)
        proven, escaped = NOWHERE, None
        codes, fine = [], True
        for value in node.values:
            with self.assuming(proven):
                typed = self.condition(value)
            fine = fine and typed.type is not None
            codes.append(typed.code)
            on, out = (
                (typed.when_true, typed.when_false)
                if is_and
                else (typed.when_false, typed.when_true)
            )
            left_here = proven | out
            escaped = left_here if escaped is None else escaped & left_here
            proven |= on
        result = ast.BoolOp(node.op, codes)
        when_true, when_false = (proven, escaped) if is_and else (escaped, proven)
        return Typed(
            BOOL if fine else None, result, None, when_true or NOWHERE, when_false or NOWHERE
        )

    def _unary(self, node: ast.UnaryOp) -> Typed:
        if isinstance(node.op, ast.Not):
            typed = self.condition(node.operand)
            code = ast.UnaryOp(ast.Not(), typed.code)
            return Typed(
                BOOL if typed.type else None, code, None, typed.when_false, typed.when_true
            )
        if isinstance(node.op, ast.Invert):
            return self.fault("not-allowed", '"~" cannot be used in an expression', node)
        typed = self.visit(node.operand)
        if typed.type is None:
            return typed
        sign = "-" if isinstance(node.op, ast.USub) else "+"
        if not isinstance(typed.type, Scalar) or typed.type.kind not in _SIGNED:
            written = self.source.quote(node.operand)
            return self._misuse(typed, node.operand, f'"{sign}" cannot stand before "{written}"')
        constant = None if typed.constant is None else -typed.constant
        if typed.type.kind is Kind.DURATION:
            code = self._call_code(arithmetic.multiply_span, typed.code, ast.Constant(-1))
            return Typed(Scalar(Kind.DURATION), code if sign == "-" else typed.code)
        return Typed(
            Scalar(typed.type.kind),
            ast.UnaryOp(node.op, typed.code),
            constant=constant if sign == "-" else typed.constant,
        )

    def _if(self, node: ast.IfExp) -> Typed:
        test = self.condition(node.test)
        with self.assuming(test.when_true):
            body = self.visit(node.body)
        with self.assuming(test.when_false):
            other = self.visit(node.orelse)
        if test.type is None or body.type is None or other.type is None:
            return Typed(None, ast.Constant(None))
        type_ = unite(body.type, other.type)
        if type_ is None:
            message = (
                f'"{self.source.quote(node.body)}" is {describe(body.type)} and '
                f'"{self.source.quote(node.orelse)}" is {describe(other.type)}; both must be of one type'
            )
            return self.fault("wrong-type", message, node)
        code = ast.IfExp(
            test.code,
            self._convert(body.code, type_, body.type),
            self._convert(other.code, type_, other.type),
        )
        return Typed(
            type_,
            code,
            None,
            (test.when_true | body.when_true) & (test.when_false | other.when_true),
            (test.when_true | body.when_false) & (test.when_false | other.when_false),
        )

    # -- comparisons

    def _compare(self, node: ast.Compare) -> Typed:
        left_node, left = node.left, self.visit(node.left)
        fine, proven, refuted = left.type is not None, NOWHERE, NOWHERE
        codes: list[ast.expr] = []
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.visit(right_node)
            pair = _Pair(operator, left, left_node, right, right_node)
            if left.type is None or right.type is None or not self._check_pair(pair):
                fine = False
            else:
                proven |= _proven(pair)
                refuted = _refuted(pair) if len(node.ops) == 1 else NOWHERE
            codes.append(right.code)
            left_node, left = right_node, right
        code = ast.Compare(self.code_of(node.left), node.ops, codes) if fine else ast.Constant(None)
        return Typed(BOOL if fine else None, code, None, proven, refuted)

    def code_of(self, node: ast.expr) -> ast.expr:
        """Return the code of a node already visited, without noting its faults again."""
        again = Walk(self.source, self.scope, [], self.constants)
        again._narrowed = self._narrowed
        return again.visit(node).code

    def _check_pair(self, pair: _Pair) -> bool:
        match pair.operator:
            case ast.Is() | ast.IsNot():
                return self._check_is(pair)
            case ast.Eq() | ast.NotEq():
                return self._check_equal(pair)
            case ast.In() | ast.NotIn():
                return self._check_in(pair)
            case _:
                return self._check_order(pair)

    def _check_is(self, pair: _Pair) -> bool:
        if pair.right.type == NOTHING and pair.right.path is None:
            return True
        equal = "==" if isinstance(pair.operator, ast.Is) else "!="
        message = f'"is" compares with None alone; write "{equal}"'
        self.fault("not-allowed", message, pair.right_node)
        return False

    def _check_equal(self, pair: _Pair) -> bool:
        left, right = pair.types()
        if NOTHING in (left, right):
            word = "is" if isinstance(pair.operator, ast.Eq) else "is not"
            node = pair.left_node if right == NOTHING else pair.right_node
            message = f'write "{self.source.quote(node)} {word} None" to compare with nothing'
            self.fault("not-allowed", message, pair.right_node)
            return False
        if are_comparable(left, right):
            return True
        self._incomparable(pair)
        return False

    def _incomparable(self, pair: _Pair) -> None:
        left, right = pair.types()
        one, other = without_none(left), without_none(right)
        for choice, literal, node, owner in (
            (one, other, pair.right_node, pair.left_node),
            (other, one, pair.left_node, pair.right_node),
        ):
            if (
                isinstance(choice, Choice)
                and isinstance(literal, Choice)
                and isinstance(node, ast.Constant)
            ):
                message = f'"{self.source.quote(owner)}" is never "{literal.values[0]}"{_choice_hint(choice, literal)}'
                self.fault("wrong-type", message, node)
                return
        message = (
            f'"{self.source.quote(pair.left_node)}" is {describe(left)} and '
            f'"{self.source.quote(pair.right_node)}" is {describe(right)}, which are never equal'
        )
        self.fault("wrong-type", message, pair.right_node)

    def _check_in(self, pair: _Pair) -> bool:
        left, right = pair.types()
        if isinstance(right, Maybe):
            return self._misuse(pair.right, pair.right_node, "").type is not None
        if isinstance(right, ListOf):
            return self._check_members(pair, right)
        if is_text(right):
            if is_text(left):
                return True
            written = self.source.quote(pair.left_node)
            message = f'"{written}" cannot be in a text'
            return self._misuse(pair.left, pair.left_node, message).type is not None
        written = self.source.quote(pair.right_node)
        message = f'"in" looks into a list or a text, and "{written}" is {describe(right)}'
        return self.fault("wrong-type", message, pair.right_node).type is not None

    def _check_members(self, pair: _Pair, within: ListOf) -> bool:
        left = pair.types()[0]
        if isinstance(pair.right_node, ast.List | ast.Tuple):
            fine = True
            for member in pair.right_node.elts:
                typed = Walk(self.source, self.scope).visit(member)
                one = _Pair(ast.Eq(), pair.left, pair.left_node, typed, member)
                if typed.type is not None and typed.type != NOTHING:
                    fine = self._check_equal(one) and fine
            return fine
        if are_comparable(left, within.item):
            return True
        message = (
            f'"{self.source.quote(pair.left_node)}" is {describe(left)}, which '
            f'"{self.source.quote(pair.right_node)}", a {describe(within)}, never holds'
        )
        self.fault("wrong-type", message, pair.left_node)
        return False

    def _check_order(self, pair: _Pair) -> bool:
        left, right = pair.types()
        if are_ordered(left, right):
            return True
        fine = True
        for typed, node, other in (
            (pair.left, pair.left_node, right),
            (pair.right, pair.right_node, left),
        ):
            if isinstance(typed.type, Maybe) and are_ordered(
                without_none(typed.type), without_none(other)
            ):
                fine = self._misuse(typed, node, "").type is not None and fine
        if not fine:
            return False
        message = (
            f'"{self.source.quote(pair.left_node)}" is {describe(left)} and '
            f'"{self.source.quote(pair.right_node)}" is {describe(right)}, which have no order'
        )
        self.fault("wrong-type", message, pair.right_node)
        return False

    def _misuse(self, typed: Typed, node: ast.expr, message: str) -> Typed:
        """Say that a value may be nothing, or else `message` with its type."""
        written = self.source.quote(node)
        if isinstance(typed.type, Maybe):
            return self.fault(
                "maybe-none", f'"{written}" may be nothing here; {_mend(written)}', node
            )
        type_ = describe(typed.type) if typed.type else ""
        return self.fault("wrong-type", f"{message}, which is {type_}", node)

    # -- arithmetic, lists

    def _arithmetic(self, node: ast.BinOp) -> Typed:
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            what = _REFUSED_OPERATORS.get(type(node.op), "this operator")
            self.visit(node.left)
            self.visit(node.right)
            return self.fault("not-allowed", f"{what} cannot be used in an expression", node)
        left, right = self.visit(node.left), self.visit(node.right)
        if left.type is None or right.type is None:
            return Typed(None, ast.Constant(None))
        type_ = arithmetic_type(node.op, left.type, right.type)
        if type_ is None:
            return self._no_arithmetic(node, sign, left, right)
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) and not _is_never_zero(right):
            written = self.source.quote(node.right)
            message = (
                f'"{written}" may be zero, and nothing can be divided by zero; divide by a number, '
                'or by data with "min: 1"'
            )
            return self.fault("not-allowed", message, node.right)
        return Typed(type_, self._arithmetic_code(node.op, left, right, type_))

    def _no_arithmetic(self, node: ast.BinOp, sign: str, left: Typed, right: Typed) -> Typed:
        one, other = left.type, right.type
        assert one is not None
        assert other is not None
        if arithmetic_type(node.op, without_none(one), without_none(other)) is not None:
            for typed, side in ((left, node.left), (right, node.right)):
                if isinstance(typed.type, Maybe):
                    self._misuse(typed, side, "")
            return Typed(None, ast.Constant(None))
        if sign == "*" and (
            isinstance(one, ListOf) or isinstance(other, ListOf) or is_text(one) or is_text(other)
        ):
            return self.fault("not-allowed", "a text or a list cannot be repeated", node)
        message = (
            f'"{sign}" cannot join "{self.source.quote(node.left)}", which is {describe(one)}, and '
            f'"{self.source.quote(node.right)}", which is {describe(other)}'
        )
        return self.fault("wrong-type", message, node)

    def _arithmetic_code(
        self, operator: ast.operator, left: Typed, right: Typed, type_: Type
    ) -> ast.expr:
        kinds = [one.type.kind for one in (left, right) if isinstance(one.type, Scalar)]
        run: Any = {
            ast.Div: arithmetic.divide,
            ast.FloorDiv: arithmetic.divide_whole,
            ast.Mod: arithmetic.remainder,
        }.get(type(operator))
        adds = isinstance(operator, ast.Add)
        if Kind.DATETIME in kinds:
            run = arithmetic.move_instant if adds else arithmetic.move_instant_back
            run = arithmetic.between_instants if type_ == Scalar(Kind.DURATION) else run
        elif Kind.DATE in kinds:
            run = arithmetic.move_day if adds else arithmetic.move_day_back
            run = arithmetic.between_days if type_ == Scalar(Kind.DURATION) else run
        elif Kind.DURATION in kinds:
            run = arithmetic.add_spans if adds else arithmetic.subtract_spans
            run = arithmetic.multiply_span if isinstance(operator, ast.Mult) else run
        if run is None:
            return ast.BinOp(left.code, operator, right.code)
        return self._call_code(run, left.code, right.code)

    def _list(self, node: ast.List | ast.Tuple) -> Typed:
        items = [self.visit(item) for item in node.elts]
        type_: Type | None = NOTHING
        for index, item in enumerate(items):
            if item.type is None or type_ is None:
                return Typed(None, ast.Constant(None))
            united = item.type if index == 0 else unite(type_, item.type)
            if united is None:
                message = (
                    f'"{self.source.quote(node.elts[index])}" is {describe(item.type)} in a list of '
                    f"{describe(type_)}; a list holds values of one type"
                )
                return self.fault("wrong-type", message, node.elts[index])
            type_ = united
        assert type_ is not None
        codes = [
            self._convert(item.code, type_, item.type) for item in items if item.type is not None
        ]
        return Typed(ListOf(type_), ast.List(codes, ast.Load()))

    # -- functions and filters

    def _call(self, node: ast.Call) -> Typed:
        if not isinstance(node.func, ast.Name):
            return self._refused_call(node)
        operation = FUNCTIONS.get(node.func.id)
        if operation is None:
            name = node.func.id
            hint = suggest(name, FUNCTIONS)
            if name in FILTERS:
                hint = f'; it is a filter: write "value | {name}"'
            message = f'no function "{name}"{hint}; functions are {listed(FUNCTIONS)}'
            self._visit_arguments(node)
            return self.fault("unknown-function", message, node.func)
        return self._apply(operation, [], node, node)

    def _refused_call(self, node: ast.Call) -> Typed:
        written = self.source.quote(node.func)
        self._visit_arguments(node)
        hint = (
            _method_hint(node.func, self.source.quote(node.func.value))
            if isinstance(node.func, ast.Attribute)
            else ""
        )
        message = (
            f'"{written}" cannot be called here{hint}; functions are {listed(FUNCTIONS)}, and actions '
            'are called in "choose", "load" and "do"'
        )
        return self.fault("not-allowed", message, node.func)

    def _visit_arguments(self, node: ast.Call) -> None:
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.visit(value)

    def _filter(self, node: ast.BinOp) -> Typed:
        if _is_ambiguous(self.source, node):
            written = self.source.quote(node.left)
            message = f'write "({written}) | …" or set parentheses around what the filter is for'
            return self.fault("not-allowed", message, node)
        value = self.visit(node.left)
        called = node.right
        name = called.func if isinstance(called, ast.Call) else called
        if not isinstance(name, ast.Name):
            written = self.source.quote(called)
            message = f'"{written}" is no filter; set parentheses around the part before it'
            return self.fault("not-allowed", message, called)
        operation = FILTERS.get(name.id)
        if operation is None:
            hint = suggest(name.id, FILTERS)
            if name.id in FUNCTIONS:
                hint = f'; it is a function: write "{name.id}({self.source.quote(node.left)})"'
            message = f'no filter "{name.id}"{hint}; filters are {listed(FILTERS)}'
            return self.fault("unknown-filter", message, name)
        call = called if isinstance(called, ast.Call) else ast.Call(name, [], [])
        return self._apply(operation, [(value, node.left)], call, called)

    def _apply(
        self,
        operation: Operation,
        piped: list[tuple[Typed, ast.expr]],
        call: ast.Call,
        place: ast.expr,
    ) -> Typed:
        before = len(self.faults)
        given = self._match_arguments(operation, piped, call, place)
        for parameter, typed, node in given:
            self._check_argument(operation, parameter, typed, node)
        if len(self.faults) > before or any(typed.type is None for _, typed, _ in given):
            return Typed(None, ast.Constant(None))
        types = [typed.type for _, typed, _ in given if typed.type is not None]
        result = operation.result(types)
        if result is None:
            shown = ", ".join(
                f'"{self.source.quote(node)}" is {describe(typed.type)}'
                for _, typed, node in given
                if typed.type is not None
            )
            message = f'"{operation.name}" takes values of one type; {shown}'
            return self.fault("wrong-type", message, place)
        formats = ast.Subscript(_name("env"), ast.Constant("formats"), ast.Load())
        arguments = [typed.code for parameter, typed, _ in given if not parameter.by_name]
        function = self._refer(operation.run)
        code = ast.Call(
            function,
            [formats, *arguments] if operation.localized else arguments,
            [
                ast.keyword(parameter.name, typed.code)
                for parameter, typed, _ in given
                if parameter.by_name
            ],
        )
        return Typed(result, code)

    def _match_arguments(
        self,
        operation: Operation,
        piped: list[tuple[Typed, ast.expr]],
        call: ast.Call,
        place: ast.expr,
    ) -> list[tuple[Parameter, Typed, ast.expr]]:
        values = [*piped, *((self.visit(argument), argument) for argument in call.args)]
        places = [one for one in operation.parameters if not one.by_name]
        given: list[tuple[Parameter, Typed, ast.expr]] = []
        for index, (typed, node) in enumerate(values):
            if index < len(places):
                given.append((places[index], typed, node))
            elif operation.repeats:
                given.append((places[-1], typed, node))
            else:
                message = f'"{operation.name}" takes no more than {_count_of(places, piped)}'
                self.fault("unknown-argument", message, node)
        named = places[len(values) :] if not operation.repeats else []
        self._match_named(operation, [*named, *_by_name(operation)], call, given)
        have = [id(parameter) for parameter, _, _ in given]
        for index, parameter in enumerate(operation.parameters):
            missing = len(values) <= index if operation.repeats else id(parameter) not in have
            if parameter.required and missing:
                message = f'"{operation.name}" lacks "{parameter.name}", {parameter.describe() or "a value"}'
                self.fault("missing-argument", message, place)
        order = [id(parameter) for parameter in operation.parameters]
        return (
            given if operation.repeats else sorted(given, key=lambda one: order.index(id(one[0])))
        )

    def _match_named(
        self,
        operation: Operation,
        open_: Sequence[Parameter],
        call: ast.Call,
        given: list[tuple[Parameter, Typed, ast.expr]],
    ) -> None:
        allowed = {parameter.name: parameter for parameter in open_}
        for keyword in call.keywords:
            typed = self.visit(keyword.value)
            parameter = allowed.pop(keyword.arg or "", None)
            if parameter is None:
                name = keyword.arg or "**"
                message = (
                    f'"{operation.name}" takes no "{name}"{suggest(name, allowed)}; '
                    f"names are {listed(one.name for one in open_)}"
                )
                self.fault("unknown-argument", message, keyword)
            else:
                given.append((parameter, typed, keyword.value))

    def _check_argument(
        self, operation: Operation, parameter: Parameter, typed: Typed, node: ast.expr
    ) -> None:
        if typed.type is None or parameter.may_be_nothing:
            return
        if any(accepts(wanted, typed.type) for wanted in parameter.types):
            return
        if parameter.fits is not None and parameter.fits(typed.type):
            return
        if isinstance(typed.type, Maybe):
            self._misuse(typed, node, "")
            return
        hint = _choice_hint(parameter.types[0], typed.type) if len(parameter.types) == 1 else ""
        message = (
            f'"{operation.name}" takes {parameter.describe()}, and "{self.source.quote(node)}" '
            f"is {describe(typed.type)}{hint}"
        )
        self.fault("wrong-type", message, node)

    # -- code

    def _call_code(self, function: Any, *arguments: ast.expr) -> ast.expr:
        return ast.Call(self._refer(function), list(arguments), [])

    def _convert(self, code: ast.expr, expected: Type, actual: Type) -> ast.expr:
        converter = find_converter(expected, actual)
        return code if converter is None else self._call_code(converter, code)


@dataclass(frozen=True, slots=True)
class _Pair:
    operator: ast.cmpop
    left: Typed
    left_node: ast.expr
    right: Typed
    right_node: ast.expr

    def types(self) -> tuple[Type, Type]:
        assert self.left.type is not None
        assert self.right.type is not None
        return self.left.type, self.right.type


def find_converter(expected: Type, actual: Type) -> Any:
    """Return what turns a value of `actual` into one of `expected`, or None where it is one already."""
    match expected, actual:
        case _, Nothing():
            return None
        case Maybe(inner=inner), _:
            convert = find_converter(inner, without_none(actual))
            return convert and (lambda value: None if value is None else convert(value))
        case Scalar(kind=Kind.DECIMAL | Kind.MONEY), Scalar(kind=Kind.INT):
            return arithmetic.bounded_decimal
        case Choice(python=python), Choice(python=other) if python not in (None, other):
            return python
        case ListOf(item=item, python=python), ListOf(item=given, python=made_of):
            convert = find_converter(item, given)
            if convert is not None:
                return lambda values: python(map(convert, values))
            return None if python is made_of else python
        case _:
            return None


def bounding(type_: Type) -> Any:
    """Return what brings the result of arithmetic into the range that flows keep, or None where nothing can."""
    match type_:
        case Scalar(kind=Kind.INT):
            return arithmetic.bounded_int
        case Scalar(kind=Kind.DECIMAL | Kind.MONEY):
            return arithmetic.bounded_decimal
        case Maybe(inner=inner) if (bound := bounding(inner)) is not None:
            return lambda value: None if value is None else bound(value)
        case _:
            return None


_SIGNED: Final = frozenset({Kind.INT, Kind.DECIMAL, Kind.MONEY, Kind.DURATION})
_SIGNS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_REFUSED_OPERATORS: Final[Mapping[type[ast.operator], str]] = {
    ast.Pow: '"**"',
    ast.BitAnd: '"&"; "and"',
    ast.BitXor: '"^"',
    ast.LShift: '"<<"',
    ast.RShift: '">>"',
    ast.MatMult: '"@"',
}
_REFUSED: Final[Mapping[type[ast.expr], str]] = {
    ast.Lambda: "a lambda",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: '":="',
    ast.Subscript: "an index in brackets",
    ast.Slice: "a slice",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.Starred: '"*"',
    ast.Await: '"await"',
    ast.Yield: '"yield"',
    ast.YieldFrom: '"yield"',
}
_CONSTANT_WORDS: Final = {
    "true": "True",
    "false": "False",
    "none": "None",
    "null": "None",
    "nothing": "None",
}


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _mend(written: str) -> str:
    return f'check "{written} is not None" first, or write "{written} | default(…)"'


def _choice_hint(expected: Type, actual: Type) -> str:
    expected = without_none(expected)
    if not isinstance(expected, Choice) or not isinstance(actual, Choice):
        return ""
    wrong = [value for value in actual.values if value not in expected.values]
    hint = suggest(wrong[0], expected.values) if wrong else ""
    return f"{hint}; values are {listed(expected.values)}"


def _method_hint(node: ast.Attribute, written: str) -> str:
    return f'; write "{written} | {node.attr}"' if node.attr in FILTERS else ""


def _parameters(operation: Operation) -> list[str]:
    return [parameter.name for parameter in operation.parameters if parameter.required]


def _by_name(operation: Operation) -> list[Parameter]:
    return [parameter for parameter in operation.parameters if parameter.by_name]


def _count_of(places: Sequence[Parameter], piped: Sequence[Any]) -> str:
    count = len(places) - len(piped)
    return "one argument" if count == 1 else f"{count or 'no'} arguments"


def _is_never_zero(divisor: Typed) -> bool:
    if divisor.constant is not None:
        return bool(divisor.constant)
    type_ = divisor.type
    return isinstance(type_, Scalar) and (
        (type_.min is not None and type_.min > 0) or (type_.max is not None and type_.max < 0)
    )


def _is_ambiguous(source: Source, node: ast.BinOp) -> bool:
    """Tell whether a filter stands behind arithmetic without parentheses, where Jinja2 reads it otherwise."""
    left = node.left
    is_arithmetic = (
        isinstance(left, ast.BinOp) and not isinstance(left.op, ast.BitOr)
    ) or isinstance(left, ast.UnaryOp)
    return is_arithmetic and source.span(left)[0] == source.span(node)[0]


def _proven(pair: _Pair) -> frozenset[str]:
    """Return the paths that are not None when the comparison is true."""
    left, right = pair.types()
    paths = set()
    match pair.operator:
        case ast.IsNot() if pair.left.path:
            paths.add(pair.left.path)
        case ast.Eq():
            if pair.left.path and not isinstance(right, Maybe | Nothing):
                paths.add(pair.left.path)
            if pair.right.path and not isinstance(left, Maybe | Nothing):
                paths.add(pair.right.path)
        case ast.In() if pair.left.path and isinstance(right, ListOf):
            if not isinstance(right.item, Maybe | Nothing):
                paths.add(pair.left.path)
        case _:
            pass
    return frozenset(paths)


def _refuted(pair: _Pair) -> frozenset[str]:
    """Return the paths that are not None when the comparison is false."""
    left, right = pair.types()
    if isinstance(pair.operator, ast.Is) and pair.left.path:
        return frozenset({pair.left.path})
    if isinstance(pair.operator, ast.NotEq):
        return _proven(_Pair(ast.Eq(), pair.left, pair.left_node, pair.right, pair.right_node))
    if isinstance(pair.operator, ast.NotIn) and isinstance(right, ListOf):
        return _proven(_Pair(ast.In(), pair.left, pair.left_node, pair.right, pair.right_node))
    del left
    return NOWHERE
