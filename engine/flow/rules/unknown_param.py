"""A flow that is run is given only what it declares in params.

Types of the arguments are checked where they are compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.draft import meant_params
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_param(draft: BotDraft) -> Iterator[Problem]:
    """Report each argument that the called flow has no parameter for."""
    for call, callee in draft.calls():
        known = callee.declared_names("params")
        meant = meant_params(call, callee)
        for name, code in call.arguments.items():
            if name not in known:
                place = draft.spots.key(code.position)
                hint = choose_from(name, known, "params", meant=meant.get(name, ""))
                message = (
                    f'flow "{call.flow}" is given "{name}", which it has no parameter for{hint}'
                )
                yield Problem(place, "unknown-param", message)
