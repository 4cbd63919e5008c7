"""Each screen can be shown as is written: where one is kept there is one to keep, and what is edited can be.

It looks at one flow alone; what a button of a menu leads to is of other flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.graph import MoveKind
from engine.flow.model.windows import ShowAs, WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.graph import Graph
    from engine.flow.model.windows import Button

_PASSING = frozenset({MoveKind.BRANCH, MoveKind.ELSE, MoveKind.SKIP})
"""Moves that follow by themselves and do nothing."""


def check_bad_show_mode(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each `show_as` that could never be what happens."""
    for name in sorted(whole):
        flow_draft, graph = draft.flows[name], draft.graphs[name]
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, WindowStep):
                continue
            if step.keyboard and step.show_as is ShowAs.EDIT:
                message = (
                    f'step "{step.name}" has a keyboard that no other message can become; '
                    'write "show_as: send"'
                )
                yield Problem(step.position, "bad-show-mode", message)
            for button in step.buttons:
                if button.show_as is ShowAs.KEEP and (why := _why_not(graph, step, button)):
                    message = f'button "{button.text.text}" cannot keep the screen: {why}'
                    yield Problem(button.position, "bad-show-mode", message)


def _why_not(graph: Graph, step: WindowStep, button: Button) -> str | None:
    """Tell what stands against a button that leaves its screen as it is."""
    if button.go is None:
        return "the flow that it runs has screens of its own"
    if button.go.say:
        return 'there would be nothing to show its "say" on'
    if not _leads_back(graph, step.name, button.go.step):
        return (
            f'it does not lead back to step "{step.name}" by itself, without a command on the way'
        )
    return None


def _leads_back(graph: Graph, step: str, target: str) -> bool:
    """Tell whether a move to a step comes back to another one through forks alone."""
    leaving = graph.leaving()
    seen: set[str] = set()
    waiting = [target]
    while waiting:
        at = waiting.pop()
        if at == step:
            return True
        if at not in seen and graph.verbs.get(at) == "decide":
            seen.add(at)
            waiting += [move.target for move in leaving.get(at, ()) if move.kind in _PASSING]
    return False
