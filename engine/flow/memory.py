"""What a workspace keeps from one check to the next, and what each kept thing follows from.

It knows nothing of how a thing is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.declare import Declared
from engine.flow.expression.typing_links import LinkSpace
from engine.flow.fragments import Library
from engine.flow.kept import Kept
from engine.flow.menus import MenuItem
from engine.flow.model.anytime import Anytime
from engine.flow.model.flow import Launch
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.flow.build import FlowDraft
    from engine.flow.compile import CompiledFlow
    from engine.flow.compile_bot import OwnTexts
    from engine.flow.directory import Text
    from engine.flow.files import FileDraft
    from engine.flow.graph import Graph
    from engine.flow.model.bot import BotFile
    from engine.flow.texts import Mark


type InheritKey = tuple[FlowDraft, Anytime]
"""What a flow inherits follows from itself, and from the lines of bot.yaml that hold in it."""

type FlowKey = tuple[FlowDraft, BotFile | None, tuple[tuple[str, Mark], ...]]
"""What the problems of one flow follow from: the flow, what flows see of bot.yaml and the translations of the flow."""

type CompileKey = tuple[FlowKey, bool, tuple[Declared | None, ...], LinkSpace, frozenset[str]]
"""The same, whether every step and move of the flow is known, what it and the flows it runs declare, and, where it makes deep links, all of these; and unknown names."""

type FileKey = tuple[Text, Library | FileDraft | None]
"""What a file says follows from its text, for a flow from the fragments that it may use, for bot.yaml from the one it extends."""

type MenuKey = tuple[FlowDraft, tuple[tuple[str, tuple[MenuItem, ...]], ...]]
"""A flow that shows menus, and their entries."""

type OpeningKey = tuple[FlowDraft, tuple[tuple[str, Launch], ...]]
"""A flow, and what the flows that it runs ask of where they open."""

type BotKey = tuple[BotFile, tuple[tuple[str, Mark], ...], LinkSpace, frozenset[str]]
"""What the bot's own texts follow from: bot.yaml, their translations, all deep links, and unknown names."""

type Found = tuple[Problem, ...]


class Memory:
    """What was found in each flow, with what it was found from."""

    def __init__(self) -> None:
        self.menus: Kept[MenuKey, tuple[FlowDraft, Graph]] = Kept()
        self.openings: Kept[OpeningKey, tuple[FlowDraft, Graph]] = Kept()
        self.inherited: Kept[InheritKey, tuple[FlowDraft, Graph]] = Kept()
        self.declared: Kept[FlowDraft, Declared] = Kept()
        self.names: Kept[FlowKey, Found] = Kept()
        self.texts: Kept[FlowKey, Found] = Kept()
        self.paths: Kept[FlowKey, Found] = Kept()
        self.compiled: Kept[CompileKey, tuple[CompiledFlow, Found]] = Kept()
        self.own: Kept[BotKey, tuple[OwnTexts, Found]] = Kept()

    def keep_only(self, flows: Collection[str]) -> None:
        """Forget all flows but these."""
        for kept in (
            self.menus,
            self.openings,
            self.inherited,
            self.declared,
            self.names,
            self.texts,
            self.paths,
            self.compiled,
        ):
            kept.keep_only(flows)
