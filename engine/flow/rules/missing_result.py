"""A flow ends with every result that is not optional.

Types of the values are checked where they are compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.moves import END
from engine.flow.parts import anytime_targets, meant_results, step_results, step_targets
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.flow import Flow


def check_missing_result(draft: BotDraft) -> Iterator[Problem]:
    """Report each end without a result that callers count on."""
    for flow_draft in draft.flows.values():
        flow = flow_draft.flow
        needed = [slot for slot in flow.returns.values() if not slot.optional]
        for place, given in _ends(flow):
            misnamed = meant_results(flow, given).values()
            for slot in needed:
                if slot.name not in given and slot.name not in misnamed:
                    message = f'the flow ends here without its result "{slot.name}"; give it, or make it optional in returns'
                    yield Problem(
                        place, "missing-result", message, ((slot.position, "it is declared here"),)
                    )


def _ends(flow: Flow) -> Iterator[tuple[Position, tuple[str, ...]]]:
    for step in flow.steps.values():
        results = step_results(step)
        if results is not None:
            yield step.position, tuple(results)
        yield from ((go.position, ()) for go in step_targets(step) if go.step == END)
    yield from ((go.position, ()) for go in anytime_targets(flow) if go.step == END)
