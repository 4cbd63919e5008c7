"""Mistakes in names: what is misspelt, renamed, or names something that is not there.

It knows where names stand in a flow, and nothing of what the checker says of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from benchmarks.mutants.bots import codes, group_of, line_of, steps
from benchmarks.mutants.edits import Mutant, is_exact, maps, misspell, replace, replace_in, scalars
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.flow.nodes import ListNode, MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.mutants.bots import Code
    from engine.flow.nodes import Node

_FREE: Final = frozenset(
    {
        "data",
        "params",
        "returns",
        "steps",
        "save",
        "with",
        "load",
        "outcomes",
        "end",
        "messages",
        "labels",
    }
)
"""Mappings whose keys are names that the author gives."""

_PATTERNS: Final = (
    ("misspell data", re.compile(r"\bdata\.(\w+)")),
    ("misspell a param", re.compile(r"\bparams\.(\w+)")),
    ("misspell a field of user", re.compile(r"\buser\.(\w+)")),
    ("misspell a field", re.compile(r"\b(?:data\.\w+|item|result|it)\.(\w+)")),
    ("misspell a name", re.compile(r"\b(item|it|result|data|user)\b(?!=)")),
    ("misspell an argument", re.compile(r"[(,] ?(\w+)=")),
    ("misspell an action", re.compile(r"\A(?:\w+)\.(\w+)\(")),
    ("misspell the subject of an action", re.compile(r"\A(\w+)\.\w+\(")),
    ("misspell a value of a choice", re.compile(r"(?:==|in|,|(?<!\w)\[)\s*\[?'(\w+)'")),
)
_CALLED: Final = re.compile(r"(\|\s*)?\b(\w+)\b(?=\()|\|\s*(\w+)")


def misspelt_codes(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Misspell each name in each expression of a flow."""
    for code in codes(scalars(root)):
        if not is_exact(code.node):
            continue
        for kind, pattern in _PATTERNS:
            for found in pattern.finditer(code.text):
                yield _misspelt(kind, path, code, found.start(1), found[1])
        for found in _CALLED.finditer(code.text):
            name = found[3] or found[2]
            at = found.start(3) if found[3] else found.start(2)
            if name in FILTERS and code.text[:at].rstrip().endswith("|"):
                yield _misspelt("misspell a filter", path, code, at, name)
            elif name in FUNCTIONS:
                yield _misspelt("misspell a function", path, code, at, name)


def _misspelt(kind: str, path: Path, code: Code, at: int, name: str) -> Mutant:
    edit = replace_in(code.node, code.offset + at, len(name), misspell(name))
    return Mutant(kind, path, edit, line_of(code.node))


def misspelt_keys(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Misspell each key that the language gives."""
    for place, node in maps(root):
        if place and (place[-1] in _FREE or (place[0] == "anytime" and len(place) == 1)):
            continue
        for key, at in node.keys.items():
            new = misspell(key)
            names = (key, f'"{new}"')
            yield Mutant("misspell a key", path, replace(at, new), _owner(root, place), names)


def misspelt_targets(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Misspell each target, each flow that is run, and each type."""
    own = group_of(root, "steps")
    known = own.entries if own else {}
    for place, node in scalars(root):
        key = place[-1] if place else ""
        group = place[-2] if len(place) > 1 else ""
        is_words = key == "else" and group == "invalid"
        if (key in ("go", "else") and not is_words) or (
            node.text in known and group in ("outcomes", "anytime")
        ):
            yield Mutant(
                "misspell a target", path, replace(node, misspell(node.text)), line_of(node)
            )
        elif key == "run":
            yield Mutant(
                "run an unknown flow", path, replace(node, misspell(node.text)), line_of(node)
            )
        elif key == "type" or (len(place) == 2 and place[0] in ("data", "params", "returns")):
            yield Mutant("misspell a type", path, replace(node, misspell(node.text)), line_of(node))
        elif key == "ask" and group != "invalid":
            yield Mutant(
                "misspell what is asked", path, replace(node, misspell(node.text)), line_of(node)
            )


def renamed_names(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Rename each step, name of data, params and returns, outcome, load and save where it is defined alone."""
    for group in ("steps", "data", "params", "returns"):
        node = group_of(root, group)
        for name, at in node.keys.items() if node else ():
            kind = f"rename {'a step' if group == 'steps' else 'a name of ' + group}"
            yield Mutant(kind, path, replace(at, f"{name}_x"), line_of(at), (name, f"{name}_x"))
    for _, step in steps(root):
        for key, kind in (
            ("outcomes", "misspell an outcome"),
            ("save", "save under another name"),
            ("load", "load under another name"),
            ("with", "misspell a param given"),
            ("end", "misspell a result given"),
        ):
            for owner in _groups(step, key):
                for name, at in owner.keys.items():
                    new = misspell(name)
                    names = (name, new)
                    yield Mutant(kind, path, replace(at, new), line_of(at), names)


def renamed_flow(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Rename the flow, which others run and whose texts are translated."""
    node = root.entries["flow"]
    if isinstance(node, ScalarNode):
        new = f"{node.text}_x"
        yield Mutant("rename a flow", path, replace(node, new), line_of(node), (node.text, new))


def _groups(step: MapNode, key: str) -> Iterator[MapNode]:
    for _, node in maps(step):
        inner: Node | None = node.entries.get(key)
        if isinstance(inner, MapNode):
            yield inner


def _owner(root: MapNode, place: tuple[str, ...]) -> int:
    """Give the line of the key that a value belongs to."""
    node: Node = root
    line = 1
    for part in place:
        if isinstance(node, MapNode):
            line = node.keys[part].position.line
            node = node.entries[part]
        elif isinstance(node, ListNode):
            node = node.items[int(part)]
            line = node.position.line
    return line


RENAMINGS: Final = (misspelt_codes, misspelt_keys, misspelt_targets, renamed_names, renamed_flow)
