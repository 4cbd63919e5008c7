"""Coverage as text: a table of the flows, and below it what is missing, each at its file and line.

It does not know where the text goes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from engine.simulate.coverage.model import GoalKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.simulate.coverage.model import Goal
    from engine.simulate.coverage.report import Report

HEADINGS: Final[Mapping[GoalKind, str]] = {
    GoalKind.STEP: "steps",
    GoalKind.MOVE: "moves",
    GoalKind.CONDITION: "conditions",
    GoalKind.TEXT: "in texts",
    GoalKind.OUTCOME: "outcomes",
    GoalKind.ANSWER: "wrong answers",
    GoalKind.ANYTIME: "anytime",
    GoalKind.ENTRY: "ways in",
    GoalKind.LOCALE: "languages",
}
"""What each column of a report counts."""


def render_table(report: Report) -> str:
    """Write the table and what is missing."""
    return "\n".join([*_table(report), *_roles(report), *_missing(report)]) + "\n"


def percent(value: float) -> str:
    """Write a part of moves in whole per cent, never 100 where one is missing."""
    return f"{int(value)}%"


def list_missing(report: Report) -> Sequence[tuple[Goal, str]]:
    """Give what is missing by file and line, with words for it, and nothing that follows from what is named already.

    Of a step that nobody came to, that alone is named; of an outcome, the move that it makes.
    """
    missing = report.missing
    unseen = {(goal.flow, goal.step) for goal in missing if goal.kind is GoalKind.STEP}
    left: Counter[tuple[str, str | None]] = Counter(
        (goal.flow, goal.step) for goal in missing if goal.kind is GoalKind.MOVE and goal.step
    )
    moves = {goal.key for goal in missing if goal.kind is GoalKind.MOVE}
    listed = []
    for goal in missing:
        place = (goal.flow, goal.step)
        if goal.kind is GoalKind.STEP:
            listed.append((goal, _never(goal, left[place])))
        elif place not in unseen and not _follows(goal, moves):
            listed.append((goal, goal.says))
    return listed


def _table(report: Report) -> Iterator[str]:
    kinds = [kind for kind in GoalKind if report.total(kind).all]
    rows = [["flow", *(HEADINGS[kind] for kind in kinds), "of moves"]]
    for flow in report.flows:
        sums = [str(report.sum(flow, kind)) for kind in kinds]
        moves = report.sum(flow, GoalKind.MOVE)
        rows.append([flow, *sums, percent(moves.percent) if moves.all else "-"])
    totals = [str(report.total(kind)) for kind in kinds]
    rows.append(["all", *totals, percent(report.percent)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        first, *rest = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
        if number == len(rows) - 1:
            yield "-" * len("  ".join(cells))
        yield "  ".join(cells).rstrip()


def _roles(report: Report) -> Iterator[str]:
    if seen := [(flow, roles) for flow in report.flows if (roles := report.roles(flow))]:
        yield ""
        yield "seen by"
        yield from (f"  {flow}: {', '.join(roles)}" for flow, roles in seen)


def _missing(report: Report) -> Iterator[str]:
    listed = list_missing(report)
    if listed:
        yield ""
        yield "missing"
    for goal, says in listed:
        if goal.kind is not GoalKind.LOCALE:
            yield f"  {report.file_of(goal.position)}:{goal.position.line}: {where(goal)}{says}"
    for (flow, locale), steps in _unseen_languages(goal for goal, _ in listed).items():
        yield f'  {flow} is not seen in "{locale}" at {", ".join(steps)}'


def where(goal: Goal) -> str:
    """Write the flow and step that a goal belongs to, as the beginning of a sentence."""
    if goal.step is None:
        return f"{goal.flow}: "
    step = goal.step if goal.step != "*" else "any step"
    return f"{goal.flow}, {step}: "


def _unseen_languages(goals: Iterator[Goal]) -> Mapping[tuple[str, str], Sequence[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for goal in goals:
        if goal.kind is GoalKind.LOCALE and goal.step is not None:
            found.setdefault((goal.flow, goal.cause), []).append(goal.step)
    return found


def _follows(goal: Goal, moves: set[str]) -> bool:
    """Tell whether an outcome, a condition or a way is missing because the move is, which says it already."""
    place = f"{goal.flow}.{goal.step}"
    match goal.kind:
        case GoalKind.OUTCOME:
            same = f"outcome:{goal.cause}" if goal.cause else "next"
        case GoalKind.CONDITION if goal.cause.startswith("row:") and goal.cause.endswith("true"):
            same = f"branch:{goal.cause.split(':')[1]}"
        case GoalKind.CONDITION if goal.cause == "skip_if:true":
            same = "skip"
        case GoalKind.CONDITION if goal.cause.startswith("button:"):
            same = goal.cause.removesuffix(":true")
        case GoalKind.ANYTIME if not goal.cause.endswith(":no"):
            return f"move {goal.flow}.* command:{goal.cause.rpartition(':')[0]}" in moves
        case _:
            return False
    return f"move {place} {same}" in moves


def _never(step: Goal, moves: int) -> str:
    """Say of a step that nobody came to it, and how many moves are missing with it."""
    never = step.says.replace("the step is", "never")
    return f"{never}, which leaves out {moves} {'move' if moves == 1 else 'moves'}"
