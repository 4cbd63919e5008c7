"""The stages of one check: what files say together, then names, texts and paths, then the compiled bot.

It knows the order of the stages and how one broken place is kept from spoiling the report on others.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from engine.flow.compile_bot import BotCompiler
from engine.flow.declare import declare
from engine.flow.defaults import find_defaults, inherit
from engine.flow.menus import Menus, list_menus, menu_lines, show_menus
from engine.flow.model.anytime import Anytime
from engine.flow.moves import build_graph
from engine.flow.openings import (
    Launches,
    asked_by,
    list_launches,
    settle_anytime,
    settle_openings,
)
from engine.flow.rules import (
    FLOW_GRAPH_RULES,
    FLOW_NAME_RULES,
    FLOW_TEXT_RULES,
    GRAPH_RULES,
    NAME_RULES,
    TEXT_RULES,
)
from engine.flow.source import MOST_PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.flow.build import FlowDraft
    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow
    from engine.flow.gather import Gathered
    from engine.flow.graph import Graph
    from engine.flow.memory import Found, Memory
    from engine.flow.rules import NameRule


class Stages:
    """The stages of one check, and the problems they found."""

    def __init__(self, gathered: Gathered, memory: Memory) -> None:
        self.gathered = gathered
        self.memory = memory
        self.problems = [*gathered.problems]
        self.flows: dict[str, CompiledFlow] = {}

    def finish(self) -> Bot | None:
        """Check names, compile every flow, then check what only whole flows can be asked."""
        self._show_menus()
        launches = list_launches(draft.flow for draft in self.gathered.draft.flows.values())
        self._settle_openings(launches)
        self._inherit(launches)
        seen = self.gathered.draft.file.as_flows_see if self.gathered.draft.file else None
        for name, draft in self.gathered.draft.flows.items():
            declared = self.memory.declared.give(
                name, draft, partial(declare, draft, self.gathered.subject.types)
            )
            self.gathered.draft.declared[name] = declared
            self.problems.extend(declared.problems)
            self.gathered.keys[name] = (draft, seen, tuple(self.gathered.marks(name)))
        self._check_names()
        self._check_fragments()
        self.gathered.draft.note_faulty_steps(self.problems)
        self._check_texts()
        whole = self.gathered.draft.whole_flows(self.problems)
        self._check_paths(whole)
        compiler = BotCompiler(self.gathered, self.memory)
        bot = compiler.compile(whole)
        self.flows = compiler.flows
        self.problems.extend(compiler.problems)
        return bot

    def _show_menus(self) -> None:
        """Give flows that show menus the buttons for their entries."""
        menus = list_menus(draft.flow for draft in self.gathered.draft.flows.values())
        for name, draft in self.gathered.draft.flows.items():
            lines = {line.menu for _, line in menu_lines(draft.flow)}
            if not lines:
                continue
            used = {menu: menus.get(menu, ()) for menu in sorted(lines)}
            make = partial(_with_menus, draft, used)
            shown, graph = self.memory.menus.give(name, (draft, tuple(used.items())), make)
            self.gathered.draft.flows[name], self.gathered.draft.graphs[name] = shown, graph
            owners = (item.text.path.partition(".")[0] for one in used.values() for item in one)
            self.gathered.prefixes[name] = tuple(
                dict.fromkeys((*self.gathered.prefixes[name], *owners))
            )

    def _settle_openings(self, launches: Launches) -> None:
        """Let calls open where the flows that they run ask for."""
        for name, draft in list(self.gathered.draft.flows.items()):
            asked = asked_by(name, self.gathered.draft.graphs[name], launches)
            if asked:
                key, make = (draft, tuple(asked.items())), partial(settle_openings, draft, asked)
                settled = self.memory.openings.give(name, key, make)
                self.gathered.draft.flows[name], self.gathered.draft.graphs[name] = settled

    def _inherit(self, launches: Launches) -> None:
        """Put the bot's own `anytime` into each flow."""
        file = self.gathered.draft.file
        if file is None or file.anytime == Anytime():
            return
        settled = settle_anytime(file.anytime, launches)
        defaults = find_defaults(settled, file.home, self.gathered.draft.graphs, launches)
        for name, draft in list(self.gathered.draft.flows.items()):
            anytime, graph = defaults.of(name), self.gathered.draft.graphs[name]
            make = partial(inherit, draft, graph, anytime)
            merged = self.memory.inherited.give(name, (draft, anytime), make)
            self.gathered.draft.flows[name], self.gathered.draft.graphs[name] = merged
            self.gathered.prefixes[name] = (*self.gathered.prefixes[name], "bot")

    def _check_names(self) -> None:
        for name, key in self.gathered.keys.items():
            make = partial(self._judge, FLOW_NAME_RULES, name)
            self.problems.extend(self.memory.names.give(name, key, make))
        for rule in NAME_RULES:
            self.problems.extend(islice(rule(self.gathered.draft), MOST_PROBLEMS))

    def _check_fragments(self) -> None:
        if not self.gathered.draft.unread and all(
            draft.shaped for draft in self.gathered.draft.flows.values()
        ):
            self.problems.extend(self.gathered.library.check_used(self.gathered.used))
        self.gathered.draft.faulty_steps.update(self.gathered.library.unread(self.gathered.used))

    def _check_texts(self) -> None:
        for name, key in self.gathered.keys.items():
            make = partial(self._judge, FLOW_TEXT_RULES, name)
            self.problems.extend(self.memory.texts.give(name, key, make))
        for rule in TEXT_RULES:
            self.problems.extend(islice(rule(self.gathered.draft), MOST_PROBLEMS))

    def _check_paths(self, whole: frozenset[str]) -> None:
        for name in sorted(whole):
            make = partial(self._judge_paths, name)
            self.problems.extend(self.memory.paths.give(name, self.gathered.keys[name], make))
        for rule in GRAPH_RULES:
            self.problems.extend(islice(rule(self.gathered.draft, whole), MOST_PROBLEMS))

    def _judge(self, rules: Iterable[NameRule], name: str) -> Found:
        """Ask the checks of one flow."""
        alone = self.gathered.draft.alone(name, self.gathered.translations_of(name))
        return tuple(problem for rule in rules for problem in islice(rule(alone), MOST_PROBLEMS))

    def _judge_paths(self, name: str) -> Found:
        """Ask the checks of the paths of one flow."""
        alone, whole = self.gathered.draft.alone(
            name, self.gathered.translations_of(name)
        ), frozenset({name})
        return tuple(
            problem
            for rule in FLOW_GRAPH_RULES
            for problem in islice(rule(alone, whole), MOST_PROBLEMS)
        )


def _with_menus(draft: FlowDraft, menus: Menus) -> tuple[FlowDraft, Graph]:
    shown = show_menus(draft, menus)
    return shown, build_graph(shown.flow)
