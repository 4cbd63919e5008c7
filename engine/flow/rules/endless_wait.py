"""Timeouts and refreshes come to an end: a person who stays silent is not written to for ever.

It does not ask how long each of them waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.moves import END
from engine.flow.parts import timed_targets
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_endless_wait(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each loop of what time makes once, at the first of its timeouts; one without any is a silent loop."""
    passing = _passing_flows(draft)
    for name in sorted(whole):
        steps = draft.flows[name].flow.steps
        for loop in draft.graphs[name].silent_loops(passing, timed=True):
            members = (steps[member] for member in loop)
            targets = (go for step in members for go in timed_targets(step) if go.step in loop)
            if go := next(targets, None):
                path = " → ".join(f'"{step}"' for step in (*loop, loop[0]))
                message = (
                    f"these steps follow one another for ever while the person is silent: {path}; "
                    "lead one of the timeouts or refreshes elsewhere, such as to end"
                )
                yield Problem(go.position, "endless-wait", message)


def _passing_flows(draft: BotDraft) -> frozenset[str]:
    """Give the flows that can begin and end while the person is silent."""
    passing: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            name
            for name, graph in draft.graphs.items()
            if END in graph.silently_reached(passing, timed=True)
        )
        if more == passing:
            return passing
        passing = more
