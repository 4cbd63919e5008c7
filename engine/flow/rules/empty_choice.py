"""A choose leaves something to press when its query returns nothing, or too little.

It does not know what queries return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.choosing import ChooseStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_empty_choice(draft: BotDraft) -> Iterator[Problem]:
    """Report each list that would strand people when it is empty, or shorter than what must be marked."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, ChooseStep) or any(
                (button.go or button.run) and button.is_always_there for button in step.buttons
            ):
                continue
            least = step.marking.min if step.marking else 0
            most = step.marking.max if step.marking else None
            if most is not None and most < least:
                continue  # which bad-bounds tells, and what is meant is not known
            if least > 1:
                message = (
                    f'step "{step.name}" cannot be left when its list has fewer than {least} items; '
                    "add a button that is always there"
                )
                yield Problem(step.position, "empty-choice", message)
            elif not (step.empty and step.empty.go):
                message = (
                    f'step "{step.name}" has nothing to press when its list is empty; '
                    'add "empty: {text: …, go: …}", or a button that is always there'
                )
                yield Problem(step.position, "empty-choice", message)
