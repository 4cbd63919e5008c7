"""Coverage as Cobertura's XML, which CI services show beside the lines of a change.

It does not know where it is written to.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.simulate.coverage.lines import covered_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.simulate.coverage.lines import Line
    from engine.simulate.coverage.report import Report

_HEAD: Final = (
    '<?xml version="1.0" ?>\n'
    '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">\n'
)


def write_cobertura(report: Report, *, milliseconds: int = 0) -> str:
    """Write a report as Cobertura's XML; `milliseconds` since 1970 is when it was made.

    A line is a line that says what can be taken; hits are tests. What else can be taken on it is a branch.
    """
    files = covered_lines(report)
    lines = [line for found in files.values() for line in found]
    branches = [line for line in lines if _has_branches(line)]
    attributes = {
        **_rates(lines),
        "lines-covered": sum(1 for line in lines if line.tests),
        "lines-valid": len(lines),
        "branches-covered": sum(line.taken for line in branches),
        "branches-valid": sum(len(line.goals) for line in branches),
        "complexity": 0,
        "version": "usher",
        "timestamp": milliseconds,
    }
    body = _element("coverage", attributes, _inside(report, files, lines))
    return _HEAD + "\n".join(body) + "\n"


def _inside(
    report: Report, files: Mapping[str, Sequence[Line]], lines: Sequence[Line]
) -> Iterator[str]:
    yield from _element("sources", {}, [f"<source>{escape(report.root_path)}</source>"])
    classes = (
        inner for path, found in sorted(files.items()) for inner in _class(report, path, found)
    )
    package = {"name": report.bot.file.name, **_rates(lines), "complexity": 0}
    inner = _element("package", package, _element("classes", {}, classes))
    yield from _element("packages", {}, inner)


def _class(report: Report, path: str, lines: Sequence[Line]) -> Iterator[str]:
    name = Path(path).stem
    attributes = {
        "name": name, "filename": report.path_of(path), **_rates(lines), "complexity": 0,
    }  # fmt: skip
    written = (inner for line in lines for inner in _line(line))
    body = [*_element("methods", {}, ()), *_element("lines", {}, written)]
    yield from _element("class", attributes, body)


def _line(line: Line) -> Iterator[str]:
    attributes: dict[str, object] = {"number": line.number, "hits": len(line.tests)}
    if not _has_branches(line):
        yield from _element("line", attributes, ())
        return
    part = f"{100 * line.taken // len(line.goals)}%"
    attributes["branch"] = "true"
    attributes["condition-coverage"] = f"{part} ({line.taken}/{len(line.goals)})"
    missing = {goal.key for goal in line.missing}
    conditions = (
        inner
        for number, goal in enumerate(line.goals)
        for inner in _element(
            "condition",
            {
                "number": number,
                "type": goal.kind,
                "coverage": "0%" if goal.key in missing else "100%",
            },
            (),
        )
    )
    yield from _element("line", attributes, _element("conditions", {}, conditions))


def _has_branches(line: Line) -> bool:
    return len(line.goals) > 1


def _rates(lines: Sequence[Line]) -> dict[str, object]:
    branches = [line for line in lines if _has_branches(line)]
    hit = sum(1 for line in lines if line.tests)
    taken, goals = sum(line.taken for line in branches), sum(len(line.goals) for line in branches)
    return {"line-rate": _rate(hit, len(lines)), "branch-rate": _rate(taken, goals)}


def _rate(part: int, whole: int) -> str:
    return f"{part / whole:.4g}" if whole else "1"


def _element(name: str, attributes: Mapping[str, object], inner: Iterable[str]) -> Iterator[str]:
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    lines = [f"\t{line}" for line in inner]
    if not lines:
        yield f"<{name}{written}/>"
        return
    yield f"<{name}{written}>"
    yield from lines
    yield f"</{name}>"
