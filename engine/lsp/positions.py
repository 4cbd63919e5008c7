"""Places of a text as editors count them: lines from 0, columns in the units agreed on, files as URIs.

It does not know what stands at a place.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from lsprotocol import types as lsp

from engine.flow.nodes import File
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.flow.problems import Position


class Lines:
    """The lines of one text, for going between indexes of characters and the positions of editors."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self._units = _UNITS.get(encoding, utf16_length)
        self._starts = File.of("", text).starts

    def index(self, position: lsp.Position) -> int:
        """Give the index of the character at a position, the nearest one where there is none."""
        if position.line >= len(self._starts):
            return len(self.text)
        index = self._starts[max(0, position.line)]
        end = self._end(max(0, position.line))
        units = position.character
        while index < end and units > 0:
            units -= self._units(self.text[index])
            index += 1
        return index

    def position(self, index: int) -> lsp.Position:
        """Give the position of the character at an index."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self._starts, index) - 1
        return lsp.Position(line, self._units(self.text[self._starts[line] : index]))

    def range(self, start: int, end: int) -> lsp.Range:
        """Give the range of text[start:end]."""
        return lsp.Range(self.position(start), self.position(end))

    def start_of(self, place: Position) -> int:
        """Give the index of the first character of a problem's place."""
        if place.line > len(self._starts):
            return len(self.text)
        return min(self._starts[place.line - 1] + place.column - 1, len(self.text))

    def range_of(self, place: Position) -> lsp.Range:
        """Give the range of a problem's place."""
        start = self.start_of(place)
        return self.range(start, start + place.length)

    def _end(self, line: int) -> int:
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        while end > self._starts[line] and self.text[end - 1] in "\r\n":
            end -= 1
        return end


_UNITS: Final[Mapping[str, Callable[[str], int]]] = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": utf16_length,
    "utf-32": len,
}


def path_of(uri: str) -> Path | None:
    """Give the path of a file's URI; None for what is no file."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(unquote(parts.path)))


def uri_of(path: str | Path) -> str:
    """Give the URI of a file."""
    return Path(path).absolute().as_uri()
