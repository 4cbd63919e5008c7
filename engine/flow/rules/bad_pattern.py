"""A pattern is a regular expression that is matched in time proportional to the text.

It does not ask whether any text matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.answers.pattern import compile_pattern
from engine.flow.model.asking import AskStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_bad_pattern(draft: BotDraft) -> Iterator[Problem]:
    """Report each pattern that cannot be matched."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, AskStep) and step.pattern is not None:
                try:
                    compile_pattern(step.pattern)
                except ValueError as error:
                    message = (
                        f"{error}; look at its brackets, and write it without look-around "
                        "and references to what was matched"
                    )
                    yield Problem(step.keys["pattern"], "bad-pattern", message)
