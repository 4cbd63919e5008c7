"""Where in a YAML text the cursor stands, also while the text around it is not YAML yet.

It knows indentation, brackets and quotes, and nothing of flows; it reads only what is before the cursor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#{}\[\],"'&*!|>%@`-][^:#\n]*?|/[^:\n]*?)[ ]*:(?=[ \t]|$)"""
)
_BLOCK: Final = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
_BREAK: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a text: the keys and indexes that lead to it, and what is written of the word there.

    `path` ends with the key whose value is written, or with the collection when a key or an item is. `start` is where
    that begins and `written` what stands from there to the cursor. `beside` are the entries above the cursor of the
    mapping it is in, and `outer` those of every mapping around it, by path, with their values as far as one line goes.
    """

    path: tuple[str | int, ...]
    is_key: bool
    start: int
    written: str
    beside: Mapping[str, str] = field(default_factory=dict)
    outer: Mapping[tuple[str | int, ...], Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Level:
    """A collection that is open at the cursor; `column` is -1 inside brackets."""

    column: int
    is_map: bool
    key: str | None = None
    index: int = -1
    entries: dict[str, str] = field(default_factory=dict)

    def part(self) -> str | int | None:
        return self.key if self.is_map else self.index


def find_cursor(text: str, index: int) -> Cursor:
    """Find what stands before an index of a text."""
    scan = _Scan(text[:index])
    scan.run()
    return scan.cursor()


class _Scan:
    """Reads a text line by line, remembering the collections that are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.levels: list[_Level] = []
        self.block: int | None = None
        self.start = 0
        self.is_key = True
        self.is_comment = False

    def run(self) -> None:
        """Read to the end."""
        while self.at < len(self.text):
            self._line()
        if self.text.endswith(("\n", "\r")) or not self.text:
            self._fresh_line(0)

    def cursor(self) -> Cursor:
        """Say where the text ends."""
        path = tuple(part for level in self.levels if (part := level.part()) is not None)
        is_key = self.is_key and not self.is_comment
        top = self.levels[-1] if self.levels else None
        if is_key and top and top.is_map and top.key is not None:
            path = path[:-1]
        beside = top.entries if top and top.is_map else {}
        written = self.text[self.start :]
        return Cursor(path, is_key, self.start, written, dict(beside), self._outer())

    def _outer(self) -> Mapping[tuple[str | int, ...], Mapping[str, str]]:
        found: dict[tuple[str | int, ...], Mapping[str, str]] = {}
        path: tuple[str | int, ...] = ()
        for level in self.levels:
            if level.is_map:
                found[path] = dict(level.entries)
            part = level.part()
            path = path if part is None else (*path, part)
        return found

    def _line(self) -> None:
        end = _BREAK.search(self.text, self.at)
        stop, following = (end.start(), end.end()) if end else (len(self.text), len(self.text))
        begin = self.at
        line = self.text[begin:stop]
        indent = len(line) - len(line.lstrip(" "))
        self.is_comment = False
        if self._in_block(line, indent):
            pass
        elif self._is_flow():
            self._flow(begin, stop)
            if self._is_flow():
                stop = self.at
                following = max(following, self.at)
        elif not line.strip():
            self._fresh_line(indent)
            self.start = stop
        elif line.lstrip().startswith("#"):
            self.is_comment, self.start = True, stop
        else:
            self.block = None
            following = max(following, self._content(begin, indent, stop))
        self.at = max(following, begin + 1)

    def _in_block(self, line: str, indent: int) -> bool:
        if self.block is None:
            return False
        if not line.strip() or indent > self.block:
            return True
        self.block = None
        return False

    def _is_flow(self) -> bool:
        return bool(self.levels) and self.levels[-1].column < 0

    def _fresh_line(self, indent: int) -> None:
        """Take a line on which nothing stands yet: a key or an item will, as far in as the cursor is."""
        if self.block is not None or self._is_flow():
            return
        last = self.text[self.text.rfind("\n", 0, max(0, len(self.text))) + 1 :]
        if last.strip():
            return
        kept = list(self.levels)
        self._pop(len(last) if indent == 0 else indent)
        deeper = kept[len(self.levels) :]
        open_key = kept[-1] if kept else None
        if not deeper and open_key and _is_waiting(open_key, len(last)):
            self.levels.append(_Level(len(last), is_map=True))
        self.is_key, self.start = True, len(self.text)

    def _pop(self, column: int, *, item: bool = False) -> None:
        """Close the collections that end where a line begins at a column."""
        while self.levels:
            top = self.levels[-1]
            if top.column > column or (top.column == column and not top.is_map and not item):
                self.levels.pop()
            else:
                break

    def _content(self, begin: int, indent: int, stop: int) -> int:
        column = indent
        at = begin + indent
        while self.text[at:stop].startswith("- ") or self.text[at:stop] == "-":
            self._pop(column, item=True)
            if not (
                self.levels and self.levels[-1].column == column and not self.levels[-1].is_map
            ):
                self.levels.append(_Level(column, is_map=False))
            self.levels[-1].index += 1
            rest = self.text[at + 1 : stop]
            skipped = 1 + len(rest) - len(rest.lstrip(" "))
            at, column = at + skipped, column + skipped
        found = _KEY.match(self.text, at, stop)
        if found is None:
            return self._word(at, column, stop)
        key = _unquote(found[1])
        self._pop(column)
        if not (self.levels and self.levels[-1].column == column):
            self.levels.append(_Level(column, is_map=True))
        self.levels[-1].key = key
        self.levels[-1].entries[key] = self.text[found.end() : stop].strip()
        return self._value(found.end(), column, stop)

    def _word(self, at: int, column: int, stop: int) -> int:
        """Take a line without a key: the rest of a value above, a key that is being written, or an item."""
        top = self.levels[-1] if self.levels else None
        if self.text[at : at + 1] in ("{", "[", '"', "'"):
            return self._value(at, column, stop)
        if top is not None and (not top.is_map) and top.column < column:
            self.is_key, self.start = True, at
            return stop
        if top and top.is_map and top.column < column and top.key and top.entries.get(top.key):
            return stop  # a text that goes on
        if stop == len(self.text):
            self._pop(column)
            if not (self.levels and self.levels[-1].column == column):
                self.levels.append(_Level(column, is_map=True))
            self.is_key, self.start = True, at
        return stop

    def _value(self, at: int, column: int, stop: int) -> int:
        while at < stop and self.text[at] in " \t":
            at += 1
        self.is_key, self.start = False, at
        first = self.text[at : at + 1]
        if _BLOCK.match(self.text[at:stop]):
            self.block = column
            return stop
        if first in ("{", "["):
            self.at = at
            self._flow(at, len(self.text))
            return self.at
        if first in ('"', "'"):
            return max(stop, self._quoted(at))
        return stop

    def _quoted(self, at: int) -> int:
        """Pass over a text in quotes; the end of the text when it is not closed."""
        quote = self.text[at]
        self.start = at + 1
        index = at + 1
        while index < len(self.text):
            if quote == '"' and self.text[index] == "\\":
                index += 2
            elif self.text[index] == quote:
                if quote == "'" and self.text.startswith("''", index):
                    index += 2
                else:
                    return index + 1
            else:
                index += 1
        return len(self.text) + 1

    def _flow(self, at: int, stop: int) -> None:
        """Read inside brackets until they are closed or the text ends."""
        while at < stop:
            character = self.text[at]
            if character in "{[":
                self.levels.append(_Level(-1, is_map=character == "{", index=0))
                self._expect(at + 1)
            elif character in "}]":
                self.levels.pop()
                self.is_key, self.start = False, at + 1
                if not self._is_flow():
                    self.at = at + 1
                    return
            elif character == ",":
                top = self.levels[-1]
                top.key, top.index = None, top.index + 1
                self._expect(at + 1)
            elif character in "\"'" and not self.text[self.start : at].strip():
                at = self._flow_quoted(at) - 1
            elif character == ":" and self.levels[-1].is_map and self.levels[-1].key is None:
                self._flow_key(at)
            elif character == "#" and self.text[at - 1 : at].isspace():
                end = _BREAK.search(self.text, at)
                at = end.end() - 1 if end else stop
            at += 1
        self.at = at
        self._trim()

    def _trim(self) -> None:
        while self.start < len(self.text) and self.text[self.start] in " \t\r\n":
            self.start += 1

    def _expect(self, at: int) -> None:
        self.is_key, self.start = True, at

    def _flow_quoted(self, at: int) -> int:
        is_key = self.is_key
        end = self._quoted(at)
        if end > len(self.text):
            return end
        self.is_key, self.start = is_key, at
        top = self.levels[-1]
        if top.is_map and top.key is not None:
            top.entries[top.key] = self.text[at:end]
        return end

    def _flow_key(self, at: int) -> None:
        if self.text[at + 1 : at + 2] not in ("", " ", "\t", "\n", "\r", "{", "[", '"', "'"):
            return
        top = self.levels[-1]
        top.key = _unquote(self.text[self.start : at].strip())
        rest = self.text[at + 1 :]
        top.entries[top.key] = re.split(r"[,}\n]", rest, maxsplit=1)[0].strip()
        self.is_key, self.start = False, at + 1


def _is_waiting(level: _Level, column: int) -> bool:
    """Tell whether a key has no value yet, and one may begin at a column."""
    return (
        level.is_map
        and level.column < column
        and level.key is not None
        and not level.entries.get(level.key)
    )


def _unquote(written: str) -> str:
    return written[1:-1] if written[:1] in ('"', "'") and len(written) > 1 else written
