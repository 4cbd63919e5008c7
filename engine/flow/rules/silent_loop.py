"""Steps do not follow one another for ever without a turn of the person.

It does not know whether a condition can become false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.moves import END
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_silent_loop(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each loop once, at its first step."""
    passing = passing_flows(draft)
    for name in sorted(whole):
        steps = draft.flows[name].flow.steps
        for loop in draft.graphs[name].silent_loops(passing):
            path = " → ".join(f'"{step}"' for step in (*loop, loop[0]))
            message = (
                f"these steps can follow one another for ever without a turn of the person: {path}; "
                "lead one of them to a step that waits"
            )
            yield Problem(steps[loop[0]].position, "silent-loop", message)


def passing_flows(draft: BotDraft) -> frozenset[str]:
    """Give the flows that can begin and end without a turn of the person."""
    passing: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            name for name, graph in draft.graphs.items() if END in graph.silently_reached(passing)
        )
        if more == passing:
            return passing
        passing = more
