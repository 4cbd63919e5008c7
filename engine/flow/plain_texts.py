"""Which texts of a flow Telegram shows as they are written; all others are messages, which it reads as HTML.

It knows where labels, titles and addresses stand, and judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.controls import control_answers
from engine.flow.model.paying import PayStep
from engine.flow.model.windows import WindowStep
from engine.flow.parts import (
    anytime_toasts,
    aside_wordings,
    flow_wordings,
    step_labels,
    step_toasts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.flow import Flow
    from engine.flow.model.written import Wording


def label_wordings(flow: Flow) -> Iterator[Wording]:
    """Give the texts that are shown as they are written: labels, headings, titles, and answers to a press."""
    if flow.title.text:
        yield flow.title
    yield from (entry.text for entry in flow.start if entry.text)
    yield from anytime_toasts(flow)
    for step in flow.steps.values():
        yield from step_toasts(step)
        if isinstance(step, WindowStep):
            yield from step_labels(step)
            for control in step.controls:
                yield from control_answers(control)
        if isinstance(step, ChooseStep):
            search, marking = step.search, step.marking
            words = [step.button, step.group, search.clear if search else None]
            words += [marking.done, marking.too_few, marking.too_many] if marking else []
            yield from (wording for wording in words if wording)
        elif isinstance(step, PayStep):
            yield from (step.text, *step.wordings)
        elif isinstance(step, AskStep) and step.share:
            yield step.share
            if step.request and step.request.name:
                yield step.request.name


def message_wordings(flow: Flow) -> Iterator[Wording]:
    """Give the texts that are messages, or parts of one."""
    plain = {label.path for label in label_wordings(flow)}
    plain |= {one.path for one in aside_wordings(flow)}
    plain |= {word.path for entry in flow.anytime.values() for word in entry.words}
    yield from (wording for wording in flow_wordings(flow) if wording.path not in plain)
