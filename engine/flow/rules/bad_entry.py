"""Commands and deep links are such as Telegram can send.

It does not look for two flows with one command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.model import EntryKind
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_bad_entry(draft: BotDraft) -> Iterator[Problem]:
    """Report each command or payload that would never arrive, or that the engine answers itself."""
    home = draft.file.home if draft.file else ""
    for name, flow_draft in draft.flows.items():
        for entry in flow_draft.flow.start:
            if entry.kind is EntryKind.DEEP_LINK:
                if not _PAYLOAD.fullmatch(entry.value):
                    message = f'deep link "{entry.value}" is not 1 to 64 of the characters A-Z, a-z, 0-9, "_" and "-"'
                    yield Problem(entry.position, "bad-entry", message)
            elif (entry.value != "start" or home not in (name, "")) and (
                reason := _refuse(entry.value)
            ):
                yield Problem(entry.position, "bad-entry", reason)
        for interruption in flow_draft.flow.anytime.values():
            if reason := _refuse(interruption.command):
                yield Problem(interruption.position, "bad-entry", reason)


_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def _refuse(command: str) -> str:
    if command == "start":
        return '"/start" always opens the home of the bot; only that flow may list it'
    if not _COMMAND.fullmatch(command):
        return f'command "/{command}" is not 1 to 32 of the characters a-z, 0-9 and "_"'
    return ""
