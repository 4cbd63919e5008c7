"""No name is in both params and data.

It does not look at types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_duplicate_name(draft: BotDraft) -> Iterator[Problem]:
    """Report each name of data that is a parameter as well."""
    for flow_draft in draft.flows.values():
        params = flow_draft.flow.params
        for slot in flow_draft.flow.data.values():
            if slot.name in params:
                message = f'"{slot.name}" is in both params and data; rename one'
                related = ((params[slot.name].position, "the parameter is here"),)
                yield Problem(slot.position, "duplicate-name", message, related)
