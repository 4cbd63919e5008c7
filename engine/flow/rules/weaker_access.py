"""Nobody is led to a flow or a step that refuses them.

It looks at the roles and languages of a bot, and at conditions that ask for these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.admission import find_refusals
from engine.flow.graph import MoveKind
from engine.flow.problems import Problem
from engine.flow.types import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.admission import Refusal
    from engine.flow.draft import BotDraft


def check_weaker_access(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each call of a flow, and each move to a step, that people of some role come to and whose access refuses them."""
    if draft.file is None or len(whole) < len(draft.flows):
        return
    for refusal in find_refusals(draft, draft.file):
        access = refusal.access
        message = f"{_say_who(refusal)}; {_say_mend(refusal)}, or let them in"
        yield Problem(
            refusal.position, "weaker-access", message, ((access.position, "the access is here"),)
        )


def _say_who(refusal: Refusal) -> str:
    roles = f"{'role' if len(refusal.roles) == 1 else 'roles'} {listed(refusal.roles)}"
    if refusal.kind is None:
        return (
            f'flow "{refusal.target}" is run here for {roles}, and its access, '
            f'"{refusal.access.text}", refuses them'
        )
    return (
        f'this leads {roles} to step "{refusal.target}", whose access, '
        f'"{refusal.access.text}", refuses them'
    )


def _say_mend(refusal: Refusal) -> str:
    condition = refusal.access.text
    match refusal.kind:
        case None:
            return f'say "when: {condition}" of what runs it'
        case MoveKind.BUTTON:
            return f'say "when: {condition}" of the button'
        case _:
            return f'lead there by a decide with "when: {condition}"'
