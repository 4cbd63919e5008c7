"""Which keys of windows, buttons and lines the examples of the gallery show, told by their titles in the schema of flows.

It knows nothing of what a key does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from jsonschema_rs import validator_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.widgets.gallery.entries import Entry

SCHEMA: Final[Mapping[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "docs" / "flow.schema.json").read_text()
)
_CHOICES: Final = ("anyOf", "oneOf", "allOf")
_BRANCHES: Final = ("if", "then", "else", "items", "additionalProperties")


def keys_of_steps() -> set[str]:
    """Return the titles of all keys that can stand in a step, such as `button.style`."""
    found = set[str]()
    _collect(SCHEMA["properties"]["steps"], found, set())
    return found


def keys_shown(entries: Iterable[Entry]) -> set[str]:
    """Return the titles of the keys that stand in the steps of examples."""
    found = set[str]()
    for entry in entries:
        steps = yaml.safe_load(entry.yaml)["steps"]
        found.update(_titles(steps, SCHEMA["properties"]["steps"]))
    return found


def _collect(part: Any, found: set[str], seen: set[str]) -> None:
    """Collect the titles of properties below a part of the schema."""
    if not isinstance(part, Mapping):
        return
    if (reference := part.get("$ref")) and reference not in seen:
        seen.add(reference)
        _collect(_resolve(reference), found, seen)
    for one in part.get("properties", {}).values():
        found.update({one["title"]} if "title" in one else ())
        _collect(one, found, seen)
    for name in _BRANCHES:
        _collect(part.get(name), found, seen)
    for one in (one for choice in _CHOICES for one in part.get(choice, ())):
        _collect(one, found, seen)


def _titles(node: Any, part: Any) -> Iterator[str]:
    """Yield the titles of the keys of a value, read with a part of the schema."""
    if not isinstance(part, Mapping):
        return
    for one in _parts(node, part):
        yield from _titles(node, one)
    if isinstance(node, Mapping):
        known = part.get("properties", {})
        for key, value in node.items():
            inner = known.get(key, part.get("additionalProperties"))
            if key in known and "title" in inner:
                yield inner["title"]
            yield from _titles(value, inner)
    elif isinstance(node, list):
        for value in node:
            yield from _titles(value, part.get("items"))


def _parts(node: Any, part: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the other parts that say something of the same value."""
    if "$ref" in part:
        yield _resolve(part["$ref"])
    if "if" in part:
        yield part.get("then" if _holds(node, part["if"]) else "else")
    yield from (one for choice in _CHOICES for one in part.get(choice, ()) if _holds(node, one))


def _holds(node: Any, part: Mapping[str, Any]) -> bool:
    return bool(_validator(json.dumps(part)).is_valid(node))


@cache
def _validator(part: str) -> Any:
    return validator_for({**json.loads(part), "$defs": SCHEMA["$defs"]})


def _resolve(reference: str) -> Any:
    return SCHEMA["$defs"][reference.rpartition("/")[2]]
