"""The roles whose presses and answers count in a flow are roles of the bot.

It does not look into conditions, which are typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.nodes import ListNode
from engine.flow.problems import Problem
from engine.flow.reader import text_of
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_role(draft: BotDraft) -> Iterator[Problem]:
    """Report each role that `may_press` and `may_answer` name and bot.yaml does not list."""
    if draft.file is None:
        return
    known = draft.file.roles
    for flow_draft in draft.flows.values():
        flow, entries = flow_draft.flow, flow_draft.root.entries
        lists = [
            node
            for key, others in (("may_press", flow.may_press), ("may_answer", flow.may_answer))
            if others.roles and isinstance(node := entries.get(key), ListNode)
        ]
        for item in (one for node in lists for one in node.items):
            role = text_of(item)
            if role not in known:
                message = (
                    f'"roles" of bot.yaml does not list "{role}"{choose_from(role, known, "roles")}'
                )
                yield Problem(item.position, "unknown-role", message)
