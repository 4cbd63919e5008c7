"""YAML text to nodes that know line and column, with every problem of the YAML itself.

It knows what YAML is allowed to say here, not what a flow is; all parsing is behind `read_source`.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

from engine.flow.nodes import File, ListNode, MapNode, Node, ScalarNode, Style
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PROBLEMS: Final = 500
"""As many as one stage tells of one file: whoever has more mends these first."""
MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 32
MAX_ENTRIES: Final = 500
MAX_ITEMS: Final = 100
"""What a mapping and a list may hold: what a check does with each pair of its parts stays quick."""
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STYLES: Final[Mapping[str | None, Style]] = {
    None: Style.PLAIN,
    **{one.value: one for one in Style},
}
_UNREADABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)

_SYNTAX: Final[Mapping[str, str]] = {
    "mapping values are not allowed in this context": (
        "a key and its value cannot begin here; check the indentation, and put a text that contains "
        '": " in quotes'
    ),
    "could not find expected ':'": 'a key is not followed by ":"; write "key: value"',
    "did not find expected key": (
        "this line is neither a key of the mapping above nor of an outer one; check the indentation and the quotes"
    ),
    "did not find expected '-' indicator": (
        'this line does not belong to the list above; begin it with "- " or mend the indentation'
    ),
    "did not find expected ',' or ']'": (
        'a list in [ ] is not closed; separate items with "," and end it with "]", and put a text that '
        "contains brackets in quotes"
    ),
    "did not find expected ',' or '}'": (
        'a mapping in { } is not closed; separate entries with "," and end it with "}", and put a text that '
        "contains brackets or commas in quotes"
    ),
    "found unexpected end of stream": "a quoted text is not closed; end it with the quote it began with",
    "found unexpected document indicator": "a quoted text is not closed before this line",
    "found unknown escape character": (
        'a text in double quotes has an unknown escape; write "\\\\" for a backslash or use single quotes'
    ),
    "block sequence entries are not allowed in this context": (
        'a list item cannot begin here; put "- " on a line of its own, below the key'
    ),
    "found character that cannot start any token": "a text cannot begin with this character; put it in quotes",
    "block collections are not allowed in this context": "indented lines cannot begin here",
}


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
        tree.problems.append(_explain(file, error))
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


_NO_COLON: Final = re.compile(r"^([ ]*)([a-z_]+)(?:[ ]+(\S+))?[ ]*$")


def _missing_colon(file: File, index: int) -> Problem | None:
    """Find the line of two words, or of one that is indented less, above a place where no key can begin."""
    above = file.text[: file.text.rfind("\n", 0, index) + 1].splitlines(keepends=True)
    while above and (not above[-1].strip() or above[-1].lstrip().startswith("#")):
        above.pop()
    words = _NO_COLON.match(above[-1]) if above else None
    line = file.text[file.text.rfind("\n", 0, index) + 1 :]
    if words is None or not (words[3] or len(words[1]) < len(line) - len(line.lstrip(" "))):
        return None
    begin = sum(map(len, above[:-1])) + words.start(2)
    right = f"{words[2]}: {words[3]}" if words[3] else f"{words[2]}:"
    message = f'key "{words[2]}" has no colon; write "{right}"'
    return Problem(file.span(begin, begin + len(words[2])), "yaml-syntax", message)


KEYS_BEHIND: Final = frozenset(
    {"go", "run", "url", "text", "end", "when", "save", "say", "id", "with", "buttons", "else"}
)
"""Keys that often stand behind a text in braces."""

_TEXT_BEFORE: Final = re.compile(
    r"(?:^|[{,])[ ]*(?:- +)*([\w/]+): +([^\s'\"\[{&*!|>%@`,][^,{}]*)\Z"
)


def _colon_in_text(file: File, index: int) -> Problem | None:
    """Find a text without quotes, behind its key on one line, that the colon at this place cuts in two."""
    if file.text[index : index + 2].rstrip() != ":":
        return None
    begin = file.text.rfind("\n", 0, index) + 1
    found = _TEXT_BEFORE.search(file.text[begin:index])
    if found is None:
        return None
    end = file.text.find("\n", index)
    rest = file.text[index : end if end >= 0 else len(file.text)]
    if "{" in file.text[begin:index]:
        rest = re.split("[,}]", rest, maxsplit=1)[0]
    before, _, last = found[2].rpartition(" ")
    if before and last in KEYS_BEHIND:
        message = f'a comma is missing before "{last}"; write {found[1]}: "{before}", {last}: …'
        place = file.span(index - len(last), index)
        if "{" in file.text[begin:index]:
            return Problem(place, "yaml-syntax", message)
    text = f"{found[2]}{rest}".rstrip().replace("\\", "\\\\").replace('"', '\\"')
    message = f'the text of "{found[1]}" has a colon; put it in quotes: {found[1]}: "{text}"'
    return Problem(file.span(index, index + 1), "yaml-syntax", message)


_KEY_WITHIN: Final = re.compile(r"\n[ -]*[a-z_/]+:(?:\s|\Z)")


def _unclosed_quote(file: File, index: int) -> Problem | None:
    """Find a text in quotes that holds lines with keys and ends on the line of an error: it was to end before."""
    first = file.text.rfind("\n", 0, index) + 1
    found = None
    try:
        for token in yaml.scan(file.text, Loader=_LOADER):
            if token.start_mark.index >= index:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                found = token
    except yaml.MarkedYAMLError:
        pass  # what could be read before the error is what is looked at
    if found is None or not found.start_mark.index < first <= found.end_mark.index:
        return None
    start, end = found.start_mark.index, found.end_mark.index
    if not _KEY_WITHIN.search(file.text, start, end):
        return None
    message = f"a text in quotes is not closed; end it with {found.style}"
    related = ((file.span(end - 1, end), "it goes on to here"),)
    return Problem(file.span(start, end), "yaml-syntax", message, related)


def _explain(file: File, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark else 0
    problem = (error.problem or "").strip()
    if problem == "mapping values are not allowed in this context":
        forgotten = _missing_colon(file, index)
        if forgotten is not None:
            return forgotten
    elif (unclosed := _unclosed_quote(file, index)) is not None:
        return unclosed
    if (colon := _colon_in_text(file, index)) is not None:
        return colon
    character = file.text[index : index + 1]
    if character == "\t" or "tab character" in problem:
        message = "a tab indents this line; use spaces"
    else:
        message = _SYNTAX.get(problem, f"this is not YAML: {problem or error.context}")
    related: tuple[tuple[Position, str], ...] = ()
    if error.context_mark and error.context_mark.index != index:
        begun = error.context_mark.index
        related = (
            (file.span(begun, begun + 1), "what is not closed or not continued begins here"),
        )
    return Problem(file.span(index, index + 1), "yaml-syntax", message, related)


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
                self._refuse(
                    event,
                    "yaml-alias",
                    f'alias "*{event.anchor}" is not allowed; write the value out',
                )
                self._place(self._scalar(event, "", Style.SINGLE))
        return True

    def _begin_document(self, event: Any) -> bool:
        self._documents += 1
        if self._documents > 1:
            self._refuse(
                event,
                "yaml-documents",
                'a second document begins with "---"; one file holds one document, so move the rest to another',
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
            return ScalarNode(self.file, done.start, end, "…", Style.DOUBLE)
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
            message = 'merge key "<<" is not allowed; write the entries out'
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
        if event.anchor is not None:
            self._refuse(event, "yaml-alias", f'anchor "&{event.anchor}" is not allowed; remove it')
        if event.tag is not None:
            self._refuse(event, "yaml-tag", f'tag "{event.tag}" is not allowed; remove it')

    def _refuse(self, event: Any, code: str, message: str) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.problems.append(Problem(self.file.span(start, end), code, message))
