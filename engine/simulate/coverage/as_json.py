"""Coverage as JSON, for programs: every goal with its place, and the tests that covered it.

It does not know where it is written to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from engine.simulate.coverage.model import GoalKind

if TYPE_CHECKING:
    from engine.simulate.coverage.model import Goal
    from engine.simulate.coverage.report import Report, Sum

FORMAT: Final = 1
"""The number of the shape, which grows when a program that reads it must know."""


def write_json(report: Report) -> str:
    """Write a report as JSON."""
    return json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n"


def as_json(report: Report) -> dict[str, Any]:
    """Give a report as JSON."""
    return {
        "format": FORMAT,
        "bot": report.bot.file.name,
        "percent_of_moves": round(report.percent, 2),
        "totals": {str(kind): _sum(report.total(kind)) for kind in GoalKind},
        "flows": {flow: _flow(report, flow) for flow in report.flows},
    }


def _flow(report: Report, flow: str) -> dict[str, Any]:
    compiled = report.bot.flows.get(flow)
    steps = compiled.flow.steps if compiled else {}
    seen = {step: sorted(report.coverage.seen.get(f"{flow}.{step}", ())) for step in steps}
    return {
        "totals": {str(kind): _sum(report.sum(flow, kind)) for kind in GoalKind},
        "roles": {step: roles for step, roles in seen.items() if roles},
        "goals": [_goal(report, goal) for goal in report.goals if goal.flow == flow],
    }


def _sum(one: Sum) -> dict[str, int]:
    return {"taken": one.taken, "all": one.all}


def _goal(report: Report, goal: Goal) -> dict[str, Any]:
    return {
        "key": goal.key,
        "kind": str(goal.kind),
        "step": goal.step,
        "cause": goal.cause,
        "says": goal.says,
        "file": report.file_of(goal.position),
        "line": goal.position.line,
        "column": goal.position.column,
        "target": goal.moves[0].target if goal.moves else None,
        "tests": list(report.tests(goal)),
    }
