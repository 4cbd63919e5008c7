"""Which errors of a file against its schema follow from another: a misspelt key is missing as well, a second verb has its keys.

It knows what keys are likely to be meant, and words no message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.flow.schemas.steps import VERBS
from engine.flow.synonyms import find_meant_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jsonschema.exceptions import ValidationError

    from engine.flow.nodes import NodePath


@dataclass(frozen=True, slots=True)
class Slips:
    """The keys that misspelt ones were meant to be, by the path of their owner, and the steps that have two verbs.

    `idle` are the keys one of which is missing from what says nothing to do, and `lines` are what stands for a button and
    is a line of its own.
    """

    meant: Mapping[NodePath, frozenset[str]] = field(default_factory=dict)
    doubled: frozenset[NodePath] = frozenset()
    idle: Mapping[NodePath, frozenset[str]] = field(default_factory=dict)
    lines: frozenset[NodePath] = frozenset()

    def explain(self, error: ValidationError) -> bool:
        """Tell whether an error is there only because of a slip, which is told by itself."""
        path = tuple(error.absolute_path)
        if path in self.doubled:
            return two_verbs(error) is None
        if path in self.lines:
            return error.validator != "additionalProperties"
        meant = self.meant.get(path, frozenset())
        match error.validator:
            case "required":
                return bool(meant & {"use", "else"}) or any(
                    f"'{key}'" in error.message for key in meant
                )
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
    lines: set[NodePath] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "anyOf":
            idle[path] = frozenset(branch["required"][0] for branch in _asked(error))
        if error.validator == "enum" and is_question(error):
            meant.setdefault(path[:-1], set()).add("text")
        if error.validator != "additionalProperties":
            continue
        if two_verbs(error):
            doubled.add(path)
        if "buttons" in path[-3:-1] and line_keys(error):
            lines.add(path)
        meant.setdefault(path, set()).update(meant_keys(error, path).values())
    named = {path: frozenset(keys) for path, keys in meant.items()}
    return Slips(named, frozenset(doubled), idle, frozenset(lines))


def line_keys(error: ValidationError) -> Sequence[str]:
    """Give the key that makes a line of its own of what stands where only buttons can."""
    schema: Any = error.schema
    if error.validator != "additionalProperties" or "run" not in schema.get("properties", {}):
        return ()
    return [key for key in unknown_keys(error) if key in LINES][:1]


LINES: Final = {
    "menu": "; a menu is a line of its own, straight under the buttons of a step",
    "list": "; a list is a line of its own, and stands in no row and no group",
    "buttons": "; a group is a line of its own, straight under the buttons of a step",
}
"""What is said of the keys that make lines of `buttons`, where only buttons and controls can be."""


def unknown_keys(error: ValidationError) -> Iterator[str]:
    """Give the keys that a mapping cannot have, in the order written."""
    schema: Any = error.schema
    patterns = schema.get("patternProperties", {})
    for key in _owner(error):
        if key not in schema.get("properties", {}) and not (patterns and key.startswith("/")):
            yield key


def meant_keys(error: ValidationError, path: NodePath) -> Mapping[str, str]:
    """Give for unknown keys of a mapping those that they were meant to be: by their names, or because one is missing."""
    schema: Any = error.schema
    left = set(keys_left(error, path))
    needed = [key for key in schema.get("required", ()) if key in left]
    pairs: dict[str, str] = {}
    for key in unknown_keys(error):
        if close := find_meant_key(key, left):
            pairs[key] = close
            left.remove(close)
    others = [key for key in unknown_keys(error) if key not in pairs]
    missing = [key for key in needed if key in left]
    return pairs | dict(zip(others, missing, strict=False))


def is_question(error: ValidationError) -> bool:
    """Tell whether an ask has its question where the type of the answer stands."""
    value: object = error.instance
    return tuple(error.absolute_path)[-1:] == ("ask",) and " " in str(value).strip()


def keys_left(error: ValidationError, path: NodePath) -> frozenset[str]:
    """Give the keys that a mapping could have as well.

    Of one that stands for a button that is the key of a fragment, too, of a line of decide `else`, and of a last word `show`.
    """
    schema: Any = error.schema
    left = frozenset(schema.get("properties", {}).keys() - _owner(error).keys())
    if path[-2:-1] == ("decide",) and not _owner(error).keys() & {"when", "go"}:
        return left | {"else"}
    if path[:1] == ("steps",) and len(path) == len(("steps", "name")):
        return left | ({"show"} if _owner(error).keys() & set(VERBS) == {"end"} else set())
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
