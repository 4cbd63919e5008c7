"""A flow that a person can start directly asks for no parameter.

It does not look at flows that only other flows run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_missing_entry_param(draft: BotDraft) -> Iterator[Problem]:
    """Report each required parameter of a flow that starts by a command, a deep link or as home."""
    home = draft.file.home if draft.file else ""
    for name, flow_draft in draft.flows.items():
        if not (flow_draft.flow.start or name == home):
            continue
        for slot in flow_draft.flow.params.values():
            if not (slot.optional or slot.has_default):
                message = (
                    f'flow "{name}" can be started by a person, who gives no "{slot.name}"; '
                    "make it optional or give it a default"
                )
                yield Problem(slot.position, "missing-entry-param", message)
