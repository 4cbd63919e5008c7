"""What can stand at each place of a step: the name of a step or flow, a text, an expression.

It reads that from the schema by the names of keys, and knows no verb.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.actions import Catalog
from engine.flow.schemas.flow import flow_schema
from engine.flow.schemas.keys import NAME
from engine.flow.schemas.references import name_of_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

type Keys = tuple[str, ...]


class PlaceKind(StrEnum):
    """What stands at a place; a parameter of a fragment is one of these."""

    STEP = "step"
    FLOW = "flow"
    TEXT = "text"
    EXPRESSION = "expression"
    DATA = "data"


KIND_WORDS: Final = {
    PlaceKind.STEP: "a step",
    PlaceKind.FLOW: "a flow",
    PlaceKind.TEXT: "a text",
    PlaceKind.EXPRESSION: "an expression",
    PlaceKind.DATA: "a name of data",
}


def kind_at(keys: Keys) -> PlaceKind | None:
    """Tell what stands under these keys of a step or button, numbers of lists left out; None where no name or text can."""
    known, within = _kinds()
    above, outer = keys[-2:-1], keys[-3:-2]
    if above and above[0] in within and not (outer and outer[0] in within):
        return within[above[0]]
    return known.get(keys[-1]) if keys else None


def kind_of_key(keys: Keys) -> PlaceKind | None:
    """Tell what the names of the mapping under these keys are, where it is for its writer to choose them."""
    return PlaceKind.DATA if keys[-1:] == ("save",) else None


@lru_cache(maxsize=1)
def _kinds() -> tuple[Mapping[str, PlaceKind], Mapping[str, PlaceKind]]:
    """Give what stands under a key, and what stands under each name of the mapping under a key."""
    definitions = flow_schema(Catalog([]))["$defs"]
    known: dict[str, PlaceKind] = {}
    within: dict[str, PlaceKind] = {}
    for group in _reach(("step", "button", "control", "list", "pager", "target"), definitions):
        for key, named in _properties(definitions[group]):
            schema = resolve(named, definitions)
            if kind := _kind(key, named, definitions):
                known[key] = kind
            if _is_texts(schema):
                within[key] = PlaceKind.TEXT
            elif kind := _kind("", schema.get("additionalProperties") or {}, definitions):
                within[key] = kind
    return known, within


def _reach(groups: Iterable[str], definitions: Mapping[str, Any]) -> Iterator[str]:
    """Give definitions and those that they refer to, each once."""
    left, told = list(groups), set[str]()
    while left:
        if (name := left.pop(0)) not in told:
            told.add(name)
            yield name
            left.extend(_references(definitions[name]))


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from filter(None, [name_of_reference(schema)])
    inside = schema.values() if isinstance(schema, dict) else schema
    for inner in inside if isinstance(schema, dict | list) else ():
        yield from _references(inner)


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        named = schema.get("properties", {})
        yield from named.items()
        inside = (one for one in named.values() if not _is_texts(one))
        for inner in (*inside, *(schema[key] for key in schema if key != "properties")):
            yield from _properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _properties(inner)


def _is_texts(schema: Mapping[str, Any]) -> bool:
    """Tell whether a value is a text, or several under names of its own that are no places elsewhere."""
    named = schema.get("properties") or {}
    are_texts = [one.get("format") == "text" for one in named.values() if isinstance(one, dict)]
    return schema.get("type") == ["string", "array", "object"] or (
        bool(are_texts) and all(are_texts) and schema.get("type") == "object"
    )


def _kind(key: str, named: Mapping[str, Any], definitions: Mapping[str, Any]) -> PlaceKind | None:
    if name_of_reference(named) == "target":
        return PlaceKind.STEP
    schema = resolve(named, definitions)
    if schema.get("pattern") == NAME:
        return {"go": PlaceKind.STEP, "run": PlaceKind.FLOW}.get(key)
    types = schema.get("type")
    if isinstance(types, list):
        if schema.get("format") == "expression" or "null" in types:
            return PlaceKind.EXPRESSION
        is_texts = schema.get("items", {}).get("type") == "string" and "string" in types
        is_texts |= schema.get("format") == "text"  # or a label with its look
        is_texts |= types == ["string", "boolean"]  # false where there is none
        return PlaceKind.TEXT if is_texts else None
    if types != "string" or "enum" in schema or "pattern" in schema or key in _PATTERNS:
        return None
    return PlaceKind.TEXT if "minLength" in schema else PlaceKind.EXPRESSION


_PATTERNS: Final = frozenset({"pattern", "thumbnail"})
"""Keys of regular expressions and paths, which nobody but the engine reads."""
