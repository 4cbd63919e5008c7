"""The part of a JSON Schema that is about a place of a file: which keys it can have and what they mean.

It knows the keywords that the schemas of flows use, and no YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.flow.schemas.references import name_of_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

type Schema = Mapping[str, Any]

TELLING: Final = frozenset({"type", "enum", "properties", "if"})
"""Keywords that say what a value is; others only say what it means."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What one file of a kind can hold."""

    root: Schema

    def at(self, path: tuple[str | int, ...], beside: Collection[str] = ()) -> Schema:
        """Give the schema of the value at a path; `beside` are keys of the mapping it is in, which tell the verb."""
        found: Schema = self.root
        for number, part in enumerate(path):
            keys = beside if number == len(path) - 1 else ()
            found = self._step(found, part, keys)
        return self.resolve(found)

    def keys(self, schema: Schema, present: Collection[str] = ()) -> Mapping[str, Schema]:
        """Give the keys that a mapping can have besides those present, with their schemas."""
        keys: dict[str, Schema] = {}
        for one in self._parts(schema, present):
            for key, value in one.get("properties", {}).items():
                keys[key] = {**self.resolve(value), **keys.get(key, {})}
        return {key: value for key, value in keys.items() if key not in present}

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference; what stands beside it goes first."""
        name = name_of_reference(schema)
        found = resolve(schema, self.root.get("$defs", {}))
        return {**found, "x-definition": name} if name else found

    def _step(self, schema: Schema, part: str | int, beside: Collection[str]) -> Schema:
        found = list(self._steps(schema, part, beside if isinstance(part, str) else ()))
        return next((one for one in found if one.keys() & TELLING), found[0] if found else {})

    def _steps(self, schema: Schema, part: str | int, beside: Collection[str]) -> Iterator[Schema]:
        """Give the schemas of one part of a value in each branch that has it."""
        for one in self._parts(schema, beside):
            if isinstance(part, int):
                found = one.get("items")
            elif part in one.get("properties", {}):
                found = one["properties"][part]
            elif isinstance(one.get("additionalProperties"), dict):
                found = one["additionalProperties"]
            else:
                patterns = one.get("patternProperties", {}).items()
                found = next((value for key, value in patterns if re.search(key, part)), None)
            if isinstance(found, dict):
                yield self.resolve(found)

    def _parts(self, schema: Schema, present: Collection[str]) -> Iterator[Schema]:
        """Give a schema and those of its branches that fit the keys that are there; all where none does."""
        schema = self.resolve(schema)
        yield schema
        condition = schema.get("if")
        if condition is not None:
            required = set(condition.get("required", ()))
            both = [name for name in ("then", "else") if name in schema]
            if required and present:
                both = ["then"] if required & set(present) else ["else"]
            for name in both:
                if name in schema:
                    yield from self._parts(schema[name], present)
        for keyword in ("anyOf", "oneOf", "allOf"):
            for one in schema.get(keyword, ()):
                if "not" not in one:
                    yield from self._parts(one, present)
