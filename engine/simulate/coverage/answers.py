"""The wrong answers that a flow can be given: at questions by the key that they break, at marks too few or too many.

It does not know how an answer is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.compile import LONGEST_MESSAGE
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.types import Kind
from engine.simulate.coverage.model import Goal, GoalKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.flow import Flow


def wrong_answers(flow: Flow) -> Iterator[Goal]:
    """Give a goal for each way in which an answer of each step can be wrong."""
    for step in flow.steps.values():
        if isinstance(step, AskStep):
            for cause in _broken_keys(step):
                says = "an answer that is none" if cause == "ask" else f'an answer breaks "{cause}"'
                position = step.keys.get(cause, step.position)
                yield Goal(GoalKind.ANSWER, flow.name, step.name, cause, says, position)
        elif isinstance(step, ChooseStep) and step.marking:
            for cause, says in _wrong_marks(step):
                position = step.marking.position
                yield Goal(GoalKind.ANSWER, flow.name, step.name, cause, says, position)


def _broken_keys(step: AskStep) -> Iterator[str]:
    is_text = step.type == Kind.TEXT
    yield "ask"
    if step.least or (step.min is not None and not (is_text and step.min <= 1)):
        yield "min"
    if step.most or (step.max is not None and not (is_text and step.max >= LONGEST_MESSAGE)):
        yield "max"
    if step.pattern is not None:
        yield "pattern"
    if step.max_size is not None:
        yield "max_size"
    if step.types:
        yield "types"
    if step.type == "contact" and step.own:
        yield "own"
    if step.allow:
        yield "allow"


def _wrong_marks(step: ChooseStep) -> Iterator[tuple[str, str]]:
    marking = step.marking
    if marking is None:
        return
    if marking.is_single or marking.min > 0:
        yield "too_few", "too few are marked"
    if marking.max is not None and not marking.is_single:
        yield "too_many", "too many are marked"
