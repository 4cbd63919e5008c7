"""Which errors of a file against its schema follow from another: a misspelt key is missing as well, a second verb has its keys.

It knows what keys are likely to be meant, and words no message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.flow.schema import VERBS
from engine.flow.types import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jsonschema.exceptions import ValidationError

type NodePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slips:
    """The keys that misspelt ones were meant to be, by the path of their owner, and the steps that have two verbs.

    `idle` are the keys one of which is missing from what says nothing to do.
    """

    meant: Mapping[NodePath, frozenset[str]] = field(default_factory=dict)
    doubled: frozenset[NodePath] = frozenset()
    idle: Mapping[NodePath, frozenset[str]] = field(default_factory=dict)

    def explain(self, error: ValidationError) -> bool:
        """Tell whether an error is there only because of a slip, which is told by itself."""
        path = tuple(error.absolute_path)
        if path in self.doubled:
            return two_verbs(error) is None
        meant = self.meant.get(path, frozenset())
        match error.validator:
            case "required":
                return "use" in meant or any(f"'{key}'" in error.message for key in meant)
            case "anyOf":
                wanted = {branch["required"][0] for branch in _asked(error)}
                return "use" in meant or bool(meant & wanted)
            case "dependentRequired":
                needed = {
                    other
                    for key, others in _asked(error).items()
                    if key in _owner(error)
                    for other in others
                }
                return bool(meant & {"use", *needed} or self.idle.get(path, frozenset()) & needed)
            case _:
                return False


def find_slips(errors: Iterable[ValidationError]) -> Slips:
    """Find what was misspelt, and where two steps are in one."""
    meant: dict[NodePath, set[str]] = {}
    doubled: set[NodePath] = set()
    idle: dict[NodePath, frozenset[str]] = {}
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "anyOf":
            idle[path] = frozenset(branch["required"][0] for branch in _asked(error))
        if error.validator != "additionalProperties":
            continue
        if two_verbs(error):
            doubled.add(path)
        left = sorted(keys_left(error, path))
        found = {closest(key, left) for key in unknown_keys(error)} - {""}
        meant.setdefault(path, set()).update(found)
    return Slips({path: frozenset(keys) for path, keys in meant.items()}, frozenset(doubled), idle)


def unknown_keys(error: ValidationError) -> Iterator[str]:
    """Give the keys that a mapping cannot have, in the order written."""
    schema: Any = error.schema
    patterns = schema.get("patternProperties", {})
    for key in _owner(error):
        if key not in schema.get("properties", {}) and not (patterns and key.startswith("/")):
            yield key


def keys_left(error: ValidationError, path: NodePath) -> frozenset[str]:
    """Give the keys that a mapping could have as well; of one that stands for a button, also that of a fragment."""
    schema: Any = error.schema
    left = frozenset(schema.get("properties", {}).keys() - _owner(error).keys())
    is_button = "buttons" in path[-3:-1] and "run" in schema.get("properties", {})
    return left | {"use"} if is_button and not _owner(error).keys() & {"text", "go"} else left


def two_verbs(error: ValidationError) -> Sequence[str] | None:
    """Give the first two verbs of a step that has more than one of them."""
    schema: Any = error.schema
    if error.validator != "additionalProperties":
        return None
    verbs = [verb for verb in VERBS if verb in _owner(error)]
    known = schema.get("properties", {}).keys() & set(VERBS)
    return (
        verbs[:2] if len(verbs) > 1 and known and any(one not in known for one in verbs) else None
    )


def _owner(error: ValidationError) -> Mapping[str, Any]:
    """Give the mapping that a keyword refuses."""
    owner: Any = error.instance
    return owner  # type: ignore[no-any-return] # a keyword of mappings refuses nothing else


def _asked(error: ValidationError) -> Any:
    """Give what a keyword asks for."""
    return error.validator_value
