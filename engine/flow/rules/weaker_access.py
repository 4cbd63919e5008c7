"""Nobody is led to a flow that refuses them.

It looks at the roles and languages of a bot, and at conditions that ask for these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.admission import find_refusals
from engine.flow.problems import Problem
from engine.flow.types import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_weaker_access(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each call of a flow that people of some role come to and that its access refuses."""
    if draft.file is None or len(whole) < len(draft.flows):
        return
    for refusal in find_refusals(draft, draft.file):
        call = refusal.call.call
        access = draft.flows[call.flow].flow.access
        if access is None:
            continue
        roles = listed(refusal.roles)
        message = (
            f'flow "{call.flow}" is run here for {"role" if len(refusal.roles) == 1 else "roles"} {roles}, and its access, '
            f'"{access.text}", refuses them; say "when: {access.text}" of what runs it, or let them in'
        )
        yield Problem(
            call.position, "weaker-access", message, ((access.position, "the access is here"),)
        )
