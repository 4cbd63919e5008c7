"""A flow ends only with results that it declares in returns.

Types of the values are checked where they are compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.parts import meant_results, step_results
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_result(draft: BotDraft) -> Iterator[Problem]:
    """Report each result that returns does not declare."""
    for flow_draft in draft.flows.values():
        known = flow_draft.declared_names("returns")
        for step in flow_draft.flow.steps.values():
            given = step_results(step) or {}
            meant = meant_results(flow_draft.flow, given)
            for name, code in given.items():
                if name not in known:
                    hint = choose_from(name, known, "results", meant=meant.get(name, ""))
                    message = f'step "{step.name}" ends with "{name}", which returns does not declare{hint}'
                    yield Problem(draft.spots.key(code.position), "unknown-result", message)
