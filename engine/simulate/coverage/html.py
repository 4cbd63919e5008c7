"""Coverage as pages: one of all flows, and one for each file, with its lines and the picture of its flow.

It knows which pages there are and how they are linked; it reads the files that were checked.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from engine.simulate.coverage.lines import LineState, covered_lines
from engine.simulate.coverage.model import BOT_FILE, GoalKind
from engine.simulate.coverage.page import write_page
from engine.simulate.coverage.picture import draw_coverage
from engine.simulate.coverage.source_page import write_source
from engine.simulate.coverage.table import HEADINGS, list_missing, percent, where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.simulate.coverage.lines import Line
    from engine.simulate.coverage.report import Report, Sum


def write_html(report: Report, directory: Path) -> None:
    """Write all pages into a directory; index.html is the first."""
    directory.mkdir(parents=True, exist_ok=True)
    files = covered_lines(report)
    pages = {path: f"{_slug(report.path_of(path))}.html" for path in files}
    index = write_page("Coverage of conversations", _index(report, pages))
    (directory / "index.html").write_text(index, encoding="utf-8")
    for path, lines in files.items():
        title = report.path_of(path)
        page = write_page(f"{title} - coverage", _file(report, path, lines))
        (directory / pages[path]).write_text(page, encoding="utf-8")


def _index(report: Report, pages: Mapping[str, str]) -> Iterator[str]:
    moves = report.total(GoalKind.MOVE)
    yield "<h1>Coverage of conversations</h1>"
    yield f'<p class="dim">{escape(report.bot.file.name)}: {moves.taken} of {moves.all} moves were taken.</p>'
    yield from _table(report, pages)
    yield "<h2>Missing</h2>"
    listed = [
        (goal, says) for goal, says in list_missing(report) if goal.kind is not GoalKind.LOCALE
    ]
    if not listed:
        yield "<p>Nothing but what the table says of languages.</p>"
        return
    yield '<ul class="left">'
    for goal, says in listed:
        place = f"{report.file_of(goal.position)}:{goal.position.line}"
        link = f"{pages[goal.position.path]}#L{goal.position.line}"
        yield f'<li><a href="{link}">{escape(place)}</a> {escape(where(goal) + says)}</li>'
    yield "</ul>"


def _table(report: Report, pages: Mapping[str, str]) -> Iterator[str]:
    kinds = [kind for kind in GoalKind if report.total(kind).all]
    headings = "".join(f"<th>{HEADINGS[kind]}</th>" for kind in kinds)
    yield '<div class="scroll"><table>'
    yield f"<tr><th>flow</th><th>of moves</th>{headings}</tr>"
    for flow in report.flows:
        page = _page_of(report, pages, flow)
        name = f'<a href="{page}">{escape(flow)}</a>' if page else escape(flow)
        sums = [report.sum(flow, kind) for kind in kinds]
        yield _row(name, report.sum(flow, GoalKind.MOVE), sums)
    yield _row("all", report.total(GoalKind.MOVE), [report.total(kind) for kind in kinds])
    yield "</table></div>"


def _row(name: str, moves: Sum, sums: Sequence[Sum]) -> str:
    part = percent(moves.percent)
    bar = f'<span class="bar"><i style="width:{part}"></i></span>{part}' if moves.all else "-"
    cells = "".join(f'<td class="{_state(one)}">{one}</td>' for one in sums)
    return f"<tr><td>{name}</td><td>{bar}</td>{cells}</tr>"


def _state(one: Sum) -> str:
    if not one.all:
        return ""
    if one.taken == one.all:
        return LineState.TAKEN
    return LineState.PARTLY if one.taken else LineState.MISSED


def _page_of(report: Report, pages: Mapping[str, str], flow: str) -> str | None:
    if flow == BOT_FILE:
        return pages.get(report.bot.file.position.path)
    return pages.get(report.bot.flows[flow].flow.position.path)


def _file(report: Report, path: str, lines: Sequence[Line]) -> Iterator[str]:
    yield '<nav><a href="index.html">all flows</a></nav>'
    yield f"<h1>{escape(report.path_of(path))}</h1>"
    taken = sum(1 for line in lines if line.state is LineState.TAKEN)
    yield f'<p class="dim">{taken} of {len(lines)} lines that say what can be taken are covered, in every way that they can.</p>'
    for name, compiled in report.bot.flows.items():
        if compiled.flow.position.path == path:
            yield f'<div class="scroll picture">{draw_coverage(report, name)}</div>'
    yield "<h2>Lines</h2>"
    text = Path(path).read_text(encoding="utf-8", errors="replace") if Path(path).is_file() else ""
    yield from write_source(report, path, text, lines)


def _slug(path: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in path.removesuffix(".yaml")).strip("-")
