"""The dotted paths that expressions read, and what each can be by its declared type.

It knows nothing of what is known beyond that.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.flow.expression.possible import (
    UNKNOWN,
    Possible,
    length_of_type,
    possible_of_type,
)
from engine.flow.expression.typed import Namespace
from engine.flow.types import Maybe, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.types import Type


type Names = Mapping[str, Type | Namespace]


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
