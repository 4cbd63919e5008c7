"""Typing of constants, names and fields.

It knows no operators; that a Maybe is known to be set here, the walk says.
"""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.flow.expression.functions import FUNCTIONS
from engine.flow.expression.habits import method_hint
from engine.flow.expression.typed import Namespace, Typed, item_code, name_code
from engine.flow.types import (
    BOOL,
    DECIMAL,
    INT,
    NOTHING,
    Choice,
    Maybe,
    Record,
    Type,
    choose_from,
    closest,
    describe,
    listed,
)
from engine.flow.values import LARGEST_INT

if TYPE_CHECKING:
    from engine.flow.expression.typing_walk import Walk


def type_constant(walk: Walk, node: ast.Constant) -> Typed:
    """Type a number, a text, True, False or None."""
    match node.value:
        case bool() | None as value:
            return Typed(NOTHING if value is None else BOOL, ast.Constant(value))
        case int() as number if number <= LARGEST_INT:
            return Typed(INT, ast.Constant(number), constant=number)
        case int():
            message = f'"{walk.source.quote(node)}" is above the largest number, {LARGEST_INT}'
            return walk.fault("not-allowed", message, node)
        case float():
            return _type_decimal(walk, node)
        case str() as text if not any("\ud800" <= one <= "\udfff" for one in text):
            return Typed(Choice(None, (text,)), ast.Constant(text))
        case _:
            message = f'"{walk.source.quote(node)}" cannot be used in an expression'
            return walk.fault("not-allowed", message, node)


def type_name(walk: Walk, node: ast.Name) -> Typed:
    """Type a name in scope."""
    found = walk.scope.names.get(node.id)
    if found is None:
        return _unknown_name(walk, node)
    if isinstance(found, Namespace):
        message = f'"{node.id}" is no value; read one of its names: {listed(found.fields)}'
        return walk.fault("wrong-type", message, node)
    return _narrow(walk, found, _read(walk, node.id), node.id)


def type_field(walk: Walk, node: ast.Attribute) -> Typed:
    """Type a declared field of a namespace or a record."""
    if isinstance(node.value, ast.Name):
        space = walk.scope.names.get(node.value.id)
        if isinstance(space, Namespace):
            return _type_in_namespace(walk, node, node.value.id, space)
    owner = walk.visit(node.value)
    if not owner.fine:
        return owner
    if isinstance(owner.type, Record) and node.attr in owner.type.fields:
        code = ast.Attribute(owner.code, node.attr, ast.Load())
        path = None if owner.path is None else f"{owner.path}.{node.attr}"
        return _narrow(walk, owner.type.fields[node.attr], code, path)
    return _no_field(walk, node, owner)


def _no_field(walk: Walk, node: ast.Attribute, owner: Typed) -> Typed:
    written = walk.source.quote(node.value)
    match owner.type:
        case Maybe(inner=Record(fields=fields)) if node.attr in fields:
            message = (
                f'"{written}" may be nothing here, so "{node.attr}" cannot be read; '
                f'check "{written} is not None" first'
            )
            return walk.fault("maybe-none", message, node.value)
        case Record(fields=fields) | Maybe(inner=Record(fields=fields)):
            hint = choose_from(node.attr, fields, "fields")
            message = f'"{written}" has no field "{node.attr}"{hint}'
        case other:
            message = (
                f'"{written}" is {describe(other)}, which has no fields'
                f"{method_hint(written, node.attr, other)}"
            )
    return walk.fault_at_end("unknown-field", message, node)


def _type_decimal(walk: Walk, node: ast.Constant) -> Typed:
    written = walk.source.quote(node)
    if _DECIMAL.fullmatch(written) is None:
        message = f'"{written}" is no decimal; write up to 15 digits, a point, and up to 12 digits'
        return walk.fault("syntax", message, node)
    number = Decimal(written)
    return Typed(DECIMAL, walk.refer(number), constant=number)


def _unknown_name(walk: Walk, node: ast.Name) -> Typed:
    name, names = node.id, walk.scope.names
    if name in FUNCTIONS:
        called = ", ".join(one.name for one in FUNCTIONS[name].parameters if one.required)
        message = f'"{name}" is a function; write "{name}({called})"'
        return walk.fault("wrong-type", message, node)
    inside = [
        f"{space}.{name}"
        for space, found in names.items()
        if isinstance(found, Namespace | Record) and name in found.fields
    ]
    names = {space: found for space, found in names.items() if space != "start_link"}
    meant = [_WORDS[name]] if name in _WORDS else sorted(inside)
    if meant:
        message = f'no name "{name}"; did you mean "{meant[0]}"? names are {listed(names)}'
    else:
        quoted = "" if closest(name, names) else f"; the text itself is written \"'{name}'\""
        elsewhere = _elsewhere(walk, name)
        message = f'no name "{name}"{elsewhere or choose_from(name, names, "names") + quoted}'
    return walk.fault("unknown-name", message, node)


def _elsewhere(walk: Walk, name: str) -> str:
    """Say where a name that is none here can be read, or which role was meant."""
    if name in _ELSEWHERE:
        return f" here; {_ELSEWHERE[name]}"
    user = walk.scope.names.get("user")
    role = user.fields.get("role") if isinstance(user, Record) else None
    if isinstance(role, Choice) and name in role.values:
        return f"; did you mean \"user.role == '{name}'\"?"
    return ""


def _type_in_namespace(walk: Walk, node: ast.Attribute, name: str, space: Namespace) -> Typed:
    if node.attr not in space.fields:
        message = f'"{name}" has no "{node.attr}"{choose_from(node.attr, space.fields, "names")}'
        return walk.fault_at_end("unknown-field", message, node)
    path = f"{name}.{node.attr}"
    if node.attr in space.unset and path not in walk.narrowed:
        message = (
            f'"{path}" is not set on every way to here; save it before, give it a default, '
            "or make it optional"
        )
        return walk.fault("maybe-unset", message, node)
    return _narrow(walk, space.fields[node.attr], item_code(_read(walk, name), node.attr), path)


def _read(walk: Walk, name: str) -> ast.expr:
    if name in walk.scope.loop_names:
        return name_code(f"loop_{name}")
    return item_code(name_code("env"), name)


def _narrow(walk: Walk, type_: Type, code: ast.expr, path: str | None) -> Typed:
    if isinstance(type_, Maybe) and path in walk.narrowed:
        type_ = type_.inner
    return Typed(type_, code, path)


_ELSEWHERE: Final = {
    "item": 'it is read in "button", "group", "key" and "save" of a choose',
    "items": 'it is read in "save" of a choose with "many"',
    "it": 'it is read in "allow" and "save" of an ask',
    "result": 'it is read in "save" of a do or a run',
    "search": 'it is read in a choose with "search"',
    "loop": "it is read in a loop",
    "offset": 'it is read in the query of a choose with "total"',
    "limit": 'it is read in the query of a choose with "total"',
}
_DECIMAL: Final = re.compile(r"\d{1,15}\.\d{1,12}")
_WORDS: Final = {
    "true": "True",
    "false": "False",
    "none": "None",
    "null": "None",
    "nothing": "None",
    "nil": "None",
    "undefined": "None",
    "yes": "True",
    "no": "False",
    "TRUE": "True",
    "FALSE": "False",
    "NULL": "None",
    "NONE": "None",
}
