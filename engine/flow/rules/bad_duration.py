"""Times are neither too short to be meant nor longer than the engine waits.

It does not ask whether a time is a sensible one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.durations import write_duration
from engine.flow.model import DoStep, WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft

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
            if isinstance(step, DoStep) and step.retry:
                total = step.retry.times * step.retry.wait
                if total > LONGEST_PAUSES:
                    message = (
                        f'"retry" of step "{step.name}" can wait {step.retry.times} times '
                        f"{write_duration(step.retry.wait)}, {write_duration(total)} in all; that is at most "
                        f"{write_duration(LONGEST_PAUSES)}"
                    )
                    yield Problem(step.retry.position, "bad-duration", message)
