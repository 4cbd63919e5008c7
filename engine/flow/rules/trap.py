"""From every step the person can go on, or the flow ends.

A command of anytime does not count: nobody sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model import ShowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_trap(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each reachable step from which there is no way out; only the last ones of a chain of them."""
    for name in sorted(whole):
        graph = draft.graphs[name]
        trapped, reached = set(graph.traps()), graph.reachable()
        looping = {step for loop in graph.silent_loops() for step in loop}
        for step in draft.flows[name].flow.steps.values():
            if (
                isinstance(step, ShowStep)
                and step.name in trapped & reached
                and step.name not in looping
            ):
                message = (
                    f'nothing leads on from step "{step.name}"; give it a button that goes on, '
                    'or "end: {}" if it is the last word'
                )
                yield Problem(step.position, "trap", message)
