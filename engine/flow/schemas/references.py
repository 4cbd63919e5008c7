"""What `$ref` in a schema refers to: one of the schema's own definitions.

It knows nothing of what is defined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def name_of_reference(schema: Mapping[str, Any]) -> str:
    """Give the name of the definition that a schema refers to; "" where it refers to none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def resolve(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference; what stands beside it goes first."""
    name = name_of_reference(schema)
    if not name:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**resolve(definitions[name], definitions), **beside}
