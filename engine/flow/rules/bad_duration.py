"""Times are neither too short to be meant nor longer than the engine waits, and moments are ahead.

It does not ask whether a time is a sensible one, nor what data can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.durations import write_duration
from engine.flow.expression.state import NOTHING_KNOWN
from engine.flow.expression.truth import read_condition, value_of
from engine.flow.model.steps import DoStep
from engine.flow.model.windows import WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Code

SHORTEST_SILENCE: Final = 10_000
LONGEST_SILENCE: Final = 30 * 86_400_000
"""How long a person may be silent before a timeout, in milliseconds; what nobody touches is forgotten a day later."""

LONGEST_PAUSES: Final = 5_000
"""How long the tries of one command may wait in all, in milliseconds: the person waits, and nobody else is served."""


def check_bad_duration(draft: BotDraft) -> Iterator[Problem]:
    """Report each time out of its bounds."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, WindowStep) and step.timeout and step.timeout.after:
                after = step.timeout.after
                if not SHORTEST_SILENCE <= after <= LONGEST_SILENCE:
                    message = (
                        f'"timeout" of step "{step.name}" is after {write_duration(after)}; it is at least '
                        f"{write_duration(SHORTEST_SILENCE)} and at most {write_duration(LONGEST_SILENCE)}"
                    )
                    yield Problem(step.timeout.position, "bad-duration", message)
            if isinstance(step, WindowStep) and step.timeout and step.timeout.at:
                yield from _past(step.timeout.at)
            if isinstance(step, DoStep) and step.retry:
                total = step.retry.times * step.retry.wait
                if total > LONGEST_PAUSES:
                    message = (
                        f'"retry" of step "{step.name}" can wait {step.retry.times} times '
                        f"{write_duration(step.retry.wait)}, {write_duration(total)} in all; that is at most "
                        f"{write_duration(LONGEST_PAUSES)}"
                    )
                    yield Problem(step.retry.position, "bad-duration", message)


def _past(at: Code) -> Iterator[Problem]:
    """Report a moment that is never ahead."""
    tree = read_condition(at.text)
    moment = value_of(tree, NOTHING_KNOWN, {}) if tree else None
    high = moment.range.high if moment and moment.base == "now" else None
    if high is not None and high <= 0:
        message = f'"{at.text}" is never ahead, so that the timeout comes at once; write a later moment, such as "now() + days(1)"'
        yield Problem(at.position, "bad-duration", message)
