"""Nodes against a JSON Schema: every error at its line and column, in the words of the product.

It knows jsonschema's keywords and not what the keys of a flow mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.flow.answers.sizes import PATTERN as SIZE
from engine.flow.durations import FINE_PATTERN, PATTERN
from engine.flow.judge import MOST_ERRORS
from engine.flow.model.anytime import ON_ENTER, ON_EXIT
from engine.flow.names import as_name
from engine.flow.nodes import MapNode, Node, find_node
from engine.flow.problems import Position, Problem
from engine.flow.schemas.ask import MEDIA_TYPE
from engine.flow.schemas.control import LABEL
from engine.flow.schemas.keys import NAME, PARAMETER_OR_NAME
from engine.flow.schemas.steps import VERBS
from engine.flow.schemas.upgrade import FROM
from engine.flow.slips import (
    Slips,
    find_slips,
    is_question,
    keys_left,
    meant_keys,
    two_verbs,
    unknown_keys,
)
from engine.flow.synonyms import find_meant_key
from engine.flow.types import MEANT, choose_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from engine.flow.judge import Judge

type NodePath = tuple[str | int, ...]

_TYPE_WORDS: Final = {
    "object": "a group of keys",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


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
        message = f'{_where(path)} has two verbs, "{verbs[0]}" and "{verbs[1]}"; make it two steps'
        yield Problem(_key_place(node, verbs[1]), "two-verbs", message)
        return
    meant = meant_keys(error, path)
    for key in unknown_keys(error):
        is_move = path == (ON_EXIT,) and key in _MOVES
        found = choose_from(key, keys_left(error, path), "keys left", meant=meant.get(key, ""))
        hint = (_NO_MOVE if is_move else _ELSEWHERE.get(key)) or found
        message = f'{_where(path)} cannot have the key "{key}"{hint}'
        if ")" in key:
            message = _BROKEN_BY_COMMA.format(key)
        yield Problem(_key_place(node, key), "unknown-key", message)


def _missing_key(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    for key in _wanted(error):
        if key not in _given(error) and f"'{key}'" in error.message:
            message = f'{_where(path)} has no "{key}"; add "{key}: …"'
            yield Problem(_owner_place(root, path), "missing-key", message)


def _needs_other(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    for key, others in _wanted(error).items():
        for other in others:
            if key in _given(error) and other not in _given(error):
                message = f'"{key}" of {_where(path)} does nothing without "{other}"; add "{other}: …" or remove it'
                yield Problem(_key_place(find_node(root, path), key), "missing-key", message)


def _wrong_type(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    wanted = _wanted(error)
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    expected = (
        "a text or a number"
        if "null" in kinds
        else " or ".join(_TYPE_WORDS[kind] for kind in kinds)
    )
    node = find_node(root, path)
    place = node.position if _given(error) is not None else _owner_place(root, path)
    mend = "; put it in quotes" if expected == "a text" and _is_scalar(_given(error)) else ""
    mend = f"; {_LENGTHS}" if path[-1:] in _TIMES else mend
    message = f"{_where(path)} is {_describe(_given(error))}, not {expected}{mend or _mend(path)}"
    yield Problem(place, "wrong-shape", message)


def _wrong_choice(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    value = str(_given(error))
    if is_question(error):
        message = f'{_where(path)} says what is asked for, such as text or date; write "{value}" under "text"'
        yield Problem(find_node(root, path).position, "unknown-value", message)
        return
    hint = choose_from(MEANT.get(value.lower(), value), _wanted(error), "values")
    message = f'{_where(path)} cannot be "{value}"{hint}'
    yield Problem(find_node(root, path).position, "unknown-value", message)


def _one_key(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    keys = [branch["required"][0] for branch in _wanted(error)]
    code = "no-verb" if tuple(keys) == VERBS else "missing-key"
    given = [str(key) for key in _given(error)] if code == "no-verb" else []
    what = "verbs" if code == "no-verb" else "keys for that"
    wrong, meant = next(
        ((one, key) for one in given if (key := find_meant_key(one, keys))), ("", "")
    )
    hint = choose_from(wrong, keys, what, meant=meant)
    lack = "shows nothing" if "media" in path else "says nothing to do"
    message = f"{_where(path)} {lack}{hint}"
    place = _key_place(find_node(root, path), wrong) if wrong else _owner_place(root, path)
    yield Problem(place, code, message)


def _keys_exclude(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    pairs = [branch["required"] for branch in _wanted(error)["anyOf"]]
    both = next(pair for pair in pairs if all(key in _given(error) for key in pair))
    first, second = (key for key in _given(error) if key in both)
    place = _key_place(find_node(root, path), second)
    message = f'{_where(path)} has both "{first}" and "{second}"; keep one'
    yield Problem(place, "conflicting-keys", message)


def _bad_pattern(error: ValidationError, root: Node, path: NodePath) -> Iterator[Problem]:
    if _wanted(error) in (NAME, LABEL, PARAMETER_OR_NAME):
        yield _name_problem(root, path, str(_given(error)))
    elif _wanted(error) == FROM:
        yield _version_problem(root, path, str(_given(error)))
    else:
        message = f'{_where(path)} cannot be "{_given(error)}"; {_PATTERN_WORDS[_wanted(error)]}'
        yield Problem(find_node(root, path).position, "bad-value", message)


def _name_problem(root: Node, path: NodePath, name: str) -> Problem:
    node = find_node(root, path)
    place = _key_place(node, name) if isinstance(node, MapNode) else node.position
    meant = as_name(name)
    hint = f'did you mean "{meant}"? ' if meant else ""
    message = f'"{name}" cannot be a name; {hint}names begin with a letter and have small letters from a to z, digits and "_"'
    if ")" in name:
        message = _BROKEN_BY_COMMA.format(name)
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
        "minLength": "is empty; write a text",
        "minItems": "is empty; write at least one entry",
        "minProperties": "is empty; write at least one entry",
        "uniqueItems": "has an entry twice; remove one",
    }
    message = words.get(str(error.validator), error.message.lower())
    yield Problem(_owner_place(root, path), "bad-value", f"{_where(path)} {message}")


def _mend(path: NodePath) -> str:
    """Say how a value at a place is written."""
    match path:
        case ("steps", _):
            spelling = "{show: …, buttons: […]} or another verb"
        case (*_, "timeout", "go"):
            spelling = '{after: 15m, go: step, say: "…"} for "timeout"'
        case (*_, "give_up", "go"):
            spelling = '{after: 3, go: step, say: "…"} for "give_up"'
        case (*_, "load", _) | (*_, "choose" | "do"):
            spelling = "subject.verb(name=value)"
        case (*_, "save" | "with" | "end", _):
            spelling = "an expression, such as item or data.name"
        case (*_, str() as key):
            spelling = _SPELLINGS.get(key, "")
        case _:
            spelling = ""
    return f"; write {spelling}" if spelling else ""


_BROKEN_BY_COMMA: Final = (
    'a comma ends a value before "{}"; put an expression that has a comma in quotes'
)

_ELSEWHERE: Final = {
    "confirm": "; a question is a step of its own, and only a line of anytime asks one by itself",
}
"""What is said of keys that are known at other places, where what they do is done otherwise."""

_SPELLINGS: Final = {
    "anytime": "{/command: {go: step}}",
    "unknown": '{say: "…"}',
    "buttons": "a list of {text: …, go: step}",
    "data": "{name: type}",
    "decide": "a list of {when: …, go: step}, with {else: step} at its end",
    "empty": '{text: "…", go: step}',
    "end": "{name: expression}, or {} where there are no results",
    "give_up": "{after: 3, go: step}",
    "go": 'go: step, and beside it say: "…"',
    "load": "{name: subject.verb()}",
    "media": "{photo: images/name.jpg}",
    "messages": '{error: "…", …}',
    ON_ENTER: "{do: subject.verb(name=value)}",
    ON_EXIT: "{do: subject.verb(name=value)}",
    "outcomes": "{outcome: step}",
    "params": "{name: type}",
    "retry": "{times: 3, on: [outcome], wait: 200ms}",
    "returns": "{name: type}",
    "run": "run: flow, and beside it with: {name: expression}",
    "save": "{name: expression}",
    "start": "a list such as [/visit]",
    "steps": "{name: {show: …}}",
    "timeout": "{after: 15m, go: step}",
    "upgrade": "{from 3: {steps: {old: new}}}",
    "with": "{name: expression}",
}

_LENGTHS: Final = "write a length of time such as 90s, 15m, 2h or 1d"
_TIMES: Final = frozenset({("after",), ("wait",), ("per",)})
_PATTERN_WORDS: Final = {
    MEDIA_TYPE: "write a MIME type such as image/png, or image/*",
    SIZE: "write a size such as 500 KB or 5 MB",
    FINE_PATTERN: "write a pause such as 200ms or 1s",
    PATTERN: _LENGTHS,
    "^[A-Z]{3}$": "write three capital letters, such as EUR",
    "^[A-Za-z0-9_-]{10,200}$": "write the id that Telegram gave, without spaces",
    r"^[a-z]{2,3}(_[A-Z][A-Za-z]+)*$": "write a language such as en, or en_GB",
}

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


def _where(path: NodePath) -> str:
    """Name a value the way a person would: `step "time"`, `"text" of step "time"`, `button 2 of step "time"`."""
    match path:
        case ():
            name = "the file"
        case ("steps", str() as step):
            name = f'step "{step}"'
        case ("data" | "params" | "returns" as group, str() as slot):
            name = f'"{slot}" of {group}'
        case (*outer, "buttons", int() as number):
            name = f"button {number + 1} of {_where(tuple(outer))}"
        case (*outer, int() as number):
            name = f"entry {number + 1} of {_where(tuple(outer))}"
        case (*outer, key):
            name = f'"{key}" of {_where(tuple(outer))}' if outer else f'"{key}"'
    return name


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


def _describe(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    kind = "the text" if isinstance(value, str) else "the value"
    return f'{kind} "{str(value).lower() if isinstance(value, bool) else value}"'


def _is_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float)
