"""What is said on a press, without a message, fits: 200 units with the longest values that are put into it.

It looks at the sentences of lists, their headings, and what the bot says of a button; how long what is written alone is,
another check tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.extent import Extent, longest_in
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.controls import control_answers
from engine.flow.model.windows import WindowStep
from engine.flow.parts import step_toasts
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs

MOST: Final = 200
"""Units of the answer to a press, which Telegram shows on top of the chat."""


def check_long_answer(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each answer that its values can make too long, with the sum in the language where it is longest."""
    for step in proofs.flow.steps.values():
        answers = _answers(step) if isinstance(step, WindowStep) else ()
        for wording in (*answers, *step_toasts(step)):
            templates = proofs.compiled.wordings.get(wording, {})
            found = longest_in(templates, Extent(), MOST, proofs.world.currency)
            if found is None or found[0].fixed > MOST:
                continue
            extent, locale = found
            message = (
                f'what is said on a press can have {extent.most:,} characters in "{locale}": {extent.describe()}; Telegram shows {MOST}; '
                'shorten it, or bound what is put in with "max"'
            )
            yield Problem(wording.position, "long-answer", message)


def _answers(step: WindowStep) -> Iterator[Wording]:
    for control in step.controls:
        yield from control_answers(control)
    if not isinstance(step, ChooseStep):
        return
    marking = step.marking
    answers = [step.group, *([marking.too_few, marking.too_many] if marking else [])]
    yield from (one for one in answers if one)
