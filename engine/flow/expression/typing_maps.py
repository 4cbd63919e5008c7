"""Typing of maps: the value under a key, and the map that has none.

It knows no other brackets than those.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from engine.flow.expression.typed import FAULTY, Typed
from engine.flow.types import NOTHING, Choice, MapOf, Maybe, Scalar, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.expression.typing_walk import Walk


def type_index(walk: Walk, node: ast.Subscript) -> Typed:
    """Type the value of a map under a key, which may be missing; nothing else has an index."""
    before = len(walk.faults)
    owner = walk.visit(node.value)
    if not isinstance(owner.type, MapOf) or not owner.fine:
        if owner.fine or isinstance(node.value, ast.Name):
            del walk.faults[before:]
            return walk.refuse(node)
        return FAULTY
    key = walk.visit(node.slice)
    if not key.fine:
        return FAULTY
    if not isinstance(key.type, Scalar | Choice):
        written = walk.source.quote(node.slice)
        message = f'the key of a map is one value, and "{written}" is {describe(key.type)}'
        return walk.misuse(key, node.slice, message)
    inner = owner.type.item
    found = inner if isinstance(inner, Maybe) else Maybe(inner)
    return Typed(found, walk.call(look_up, owner.code, key.code))


def type_empty_map(walk: Walk, node: ast.Dict) -> Typed:
    """Type `{}`; maps with entries are made by controls and actions."""
    if node.keys:
        return walk.refuse(node)
    return Typed(MapOf(NOTHING), node)


def look_up(values: Mapping[str, Any], key: object) -> Any:
    """Return the value of a map under a key; None where there is none."""
    return values.get(str(key))
