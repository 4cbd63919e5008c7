"""Typing of function calls and filters: their arguments, by place and by name.

It knows no function by name; those are in `functions`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.flow.expression.conversions import find_bound
from engine.flow.expression.functions import FILTERS, FUNCTIONS, Operation, Parameter
from engine.flow.expression.habits import FILTERS as OTHER_FILTERS
from engine.flow.expression.habits import METHODS, function_hint, method_hint
from engine.flow.expression.hints import mend_default
from engine.flow.expression.typed import FAULTY, Typed, item_code, name_code
from engine.flow.expression.typing_links import START_LINK, type_start_link
from engine.flow.expression.typing_rules import without_none
from engine.flow.meant import pair_names
from engine.flow.types import Choice, Maybe, Nothing, Type, accepts, choose_from, describe, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.flow.expression.typing_walk import Walk


def type_call(walk: Walk, node: ast.Call) -> Typed:
    """Type `function(…)`."""
    if not isinstance(node.func, ast.Name):
        return _refuse_call(walk, node, node.func)
    name = node.func.id
    if name == START_LINK:
        return type_start_link(walk, node)
    if name in FUNCTIONS:
        return _Application(walk, FUNCTIONS[name], node).type([], node)
    given = [walk.visit(one) for one in node.args]
    for keyword in node.keywords:
        walk.visit(keyword.value)
    argument = walk.source.quote(node.args[0]) if node.args else ""
    hint = function_hint(name, argument, given[0].type if given else None)
    hint = hint or choose_from(name, (*FUNCTIONS, START_LINK), "functions")
    if name in FILTERS:
        more = "(…)" if node.args[1:] or node.keywords else ""
        hint = f'; it is a filter: write "{argument or 'value'} | {name}{more}"'
    return walk.fault("unknown-function", f'no function "{name}"{hint}', node.func)


def type_filter(walk: Walk, node: ast.BinOp) -> Typed:
    """Type `value | filter` and `value | filter(…)`."""
    if _is_ambiguous(walk, node):
        written = walk.source.quote(node.left)
        message = (
            f'it is not clear what the filter is for; write "({written}) | …", '
            "or parentheses around the value and its filter"
        )
        return walk.fault("not-allowed", message, node)
    value, called = walk.visit(node.left), node.right
    name = called.func if isinstance(called, ast.Call) else called
    if not isinstance(name, ast.Name):
        message = f'"{walk.source.quote(called)}" is no filter; set parentheses around the value and its filter'
        return walk.fault("not-allowed", message, called)
    call = called if isinstance(called, ast.Call) else ast.Call(name, [], [])
    if name.id in FILTERS:
        return _Application(walk, FILTERS[name.id], call).type([(value, node.left)], called)
    _visit_arguments(walk, call)
    hint = _filter_hint(name.id, walk.source.quote(node.left))
    return walk.fault("unknown-filter", f'no filter "{name.id}"{hint}', name)


def _filter_hint(name: str, written: str) -> str:
    """Say which filter, or function, a wrong one was meant to be."""
    if name in FUNCTIONS:
        return f'; it is a function: write "{name}({written})"'
    meant = OTHER_FILTERS.get(name, "")
    if name in METHODS and not meant:
        return f'; write "{METHODS[name].format(written)}"'
    if name in ("safe", "escape", "e"):
        return "; values are made safe by themselves, so leave it out"
    return choose_from(name, FILTERS, "filters", meant=meant)


def _is_ambiguous(walk: Walk, node: ast.BinOp) -> bool:
    """Tell whether a filter follows arithmetic without parentheses, which Jinja2 reads otherwise than Python."""
    left = node.left
    is_filter = isinstance(left, ast.BinOp) and isinstance(left.op, ast.BitOr)
    if is_filter or not isinstance(left, ast.BinOp | ast.UnaryOp):
        return False
    return walk.source.span(left)[0] == walk.source.span(node)[0]


def _refuse_call(walk: Walk, node: ast.Call, called: ast.expr) -> Typed:
    _visit_arguments(walk, node)
    hint = ""
    if isinstance(called, ast.Attribute):
        root = called.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id in walk.scope.names:
            owner = walk.visit(called.value)
            if not owner.fine:
                return owner
            hint = method_hint(walk.source.quote(called.value), called.attr, owner.type)
        elif called.attr in FUNCTIONS and not FUNCTIONS[called.attr].parameters:
            hint = f'; write "{called.attr}()"'
    can = f"; functions are {listed((*FUNCTIONS, START_LINK))}, and actions are called in "
    message = f'"{walk.source.quote(called)}" cannot be called here'
    return walk.fault("not-allowed", message + (hint or f'{can}"choose", "load" and "do"'), called)


def _visit_arguments(walk: Walk, node: ast.Call) -> None:
    for value in (*node.args, *(keyword.value for keyword in node.keywords)):
        walk.visit(value)


type _Value = tuple[Typed, ast.expr]


@cache
def _unless_nothing(run: Callable[..., Any], place: int) -> Callable[..., Any]:
    """Give what makes nothing of nothing at a place, and of anything else what `run` does; one for each, to be referred to."""

    def show(*arguments: Any, **forms: Any) -> Any:
        return None if arguments[place] is None else run(*arguments, **forms)

    return show


@dataclass(frozen=True, slots=True)
class _Given:
    parameter: Parameter
    typed: Typed
    node: ast.expr


class _Application:
    """One function or filter with the arguments it is given."""

    def __init__(self, walk: Walk, operation: Operation, call: ast.Call) -> None:
        self.walk = walk
        self.operation = operation
        self.call = call
        self.given: list[_Given] = []
        self.meant: set[str] = set()
        self.may_be_nothing = False

    def type(self, piped: list[_Value], place: ast.expr) -> Typed:
        """Match and check the arguments; `place` is where a missing one is noted."""
        before = len(self.walk.faults)
        values = [*piped, *((self.walk.visit(one), one) for one in self.call.args)]
        self.may_be_nothing = self._passes_nothing(piped)
        self._match_places(values, len(piped))
        self._match_names(len(values))
        self._check_missing(place)
        for given in self.given:
            self._check(given)
        if len(self.walk.faults) > before or not all(one.typed.fine for one in self.given):
            return FAULTY
        order = self.operation.parameters.index
        self.given.sort(key=lambda one: order(one.parameter))
        result = self.operation.result([self._type_of(one) for one in self.given])
        if result is None:
            return self._note_mixture(place)
        compute = self.operation.range
        ranges = [one.typed.range for one in self.given if not isinstance(one.typed.type, Nothing)]
        shown = Maybe(result) if self.may_be_nothing else result
        return Typed(shown, self._code(result), computed=compute(ranges) if compute else None)

    def _passes_nothing(self, piped: list[_Value]) -> bool:
        """Tell whether what a filter is for may be nothing, of which it makes nothing."""
        takes_nothing = (
            self.operation.parameters[:1] and self.operation.parameters[0].may_be_nothing
        )
        return bool(piped) and isinstance(piped[0][0].type, Maybe) and not takes_nothing

    def _is_filter_too(self, actual: Type) -> bool:
        """Tell whether a function was probably meant to be the filter of its name."""
        shown = FILTERS.get(self.operation.name, self.operation)
        return shown is not self.operation and any(
            accepts(one, actual) for one in shown.parameters[0].types
        )

    def _type_of(self, given: _Given) -> Type:
        is_piped = self.may_be_nothing and given.parameter is self.operation.parameters[0]
        return without_none(given.typed.type) if is_piped else given.typed.type

    def _note_mixture(self, place: ast.expr) -> Typed:
        quote = self.walk.source.quote
        shown = " and ".join(
            f'"{quote(one.node)}" is {describe(one.typed.type)}' for one in self.given
        )
        first, last = self.given[0], self.given[-1]
        value = (first.typed.type, first.node)
        mend = mend_default(self.walk.source, value, last.typed.type)
        message = f'"{self.operation.name}" takes values of one type; {shown}'
        return self.walk.fault("wrong-type", message + mend, place)

    def _match_places(self, values: list[_Value], piped: int) -> None:
        places = [one for one in self.operation.parameters if not one.by_name]
        for index, (typed, node) in enumerate(values):
            if index < len(places) or self.operation.repeats:
                self.given.append(_Given(places[min(index, len(places) - 1)], typed, node))
            elif self.operation.parameters[len(places) :]:
                self._name_places([one for _, one in values[len(places) :]])
                break
            else:
                most = len(places) - piped
                count = "one argument" if most == 1 else f"{most or 'no'} arguments"
                message = f'"{self.operation.name}" takes no more than {count}'
                if not most:
                    message = f'"{self.operation.name}" takes no arguments'
                self.walk.fault("unknown-argument", message, node)

    def _name_places(self, nodes: list[ast.expr]) -> None:
        """Say by which names the arguments that have none are given."""
        taken = [keyword.arg for keyword in self.call.keywords]
        names = [name for name in self.operation.usual if name not in taken][-len(nodes) :]
        quote = self.walk.source.quote
        shown = ", ".join(
            [
                *(f"{name}={quote(node)}" for name, node in zip(names, nodes, strict=False)),
                *map(quote, self.call.keywords),
            ]
        )
        message = f'"{self.operation.name}" takes its arguments by name; write "{self.operation.name}({shown})"'
        self.walk.fault("unknown-argument", message, nodes[0])
        self.meant.update(name for name in self.operation.usual if name not in taken)

    def _match_names(self, taken: int) -> None:
        names = {
            one.name: one
            for index, one in enumerate(self.operation.parameters)
            if one.by_name or (index >= taken and not self.operation.repeats)
        }
        waiting = dict(names)
        wrong = [one.arg or "" for one in self.call.keywords if one.arg not in names]
        given = {keyword.arg for keyword in self.call.keywords}
        left = [one for one in names.values() if one.name not in given | self.meant]
        needed = [one.name for one in left if one.required]
        meant = pair_names(wrong, needed, [one.name for one in left if not one.required])
        self.meant.update(meant.values())
        for keyword in self.call.keywords:
            typed = self.walk.visit(keyword.value)
            parameter = waiting.pop(keyword.arg or "", None)
            if parameter is None:
                name = keyword.arg or "**"
                hint = choose_from(name, names, "names", meant=meant.get(name, ""))
                message = f'"{self.operation.name}" takes no "{name}"{hint}'
                self.walk.fault("unknown-argument", message, keyword)
            else:
                self.given.append(_Given(parameter, typed, keyword.value))

    def _check_missing(self, place: ast.expr) -> None:
        left = list(self.given)
        for parameter in self.operation.parameters:
            found = next((one for one in left if one.parameter == parameter), None)
            if found is not None:
                left.remove(found)
            elif parameter.required and parameter.name not in self.meant:
                wanted = f", {parameter.describe()}" if parameter.describe() else ""
                message = f'"{self.operation.name}" lacks "{parameter.name}"{wanted}'
                self.walk.fault("missing-argument", message, place)

    def _check(self, given: _Given) -> None:
        parameter, actual = given.parameter, self._type_of(given)
        if not given.typed.fine or parameter.may_be_nothing:
            return
        if any(accepts(wanted, actual) for wanted in parameter.types):
            return
        if parameter.fits is not None and parameter.fits(actual):
            return
        words = [word for one in parameter.types if isinstance(one, Choice) for word in one.values]
        if words and isinstance(actual, Choice):
            wrong = next(word for word in actual.values if word not in words)
            hint = choose_from(wrong, words, f'values of "{parameter.name}"')
            message = f'"{self.operation.name}" takes no "{wrong}"{hint}'
            self.walk.fault("wrong-type", message, given.node)
            return
        written = self.walk.source.quote(given.node)
        message = f'"{self.operation.name}" takes {parameter.describe()}, not "{written}"'
        if self._is_filter_too(actual):
            message = f'to show it write "{written} | {self.operation.name}"; {message}'
        self.walk.misuse(given.typed, given.node, message)

    def _code(self, result: Type) -> ast.expr:
        formats = [item_code(name_code("env"), "formats")] if self.operation.localized else []
        by_place = [
            self._united(one.typed, result) for one in self.given if not one.parameter.by_name
        ]
        by_name = [
            ast.keyword(one.parameter.name, self._bounded(one.typed))
            for one in self.given
            if one.parameter.by_name
        ]
        run = self.operation.run
        if self.may_be_nothing:
            run = _unless_nothing(run, len(formats))
        return ast.Call(self.walk.refer(run), [*formats, *by_place], by_name)

    def _united(self, typed: Typed, result: Type) -> ast.expr:
        """Make an argument that the operation may give as it is a value of the result's type."""
        code = self._bounded(typed)
        return self.walk.convert(code, result, typed.type) if self.operation.unites else code

    def _bounded(self, typed: Typed) -> ast.expr:
        """Bring what was computed into range, so that functions need not care how large it became."""
        bound = find_bound(typed.type)
        if bound is None or typed.path is not None or typed.constant is not None:
            return typed.code
        return self.walk.call(bound, typed.code)
