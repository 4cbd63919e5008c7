"""Only outcomes that the command declares are handled.

It does not know how commands end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.draft import meant_outcomes
from engine.flow.model.steps import ERROR
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_outcome(draft: BotDraft) -> Iterator[Problem]:
    """Report each outcome that can never come."""
    for step, _, action in draft.commands():
        meant = meant_outcomes(step, action)
        for outcome, target in step.outcomes.items():
            if outcome not in action.outcomes:
                hint = choose_from(
                    outcome, action.outcomes, "outcomes", meant=meant.get(outcome, "")
                )
                message = f'"{action.name}" never ends with outcome "{outcome}"{hint}'
                yield Problem(draft.spots.key(target.position), "unknown-outcome", message)
        known = (*action.outcomes, ERROR)
        for outcome, place in (step.retry.on if step.retry else {}).items():
            if outcome not in known:
                hint = choose_from(outcome, known, "outcomes")
                message = f'"{action.name}" never ends with outcome "{outcome}"{hint}'
                yield Problem(place, "unknown-outcome", message)
