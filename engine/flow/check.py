"""A directory of flows to a bot that can run, or to everything that is wrong with it.

It knows the order of the stages and how one broken place is kept from spoiling the report on others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.flow.annotations import named_types
from engine.flow.build import build_bot, build_flow
from engine.flow.compile import CompiledFlow, Room, Tables, World, user_type
from engine.flow.compile_steps import compile_flow
from engine.flow.declare import declare
from engine.flow.draft import BotDraft
from engine.flow.moves import build_graph
from engine.flow.nodes import MapNode, Node
from engine.flow.problems import Position, Problem
from engine.flow.reader import Spots
from engine.flow.rules import GRAPH_RULES, NAME_RULES, TEXT_RULES
from engine.flow.schema import bot_schema, flow_schema, texts_schema
from engine.flow.shape import Shape, check_shape
from engine.flow.silence import apply_silencers, find_silencers
from engine.flow.source import decode_source, read_source
from engine.flow.texts import read_translations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.graph import Graph
    from engine.flow.model import BotFile
    from engine.flow.problems import Silenced
    from engine.flow.silence import Silencer
    from engine.flow.templates import Template

__all__ = ["Bot", "Checked", "CompiledFlow", "check_flows"]


@dataclass(frozen=True, slots=True)
class Bot:
    """A checked bot: everything compiled; `messages` are the engine's sentences by name and locale."""

    file: BotFile
    flows: Mapping[str, CompiledFlow]
    catalog: Catalog
    messages: Mapping[str, Mapping[str, Template]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: `bot` is None when there are problems, which are in the order of their places.

    `graphs` are those of all flows that could be read, by name, so that a faulty one can be drawn too; `silenced` are
    problems that a comment silences.
    """

    bot: Bot | None
    problems: tuple[Problem, ...]
    graphs: Mapping[str, Graph] = field(default_factory=dict)
    silenced: tuple[Silenced, ...] = ()


def check_flows(
    directory: Path, catalog: Catalog, *, sources: Mapping[Path, str] | None = None
) -> Checked:
    """Check bot.yaml, every flow and every translation of a directory against the actions of a catalog.

    `sources` are texts by path that are checked instead of the files of the directory.
    """
    check = _Check(directory, catalog)
    texts = check.read_directory() if sources is None else sources
    for path, text in sorted(texts.items()):
        check.read(path, text)
    bot = check.finish()
    problems, silenced = apply_silencers(check.silencers, tuple(dict.fromkeys(check.problems)))
    return Checked(None if problems else bot, problems, check.draft.graphs, silenced)


class _Check:
    """The stages of one check, and the problems they found."""

    def __init__(self, directory: Path, catalog: Catalog) -> None:
        self.directory = directory
        self.catalog = catalog
        self.problems: list[Problem] = []
        self.silencers: list[Silencer] = []
        self.spots = Spots()
        self.draft = BotDraft(catalog, (directory / "bot.yaml").as_posix(), self.spots)
        self._schemas = (flow_schema(catalog), bot_schema(), texts_schema())

    def read_directory(self) -> Mapping[Path, str]:
        """Read every YAML file of the directory and of its texts."""
        found = {}
        for pattern in ("*.yaml", "texts/*.yaml"):
            for path in self.directory.glob(pattern):
                text, problems = decode_source(path.as_posix(), path.read_bytes())
                self.problems.extend(problems)
                if problems:
                    self.draft.unread.add(path.stem)
                else:
                    found[path] = text
        return found

    def read(self, path: Path, text: str) -> None:
        """Read one file: bot.yaml, a translation, or a flow, as its place tells."""
        source = read_source(path.as_posix(), text)
        self.problems.extend(source.problems)
        is_bot, is_texts = path.name == "bot.yaml", path.parent.name == "texts"
        if source.root is None:
            if not source.problems:
                message = (
                    "the file is empty; write a bot"
                    if is_bot
                    else "the file is empty; write a flow or remove it"
                )
                self.problems.append(
                    Problem(Position(path.as_posix(), 1, 1), "empty-file", message)
                )
            self.draft.unread.add(path.stem)
            return
        silencers, problems = find_silencers(source.root)
        self.silencers.extend(silencers)
        self.problems.extend(problems)
        if is_bot:
            self._read_bot(source.root)
        elif is_texts:
            self._read_texts(path.stem, source.root)
        else:
            self._read_flow(path.stem, source.root)

    def _shape(self, root: Node, schema: Mapping[str, Any]) -> Shape:
        shape = check_shape(root, schema)
        self.problems.extend(shape.problems)
        return shape

    def _read_bot(self, root: Node) -> None:
        shape = self._shape(root, self._schemas[1])
        if isinstance(root, MapNode) and not shape.broken:
            self.draft.file = build_bot(root, self.spots)
            self.draft.bot_root = root
        else:
            self.draft.unread.add("bot")

    def _read_texts(self, locale: str, root: Node) -> None:
        if self._shape(root, self._schemas[2]).broken:
            self.draft.unread.add(locale)
        else:
            self.draft.translations[locale] = read_translations(root)
            self.draft.text_roots[locale] = root

    def _read_flow(self, stem: str, root: Node) -> None:
        shape = self._shape(root, self._schemas[0])
        if not isinstance(root, MapNode):
            self.draft.unread.add(stem)
            return
        draft = build_flow(root, shape, stem, self.spots)
        self.problems.extend(draft.problems)
        if first := self.draft.flows.get(draft.flow.name):
            message = f'two files define flow "{draft.flow.name}"; rename one'
            related = ((first.flow.position, "the first one is here"),)
            self.problems.append(Problem(draft.flow.position, "duplicate-flow", message, related))
            return
        self.draft.flows[draft.flow.name] = draft
        self.draft.graphs[draft.flow.name] = build_graph(draft.flow)

    def finish(self) -> Bot | None:
        """Check names, compile every flow, then check what only whole flows can be asked."""
        types = named_types(self.catalog)
        for name, draft in self.draft.flows.items():
            self.draft.declared[name] = declare(draft, types)
            self.problems.extend(self.draft.declared[name].problems)
        for name_rule in NAME_RULES:
            self.problems.extend(name_rule(self.draft))
        self.draft.note_faulty_steps(self.problems)
        for text_rule in TEXT_RULES:
            self.problems.extend(text_rule(self.draft))
        whole = self.draft.whole_flows(self.problems)
        for graph_rule in GRAPH_RULES:
            self.problems.extend(graph_rule(self.draft, whole))
        return self._compile(whole)

    def _compile(self, whole: frozenset[str]) -> Bot | None:
        world = self._world()
        flows = {}
        for name, draft in self.draft.flows.items():
            flows[name], problems = compile_flow(
                draft, self.draft.graphs[name], world, whole=name in whole
            )
            self.problems.extend(problems)
        file = self.draft.file
        if file is not None:
            return Bot(file, flows, self.catalog, self._messages(file, world))
        if "bot" not in self.draft.unread:
            place = Position(self.draft.bot_path, 1, 1)
            self.problems.append(Problem(place, "missing-bot", "there is no bot.yaml; write one"))
        return None

    def _world(self) -> World:
        file = self.draft.file
        locales = file.locales if file else ()
        own = file.locale if file else "en"
        return World(
            catalog=self.catalog,
            user=user_type(file.roles if file else (), locales),
            locale=own,
            translations={
                locale: self.draft.translations[locale]
                for locale in locales
                if locale in self.draft.translations and locale != own
            },
            declared=self.draft.declared,
            spots=self.spots,
            spoiled=frozenset() if file else frozenset({"user.role", "user.locale"}),
        )

    def _messages(self, file: BotFile, world: World) -> Mapping[str, Mapping[str, Template]]:
        tables = Tables(world)
        for wording in file.messages.values():
            tables.wording(wording, Room({"user": world.user}), html=False)
        self.problems.extend(tables.problems)
        return {name: tables.wordings[wording] for name, wording in file.messages.items()}
