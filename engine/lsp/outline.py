"""The part of a JSON Schema that is about a place of a file: which keys it can have and what they mean.

It knows the keywords that the schemas of flows use, and no YAML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

type Schema = Mapping[str, Any]


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
                keys.setdefault(key, self.resolve(value))
        return {key: value for key, value in keys.items() if key not in present}

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference; what stands beside it goes first."""
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if not name:
            return schema
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**self.resolve(self.root["$defs"][name]), **beside, "x-definition": name}

    def _step(self, schema: Schema, part: str | int, beside: Collection[str]) -> Schema:
        for one in self._parts(schema, beside if isinstance(part, str) else ()):
            if isinstance(part, int) and isinstance(one.get("items"), dict):
                return self.resolve(one["items"])
            if isinstance(part, str):
                if part in one.get("properties", {}):
                    return self.resolve(one["properties"][part])
                if isinstance(one.get("additionalProperties"), dict):
                    return self.resolve(one["additionalProperties"])
                if part.startswith("/"):
                    for value in one.get("patternProperties", {}).values():
                        return self.resolve(value)
        return {}

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
