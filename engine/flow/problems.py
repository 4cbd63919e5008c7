"""What is wrong in a flow and where, as values, and how they are written out.

It does not know how a problem is found.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.flow.sarif import write_sarif

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A span of a file: 1-based line and column of its first character, and its length in characters.

    `via` are the places through which a fragment brought here what is written there, each with a note; what a fragment
    brings to two places has two positions.
    """

    path: str
    line: int
    column: int
    length: int = field(default=1, compare=False)
    via: tuple[tuple[Position, str], ...] = ()

    def bare(self) -> Position:
        """Give the same place, however it came into use."""
        return replace(self, via=()) if self.via else self

    def places(self) -> Iterator[Position]:
        """Give this place and all through which it was brought."""
        yield self
        for position, _ in self.via:
            yield from position.places()


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a flow: fact, offending value in quotes, what would be right; lower case, one sentence.

    `code` is the name of the check, e.g. "unknown-step"; `related` points at other places that explain it. What is quoted
    may be anything, so the message is brought onto one line, and cut at MOST_CHARACTERS.
    """

    position: Position
    code: str
    message: str
    related: tuple[tuple[Position, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.message.isprintable() or len(self.message) > MOST_CHARACTERS:
            object.__setattr__(self, "message", _in_one_line(self.message))


MOST_CHARACTERS: Final = 1500
"""The longest message: lists of what would be right are cut there."""


def _in_one_line(message: str) -> str:
    line = " ".join(_visible(message[: 2 * MOST_CHARACTERS]).split())
    return line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1]}…"


@dataclass(frozen=True, slots=True, order=True)
class Silenced:
    """A problem that a comment in the file silences, and the reason it gives."""

    problem: Problem
    reason: str


class ProblemFormat(StrEnum):
    """How problems are written out: for people, for programs, as annotations of a GitHub workflow, or for code scanning."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def render_problems(
    problems: Iterable[Problem],
    format: ProblemFormat | str = ProblemFormat.TEXT,  # noqa: A002 - the option's name
    sources: Mapping[Path, str] | None = None,
    silenced: Iterable[Silenced] = (),
) -> str:
    """Write problems out in the order of file, line and column; an empty text when there are none.

    `sources` are the texts that were checked; files it lacks are read, and shown without excerpt when that fails.
    `silenced` are written by SARIF alone, which marks them so.
    """
    ordered = sorted(problems)
    match ProblemFormat(format):
        case ProblemFormat.JSON:
            return (
                json.dumps([_as_json(one) for one in ordered], ensure_ascii=False, indent=2) + "\n"
            )
        case ProblemFormat.GITHUB:
            return "".join(f"{_annotation(one)}\n" for one in ordered)
        case ProblemFormat.SARIF:
            return write_sarif(ordered, sorted(silenced))
        case ProblemFormat.TEXT:
            lines = _Lines(sources or {})
            return "\n".join(f"{_with_excerpt(one, lines)}\n" for one in ordered)


MAX_EXCERPT: Final = 120
"""Columns of a source line that are shown; longer lines are cut around the span."""


class _Lines:
    """The lines of the files that problems are in."""

    def __init__(self, sources: Mapping[Path, str]) -> None:
        self._texts = {path.as_posix(): text for path, text in sources.items()}
        self._lines: dict[str, list[str]] = {}

    def line(self, position: Position) -> str | None:
        if position.path not in self._lines:
            text = self._texts.get(position.path)
            if text is None:
                text = _read(Path(position.path))
            text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
            self._lines[position.path] = text.split("\n")
        lines = self._lines[position.path]
        return lines[position.line - 1] if position.line <= len(lines) else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return ""


def _with_excerpt(problem: Problem, lines: _Lines) -> str:
    written = [f"{_at(problem.position)}: {problem.message} [{problem.code}]"]
    written.extend(_excerpt(problem.position, lines))
    for position, note in problem.related:
        written.append(f"  {_at(position)}: {note}")
        written.extend(_excerpt(position, lines))
    return "\n".join(written)


def _at(position: Position) -> str:
    return f"{position.path}:{position.line}:{position.column}"


def _excerpt(position: Position, lines: _Lines) -> Iterator[str]:
    line = lines.line(position)
    if not line:
        return
    start = position.column - 1
    cut = max(0, min(start - 20, len(line) - MAX_EXCERPT)) if len(line) > MAX_EXCERPT else 0
    shown = line[cut : cut + MAX_EXCERPT]
    before, span = shown[: start - cut], shown[start - cut : start - cut + position.length]
    number = str(position.line)
    yield f"  {number} | {_visible(shown)}"
    yield f"  {' ' * len(number)} | {' ' * _width(before)}^{'~' * (_width(span) - 1)}"


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _width(text: str) -> int:
    """Count the columns a text takes in a terminal: wide characters take two, combining ones none."""
    columns = 0
    for character in text:
        if unicodedata.combining(character) or character == "\ufe0f":
            continue
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return columns


def _as_json(problem: Problem) -> dict[str, Any]:
    related = [{**_place(position), "message": note} for position, note in problem.related]
    return {
        **_place(problem.position),
        "code": problem.code,
        "message": problem.message,
        "related": related,
    }


def _place(position: Position) -> dict[str, Any]:
    return {
        "path": position.path,
        "line": position.line,
        "column": position.column,
        "length": position.length,
    }


def _annotation(problem: Problem) -> str:
    place = problem.position
    properties = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.column + place.length),
        "title": problem.code,
    }
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    notes = "".join(f"\n{_at(position)}: {note}" for position, note in problem.related)
    return f"::error {written}::{_escape_data(f'{problem.message} [{problem.code}]{notes}')}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
