"""Where each flow opens that is run: as the call says, or as the flow itself asks by its `launch`.

It knows who runs whom; what follows for the moves of a flow is the graph's to tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.flow.model.flow import Launch
from engine.flow.model.moves import Opening
from engine.flow.model.steps import RunStep
from engine.flow.model.windows import WindowStep
from engine.flow.moves import build_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.flow.build import FlowDraft
    from engine.flow.graph import Graph
    from engine.flow.model.anytime import Anytime
    from engine.flow.model.flow import Flow
    from engine.flow.model.moves import Call
    from engine.flow.model.steps import Step

type Launches = Mapping[str, Launch]
"""The flows that ask for something, by name."""

type _Settle = Callable[[Call], Call]


def list_launches(flows: Iterable[Flow]) -> Launches:
    """Give what each flow asks for that asks for anything."""
    return {flow.name: flow.launch for flow in flows if flow.launch is not Launch.STANDARD}


def asked_by(name: str, graph: Graph, launches: Launches) -> Launches:
    """Give what the flows that one flow runs ask for, where that matters there."""
    called = sorted({place.call.flow for place in graph.calls} & launches.keys())
    return {
        flow: launches[flow]
        for flow in called
        if launches[flow].leaves_all or (launches[flow] is Launch.SINGLE_TOP and flow == name)
    }


def settle_openings(draft: FlowDraft, asked: Launches) -> tuple[FlowDraft, Graph]:
    """Give a flow whose calls open as the flows that they run ask for, and its graph."""
    flow = draft.flow

    def settle(call: Call) -> Call:
        return settle_call(call, asked, of=flow.name)

    unknown = flow.on_unknown
    settled = replace(
        flow,
        steps={name: _settle_step(step, settle) for name, step in flow.steps.items()},
        anytime={
            label: replace(line, run=settle(line.run)) if line.run else line
            for label, line in flow.anytime.items()
        },
        on_unknown=(
            replace(unknown, run=settle(unknown.run)) if unknown and unknown.run else unknown
        ),
    )
    return replace(draft, flow=settled), build_graph(settled)


def settle_anytime(anytime: Anytime, launches: Launches) -> Anytime:
    """Give the lines of a bot whose calls open as the flows that they run ask for."""
    unknown = anytime.on_unknown
    return replace(
        anytime,
        entries={
            label: replace(line, run=settle_call(line.run, launches)) if line.run else line
            for label, line in anytime.entries.items()
        },
        on_unknown=(
            replace(unknown, run=settle_call(unknown.run, launches))
            if unknown and unknown.run
            else unknown
        ),
    )


def settle_call(call: Call, launches: Launches, *, of: str | None = None) -> Call:
    """Give a call of the flow `of` that opens as the flow which it runs asks for; what is written stays."""
    asked = launches.get(call.flow)
    if call.opening is not None or asked is None:
        return call
    if asked.leaves_all:
        return replace(call, opening=Opening.INSTEAD)
    return replace(call, opening=Opening.ANEW) if call.flow == of else call


def _settle_step(step: Step, settle: _Settle) -> Step:
    if isinstance(step, RunStep):
        return replace(step, call=settle(step.call))
    if isinstance(step, WindowStep) and any(button.run for button in step.buttons):
        buttons = (
            replace(button, run=settle(button.run)) if button.run else button
            for button in step.buttons
        )
        return replace(step, buttons=tuple(buttons))
    return step
