"""Every outcome that a command declares leads somewhere.

It does not know how commands end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.draft import meant_outcomes
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unhandled_outcome(draft: BotDraft) -> Iterator[Problem]:
    """Report each declared outcome that a do leaves out."""
    for step, command, action in draft.commands():
        misnamed = meant_outcomes(step, action).values()
        for outcome in action.outcomes:
            if outcome not in step.outcomes and outcome not in misnamed:
                message = (
                    f'step "{step.name}" does not say what follows outcome "{outcome}" of "{action.name}"; '
                    f'add "{outcome}: …" to its outcomes'
                )
                yield Problem(command.position, "unhandled-outcome", message)
