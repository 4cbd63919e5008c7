"""Data that outlast their flow can be read the first time, when nothing is kept yet.

It does not look at where they are read or saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.flow import Keep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_empty_keep(draft: BotDraft) -> Iterator[Problem]:
    """Report each kept name that is neither optional nor has a default: it would be saved anew before each reading."""
    for flow_draft in draft.flows.values():
        for slot in flow_draft.flow.data.values():
            if slot.keep is not Keep.FLOW and not (slot.optional or slot.has_default):
                message = (
                    f'"{slot.name}" is kept for the {_OF[slot.keep]}, and at first nothing is kept; '
                    'add "optional: true" or a default'
                )
                yield Problem(slot.position, "empty-keep", message)


_OF = {Keep.CHAT: "chat", Keep.USER: "user"}
