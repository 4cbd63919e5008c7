"""The bots that mutants are made of: their files as text, and as nodes that know their places.

It knows where bots lie, and how to walk a flow's file; it makes no mistakes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.directory import read_directory
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

VERBS: Final = ("show", "choose", "ask", "pay", "do", "decide", "run", "end")
CODE_KEYS: Final = frozenset({"when", "allow", "skip_if", "access", "key", "choose", "do", "load"})
CODES_KEYS: Final = frozenset({"save", "with", "end", "load"})
_IN_TEXT: Final = re.compile(r"\{\{(.*?)\}\}|\{%-? *(?:if|elif|for \w+ in) (.*?)%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Code:
    """An expression: the scalar it is in, where in its text it begins, and the path of keys to it."""

    node: ScalarNode
    offset: int
    text: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BotFiles:
    """The files of one bot by path."""

    sources: Mapping[Path, str]
    roots: Mapping[Path, MapNode] = field(default_factory=dict)

    @classmethod
    def read(cls, directory: Path) -> BotFiles:
        """Read every file of a directory."""
        files = read_directory(directory)
        sources = {path: path.read_text(encoding="utf-8") for path in sorted(files)}
        roots = {}
        for path, text in sources.items():
            root = read_source(path.as_posix(), text).root
            if isinstance(root, MapNode):
                roots[path] = root
        return cls(sources, roots)

    def flows(self) -> Iterator[tuple[Path, MapNode]]:
        """Give each flow's file."""
        for path, root in self.roots.items():
            if "flow" in root.entries:
                yield path, root

    def fragments(self) -> Iterator[tuple[Path, MapNode]]:
        """Give each file of a fragment."""
        for path, root in self.roots.items():
            if "fragment" in root.entries:
                yield path, root

    def translations(self) -> Iterator[tuple[Path, MapNode]]:
        """Give each file of translations."""
        for path, root in self.roots.items():
            if path.parent.name == "texts":
                yield path, root

    def bot(self) -> tuple[Path, MapNode]:
        """Give bot.yaml."""
        return next((path, root) for path, root in self.roots.items() if path.name == "bot.yaml")


def steps(root: MapNode) -> Iterator[tuple[str, MapNode]]:
    """Give each step of a flow with its name."""
    group = root.entries.get("steps")
    for name, node in group.entries.items() if isinstance(group, MapNode) else ():
        if isinstance(node, MapNode):
            yield name, node


def verb_of(step: MapNode) -> str:
    """Give the verb of a step."""
    return next((verb for verb in VERBS if verb in step.entries and not _is_word(step, verb)), "")


def _is_word(step: MapNode, verb: str) -> bool:
    return verb == "end" and "show" in step.entries


def group_of(root: MapNode, *keys: str) -> MapNode | None:
    """Give the mapping under some keys."""
    node: Node = root
    for key in keys:
        if not isinstance(node, MapNode) or key not in node.entries:
            return None
        node = node.entries[key]
    return node if isinstance(node, MapNode) else None


def line_of(node: Node) -> int:
    """Give the line that a node begins on."""
    return node.position.line


def line_at(root: MapNode, place: tuple[str, ...]) -> int:
    """Give the line of the value that some keys lead to, that of its own key where it has one."""
    node: Node = root
    line = line_of(root)
    for part in place:
        if isinstance(node, MapNode):
            line = line_of(node.keys[part])
            node = node.entries[part]
        elif isinstance(node, ListNode):
            node = node.items[int(part)]
            line = line_of(node)
    return line


def codes(found: Iterator[tuple[tuple[str, ...], ScalarNode]]) -> Iterator[Code]:
    """Give every expression among scalars, those within texts too."""
    for path, node in found:
        names = [part for part in path if not part.isdecimal()]
        key, group = (names[-1] if names else ""), (names[-2] if len(names) > 1 else "")
        if key in CODE_KEYS or group in CODES_KEYS:
            yield Code(node, 0, node.text, path)
        else:
            for within in _IN_TEXT.finditer(node.text):
                place = 1 if within[1] is not None else 2
                yield Code(node, within.start(place), within[place], path)
