"""Nodes against a JSON Schema: every error at its line and column, in the words of the product.

It knows jsonschema's keywords and not what the keys of a flow mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.flow.judge import MOST_ERRORS
from engine.flow.model.anytime import ON_EXIT
from engine.flow.names import as_name
from engine.flow.nodes import MapNode, Node, find_node
from engine.flow.problems import Position, Problem
from engine.flow.schemas.control import LABEL
from engine.flow.schemas.keys import NAME, PARAMETER_OR_NAME
from engine.flow.schemas.steps import VERBS
from engine.flow.schemas.upgrade import FROM
from engine.flow.slips import (
    LINES,
    Slips,
    find_slips,
    is_question,
    keys_left,
    line_keys,
    meant_keys,
    two_verbs,
    unknown_keys,
)
from engine.flow.spellings import (
    BROKEN_BY_COMMA,
    ELSEWHERE,
    LENGTHS,
    PATTERN_WORDS,
    TIMES,
    TYPE_WORDS,
    describe_value,
    how_to_write,
    where,
)
from engine.flow.synonyms import find_meant_key
from engine.flow.types import MEANT, choose_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from engine.flow.judge import Judge
    from engine.flow.nodes import NodePath

_MOVES: Final = frozenset({"go", "say", "save", "outcomes", "retry"})
_NO_MOVE: Final = ": the flow is left however its command ends; remove it"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema says of a file: its problems, and the paths of the values they are in.

    One that `is_cut` has more than are told, so that nothing of the file can be relied on.
    """

    problems: tuple[Problem, ...]
    broken: frozenset[NodePath]
    is_cut: bool = False

    def spoils(self, *path: str | int) -> bool:
        """Tell whether a value at or below this path is not of the shape it should have."""
        return any(broken[: len(path)] == path for broken in self.broken)


def check_shape(root: Node, judge: Judge) -> Shape:
    """Find every error of a file against its schema."""
    problems: list[Problem] = []
    found = judge.errors(root.value)
    errors = [error for error in found if not _is_reference(error)]
    slips = find_slips(errors) if errors else Slips()
    for error in errors:
        if not slips.explain(error):
            problems.extend(_explain(error, root, tuple(error.absolute_path)))
    broken = frozenset(tuple(error.absolute_path) for error in errors)
    return Shape(tuple(dict.fromkeys(problems)), broken, is_cut=len(found) >= MOST_ERRORS)


def _is_reference(error: ValidationError) -> bool:
    """Tell whether a name that cannot be one names something else, of which it is told that it is not there."""
    last = tuple(error.absolute_path)[-1:]
    if error.validator != "pattern" or _wanted(error) not in (NAME, PARAMETER_OR_NAME):
        return False
    written = str(_given(error))
    return last in _NAMING and as_name(written) != "" and not {")", "$"} & {*written}


_NAMING: Final = frozenset(
    (key,) for key in ("go", "run", "else", "home", "save", "with", "end", "outcomes")
)
"""Keys whose values name steps and flows, or whose entries name data, parameters, results and outcomes."""


def _explain(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    return _EXPLAIN.get(str(error.validator), _plain)(error, root, path)


def _unknown_keys(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    node = find_node(root, path)
    verbs = two_verbs(error)
    if verbs:
        message = f'{where(path)} has two verbs, "{verbs[0]}" and "{verbs[1]}"; make it two steps'
        yield Problem(_key_place(node, verbs[1]), "two-verbs", message)
        return
    if "buttons" in path[-3:-1] and (lines := line_keys(error)):
        message = f'{where(path)} cannot have the key "{lines[0]}"{LINES[lines[0]]}'
        yield Problem(_key_place(node, lines[0]), "unknown-key", message)
        return
    meant = meant_keys(error, path)
    for key in unknown_keys(error):
        is_move = path == (ON_EXIT,) and key in _MOVES
        found = choose_from(key, keys_left(error, path), "keys left", meant=meant.get(key, ""))
        hint = (_NO_MOVE if is_move else ELSEWHERE.get(key)) or found
        message = f'{where(path)} cannot have the key "{key}"{hint}'
        if ")" in key:
            message = BROKEN_BY_COMMA.format(key)
        yield Problem(_key_place(node, key), "unknown-key", message)


def _missing_key(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    for key in _wanted(error):
        if key not in _given(error) and f"'{key}'" in error.message:
            message = f'{where(path)} has no "{key}"; add "{key}: …"'
            yield Problem(_owner_place(root, path), "missing-key", message)


def _needs_other(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    for key, others in _wanted(error).items():
        for other in others:
            if key in _given(error) and other not in _given(error):
                message = f'"{key}" of {where(path)} does nothing without "{other}"; add "{other}: …" or remove it'
                yield Problem(_key_place(find_node(root, path), key), "missing-key", message)


def _wrong_type(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    wanted = _wanted(error)
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    expected = (
        "a text or a number" if "null" in kinds else " or ".join(TYPE_WORDS[kind] for kind in kinds)
    )
    node = find_node(root, path)
    place = node.position if _given(error) is not None else _owner_place(root, path)
    mend = "; put it in quotes" if expected == "a text" and _is_scalar(_given(error)) else ""
    mend = f"; {LENGTHS}" if path[-1:] in TIMES else mend
    message = f"{where(path)} is {describe_value(_given(error))}, not {expected}{mend or how_to_write(path)}"
    yield Problem(place, "wrong-shape", message)


def _wrong_choice(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    value = str(_given(error))
    if is_question(error):
        message = f'{where(path)} says what is asked for, such as text or date; write "{value}" under "text"'
        yield Problem(find_node(root, path).position, "unknown-value", message)
        return
    hint = choose_from(MEANT.get(value.lower(), value), _wanted(error), "values")
    message = f'{where(path)} cannot be "{value}"{hint}'
    yield Problem(find_node(root, path).position, "unknown-value", message)


_LACKS: Final = {"media": "shows nothing", "style": "changes nothing"}
"""What something lacks that has none of its keys, by a key above it."""


def _one_key(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    keys = [branch["required"][0] for branch in _wanted(error)]
    code = "no-verb" if tuple(keys) == VERBS else "missing-key"
    given = [str(key) for key in _given(error)] if code == "no-verb" else []
    what = "verbs" if code == "no-verb" else "keys for that"
    wrong, meant = next(
        ((one, key) for one in given if (key := find_meant_key(one, keys))), ("", "")
    )
    hint = choose_from(wrong, keys, what, meant=meant)
    lack = next((words for key, words in _LACKS.items() if key in path), "says nothing to do")
    message = f"{where(path)} {lack}{hint}"
    place = _key_place(find_node(root, path), wrong) if wrong else _owner_place(root, path)
    yield Problem(place, code, message)


def _keys_exclude(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    pairs = [branch["required"] for branch in _wanted(error)["anyOf"]]
    both = next(pair for pair in pairs if all(key in _given(error) for key in pair))
    first, second = (key for key in _given(error) if key in both)
    place = _key_place(find_node(root, path), second)
    message = f'{where(path)} has both "{first}" and "{second}"; keep one'
    yield Problem(place, "conflicting-keys", message)


def _bad_pattern(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    if _wanted(error) in (NAME, LABEL, PARAMETER_OR_NAME):
        yield _name_problem(root, path, str(_given(error)))
    elif _wanted(error) == FROM:
        yield _version_problem(root, path, str(_given(error)))
    else:
        message = f'{where(path)} cannot be "{_given(error)}"; {PATTERN_WORDS[_wanted(error)]}'
        yield Problem(find_node(root, path).position, "bad-value", message)


def _name_problem(root: Node, path: NodePath, name: str) -> Problem:
    node = find_node(root, path)
    place = _key_place(node, name) if isinstance(node, MapNode) else node.position
    meant = as_name(name)
    hint = f'did you mean "{meant}"? ' if meant else ""
    message = f'"{name}" cannot be a name; {hint}names begin with a letter and have small letters from a to z, digits and "_"'
    if ")" in name:
        message = BROKEN_BY_COMMA.format(name)
    return Problem(place, "bad-name", message)


def _version_problem(root: Node, path: NodePath, name: str) -> Problem:
    place = _key_place(find_node(root, path), name)
    message = f'"upgrade" cannot have the key "{name}"; write "from" and an older version, such as "from 3"'
    return Problem(place, "unknown-key", message)


def _plain(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    limit = _wanted(error)
    words = {
        "minimum": f"is {_given(error)}; it is at least {limit}",
        "maximum": f"is {_given(error)}; it is at most {limit}",
        "const": f"can only be {str(limit).lower()}",
        "minLength": "is empty; write a text",
        "minItems": "is empty; write at least one entry",
        "minProperties": "is empty; write at least one entry",
        "uniqueItems": "has an entry twice; remove one",
    }
    message = words.get(str(error.validator), error.message.lower())
    yield Problem(_owner_place(root, path), "bad-value", f"{where(path)} {message}")


_EXPLAIN: Final[Mapping[str, Callable[[ValidationError, Node, NodePath], Iterator[Problem]]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "dependentRequired": _needs_other,
    "enum": _wrong_choice,
    "anyOf": _one_key,
    "not": _keys_exclude,
    "pattern": _bad_pattern,
}


def _given(error: ValidationError) -> Any:
    """Give the value that the schema's keyword refuses."""
    return error.instance


def _wanted(error: ValidationError) -> Any:
    """Give what the schema's keyword asks for."""
    return error.validator_value


def _key_place(node: Node, key: str) -> Position:
    if isinstance(node, MapNode) and key in node.keys:
        return node.keys[key].position
    return node.position


def _owner_place(root: Node, path: NodePath) -> Position:
    """Give the key that a value belongs to; the value itself where there is none."""
    if not path:
        return root.file.span(root.start, root.start + 1)
    parent = find_node(root, path[:-1])
    if isinstance(parent, MapNode) and str(path[-1]) in parent.keys:
        return parent.keys[str(path[-1])].position
    node = find_node(root, path)
    return node.file.span(node.start, node.start + 1)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float)
