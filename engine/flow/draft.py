"""A bot as far as it could be read, which rules look at.

It knows what is missing from it, so that a rule can keep silent about what it cannot tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.actions import ActionKind
from engine.flow.model import DoStep
from engine.flow.problems import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.actions import Action, Catalog
    from engine.flow.build import FlowDraft
    from engine.flow.declare import Declared
    from engine.flow.graph import Graph
    from engine.flow.model import BotFile, Call, Code
    from engine.flow.nodes import MapNode, Node, ScalarNode
    from engine.flow.problems import Problem
    from engine.flow.reader import Spots


@dataclass(slots=True)
class BotDraft:
    """What was read of bot.yaml, flows and translations; `unread` are the stems of files that could not be."""

    catalog: Catalog
    bot_path: str
    spots: Spots
    file: BotFile | None = None
    flows: dict[str, FlowDraft] = field(default_factory=dict)
    graphs: dict[str, Graph] = field(default_factory=dict)
    declared: dict[str, Declared] = field(default_factory=dict)
    translations: dict[str, Mapping[str, ScalarNode]] = field(default_factory=dict)
    text_roots: dict[str, Node] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    bot_root: MapNode | None = None

    def whole_flows(self, problems: Iterable[Problem]) -> frozenset[str]:
        """Give the flows whose every step and move is known, so that paths through them can be judged."""
        torn = {
            problem.position.path
            for problem in problems
            if problem.code in ("unknown-step", "duplicate-key") or problem.code.startswith("yaml-")
        }
        return frozenset(
            name for name, draft in self.flows.items() if draft.shaped and draft.path not in torn
        )

    def setting(self, key: str) -> Position:
        """Give the place of a setting of bot.yaml."""
        if self.bot_root is None:
            return Position(self.bot_path, 1, 1)
        return self.bot_root.entries[key].position

    def calls(self) -> Iterator[tuple[Call, FlowDraft]]:
        """Give each call of a flow that could be read, with that flow."""
        for graph in self.graphs.values():
            for place in graph.calls:
                if callee := self.flows.get(place.call.flow):
                    yield place.call, callee

    def commands(self) -> Iterator[tuple[DoStep, Action]]:
        """Give each do with the command it calls, where there is such a command."""
        for draft in self.flows.values():
            for step in draft.flow.steps.values():
                if isinstance(step, DoStep):
                    action = called_action(step.command, self.catalog)
                    if action and action.kind is ActionKind.COMMAND:
                        yield step, action

    def is_unread(self, path: str) -> bool:
        """Tell whether a translation path is in a flow or step that could not be read."""
        flow, _, rest = path.partition(".")
        step = rest.partition(".")[0]
        draft = self.flows.get(flow)
        if draft is None:
            return flow in self.unread
        return step in draft.broken_steps or (not draft.shaped and step not in draft.flow.steps)


def called_action(code: Code, catalog: Catalog) -> Action | None:
    """Find the action that a call names, however wrong its arguments are."""
    called = _CALLED.match(code.text)
    return catalog.get(called[1]) if called else None


_CALLED = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\(")
