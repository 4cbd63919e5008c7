"""Steps do not follow one another for ever without a turn of the person.

It does not know whether a condition can become false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_silent_loop(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each loop once, at its first step."""
    for name in sorted(whole):
        steps = draft.flows[name].flow.steps
        for loop in draft.graphs[name].silent_loops():
            path = " → ".join(f'"{step}"' for step in (*loop, loop[0]))
            message = (
                f"these steps can follow one another for ever without a turn of the person: {path}; "
                "lead one of them to a step that waits"
            )
            yield Problem(steps[loop[0]].position, "silent-loop", message)
