"""Message texts: a strict subset of Jinja2, typed with the expression language, compiled to one function.

It knows neither where a text is kept nor which locale it is in.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from engine.flow.direction import FROM_HERE, MARKS, UP_TO_HERE
from engine.flow.expression.conversions import find_bound
from engine.flow.expression.hints import SHOWN_BY, mend_nothing
from engine.flow.expression.source import Fault, Source, parse_source
from engine.flow.expression.typed import FAULTY, Scope, Typed
from engine.flow.expression.typing_rules import is_text
from engine.flow.expression.typing_walk import Walk
from engine.flow.expressions import build_function, sort_faults
from engine.flow.extent import LONGEST_FORMAT, Size, rounds_of, size_of
from engine.flow.html import check_html
from engine.flow.template_source import (
    Code,
    For,
    If,
    Literal,
    Node,
    Output,
    moved,
    parse_template,
)
from engine.flow.template_watch import ask, watch
from engine.flow.types import (
    BOOL,
    INT,
    Choice,
    Kind,
    ListOf,
    Maybe,
    Nothing,
    Record,
    Scalar,
    Type,
    describe,
)
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

LOOPS_DEEP: Final = 2
"""A loop may stand in a loop, but not deeper: what a text costs stays bounded by what is listed."""


@dataclass(frozen=True)
class Template:
    """A checked text; its `code` becomes a function when that is first wanted, as that of an expression does.

    `asked` are the conditions of its blocks, `sizes` are the longest of what is put in, and the rounds of loops, by offset; with them it has at most `bound` units.
    """

    text: str
    code: ast.expr = field(repr=False, compare=False)
    constants: Mapping[str, Any] = field(repr=False, compare=False)
    sizes: Mapping[int, Size | int] = field(default_factory=dict, repr=False, compare=False)
    bound: int = field(default=0, repr=False, compare=False)
    asked: tuple[Code, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def render(self) -> Callable[[Mapping[str, Any]], str]:
        """The function that takes the environment and gives what is sent."""
        return build_function(self.code, self.constants)

    @cached_property
    def watched(self) -> Callable[[Mapping[str, Any]], str]:
        """The same, for an environment that has a WATCHER, which is told of each condition."""
        return build_function(watch(self.code), self.constants)


@dataclass(frozen=True, slots=True)
class Loop:
    """What `loop` is inside a `{% for %}`."""

    index: int
    first: bool
    last: bool


class Seen(dict[tuple[Any, ...], tuple[Typed, Walk]]):
    """What was typed already; translations share one, as most of their expressions are those of the original."""


def compile_template(
    text: str, scope: Scope, *, html: bool, seen: Seen | None = None, marks: bool = False
) -> tuple[Template | None, tuple[Fault, ...]]:
    """Compile a text; with `html` its values are escaped and its tags checked, with `marks` they keep their own direction. There is one or there are faults."""
    nodes, faults = parse_template(text)
    compiler = _Compiler(html, list(faults), Seen() if seen is None else seen, marks)
    code = compiler.body(nodes, scope)
    if html:
        compiler.faults.extend(check_html(nodes))
    if compiler.faults:
        return None, sort_faults(_without_set_names(text, compiler.faults))
    bound = utf16_length(text) * compiler.most_rounds + compiler.put_in
    asked = tuple(compiler.asked)
    return Template(text, code, compiler.constants, compiler.sizes, bound, asked), ()


def _without_set_names(text: str, faults: Iterable[Fault]) -> list[Fault]:
    """Leave out that names are unknown which `{% set %}` was meant to set: that is told once, at the block."""
    names = set(_SET.findall(text))
    return [
        fault
        for fault in faults
        if fault.code != "unknown-name"
        or text[fault.offset : fault.offset + fault.length] not in names
    ]


_SET: Final = re.compile(r"\{%-?\s*set\s+(\w+)")


def escape(text: str) -> str:
    """Escape a value for HTML as Jinja2 does; Telegram reads the numbers of both quotes."""
    if not _UNSAFE.isdisjoint(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return text.replace("'", "&#39;").replace('"', "&#34;")
    return text


_UNSAFE: Final = frozenset("&<>'\"")


def _is_in_tag(text: str, *, before: bool) -> bool:
    """Tell whether what follows a text stands within a tag; `before` whether the text does."""
    opened, closed = text.rfind("<"), text.rfind(">")
    return before if opened == closed else opened > closed


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rounds(values: Iterable[Any]) -> Iterable[tuple[Any, Loop]]:
    items = list(values)
    for index, item in enumerate(items, 1):
        yield item, Loop(index, index == 1, index == len(items))


_LOOP: Final = Record("loop", {"index": INT, "first": BOOL, "last": BOOL}, Loop)


@dataclass
class _Compiler:
    """Turns nodes into the code of one text; every `{{ }}` is typed in the scope of its branch."""

    html: bool
    faults: list[Fault]
    seen: Seen
    marks: bool = False
    is_in_tag: bool = False
    constants: dict[str, Any] = field(default_factory=dict)
    loops: int = 0
    rounds: int = 1
    most_rounds: int = 1
    put_in: int = 0
    sizes: dict[int, Size | int] = field(default_factory=dict)
    asked: list[Code] = field(default_factory=list)

    def body(self, nodes: Sequence[Node], scope: Scope) -> ast.expr:
        parts: list[ast.expr] = []
        for node in nodes:
            match node:
                case Literal(text=text):
                    self.is_in_tag = self.html and _is_in_tag(text, before=self.is_in_tag)
                    parts.append(ast.Constant(_unify_lines(text)))
                case Output():
                    shown = ast.FormattedValue(self._output(node, scope), -1, None)
                    parts += self._marked(shown)
                case If():
                    parts.append(ast.FormattedValue(self._if(node, scope), -1, None))
                case For():
                    parts.append(ast.FormattedValue(self._for(node, scope), -1, None))
        return ast.JoinedStr(parts)

    def _marked(self, shown: ast.expr) -> Sequence[ast.expr]:
        """Put marks of direction around a value, but for one within a tag, which is an address."""
        if not self.marks or self.is_in_tag:
            return (shown,)
        self.put_in += self.rounds * MARKS
        return (ast.Constant(FROM_HERE), shown, ast.Constant(UP_TO_HERE))

    def _walk(
        self, code: Code, scope: Scope, use: Callable[[Walk, ast.expr], Typed]
    ) -> tuple[Typed, Walk]:
        # The walk that is kept keeps the names alive, so that no others can have their identity.
        key = (code.text, use, id(scope.names), scope.narrowed, scope.loop_names)
        if key not in self.seen:
            self.seen[key] = _type(code.text, scope, use)
        typed, walk = self.seen[key]
        self.constants.update(walk.constants)
        self.faults.extend(moved(fault, code.offset) for fault in walk.faults)
        return typed, walk

    def _output(self, node: Output, scope: Scope) -> ast.expr:
        typed, _ = self._walk(node.code, scope, _printable)
        code = typed.code
        if not typed.fine:
            return code
        size = self.sizes[node.offset] = size_of(typed)
        self.put_in += self.rounds * max(size.most, LONGEST_FORMAT)
        if is_text(typed.type):
            return self._call(escape, code) if self.html else code
        bound = find_bound(typed.type)
        return code if bound is None or typed.path else self._call(bound, code)

    def _call(self, function: Any, argument: ast.expr) -> ast.expr:
        name = f"template_{function.__name__}"
        self.constants[name] = function
        return ast.Call(ast.Name(name, ast.Load()), [argument], [])

    def _if(self, node: If, scope: Scope) -> ast.expr:
        arms: list[tuple[Code, ast.expr, ast.expr]] = []
        otherwise: ast.expr = ast.Constant("")
        for branch in node.branches:
            if branch.condition is None:
                otherwise = self.body(branch.body, scope)
                break
            test, _ = self._walk(branch.condition, scope, _condition)
            self.asked.append(branch.condition)
            body = self.body(branch.body, _narrow(scope, test.when_true))
            arms.append((branch.condition, test.code, body))
            scope = _narrow(scope, test.when_false)
        for condition, test_code, body in reversed(arms):
            otherwise = ask(condition.text.strip(), test_code, body, otherwise)
        return otherwise

    def _for(self, node: For, scope: Scope) -> ast.expr:
        if self.loops == LOOPS_DEEP:
            message = f"loops nest deeper than {LOOPS_DEEP}; let a query give one list"
            self.faults.append(Fault("too-complex", message, node.offset, 2))
        values, _ = self._walk(node.values, scope, _iterable)
        item = values.type.item if values.fine and isinstance(values.type, ListOf) else None
        names = {name: type_ for name, type_ in scope.names.items() if name != node.name}
        if item is not None:
            names[node.name] = item
        inner = Scope(
            {**names, "loop": _LOOP},
            _without(scope, node.name),
            scope.loop_names | {node.name, "loop"},
        )
        self.loops += 1
        before, times = self.rounds, rounds_of(values)
        self.sizes[node.offset], self.rounds = times, before * times
        self.most_rounds = max(self.most_rounds, self.rounds)
        body = self.body(node.body, inner) if item is not None else ast.Constant("")
        self.loops, self.rounds = self.loops - 1, before
        target = ast.Tuple(
            [ast.Name(f"loop_{name}", ast.Store()) for name in (node.name, "loop")], ast.Store()
        )
        comprehension = ast.comprehension(target, self._call(_rounds, values.code), [], 0)
        joined = ast.Attribute(ast.Constant(""), "join", ast.Load())
        return ast.Call(joined, [ast.ListComp(body, [comprehension])], [])


def _type(text: str, scope: Scope, use: Callable[[Walk, ast.expr], Typed]) -> tuple[Typed, Walk]:
    walk = Walk(Source(text), scope)
    tree = parse_source(walk.source)
    if isinstance(tree, Fault):
        walk.faults.append(tree)
        return FAULTY, walk
    return use(walk, tree), walk


def _narrow(scope: Scope, paths: frozenset[str]) -> Scope:
    return replace(scope, narrowed=scope.narrowed | paths) if paths else scope


def _without(scope: Scope, name: str) -> frozenset[str]:
    """Return what is known of other names than the one a loop is about to hide."""
    hidden = (f"{name}.", "loop.")
    return frozenset(
        path
        for path in scope.narrowed
        if path not in (name, "loop") and not path.startswith(hidden)
    )


def _condition(walk: Walk, tree: ast.expr) -> Typed:
    return _bare_choice(walk, tree) or walk.condition(tree)


def _bare_choice(walk: Walk, tree: ast.expr) -> Typed | None:
    """Refuse "a if b else c" that is all of a block: Jinja2 reads none there, and takes "if" after a loop for its own."""
    text = walk.source.text
    if not isinstance(tree, ast.IfExp) or walk.source.span(tree)[0] > len(text) - len(
        text.lstrip()
    ):
        return None
    message = f'"… if … else …" cannot be all of a block; write "({walk.source.quote(tree)})"'
    return walk.fault("not-allowed", message, tree)


def _iterable(walk: Walk, tree: ast.expr) -> Typed:
    if refused := _bare_choice(walk, tree):
        return refused
    typed = walk.visit(tree)
    if not typed.fine or isinstance(typed.type, ListOf):
        return typed
    written = walk.source.quote(tree)
    if isinstance(typed.type, Maybe) and isinstance(typed.type.inner, ListOf):
        message = f'"{written}" may be nothing here; check "{written} is not None" first'
        return walk.fault("maybe-none", message, tree)
    message = f'a loop goes over a list, and "{written}" is {describe(typed.type)}'
    return walk.fault("wrong-type", message, tree)


def _printable(walk: Walk, tree: ast.expr) -> Typed:
    typed = walk.visit(tree)
    if not typed.fine or is_text(typed.type):
        return typed
    if isinstance(typed.type, Scalar) and typed.type.kind is Kind.INT:
        return typed
    written = walk.source.quote(tree)
    if isinstance(typed.type, Maybe | Nothing):
        message = f'"{written}" may be nothing here; {mend_nothing(walk.source, tree, typed.type)}'
        return walk.fault("maybe-none", message, tree)
    return _unprintable(walk, tree, typed.type, written)


def _unprintable(walk: Walk, tree: ast.expr, type_: Type, written: str) -> Typed:
    match type_:
        case Scalar(kind=Kind.BOOL):
            mend = f"""write "'yes' if {written} else 'no'\""""
        case Scalar(kind=kind) if kind in SHOWN_BY:
            mend = f'write "{_in_parentheses(tree, written)} | {SHOWN_BY[kind]}"'
        case Record(fields=fields):
            mend = f'show one of its fields: {", ".join(f"{name}" for name in sorted(fields))}'
        case ListOf(item=Scalar(kind=Kind.INT) | Scalar(kind=Kind.TEXT) | Choice()):
            mend = f'write "{written} | join"'
        case _:
            mend = 'go through it with "{% for … %}"'
    message = f'"{written}" is {describe(type_)}, which has no text of its own; {mend}'
    return walk.fault("wrong-type", message, tree)


def _in_parentheses(tree: ast.expr, written: str) -> str:
    simple = ast.Name | ast.Attribute | ast.Call | ast.Constant
    is_filter = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitOr)
    return written if isinstance(tree, simple) or is_filter else f"({written})"
