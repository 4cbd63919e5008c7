"""Others of a group can answer what they may answer: there is a button that tells whose question it is.

It does not know what an answer has to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.asking import AskStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unheard_answer(draft: BotDraft) -> Iterator[Problem]:
    """Report each question that `may_answer` lets others answer, and whose message need not have a button."""
    for flow_draft in draft.flows.values():
        if not flow_draft.flow.may_answer.are_any:
            continue
        for step in flow_draft.flow.steps.values():
            if isinstance(step, AskStep) and (why := _why_unheard(step)):
                message = f'step "{step.name}" cannot hear answers of others: {why}'
                yield Problem(step.position, "unheard-answer", message)


def _why_unheard(step: AskStep) -> str | None:
    """Tell why a reply to a question would not tell whose it is."""
    if step.keyboard is not None and not step.share:
        return 'its keys are under the chat; leave out "keyboard"'
    has_button = any(one.is_always_there and one.aside is None for one in step.buttons)
    if has_button or step.calendar or step.picker or any(not one.when for one in step.controls):
        return None
    return "its message may be without a button, by which a reply tells whose question it is; add one without a condition"
