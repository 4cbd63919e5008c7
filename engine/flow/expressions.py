"""The one expression language: text and scope to a typed, compiled expression, or to every fault in it.

It knows nothing of YAML, files or conversations.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from engine.actions import ActionKind
from engine.flow.annotations import type_of
from engine.flow.expression.conversions import find_bound
from engine.flow.expression.source import Fault, Source, parse_source
from engine.flow.expression.typed import Namespace, Scope, Typed
from engine.flow.expression.typing_walk import Walk
from engine.flow.meant import pair_names
from engine.flow.types import BOOL, NOTHING, Type, choose_from, describe, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.actions import Action, Catalog

__all__ = [
    "ActionCall",
    "Expression",
    "Fault",
    "Namespace",
    "Scope",
    "build_function",
    "compile_call",
    "compile_expression",
    "infer_expression",
    "sort_faults",
]


@dataclass(frozen=True)
class Expression:
    """A checked expression; `when_true` and `when_false` are dotted paths that are not None then.

    `code` reads the values of `constants` by name; it becomes a function when that is first wanted, as most of a check
    never runs what it looked at.
    """

    text: str
    type: Type
    code: ast.expr = field(repr=False, compare=False)
    constants: Mapping[str, Any] = field(repr=False, compare=False)
    when_true: frozenset[str] = frozenset()
    when_false: frozenset[str] = frozenset()

    @cached_property
    def evaluate(self) -> Callable[[Mapping[str, Any]], Any]:
        """The function of the environment, which never raises for values that fit their declared types."""
        return build_function(self.code, self.constants)


@dataclass(frozen=True, slots=True)
class ActionCall:
    """A compiled call of an action; `type` is that of its result, without the outcomes."""

    text: str
    action: Action
    type: Type
    arguments: Mapping[str, Expression]

    def evaluate(self, env: Mapping[str, Any]) -> dict[str, Any]:
        """Return the keyword arguments for the action."""
        return {name: argument.evaluate(env) for name, argument in self.arguments.items()}


def compile_expression(
    text: str, scope: Scope, *, expected: Type | None = None, what: str = "the value wanted here"
) -> tuple[Expression | None, tuple[Fault, ...]]:
    """Compile an expression, of the expected type where one is given; there is one or there are faults.

    `what` names in messages that which has the expected type.
    """
    source = Source(text)
    tree = parse_source(source)
    if isinstance(tree, Fault):
        return None, (tree,)
    walk = Walk(source, scope)
    typed = walk.condition(tree) if expected == BOOL else walk.visit(tree)
    expression = _finish(walk, tree, typed, expected, what)
    return expression, sort_faults(walk.faults)


def infer_expression(text: str, scope: Scope) -> Typed | None:
    """Type an expression without compiling it; None where it has faults."""
    source = Source(text)
    tree = parse_source(source)
    if isinstance(tree, Fault):
        return None
    walk = Walk(source, scope)
    typed = walk.visit(tree)
    return None if walk.faults or not typed.fine else typed


def compile_call(
    text: str, scope: Scope, catalog: Catalog, kind: ActionKind
) -> tuple[ActionCall | None, tuple[Fault, ...]]:
    """Compile a call such as `slots.free(day=data.day)` of an action of the kind; keyword arguments only."""
    source = Source(text)
    tree = parse_source(source)
    if isinstance(tree, Fault):
        return None, (tree,)
    walk = Walk(source, scope)
    action = _find_action(walk, tree, catalog, kind)
    arguments: dict[str, Expression] = {}
    if isinstance(tree, ast.Call):
        meant = _meant_arguments(tree, action)
        for argument in tree.args:
            name = meant.get(argument, "name")
            message = f'actions take arguments by name; write "{name}={source.quote(argument)}"'
            walk.fault("unknown-argument", message, argument)
        for keyword in tree.keywords:
            expression = _compile_argument(walk, keyword, action, meant.get(keyword, ""))
            if expression is not None and keyword.arg is not None:
                arguments[keyword.arg] = expression
        if action is not None:
            _check_missing(walk, tree, action, meant.values())
    if walk.faults or action is None:
        return None, sort_faults(walk.faults)
    result = NOTHING if action.result is None else type_of(action.result)
    return ActionCall(text, action, result, arguments), ()


def build_function(
    code: ast.expr, constants: Mapping[str, Any]
) -> Callable[[Mapping[str, Any]], Any]:
    """Make a function of `env` from code that a walk wrote; it sees its constants, and no builtins."""
    parameters = ast.arguments(
        posonlyargs=[], args=[ast.arg("env")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    tree = _placed(ast.Expression(ast.Lambda(parameters, code)))
    module = compile(tree, "<expression>", "eval", dont_inherit=True)
    inner = next(one for one in module.co_consts if isinstance(one, CodeType))
    return FunctionType(inner, {"__builtins__": {}, **constants})


def _placed(tree: ast.Expression) -> ast.Expression:
    """Give every node the same place; `ast.fix_missing_locations` takes twice as long to inherit them."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.expr | ast.keyword | ast.arg):
            node.lineno = node.end_lineno = 1
            node.col_offset = node.end_col_offset = 0
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting.extend(part for part in value if isinstance(part, ast.AST))
    return tree


_PLURALS: Final = {ActionKind.QUERY: "queries", ActionKind.COMMAND: "commands"}
_KIND_WORDS: Final = {ActionKind.QUERY: "query", ActionKind.COMMAND: "command"}


def sort_faults(faults: list[Fault]) -> tuple[Fault, ...]:
    """Order faults by place, each once."""
    unique = dict.fromkeys(faults)
    return tuple(sorted(unique, key=lambda fault: (fault.offset, fault.code, fault.message)))


def _finish(
    walk: Walk, node: ast.expr, typed: Typed, expected: Type | None, what: str
) -> Expression | None:
    code = typed.code
    if expected is not None:
        code = walk.fit(typed, expected, node, what)
    if walk.faults or not typed.fine:
        return None
    bound = find_bound(typed.type)
    constants = dict(walk.constants)
    if bound is not None and typed.path is None and typed.constant is None:
        constants["bound"] = bound
        typed_code = ast.Call(ast.Name("bound", ast.Load()), [typed.code], [])
        code = typed_code if code is typed.code else ast.Call(code.func, [typed_code], [])  # type: ignore[attr-defined]  # a conversion is a call
    return Expression(
        walk.source.text, typed.type, code, constants, typed.when_true, typed.when_false
    )


def _find_action(walk: Walk, tree: ast.expr, catalog: Catalog, kind: ActionKind) -> Action | None:
    word = _KIND_WORDS[kind]
    named = tree.func if isinstance(tree, ast.Call) else tree
    names = [name for name, action in catalog.items() if action.kind is kind]
    written = walk.source.quote(named)
    if not isinstance(named, ast.Attribute) or not isinstance(named.value, ast.Name):
        message = f'"{written}" is no call of a {word}; write "subject.verb(name=value)"; {_PLURALS[kind]} are {listed(names)}'
        walk.fault("unknown-action", message, tree)
        return None
    name = f"{named.value.id}.{named.attr}"
    action = catalog.get(name)
    if action is None:
        message = f'no {word} "{name}"{choose_from(name, names, _PLURALS[kind])}'
        walk.fault("unknown-action", message, named)
        return None
    if action.kind is not kind:
        message = f'"{name}" is a {_KIND_WORDS[action.kind]}, and a {word} is wanted here; {_PLURALS[kind]} are {listed(names)}'
        walk.fault("unknown-action", message, named)
        return None
    if not isinstance(tree, ast.Call):
        walk.fault("syntax", f'write "{name}({", ".join(_required(action))})" to call it', tree)
    return action


def _required(action: Action) -> list[str]:
    return [f"{one.name}=…" for one in action.parameters if one.required]


def _meant_arguments(tree: ast.Call, action: Action | None) -> Mapping[ast.expr | ast.keyword, str]:
    """Give the parameters that arguments without a name stand for by their place, and those that wrong names do."""
    parameters = action.parameters if action else ()
    names = [one.name for one in parameters]
    given = {keyword.arg for keyword in tree.keywords}
    left = [one for one in parameters if one.name not in given]
    nodes: list[ast.expr | ast.keyword] = [*tree.args]
    by_place = dict(zip(nodes, (one.name for one in left), strict=False))
    left = left[len(nodes) :]
    wrong = {one.arg: one for one in tree.keywords if one.arg and one.arg not in names}
    needed = [one.name for one in left if one.required]
    pairs = pair_names(wrong, needed, [one.name for one in left if not one.required])
    return {**by_place, **{wrong[name]: meant for name, meant in pairs.items()}}


def _compile_argument(
    walk: Walk, keyword: ast.keyword, action: Action | None, meant: str
) -> Expression | None:
    part = Walk(walk.source, walk.scope)
    typed = part.visit(keyword.value)
    if action is None:
        walk.faults.extend(part.faults)
        return None
    parameters = {one.name: one for one in action.parameters}
    parameter = parameters.get(keyword.arg or "")
    if parameter is None:
        name = keyword.arg or "**"
        hint = choose_from(name, parameters, "arguments", meant=meant)
        message = f'"{action.name}" takes no "{name}"{hint}'
        walk.faults.extend(part.faults)
        walk.fault("unknown-argument", message, keyword)
        return None
    expected = type_of(parameter.annotation)
    what = f'argument "{parameter.name}" of "{action.name}"'
    expression = _finish(part, keyword.value, typed, expected, what)
    walk.faults.extend(part.faults)
    return expression


def _check_missing(walk: Walk, tree: ast.Call, action: Action, meant: Iterable[str]) -> None:
    given = {*meant, *(keyword.arg for keyword in tree.keywords)}
    for parameter in action.parameters:
        if parameter.required and parameter.name not in given:
            type_ = describe(type_of(parameter.annotation))
            message = f'"{action.name}" lacks argument "{parameter.name}", {type_}; add "{parameter.name}=…"'
            walk.fault("missing-argument", message, tree.func)
