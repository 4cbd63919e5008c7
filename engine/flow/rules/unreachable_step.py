"""Every step can be come to from the first one.

It looks only at flows of which every move is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unreachable_step(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each step that no path leads to."""
    for name in sorted(whole):
        for lost in draft.graphs[name].unreached():
            step = draft.flows[name].flow.steps[lost]
            message = f'step "{step.name}" cannot be reached from the first step; lead a move to it, or remove it'
            yield Problem(step.position, "unreachable-step", message)
