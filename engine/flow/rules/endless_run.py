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


def check_endless_opening(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each circle of flows that open in the place of one another without a turn of the person, timeouts included."""
    calls = {name: _made_in_silence(draft, name) for name in sorted(whole)}
    told: set[frozenset[str]] = set()
    for name in sorted(whole):
        for call in calls[name]:
            back = (
                _find_way(calls, call.flow, name)
                if not call.comes_back and call.flow in calls
                else ()
            )
            if back and frozenset(back) not in told:
                told.add(frozenset(back))
                path = " → ".join(f'"{flow}"' for flow in (name, *back))
                message = (
                    f"these flows open one another for ever without a turn of the person: {path}; "
                    "let one of them wait for somebody first"
                )
                yield Problem(call.position, "endless-run", message)


def _made_in_silence(draft: BotDraft, name: str) -> Sequence[Call]:
    """Give the calls of a flow that steps make which follow from its beginning by themselves."""
    graph = draft.graphs[name]
    reached = graph.silently_reached(timed=True)
    return [
        place.call
        for place in graph.calls
        if place.step in reached and graph.verbs.get(place.step or "") == "run"
    ]


def find_way_back(draft: BotDraft, start: str, goal: str) -> tuple[str, ...]:
    """Give the shortest way from one flow to another through the flows they run; empty when there is none."""
    return _find_way(_calls(draft), start, goal)


def _calls(draft: BotDraft) -> Mapping[str, Sequence[Call]]:
    return {
        name: [
            place.call
            for place in graph.calls
            if place.call.flow in draft.graphs and place.call.comes_back
        ]
        for name, graph in draft.graphs.items()
    }


def _find_way(calls: Mapping[str, Sequence[Call]], start: str, goal: str) -> tuple[str, ...]:
    """Give the shortest way from one flow to another through the flows they run; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for call in calls.get(way[-1], ()):
            if call.flow not in seen:
                seen.add(call.flow)
                ways.append((*way, call.flow))
    return ()
