"""A bot as far as it could be read, which rules look at.

It knows what is missing from it, so that a rule can keep silent about what it cannot tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.actions import ActionKind
from engine.flow.links import read_link
from engine.flow.meant import pair_names
from engine.flow.model.anytime import ON_ENTER
from engine.flow.model.flow import EntryKind
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep
from engine.flow.nodes import MapNode
from engine.flow.problems import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.actions import Action, Catalog
    from engine.flow.build import FlowDraft
    from engine.flow.declare import Declared
    from engine.flow.graph import Graph
    from engine.flow.links import Link
    from engine.flow.model.bot import BotFile
    from engine.flow.model.moves import Call
    from engine.flow.model.steps import Commanding
    from engine.flow.model.written import Code, Wording
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
    bot_root: MapNode | None = None
    faulty_steps: set[str] = field(default_factory=set)

    def texts_of(self, wording: Wording) -> Iterator[Wording | ScalarNode]:
        """Give a text and the translations that it has."""
        yield wording
        for texts in self.translations.values():
            if found := texts.get(wording.path):
                yield found

    def alone(self, name: str, translations: Mapping[str, Mapping[str, ScalarNode]]) -> BotDraft:
        """Give the same bot with one flow only, and its translations, for the checks that look at nothing else."""
        return BotDraft(
            self.catalog,
            self.bot_path,
            self.spots,
            file=self.file.as_flows_see if self.file else None,
            flows={name: self.flows[name]},
            graphs={name: self.graphs[name]},
            declared={name: self.declared[name]},
            translations=dict(translations),
        )

    def whole_flows(self, problems: Iterable[Problem]) -> frozenset[str]:
        """Give the flows whose every step and move is known, so that paths through them can be judged."""
        torn = {
            place.path
            for problem in problems
            if problem.code in _TEARING or problem.code.startswith("yaml-")
            for place in problem.position.places()
        }
        return frozenset(
            name for name, draft in self.flows.items() if draft.shaped and draft.path not in torn
        )

    def links(self) -> Mapping[str, tuple[Link, ...]]:
        """Give the deep links of each flow that has any."""
        found = {
            name: tuple(
                read_link(entry.value, self.declared[name].params)
                for entry in draft.flow.start
                if entry.kind is EntryKind.DEEP_LINK
            )
            for name, draft in self.flows.items()
        }
        return {name: links for name, links in found.items() if links}

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

    def commands(self) -> Iterator[tuple[Commanding, Code, Action]]:
        """Give each step that calls a command, what it wrote, and that command, where there is such a one."""
        for draft in self.flows.values():
            for step in draft.flow.steps.values():
                if isinstance(step, DoStep | PayStep) and step.command:
                    action = called_action(step.command, self.catalog)
                    if action and action.kind is ActionKind.COMMAND:
                        yield step, step.command, action

    def note_faulty_steps(self, problems: Iterable[Problem]) -> None:
        """Remember the steps whose parts have other names than were meant, as a button's id follows its target."""
        renaming = [problem.position for problem in problems if problem.code in _RENAMING]
        places = [place for position in renaming for place in position.places()]
        for name, draft in self.flows.items():
            lines = {place.line for place in places if place.path == draft.path}
            steps = draft.root.entries.get("steps") if lines else None
            nodes = steps.entries if isinstance(steps, MapNode) else {}
            hook = draft.root.entries.get(ON_ENTER)
            for step, node in {**nodes, **({ON_ENTER: hook} if hook else {})}.items():
                if lines & _lines(node, draft.path):
                    self.faulty_steps.add(f"{name}.{step}")

    def is_unread(self, path: str) -> bool:
        """Tell whether a translation path is in a flow or step that could not be read as it was meant."""
        if ".".join(path.split(".")[:2]) in self.faulty_steps:
            return True
        flow, _, rest = path.partition(".")
        step = rest.partition(".")[0]
        draft = self.flows.get(flow)
        if draft is None:
            return flow in self.unread
        return step in draft.broken_steps or (not draft.shaped and step not in draft.flow.steps)


def _lines(node: Node, path: str) -> frozenset[int]:
    """Give the lines of a flow's file that a step is on; of one from a fragment, the line of its use."""
    if node.file.via:
        return frozenset(one.line for one in node.position.places() if one.path == path)
    first = node.position.line
    last = first + node.file.text.count("\n", node.start, node.end)
    return frozenset(range(first, last + 1))


def called_action(code: Code, catalog: Catalog) -> Action | None:
    """Find the action that a call names, however wrong its arguments are."""
    called = _CALLED.match(code.text)
    return catalog.get(called[1]) if called else None


def meant_outcomes(step: Commanding, action: Action) -> Mapping[str, str]:
    """Give for each outcome that never comes the one without a move that it was meant to be."""
    unknown = [outcome for outcome in step.outcomes if outcome not in action.outcomes]
    return pair_names(unknown, [one for one in action.outcomes if one not in step.outcomes])


def meant_params(call: Call, callee: FlowDraft) -> Mapping[str, str]:
    """Give for each argument that a flow has no parameter for the one left out that it was meant to be."""
    known = callee.declared_names("params")
    left = [slot for slot in callee.flow.params.values() if slot.name not in call.arguments]
    needed = [slot.name for slot in left if not (slot.optional or slot.has_default)]
    unknown = [name for name in call.arguments if name not in known]
    return pair_names(unknown, needed, [one.name for one in left if one.name not in needed])


_TEARING: Final = frozenset(
    {"unknown-step", "unknown-flow", "duplicate-key", "unknown-data", "unhandled-outcome"}
)
"""Problems that leave a move or a saved name out, so that paths cannot be judged."""

_RENAMING: Final = frozenset(
    {"unknown-step", "unknown-flow", "unknown-outcome", "unhandled-outcome", "duplicate-button"}
)
_CALLED: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\(")
