"""A decide always decides: its last line, and no other, is else.

It does not ask whether conditions are exhaustive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model import DecideStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_missing_else(draft: BotDraft) -> Iterator[Problem]:
    """Report each decide without else, and lines that stand after one."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, DecideStep):
                continue
            found = [number for number, branch in enumerate(step.branches) if branch.when is None]
            if not found:
                message = f'step "{step.name}" does not say what happens when nothing holds; end it with "- else: …"'
                yield Problem(step.position, "missing-else", message)
            elif found[0] < len(step.branches) - 1:
                place = step.branches[found[0] + 1].go.position
                message = f'step "{step.name}" never comes to the line after "else"; make "else" the last line'
                yield Problem(place, "missing-else", message)
