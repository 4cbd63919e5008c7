"""The `anytime` of bot.yaml in each flow, where the flow has no line of its own for it.

It knows who runs whom, and nothing of what a line does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.flow.model.anytime import Anytime
from engine.flow.model.flow import Launch
from engine.flow.moves import build_graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.build import FlowDraft
    from engine.flow.graph import Graph
    from engine.flow.model.moves import Call
    from engine.flow.openings import Launches


@dataclass(frozen=True, slots=True)
class Defaults:
    """What every flow gets; `served` are the flows that a default runs, themselves or through others.

    `exclusive` are those above which nothing opens.
    """

    anytime: Anytime
    home: str
    served: frozenset[str]
    exclusive: frozenset[str] = frozenset()

    def of(self, flow: str) -> Anytime:
        """Give the lines that hold in a flow which has none of its own.

        Home has nothing to end, and a flow that a default runs does not run defaults: each would be opened above the last.
        """
        is_home, is_served = flow == self.home, flow in self.served | self.exclusive
        unknown, error = self.anytime.on_unknown, self.anytime.on_error
        return Anytime(
            entries={
                label: entry
                for label, entry in self.anytime.entries.items()
                if not (entry.go and is_home) and not (_returns(entry.run) and is_served)
            },
            on_error=None if is_home else error,
            on_unknown=(
                None
                if unknown and ((unknown.go and is_home) or (_returns(unknown.run) and is_served))
                else unknown
            ),
        )


def find_defaults(
    anytime: Anytime, home: str, graphs: Mapping[str, Graph], launches: Launches
) -> Defaults:
    """Give the defaults of a bot; a flow that opens in the place of all others is not above any."""
    entries = [*anytime.entries.values(), anytime.on_unknown]
    served: set[str] = set()
    waiting = [entry.run.flow for entry in entries if entry and entry.run and _returns(entry.run)]
    while waiting:
        flow = waiting.pop()
        if flow not in served:
            served.add(flow)
            calls = graphs[flow].calls if flow in graphs else ()
            waiting += [place.call.flow for place in calls if _returns(place.call)]
    exclusive = (name for name, launch in launches.items() if launch is Launch.EXCLUSIVE)
    return Defaults(anytime, home, frozenset(served), frozenset(exclusive))


def _returns(call: Call | None) -> bool:
    """Tell whether a flow opens above the one that runs it, and comes back."""
    return call is not None and call.comes_back


def inherit(draft: FlowDraft, graph: Graph, anytime: Anytime) -> tuple[FlowDraft, Graph]:
    """Give a flow with the lines of a bot that it does not have itself, and its graph."""
    if anytime == Anytime():
        return draft, graph
    flow = draft.flow
    given = {label: replace(entry, inherited=True) for label, entry in anytime.entries.items()}
    inherited = [
        *(label for label in given if label not in flow.anytime),
        *(["error"] if not flow.on_error else []),
        *(["unknown"] if not flow.on_unknown else []),
    ]
    merged = replace(
        flow,
        anytime={**given, **flow.anytime},
        on_error=flow.on_error or anytime.on_error,
        on_unknown=flow.on_unknown or anytime.on_unknown,
        inherited=frozenset(inherited),
    )
    return replace(draft, flow=merged), build_graph(merged)
