"""The comments of a file, and the entries they belong to.

It knows where comments can stand in YAML, and nothing of how a file is written anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode, Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.flow.nodes import File

_HEADER: Final = re.compile(r"[^\r\n]*")
_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t\r\n]))#[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, where it is, whether it has its line for itself and an empty line above."""

    text: str
    start: int
    column: int
    alone: bool
    blank: bool


@dataclass(slots=True, eq=False)
class Entry:
    """A key with its value, or an item of a list, with the comments above and behind it."""

    key: ScalarNode | None
    value: Node
    start: int
    end: int
    within: Collection
    blank: bool = False
    inner: Collection | None = None
    above: list[Comment] = field(default_factory=list)
    behind: Comment | None = None


@dataclass(slots=True, eq=False)
class Collection:
    """A mapping or list, with the comments below its last entry."""

    node: MapNode | ListNode
    column: int
    owner: Entry | None
    entries: list[Entry] = field(default_factory=list)
    below: list[Comment] = field(default_factory=list)

    @property
    def is_flow(self) -> bool:
        """Tell whether it is written with brackets."""
        return _is_flow(self.node)


@dataclass(slots=True, eq=False)
class Outline:
    """A file as entries; `header` are the comments above the first one."""

    root: Collection
    header: list[Comment]
    entries: list[Entry]


def outline(root: MapNode | ListNode) -> Outline:
    """Give the entries of a file, each comment with the one that it belongs to."""
    entries: list[Entry] = []
    whole = _collection(root, None, entries)
    made = Outline(whole, [], entries)
    starts = [entry.start for entry in entries]
    for comment in _comments(root):
        index = bisect_left(starts, comment.start)
        before = entries[index - 1] if index else None
        after = entries[index] if index < len(entries) else None
        if before is None:
            made.header.append(comment)
        elif comment.alone:
            _place_alone(comment, before, after)
        else:
            _place_behind(comment, before)
    return made


def _collection(node: MapNode | ListNode, owner: Entry | None, found: list[Entry]) -> Collection:
    column = _column(node.file, node.start)
    made = Collection(node, column, owner)
    pairs: Iterator[tuple[ScalarNode | None, Node]] = (
        ((node.keys[name], value) for name, value in node.entries.items())
        if isinstance(node, MapNode)
        else ((None, item) for item in node.items)
    )
    for key, value in pairs:
        start = key.start if key else _item_start(value, made)
        entry = Entry(key, value, start, _end(value, key), made)
        entry.blank = _has_blank_above(node.file, start)
        made.entries.append(entry)
        found.append(entry)
        if isinstance(value, MapNode | ListNode):
            entry.inner = _collection(value, entry, found)
    return made


def _item_start(item: Node, within: Collection) -> int:
    """Give where an item begins: at its dash, if it has one."""
    if within.is_flow:
        return item.start
    file = item.file
    line = bisect_right(file.starts, item.start) - 1
    while line >= 0:
        at = file.starts[line] + within.column
        if at <= item.start and file.text.startswith("-", at):
            return at
        line -= 1
    return item.start


def _end(value: Node, key: ScalarNode | None) -> int:
    """Give the end of what is written for an entry, without what follows it."""
    match value:
        case ScalarNode(style=Style.LITERAL | Style.FOLDED):
            return value.start + len(value.file.text[value.start : value.end].rstrip())
        case ScalarNode(text="", style=Style.PLAIN) if key:
            return key.end
        case MapNode() | ListNode() if not _is_flow(value):
            children = list(value.entries.values()) if isinstance(value, MapNode) else value.items
            keys = list(value.keys.values()) if isinstance(value, MapNode) else None
            return _end(children[-1], keys[-1] if keys else None) if children else value.end
        case _:
            return value.end


def _is_flow(node: Node) -> bool:
    return node.file.text.startswith(("{", "["), node.start)


def _comments(root: Node) -> Iterator[Comment]:
    file = root.file
    at = 0
    scalars = sorted(_scalars(root), key=lambda scalar: scalar.start)
    for scalar in scalars:
        yield from _between(file, at, scalar.start)
        at = scalar.end
        if scalar.style in (Style.LITERAL, Style.FOLDED):
            header = _HEADER.match(file.text, scalar.start)
            yield from _between(file, scalar.start, header.end() if header else scalar.start)
    yield from _between(file, at, len(file.text))


def _between(file: File, start: int, end: int) -> Iterator[Comment]:
    for found in _COMMENT.finditer(file.text, start, end):
        line = file.starts[bisect_right(file.starts, found.start()) - 1]
        alone = not file.text[line : found.start()].strip()
        blank = alone and _has_blank_above(file, found.start())
        yield Comment(found[0].rstrip(), found.start(), found.start() - line, alone, blank)


def _scalars(node: Node) -> Iterator[ScalarNode]:
    match node:
        case ScalarNode():
            yield node
        case ListNode(items=items):
            for item in items:
                yield from _scalars(item)
        case MapNode(keys=keys, entries=entries):
            yield from keys.values()
            for value in entries.values():
                yield from _scalars(value)


def _column(file: File, index: int) -> int:
    return index - file.starts[bisect_right(file.starts, index) - 1]


def _has_blank_above(file: File, index: int) -> bool:
    """Tell whether the line above is empty, of something that is first on its own."""
    line = bisect_right(file.starts, index) - 1
    if line == 0 or file.text[file.starts[line] : index].strip():
        return False
    return not file.text[file.starts[line - 1] : file.starts[line]].strip()


def _chain(entry: Entry | None) -> Iterator[Entry]:
    """Give an entry and all that it is in."""
    while entry is not None:
        yield entry
        entry = entry.within.owner


def _place_behind(comment: Comment, before: Entry) -> None:
    """Put a comment behind the outermost entry that ends on its line, or begins there and goes on below."""
    line = comment.start - comment.column
    ended = [
        entry
        for entry in _chain(before)
        if entry.end <= comment.start
        and (entry.start >= line or (_is_flow(entry.value) and entry.end > line))
    ]
    entry = ended[-1] if ended else before
    if entry.behind is None:
        entry.behind = comment
    else:
        entry.above.append(comment)


def _place_alone(comment: Comment, before: Entry, after: Entry | None) -> None:
    """Put a comment above the next entry, or below the last one of a collection that it is indented to."""
    around = [entry.within for entry in _chain(before)]
    holding = [entry.within for entry in _chain(after)]
    for within in around:
        if within.is_flow and within.node.start < comment.start < within.node.end:
            if after is not None and within in holding:
                after.above.append(comment)
            else:
                within.below.append(comment)
            return
    if before.inner is not None and not before.inner.entries and comment.start < before.end:
        before.above.append(comment)
        return
    deeper = after is None or comment.column > after.within.column
    ending: Sequence[Collection] = [
        one for one in around if one not in holding and not one.is_flow and deeper
    ]
    fitting = [one for one in ending if one.column <= comment.column]
    if fitting:
        fitting[0].below.append(comment)
    elif after is not None:
        after.above.append(comment)
    else:
        around[-1].below.append(comment)
