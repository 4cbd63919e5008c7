"""What a YAML file says, as nodes that know their place down to the single character of a text.

It does not know how YAML is parsed nor what a flow is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.flow.problems import Position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNREAD: Final = "…"
"""What stands for a value of which only the mistake in its writing is known."""

_BREAK: Final = re.compile(r"\r\n|\n|\r")
_NULL: Final = re.compile(r"(?:null|Null|NULL|~|)\Z")
_BOOL: Final = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INT: Final = re.compile(r"[-+]?[0-9]{1,300}\Z")
_RADIX: Final = re.compile(r"0(?:o[0-7]{1,300}|x[0-9a-fA-F]{1,300})\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_ESCAPE_DIGITS: Final = {"x": 2, "u": 4, "U": 8}


class Style(StrEnum):
    """How a text is written in YAML."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """The text of one file and where its lines begin and end; `via` is how a fragment brought its nodes to where they are."""

    path: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    via: tuple[tuple[Position, str], ...] = ()

    @classmethod
    def of(cls, path: str, text: str) -> File:
        """Index the lines of a text; they end at CR LF, LF or CR, as in an editor."""
        breaks = [found.span() for found in _BREAK.finditer(text)]
        starts = (0, *(end for _, end in breaks))
        return cls(path, text, starts, (*(start for start, _ in breaks), len(text)))

    def span(self, start: int, end: int) -> Position:
        """Give the place of text[start:end], cut at the end of its first line, at least one long."""
        start = max(0, min(start, len(self.text)))
        line = bisect_right(self.starts, start)
        length = max(1, min(end, self.ends[line - 1]) - start)
        return Position(self.path, line, start - self.starts[line - 1] + 1, length, self.via)


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A text, number, truth value or nothing; `text` is what is written, `value` what YAML 1.2 makes of it."""

    file: File
    start: int
    end: int
    text: str
    style: Style

    @property
    def position(self) -> Position:
        """The place of the whole scalar, quotes included."""
        return self.file.span(self.start, self.end)

    @property
    def value(self) -> str | int | float | bool | None:
        """What the scalar means by the core rules of YAML 1.2; quoted ones are always text."""
        return resolve_plain(self.text) if self.style is Style.PLAIN else self.text

    def at(self, offset: int, length: int = 1) -> Position:
        """Give the place of text[offset:offset + length] in the file."""
        places = _places(self)
        if not places:
            return self.position
        first = places[max(0, min(offset, len(places) - 1))]
        last = places[max(0, min(offset + length - 1, len(places) - 1))]
        if offset >= len(places):
            first = last = min(places[-1] + 1, self.end)
        return self.file.span(first, max(first, last) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class ListNode:
    """A sequence."""

    file: File
    start: int
    end: int
    items: tuple[Node, ...] = ()

    @property
    def position(self) -> Position:
        """The place where the sequence begins."""
        return self.file.span(self.start, self.end)

    @property
    def value(self) -> list[Any]:
        """The plain values of the items."""
        return [item.value for item in self.items]


@dataclass(frozen=True, slots=True, eq=False)
class MapNode:
    """A mapping with distinct text keys, in the order written; each key is a node of its own."""

    file: File
    start: int
    end: int
    keys: Mapping[str, ScalarNode] = field(default_factory=dict)
    entries: Mapping[str, Node] = field(default_factory=dict)

    @property
    def position(self) -> Position:
        """The place where the mapping begins."""
        return self.file.span(self.start, self.end)

    @property
    def value(self) -> dict[str, Any]:
        """The plain values of the entries."""
        return {key: node.value for key, node in self.entries.items()}


type Node = ScalarNode | ListNode | MapNode

type NodePath = tuple[str | int, ...]
"""The keys and indexes that lead to a node."""


def resolve_plain(text: str) -> str | int | float | bool | None:
    """Give an unquoted text its value by the core rules of YAML 1.2: `10:30` and `no` stay text, `012` is twelve."""
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text.lower() == "true"
    if _INT.match(text):
        return int(text)
    if _RADIX.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text)
    return text


def find_node(root: Node, path: NodePath) -> Node:
    """Follow keys and indexes as far as they lead."""
    node = root
    for part in path:
        if isinstance(node, MapNode) and part in node.entries:
            node = node.entries[str(part)]
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            break
    return node


@lru_cache(maxsize=16)
def _places(node: ScalarNode) -> list[int]:
    """Give, for every character of a scalar's text, its index in the file: exact unless lines are folded."""
    if node.style is Style.LITERAL:
        return list(_literal_places(node))
    raw = node.file.text
    at = node.start + (node.style in (Style.SINGLE, Style.DOUBLE))
    if node.style is Style.FOLDED:
        at = _next_line(node.file, node.start)
    places = []
    for character in node.text:
        at = _align(raw, at, character, node)
        places.append(min(at, max(node.start, node.end - 1)))
        at += _written_length(raw, at, node.style)
    return places


def _align(raw: str, at: int, character: str, node: ScalarNode) -> int:
    """Pass over line breaks and indentation that YAML folded away before this character."""
    if character in " \n" or at >= node.end or raw[at] == character:
        return at
    while at < node.end and (raw[at] in " \t\r\n" or raw.startswith(("\\\n", "\\\r"), at)):
        at += 1 + (raw[at] == "\\")
    return at


def _written_length(raw: str, at: int, style: Style) -> int:
    if style is Style.SINGLE and raw.startswith("''", at):
        return 2
    if style is Style.DOUBLE and raw.startswith("\\", at):
        return 2 + _ESCAPE_DIGITS.get(raw[at + 1 : at + 2], 0)
    return 1


def _literal_places(node: ScalarNode) -> Iterator[int]:
    lines = node.text.split("\n")
    first = bisect_right(node.file.starts, node.start)
    indent = _literal_indent(node, first, lines)
    for number, line in enumerate(lines, first):
        start = _start_of(node.file, number) + (indent if line else 0)
        yield from (min(start + column, node.end) for column in range(len(line) + 1))


def _literal_indent(node: ScalarNode, first: int, lines: list[str]) -> int:
    for number, line in enumerate(lines, first):
        if line:
            start = _start_of(node.file, number)
            written = node.file.text[start : _start_of(node.file, number + 1)].rstrip("\r\n")
            return max(0, len(written) - len(line))
    return 0


def _start_of(file: File, number: int) -> int:
    return file.starts[number] if number < len(file.starts) else len(file.text)


def _next_line(file: File, start: int) -> int:
    return _start_of(file, bisect_right(file.starts, start))
