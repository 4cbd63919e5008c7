"""The lines of a file, coloured, with what is missing named at each.

It does not know where the file's text comes from.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Final

from engine.simulate.coverage.lines import LineState
from engine.simulate.coverage.model import GoalKind
from engine.simulate.coverage.table import where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.simulate.coverage.lines import Line
    from engine.simulate.coverage.model import Goal
    from engine.simulate.coverage.report import Report

_SIGNS: Final[Mapping[LineState, str]] = {
    LineState.TAKEN: "✓",
    LineState.PARTLY: "◐",
    LineState.MISSED: "✗",
}
_WORDS: Final[Mapping[LineState, str]] = {
    LineState.TAKEN: "covered",
    LineState.PARTLY: "partly covered",
    LineState.MISSED: "not covered",
}


def write_source(report: Report, path: str, text: str, lines: Sequence[Line]) -> Iterator[str]:
    """Write the lines of a file; those of steps that nobody came to are marked to their end."""
    known = {line.number: line for line in lines}
    written = text.splitlines()
    lost = _lost_lines(report, path, written)
    tongues = _unseen_languages(report, path)
    yield '<div class="code">'
    for number, shown in enumerate(written, 1):
        line = known.get(number)
        state = f" {line.state}" if line else " lost" if number in lost else ""
        sign = _SIGNS[line.state] if line else ""
        title = f' title="{_title(line)}"' if line else ""
        yield f'<div class="line{state}" id="L{number}"{title}><span class="sign">{sign}</span>'
        yield f'<span class="number">{number}</span><pre>{escape(shown)}</pre>'
        if line:
            yield from _tests(line)
            yield from _notes(line, tongues.get(number, ()), _roles(report, line))
        yield "</div>"
    yield "</div>"


def _title(line: Line) -> str:
    tests = _count(len(line.tests)) if line.tests else "no test"
    return f"{_WORDS[line.state]}: {line.taken} of {len(line.goals)}, by {tests}"


def _roles(report: Report, line: Line) -> Sequence[str]:
    """Give the roles to which the window that begins at a line was shown."""
    places = (f"{goal.flow}.{goal.step}" for goal in line.goals if goal.kind is GoalKind.STEP)
    return sorted(role for place in places for role in report.coverage.seen.get(place, ()))


def _notes(line: Line, tongues: Sequence[str], roles: Sequence[str]) -> Iterator[str]:
    if not (line.missing or tongues or roles):
        return
    yield '<div class="note">'
    shared = len({goal.flow for goal in line.goals}) > 1
    for goal in line.missing:
        says = f"{where(goal)}{goal.says}" if shared else goal.says
        yield f'<div class="missed">{escape(says)}</div>'
    if roles:
        yield f'<div class="seen">seen by {escape(", ".join(roles))}</div>'
    if tongues:
        yield f'<div class="seen">not seen in {escape(", ".join(tongues))}</div>'
    yield "</div>"


def _tests(line: Line) -> Iterator[str]:
    """Write how many tests took something of a line, and which."""
    if line.tests:
        yield f"<details><summary>{_count(len(line.tests))}</summary><ul>"
        yield from (f"<li>{escape(name)}</li>" for name in sorted(line.tests))
        yield "</ul></details>"


def _count(tests: int) -> str:
    return "1 test" if tests == 1 else f"{tests} tests"


def _unseen_languages(report: Report, path: str) -> Mapping[int, Sequence[str]]:
    """Give the languages in which a window that was shown was not, by its line."""
    found: dict[int, list[str]] = defaultdict(list)
    shown = {(goal.flow, goal.step) for goal in _steps(report, path) if report.is_taken(goal)}
    for goal in report.goals:
        is_here = goal.kind is GoalKind.LOCALE and goal.position.path == path
        if is_here and (goal.flow, goal.step) in shown and not report.is_taken(goal):
            found[goal.position.line].append(goal.cause)
    return found


def _lost_lines(report: Report, path: str, written: Sequence[str]) -> frozenset[int]:
    """Give the lines of steps that nobody came to: each from its name to the next line that is not further in."""
    lost: set[int] = set()
    for goal in _steps(report, path):
        if not report.is_taken(goal):
            first = goal.position.line
            lost.update(range(first, _end(written, first, goal.position.column)))
    return frozenset(lost)


def _end(written: Sequence[str], first: int, column: int) -> int:
    for number, line in enumerate(written[first:], first + 1):
        if line.strip() and len(line) - len(line.lstrip()) < column:
            return number
    return len(written) + 1


def _steps(report: Report, path: str) -> Iterable[Goal]:
    return (
        goal for goal in report.goals if goal.kind is GoalKind.STEP and goal.position.path == path
    )
