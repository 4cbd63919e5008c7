"""What the bot says of itself is no longer than Telegram shows, and its menu of commands no larger.

It does not look at texts inside conversations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.flow import EntryKind
from engine.flow.problems import Problem
from engine.flow.profile import MOST_COMMANDS, PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_long_profile(draft: BotDraft) -> Iterator[Problem]:
    """Report each name and description that is too long in any language, and commands that are too many."""
    for key, wording in draft.file.profile.items() if draft.file else ():
        texts = [(wording.text, wording.position)]
        texts += [
            (found.text, found.position)
            for translated in draft.translations.values()
            if (found := translated.get(wording.path))
        ]
        for text, place in texts:
            if len(text) > PROFILE[key]:
                message = f'"{key}" has {len(text)} characters; Telegram shows at most {PROFILE[key]}, so shorten it'
                yield Problem(place, "long-profile", message)
    commands = [
        entry
        for flow_draft in draft.flows.values()
        for entry in flow_draft.flow.start
        if entry.kind is EntryKind.COMMAND
    ]
    if len(commands) > MOST_COMMANDS:
        message = f"the bot has {len(commands)} commands; Telegram's menu has at most {MOST_COMMANDS}, so start some flows in another way"
        yield Problem(commands[MOST_COMMANDS].position, "long-profile", message)
