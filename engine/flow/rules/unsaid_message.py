"""What the engine may have to say, bot.yaml has a sentence for.

It knows which feature says what; sentences that every bot needs are required by the shape of bot.yaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.links import hole_names
from engine.flow.model.flow import EntryKind
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unsaid_message(draft: BotDraft) -> Iterator[Problem]:
    """Report each sentence that is wanted and not there."""
    if draft.file is None:
        return
    for name, reason in _wanted(draft):
        if name not in draft.file.messages:
            message = f'{reason}; add "{name}: …" to "messages"'
            yield Problem(draft.setting("messages"), "unsaid-message", message)


def _wanted(draft: BotDraft) -> Iterator[tuple[str, str]]:
    if draft.file and draft.file.throttle:
        yield "slow_down", 'there is a "throttle", and nothing is said to whom it holds up'
    carrying = sorted(
        name
        for name, flow_draft in draft.flows.items()
        if any(
            entry.kind is EntryKind.DEEP_LINK and hole_names(entry.value)
            for entry in flow_draft.flow.start
        )
    )
    if carrying:
        yield (
            "bad_link",
            f'a deep link of flow "{carrying[0]}" carries values, and nothing is said when they do not fit',
        )
