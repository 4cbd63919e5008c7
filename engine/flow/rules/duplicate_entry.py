"""No two flows begin with one command or deep link.

It does not know which commands the engine keeps for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model import EntryKind
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_duplicate_entry(draft: BotDraft) -> Iterator[Problem]:
    """Report the second flow that claims a way in."""
    claimed: dict[tuple[EntryKind, str], tuple[str, Position]] = {}
    for name, flow_draft in draft.flows.items():
        for entry in flow_draft.flow.start:
            key = (entry.kind, entry.value)
            if key in claimed:
                other, place = claimed[key]
                what = (
                    f'"/{entry.value}"'
                    if entry.kind is EntryKind.COMMAND
                    else f'deep link "{entry.value}"'
                )
                message = f'{what} already starts flow "{other}"; choose another'
                yield Problem(
                    entry.position,
                    "duplicate-entry",
                    message,
                    ((place, "it is claimed here first"),),
                )
            else:
                claimed[key] = (name, entry.position)
