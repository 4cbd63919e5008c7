"""A flow that is run is given every parameter that is neither optional nor has a default.

Types of the arguments are checked where they are compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.draft import meant_params
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_missing_param(draft: BotDraft) -> Iterator[Problem]:
    """Report each parameter that a call leaves out and must not."""
    for call, callee in draft.calls():
        if call.is_of_menu:
            continue  # a menu is a way in, of which missing-entry-param tells
        given = {*call.arguments, *meant_params(call, callee).values()}
        for slot in callee.flow.params.values():
            if not (slot.optional or slot.has_default or slot.name in given):
                message = f'flow "{call.flow}" is run without its parameter "{slot.name}"; add "with: {{{slot.name}: …}}"'
                yield Problem(
                    call.position,
                    "missing-param",
                    message,
                    ((slot.position, "it is declared here"),),
                )
