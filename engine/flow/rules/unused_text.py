"""Every text of `invalid` can be said: its cause is a key of the step, and nobody gives up before.

It does not ask whether an answer can break that key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.model.asking import AskStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unused_text(draft: BotDraft) -> Iterator[Problem]:
    """Report each cause that no answer to the step can have, and each text that comes after the last wrong answer."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, AskStep):
                yield from _unused(step)
                yield from _too_late(step)


def _unused(step: AskStep) -> Iterator[Problem]:
    for cause in step.invalid:
        if not _can_be(step, cause):
            message = (
                f'"invalid" says what to say of answers that break "{cause}", and step '
                f'"{step.name}" has no "{cause}"; add it, or remove the text'
            )
            yield Problem(step.keys[f"invalid.{cause}"], "unused-text", message)


def _too_late(step: AskStep) -> Iterator[Problem]:
    after = step.give_up.after if step.give_up else None
    for cause, texts in step.invalid.items() if after else ():
        if after and len(texts) >= after and _can_be(step, cause):
            message = (
                f'this would be said of wrong answer {after}, at which "give_up" leads on; '
                "remove it, or give up later"
            )
            yield Problem(texts[after - 1].position, "unused-text", message)


_ALWAYS: Final = frozenset({"ask", "else"})


def _can_be(step: AskStep, cause: str) -> bool:
    if cause == "own":
        return step.type == "contact" and step.own
    return cause in _ALWAYS or cause in step.keys
