"""Nobody is refused where home leads by itself: people are brought home when they are refused elsewhere.

It takes a decide for a guard where its condition is written like the access behind it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.flow.graph import MoveKind
from engine.flow.model.steps import RunStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.graph import Move
    from engine.flow.model.written import Code

type Guards = frozenset[str]

_BY_ITSELF: Final = frozenset(
    {
        MoveKind.SKIP,
        MoveKind.NEXT,
        MoveKind.OUTCOME,
        MoveKind.BRANCH,
        MoveKind.ELSE,
        MoveKind.TIMEOUT,
        MoveKind.REFRESH,
    }
)


def check_closed_home(draft: BotDraft) -> Iterator[Problem]:
    """Report each access of a step, or of a flow run by one, that home comes to by itself."""
    home = draft.file.home if draft.file else ""
    told: set[Code] = set()
    for place in _entered(draft, home):
        flow = draft.flows[place.flow].flow
        step = flow.steps[place.step]
        found = [step.access] if step.access else []
        if isinstance(step, RunStep) and (callee := draft.flows.get(step.call.flow)):
            found += [callee.flow.access] if callee.flow.access else []
        for access in found:
            if access.text.strip() not in place.guards and access not in told:
                told.add(access)
                message = (
                    f'home "{home}" leads here by itself, and who is refused here would be sent home again; '
                    "lead here by a button, or by a decide with the same condition"
                )
                yield Problem(access.position, "closed-home", message)


@dataclass(frozen=True, slots=True)
class _Place:
    """A step that is entered, and the conditions known to hold there."""

    flow: str
    step: str
    guards: Guards


def _entered(draft: BotDraft, home: str) -> Iterator[_Place]:
    """Give the steps that people come to from the beginning of home without a turn, and the conditions that hold on every way."""
    known: dict[tuple[str, str], Guards] = {}
    leaving: dict[str, Mapping[str, Sequence[Move]]] = {}
    waiting = deque(_first(draft, home, frozenset()))
    while waiting:
        place = waiting.popleft()
        key = (place.flow, place.step)
        guards = known.get(key, place.guards) & place.guards
        if place.step in draft.flows[place.flow].flow.steps and guards != known.get(key):
            known[key] = guards
            if place.flow not in leaving:
                leaving[place.flow] = draft.graphs[place.flow].leaving()
            waiting += _following(draft, replace(place, guards=guards), leaving[place.flow])
    yield from (_Place(flow, step, guards) for (flow, step), guards in known.items())


def _following(
    draft: BotDraft, place: _Place, leaving: Mapping[str, Sequence[Move]]
) -> Iterator[_Place]:
    step = draft.flows[place.flow].flow.steps[place.step]
    if isinstance(step, RunStep):
        yield from _first(draft, step.call.flow, place.guards)
    for move in leaving.get(place.step, ()):
        is_empty = move.kind is MoveKind.EMPTY and not move.waits
        # A flow that was run may end by itself.
        is_back = move.kind is MoveKind.RESULT and not move.stays
        if move.kind in _BY_ITSELF or is_empty or is_back:
            proved = {code.text.strip() for code, holds in move.proofs if holds}
            yield _Place(place.flow, move.target, place.guards | proved)


def _first(draft: BotDraft, flow: str, guards: Guards) -> list[_Place]:
    return (
        [_Place(flow, step, guards) for step in draft.graphs[flow].steps[:1]]
        if flow in draft.graphs
        else []
    )
