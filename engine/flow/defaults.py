"""The `anytime` of bot.yaml in each flow, where the flow has no line of its own for it.

It knows who runs whom, and nothing of what a line does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.flow.model.anytime import Anytime
from engine.flow.moves import build_graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.build import FlowDraft
    from engine.flow.graph import Graph
    from engine.flow.model.bot import BotFile


@dataclass(frozen=True, slots=True)
class Defaults:
    """What every flow gets; `served` are the flows that a default runs, themselves or through others."""

    anytime: Anytime
    home: str
    served: frozenset[str]

    def of(self, flow: str) -> Anytime:
        """Give the lines that hold in a flow which has none of its own.

        Home has nothing to end, and a flow that a default runs does not run defaults: each would be opened above the last.
        """
        is_home, is_served = flow == self.home, flow in self.served
        unknown, error = self.anytime.on_unknown, self.anytime.on_error
        return Anytime(
            entries={
                label: entry
                for label, entry in self.anytime.entries.items()
                if not (entry.go and is_home) and not (entry.run and is_served)
            },
            on_error=None if is_home else error,
            on_unknown=(
                None
                if unknown and ((unknown.go and is_home) or (unknown.run and is_served))
                else unknown
            ),
        )


def find_defaults(file: BotFile, graphs: Mapping[str, Graph]) -> Defaults:
    """Give the defaults of a bot."""
    entries = [*file.anytime.entries.values(), file.anytime.on_unknown]
    served: set[str] = set()
    waiting = [entry.run.flow for entry in entries if entry and entry.run]
    while waiting:
        flow = waiting.pop()
        if flow not in served:
            served.add(flow)
            waiting += [place.call.flow for place in graphs[flow].calls] if flow in graphs else []
    return Defaults(file.anytime, file.home, frozenset(served))


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
