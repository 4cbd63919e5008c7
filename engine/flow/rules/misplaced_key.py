"""Each key of an ask bounds such answers as are asked for.

It knows which key suits which answer, and nothing of the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.answers.asked import KEYS, PICKED, REQUESTS, SHARED
from engine.flow.model.asking import AskStep
from engine.flow.model.calendars import PickerText
from engine.flow.problems import Problem
from engine.flow.types import Kind, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_misplaced_key(draft: BotDraft) -> Iterator[Problem]:
    """Report each key that says nothing of the answers asked for."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, AskStep):
                yield from _misplaced(step)


def _misplaced(step: AskStep) -> Iterator[Problem]:
    for key, words in {**KEYS, **PICKED, "share": SHARED}.items():
        if key in step.keys and step.type not in words:
            message = (
                f'"{key}" says nothing of an answer of type "{step.type}"; remove it, '
                f"or ask for {listed(words)}"
            )
            yield Problem(step.keys[key], "misplaced-key", message)
    yield from _half_offered(step)
    for key, position in step.request.keys.items() if step.request else ():
        if step.type in SHARED and step.type not in REQUESTS.get(key, SHARED):
            message = (
                f'"{key}" says nothing of a key that shares an answer of type "{step.type}"; remove it, '
                f"or ask for {listed(REQUESTS[key])}"
            )
            yield Problem(position, "misplaced-key", message)


def _half_offered(step: AskStep) -> Iterator[Problem]:
    """Report what offers days without times where both are asked for, or the other way round, and the label of a day where none is."""
    if step.type == Kind.DATETIME:
        for key, other in (("calendar", "picker"), ("picker", "calendar")):
            if key in step.keys and other not in step.keys:
                message = f'"{key}" alone makes no answer of type "datetime"; add "{other}: {{}}"'
                yield Problem(step.keys[key], "misplaced-key", message)
    elif step.picker and (label := step.picker.texts.get(PickerText.DAY)):
        message = f'"day" says nothing of a picker for an answer of type "{step.type}", which has no day; remove it'
        yield Problem(label.position, "misplaced-key", message)
