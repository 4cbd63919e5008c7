"""What follows the run of a flow can come: some way through the flow leads to its end.

It counts whatever a person can do there, a command of anytime too, but no error; a flow with a trap has that told instead. Where
nothing but the same screen would follow, a flow may go on for ever.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.flow.graph import MoveKind
from engine.flow.model.moves import END
from engine.flow.problems import Problem
from engine.flow.rules.endless_run import find_way_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.graph import Graph


def check_endless_flow(draft: BotDraft, whole: frozenset[str]) -> Iterator[Problem]:
    """Report each run of a flow that can never end, where a step or a save would follow."""
    endless = {name for name in whole if _never_ends(draft.graphs[name])}
    if not endless:
        return
    for name in sorted(whole):
        for place in draft.graphs[name].calls:
            callee = place.call.flow
            is_step = place.step and draft.graphs[name].verbs[place.step] == "run"
            is_followed = (is_step or place.call.save) and place.call.comes_back
            if callee not in endless or not is_followed or find_way_back(draft, callee, name):
                continue
            first = draft.flows[callee].flow.first
            message = (
                f'flow "{callee}" never ends, so that what follows it never comes; '
                'let one of its buttons lead to "end"'
            )
            related = ((first.position, "it begins here, and no way leads to its end"),)
            yield Problem(place.call.position, "endless-flow", message, related)


def _never_ends(graph: Graph) -> bool:
    is_free = not graph.traps() and not graph.silent_loops()
    coming = replace(graph, moves=tuple(move for move in graph.moves if not move.opens))
    return is_free and END not in coming.reachable(without=frozenset({MoveKind.ERROR}))
