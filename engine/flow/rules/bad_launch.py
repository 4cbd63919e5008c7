"""A flow opens where it asks to, and what never comes back is not waited for.

It does not ask whether a person would want to come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.flow import Launch
from engine.flow.model.moves import Opening
from engine.flow.model.steps import RunStep
from engine.flow.nodes import MapNode
from engine.flow.problems import Problem
from engine.flow.reader import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.build import FlowDraft
    from engine.flow.draft import BotDraft


def check_bad_launch(draft: BotDraft) -> Iterator[Problem]:
    """Report each launch and opening that contradicts another, or what stands beside it."""
    home = draft.file.home if draft.file else ""
    for name, flow_draft in draft.flows.items():
        yield from _as_launched(flow_draft, is_home=name == home)
        if name == home:
            for entry in flow_draft.flow.start:
                if entry.opening is not None:
                    yield Problem(entry.position, "bad-launch", _home(name, entry.opening))
        yield from _calls(draft, name)


def _as_launched(flow_draft: FlowDraft, *, is_home: bool) -> Iterator[Problem]:
    """Report what a flow cannot have as it is launched."""
    flow = flow_draft.flow
    if not flow.launch.leaves_all:
        return
    place = flow_draft.root.entries["launch"].position
    if is_home and flow.launch is Launch.EXCLUSIVE:
        message = (
            f'every flow that a command starts opens above home "{flow.name}"; write "launch: root"'
        )
        yield Problem(place, "bad-launch", message)
    for slot in flow.returns.values():
        message = (
            f'nothing is open below flow "{flow.name}" that could get "{slot.name}"; remove it'
        )
        yield Problem(slot.position, "bad-launch", message, ((place, "it is launched like this"),))
    for entry in flow.start:
        if entry.opening is Opening.ABOVE:
            yield Problem(entry.position, "bad-launch", _above(flow.name))


def _calls(draft: BotDraft, name: str) -> Iterator[Problem]:
    """Report the calls of one flow that cannot open as they say."""
    flow_draft = draft.flows[name]
    for place in draft.graphs[name].calls:
        call = place.call
        if call.flow not in draft.flows:
            continue
        callee = draft.flows[call.flow].flow
        if call.opening is Opening.BESIDE and draft.file and call.flow == draft.file.home:
            yield Problem(call.position, "bad-launch", _home(call.flow, call.opening))
        elif call.opening is Opening.ABOVE and callee.launch.leaves_all and not call.is_of_menu:
            yield Problem(call.position, "bad-launch", _above(call.flow))
        elif flow_draft.flow.launch is Launch.EXCLUSIVE and call.comes_back:
            message = (
                f'nothing opens above flow "{name}", which is exclusive; open "{call.flow}" instead of it, '
                'with "open: instead"'
            )
            yield Problem(call.position, "bad-launch", message)
        if call.save and not call.comes_back:
            first = next(iter(call.save.values()))
            yield Problem(first.position, "bad-launch", _never_back(call.flow, "save"))
        step = flow_draft.flow.steps.get(place.step or "")
        if call.leaves and isinstance(step, RunStep):
            written = entries(flow_draft.root.entries.get("steps")).get(step.name)
            for key in ("go", "say"):
                if isinstance(written, MapNode) and key in written.entries:
                    at = written.keys[key].position
                    yield Problem(at, "bad-launch", _never_back(call.flow, key))


def _home(flow: str, opening: Opening) -> str:
    return f'home "{flow}" lies under everything; leave "open: {opening}" out'


def _above(flow: str) -> str:
    return (
        f'flow "{flow}" opens in the place of all that is open, as its "launch" says; '
        'leave "open: above" out'
    )


def _never_back(flow: str, key: str) -> str:
    return f'flow "{flow}" does not come back here, so that "{key}" never happens; remove it'
