"""A flow that a person can start directly asks for no parameter that the way in does not give.

It does not look at flows that only other flows run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.links import hole_names
from engine.flow.meant import pair_names
from engine.flow.model.flow import EntryKind
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.draft import BotDraft
    from engine.flow.model.flow import Entry, Slot


def check_missing_entry_param(draft: BotDraft) -> Iterator[Problem]:
    """Report each required parameter that a command, a deep link, a menu or home does not give."""
    home = draft.file.home if draft.file else ""
    for name, flow_draft in draft.flows.items():
        params = flow_draft.flow.params
        given = [_given(entry, params) for entry in flow_draft.flow.start]
        for slot in flow_draft.flow.params.values():
            if slot.optional or slot.has_default:
                continue
            if name == home or any(slot.name not in names for names in given):
                message = (
                    f'flow "{name}" can be started by a person, who gives no "{slot.name}"; '
                    "make it optional or give it a default"
                )
                yield Problem(slot.position, "missing-entry-param", message)


def _given(entry: Entry, params: Mapping[str, Slot]) -> frozenset[str]:
    """Give the parameters that a way in gives, or was meant to give by another name."""
    if entry.kind is not EntryKind.DEEP_LINK:
        return frozenset()
    names = hole_names(entry.value)
    left = [name for name in params if name not in names]
    wrong = [name for name in names if name not in params]
    return frozenset((*names, *pair_names(wrong, left).values()))
