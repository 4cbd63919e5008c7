"""No flow runs itself again, be it through others: each would be opened above the last.

It does not ask how often a person would press: only so many flows can be open at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.moves import Call


def check_endless_run(draft: BotDraft) -> Iterator[Problem]:
    """Report each circle of flows once, at the first call that closes it."""
    calls = _calls(draft)
    told: set[frozenset[str]] = set()
    for name in sorted(calls):
        for call in calls[name]:
            back = _find_way(calls, call.flow, name)
            if back and frozenset(back) not in told:
                told.add(frozenset(back))
                path = " → ".join(f'"{flow}"' for flow in (name, *back))
                message = (
                    f'flow "{name}" runs itself again: {path}; each would be opened above the last, '
                    'so come back with "go: end" instead'
                )
                yield Problem(call.position, "endless-run", message)


def find_way_back(draft: BotDraft, start: str, goal: str) -> tuple[str, ...]:
    """Give the shortest way from one flow to another through the flows they run; empty when there is none."""
    return _find_way(_calls(draft), start, goal)


def _calls(draft: BotDraft) -> Mapping[str, Sequence[Call]]:
    return {
        name: [place.call for place in graph.calls if place.call.flow in draft.graphs]
        for name, graph in draft.graphs.items()
    }


def _find_way(calls: Mapping[str, Sequence[Call]], start: str, goal: str) -> tuple[str, ...]:
    """Give the shortest way from one flow to another through the flows they run; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for call in calls[way[-1]]:
            if call.flow not in seen:
                seen.add(call.flow)
                ways.append((*way, call.flow))
    return ()
