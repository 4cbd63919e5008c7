"""Changes of a file by the places of its nodes: what is put in, taken out, and on which lines it shows.

It knows how YAML is written in blocks and in braces, and nothing of flows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode, Style

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: text[start:end] becomes `text`."""

    start: int
    end: int
    text: str

    def apply(self, whole: str) -> str:
        """Make the change."""
        return whole[: self.start] + self.text + whole[self.end :]

    def lines(self, whole: str) -> range:
        """Give the lines of the changed text that the change is on."""
        first = whole.count("\n", 0, self.start) + 1
        return range(first, first + self.text.count("\n") + 1)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one mistake put in.

    `owner` is where the value stands that the mistake is in; `names` are those that other places now disagree on.
    """

    kind: str
    path: Path
    edit: Edit
    owner: int
    names: tuple[str, ...] = ()


def replace(node: Node, text: str) -> Edit:
    """Put a text in the place of a node."""
    return Edit(node.start, node.end, text)


def replace_in(node: ScalarNode, start: int, length: int, text: str) -> Edit:
    """Put a text in the place of a part of a scalar."""
    line, column = node.at(start).line, node.at(start).column
    begin = node.file.starts[line - 1] + column - 1
    return Edit(begin, begin + length, text)


def drop(owner: MapNode, key: str) -> Edit:
    """Take an entry out of a mapping."""
    keys = list(owner.keys)
    at = keys.index(key)
    if at + 1 < len(keys):
        return Edit(owner.keys[key].start, owner.keys[keys[at + 1]].start, "")
    end = _end(owner.entries[key])
    if at:
        return Edit(_end(owner.entries[keys[at - 1]]), end, "")
    if owner.file.text.startswith("{", owner.start):
        return Edit(owner.start + 1, end, "")
    return Edit(owner.start, end, "{}")


def drop_item(owner: ListNode, at: int) -> Edit:
    """Take an item out of a list."""
    items, text = owner.items, owner.file.text
    if len(items) == 1:
        return replace(owner, "[]")
    start = _item_start(text, items[at].start)
    if at + 1 < len(items):
        return Edit(start, _item_start(text, items[at + 1].start), "")
    return Edit(_end(items[at - 1]), _end(items[at]), "")


def add(owner: MapNode, key: str, value: str) -> Edit:
    """Put an entry before the first one of a mapping."""
    first = next(iter(owner.keys.values()), None)
    if first is None:
        return Edit(owner.start + 1, owner.start + 1, f"{key}: {value}")
    if owner.file.text.startswith("{", owner.start):
        return Edit(first.start, first.start, f"{key}: {value}, ")
    indent = " " * (first.position.column - 1)
    return Edit(first.start, first.start, f"{key}: {value}\n{indent}")


def written(node: Node) -> str:
    """Give a node as it stands in its file."""
    return node.file.text[node.start : _end(node)]


def misspell(word: str) -> str:
    """Swap two letters of a name, or double one, so that it is another name."""
    for at in range(len(word) - 1, 1, -1):
        if word[at] != word[at - 1] and word[at].isalpha() and word[at - 1].isalpha():
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word + "x"


def scalars(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], ScalarNode]]:
    """Give every scalar below a node with the keys that lead to it; items of lists have their number."""
    match node:
        case MapNode(entries=entries):
            for key, value in entries.items():
                yield from scalars(value, (*path, key))
        case ListNode(items=items):
            for number, item in enumerate(items):
                yield from scalars(item, (*path, str(number)))
        case ScalarNode():
            yield path, node


def maps(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], MapNode]]:
    """Give every mapping at or below a node with the keys that lead to it."""
    if isinstance(node, MapNode):
        yield path, node
        for key, value in node.entries.items():
            yield from maps(value, (*path, key))
    elif isinstance(node, ListNode):
        for number, item in enumerate(node.items):
            yield from maps(item, (*path, str(number)))


def is_exact(node: ScalarNode) -> bool:
    """Tell whether the parts of a scalar stand in the file as they are in its text."""
    return node.style in (Style.PLAIN, Style.DOUBLE, Style.SINGLE, Style.LITERAL)


def _end(node: Node) -> int:
    text = node.file.text[node.start : node.end]
    return node.start + len(text.rstrip())


def _item_start(text: str, start: int) -> int:
    """Give where an item begins, with its dash."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    dash = re.search(r"- +\Z", line)
    return start - len(dash[0]) if dash else start
