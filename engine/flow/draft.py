"""A bot as far as it could be read, which rules look at.

It knows what is missing from it, so that a rule can keep silent about what it cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.actions import Catalog
    from engine.flow.build import FlowDraft
    from engine.flow.declare import Declared
    from engine.flow.graph import Graph
    from engine.flow.model import BotFile
    from engine.flow.nodes import Node, ScalarNode
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

    def whole_flows(self, problems: Iterable[Problem]) -> frozenset[str]:
        """Give the flows whose every step and move is known, so that paths through them can be judged."""
        torn = {
            problem.position.path
            for problem in problems
            if problem.code in ("unknown-step", "duplicate-key")
        }
        return frozenset(
            name for name, draft in self.flows.items() if draft.shaped and draft.path not in torn
        )
