"""YAML text to nodes that know line and column, with every problem of the YAML itself.

It knows what YAML is allowed to say here, not what a flow is; all parsing is behind `read_source`.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

from engine.flow.nodes import UNREAD, File, ListNode, MapNode, Node, ScalarNode, Style
from engine.flow.problems import Position, Problem
from engine.flow.syntax import LOADER, explain_error, quoted_beginning

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PROBLEMS: Final = 500
"""As many as one stage tells of one file: whoever has more mends these first."""
MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 32
MAX_ENTRIES: Final = 500
MAX_ITEMS: Final = 100
"""What a mapping and a list may hold: what a check does with each pair of its parts stays quick."""
_LOADER: Final[Any] = LOADER
_STYLES: Final[Mapping[str | None, Style]] = {
    None: Style.PLAIN,
    **{one.value: one for one in Style},
}
_UNREADABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What one file says: `root` is None when it is empty or its YAML is broken."""

    file: File
    root: Node | None
    problems: tuple[Problem, ...]


def decode_source(path: str, raw: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Decode the bytes of a file as UTF-8, a byte order mark allowed; bytes that are not become a problem."""
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return raw.decode(), ()
    except UnicodeDecodeError as error:
        text = raw[: error.start].decode()
        place = File.of(path, text).span(len(text), len(text) + 1)
        message = f'byte "0x{raw[error.start]:02x}" is not UTF-8; save the file as UTF-8'
        return "", (Problem(place, "yaml-encoding", message),)


def read_source(path: str, text: str) -> Source:
    """Parse one YAML document, never raising: what YAML allows and flows do not becomes problems too."""
    text = text.removeprefix("\ufeff")
    file = File.of(path, text)
    if problem := _refuse_text(file):
        return Source(file, None, (problem,))
    tree = _Tree(file)
    try:
        loader = _LOADER(text)
        for event in iter(loader.get_event, None):
            if not tree.add(event):
                break
    except yaml.MarkedYAMLError as error:
        tree.problems.append(explain_error(file, error))
        tree.root = None
    return Source(
        file, None if tree.is_refused else tree.root, tuple(tree.problems[:MOST_PROBLEMS])
    )


def _refuse_text(file: File) -> Problem | None:
    if found := _UNREADABLE.search(file.text):
        place = file.span(found.start(), found.end())
        return Problem(
            place,
            "yaml-encoding",
            f'character "U+{ord(found[0]):04X}" cannot be in YAML; remove it or write it as an escape '
            "in double quotes",
        )
    size = len(file.text.encode())
    if size > MAX_BYTES:
        message = f"the file has {size} bytes; at most {MAX_BYTES} are read, so split it"
        return Problem(Position(file.path, 1, 1), "yaml-too-large", message)
    return None


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    start: int
    is_map: bool
    items: list[Node] = field(default_factory=list)
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    entries: dict[str, Node] = field(default_factory=dict)
    key: Node | None = None
    is_template: bool = False


@dataclass(slots=True)
class _Tree:
    """The nodes built so far from the parser's events, without recursion."""

    file: File
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    is_refused: bool = False
    _open: list[_Open] = field(default_factory=list)
    _documents: int = 0
    _anchors: set[str] = field(default_factory=set)

    def add(self, event: Any) -> bool:
        """Take the next event; False when the rest is not worth reading."""
        match event:
            case yaml.ScalarEvent():  # first, as most events are
                self._refuse_properties(event)
                self._place(self._scalar(event, event.value, _STYLES[event.style]))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                return self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._place(self._close(event))
            case yaml.DocumentStartEvent():
                return self._begin_document(event)
            case yaml.AliasEvent():
                message = (
                    f'"*{event.anchor}" repeats another value, which flows cannot; write it out'
                )
                if event.anchor not in self._anchors:
                    message = self._quote_beginning(f"*{event.anchor}")
                self._refuse(event, "yaml-alias", message)
                self._place(self._scalar(event, "", Style.SINGLE))
        return True

    def _begin_document(self, event: Any) -> bool:
        self._documents += 1
        if self._documents > 1:
            self._refuse(
                event,
                "yaml-documents",
                '"---" begins a second file within this one; move the rest to a file of its own',
            )
            return False
        return True

    def _begin(self, event: Any) -> bool:
        self._refuse_properties(event)
        if len(self._open) == MAX_DEPTH:
            self._refuse(
                event,
                "yaml-too-deep",
                f"values are nested more than {MAX_DEPTH} deep; nothing in a flow is, so remove the outer ones",
            )
            self.root = None
            return False
        is_map = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(event.start_mark.index, is_map))
        return True

    def _refuse_size(self, done: _Open) -> None:
        count, most = (
            (len(done.entries), MAX_ENTRIES) if done.is_map else (len(done.items), MAX_ITEMS)
        )
        if count > most:
            what = f"mapping has {count} entries" if done.is_map else f"list has {count} items"
            message = f"the {what}; at most {most} are read, so split it"
            place = self.file.span(done.start, done.start + 1)
            self.problems.append(Problem(place, "yaml-too-large", message))
            self.is_refused = True

    def _close(self, event: Any) -> Node:
        done = self._open.pop()
        self._refuse_size(done)
        end = max(done.start + 1, event.end_mark.index)
        if done.is_template:
            return ScalarNode(self.file, done.start, end, UNREAD, Style.DOUBLE)
        if done.is_map:
            return MapNode(self.file, done.start, end, done.keys, done.entries)
        return ListNode(self.file, done.start, end, tuple(done.items))

    def _scalar(self, event: Any, text: str, style: Style) -> ScalarNode:
        return ScalarNode(self.file, event.start_mark.index, event.end_mark.index, text, style)

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            key, parent.key = parent.key, None
            self._add_entry(parent, key, node)

    def _add_entry(self, parent: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, ScalarNode):
            parent.is_template = self.file.text.startswith("{{", parent.start)
            message = "a key is not a text; write a plain name"
            if parent.is_template:
                message = 'a text that begins with "{{" is in quotes; put quotes around it'
            place = self.file.span(parent.start, key.end) if parent.is_template else key.position
            self.problems.append(Problem(place, "yaml-key", message))
        elif key.text == "<<" and key.style is Style.PLAIN:
            message = '"<<" takes the keys of another value, which flows cannot; write them out'
            self.problems.append(Problem(key.position, "yaml-alias", message))
        elif first := parent.keys.get(key.text):
            self._join(parent, key.text, value)
            message = f'key "{key.text}" is here twice; remove or rename one'
            related = ((first.position, "first defined here"),)
            self.problems.append(Problem(key.position, "duplicate-key", message, related))
        else:
            parent.keys[key.text] = key
            parent.entries[key.text] = value

    def _join(self, parent: _Open, key: str, more: Node) -> None:
        """Read a group of the whole file that is written twice as one, lest what the second has be missed."""
        first = parent.entries[key]
        if len(self._open) == 1 and isinstance(first, MapNode) and isinstance(more, MapNode):
            keys, entries = {**more.keys, **first.keys}, {**more.entries, **first.entries}
            order = [*first.keys, *(name for name in more.keys if name not in first.keys)]
            parent.entries[key] = MapNode(
                first.file,
                first.start,
                first.end,
                {name: keys[name] for name in order},
                {name: entries[name] for name in order},
            )

    def _refuse_properties(self, event: Any) -> None:
        is_text = isinstance(event, yaml.ScalarEvent) and not event.style
        if event.anchor is None and event.tag is None:
            return
        self._anchors.add(event.anchor or "")
        what = "tag" if event.anchor is None else "mark"
        name = event.tag if event.anchor is None else f"&{event.anchor}"
        message = f'"{name}" is a {what} of YAML, which flows do not have; remove it'
        if is_text and event.value:
            message = self._quote_beginning(
                self.file.text[event.start_mark.index : event.end_mark.index]
            )
        self._refuse(event, "yaml-tag" if what == "tag" else "yaml-alias", message)

    def _quote_beginning(self, text: str) -> str:
        """Say that a text must be in quotes, at the key that is being given a value."""
        key = self._open[-1].key if self._open else None
        return quoted_beginning(key.text if isinstance(key, ScalarNode) else "", text)

    def _refuse(self, event: Any, code: str, message: str) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.problems.append(Problem(self.file.span(start, end), code, message))
