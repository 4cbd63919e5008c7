"""What a list says is said by its step or by the bot.

It does not look at the sentences that every bot has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.messages import said_by_bot
from engine.flow.model.choosing import ChooseStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_missing_message(draft: BotDraft) -> Iterator[Problem]:
    """Report each sentence that a list needs and nobody has written."""
    if draft.file is None:
        return
    for flow_draft in draft.flows.values():
        for entry in flow_draft.flow.anytime.values():
            missing = [name for name in ("yes", "no") if name not in draft.file.messages]
            if entry.confirm and missing:
                names = " and ".join(f'"{name}"' for name in missing)
                message = f'the question has no words for {names}; write {names} under "messages" of bot.yaml'
                yield Problem(entry.confirm.position, "missing-message", message)
        for step in flow_draft.flow.steps.values():
            for name, place in said_by_bot(step) if isinstance(step, ChooseStep) else ():
                if name not in draft.file.messages:
                    word = name.removesuffix("_search")
                    message = (
                        f'step "{step.name}" has no text for "{word}"; write it here, '
                        f'or "{name}" under "messages" of bot.yaml'
                    )
                    yield Problem(place, "missing-message", message)
