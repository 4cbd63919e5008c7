"""A directory of flows to a bot that can run, or to everything that is wrong with it.

It knows the order of the stages, how one broken place is kept from spoiling the report on others, and what each stage
looks at, so that a check after a change does again only what the change touches.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from engine.flow.annotations import named_types
from engine.flow.compile import CompiledFlow, Room, Tables, World, user_type
from engine.flow.compile_steps import compile_flow
from engine.flow.declare import Declared, declare
from engine.flow.defaults import find_defaults, inherit
from engine.flow.directory import read_directory
from engine.flow.draft import BotDraft
from engine.flow.expansion import may_use
from engine.flow.expression.typing_links import START_LINK, LinkSpace, link_space
from engine.flow.files import (
    FileDraft,
    Schemas,
    is_fragment,
    read_file,
)
from engine.flow.fragments import Library, build_library
from engine.flow.kept import Kept
from engine.flow.limits import Parts, refuse_size
from engine.flow.menus import MenuItem, Menus, list_menus, menu_lines, show_menus
from engine.flow.messages import OTHER_MESSAGES
from engine.flow.model.anytime import Anytime
from engine.flow.moves import build_graph
from engine.flow.nodes import MapNode
from engine.flow.problems import Position, Problem
from engine.flow.proofs import FlowProofs
from engine.flow.reader import Spots
from engine.flow.rules import (
    FLOW_GRAPH_RULES,
    FLOW_NAME_RULES,
    FLOW_PROOF_RULES,
    FLOW_TEXT_RULES,
    GRAPH_RULES,
    NAME_RULES,
    TEXT_RULES,
)
from engine.flow.settle import settle_problems
from engine.flow.silence import apply_silencers
from engine.flow.source import MOST_PROBLEMS
from engine.flow.spread import spread_work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.build import FlowDraft
    from engine.flow.directory import Text
    from engine.flow.graph import Graph
    from engine.flow.model.bot import BotFile
    from engine.flow.problems import Silenced
    from engine.flow.rules import NameRule
    from engine.flow.templates import Template
    from engine.flow.texts import Mark, Texts, TextsFile

__all__ = ["Bot", "Checked", "CompiledFlow", "Workspace", "check_flows", "find_problems"]


@dataclass(frozen=True, slots=True)
class Bot:
    """A checked bot: everything compiled; `messages` are the engine's sentences by name and locale.

    `directory` is where its flows are, and the files they show; `profile` is what Telegram shows of the bot.
    """

    file: BotFile
    flows: Mapping[str, CompiledFlow]
    catalog: Catalog
    messages: Mapping[str, Mapping[str, Template]]
    directory: Path
    profile: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: `bot` is None when there are problems, which are in the order of their places.

    `graphs` are those of all flows that could be read, by name, so that a faulty one can be drawn too; `silenced` are
    problems that a comment silences, `flows` is what could be compiled, and `files` what was read.
    """

    bot: Bot | None
    problems: tuple[Problem, ...]
    graphs: Mapping[str, Graph] = field(default_factory=dict)
    silenced: tuple[Silenced, ...] = ()
    flows: Mapping[str, CompiledFlow] = field(default_factory=dict)
    files: tuple[FileDraft, ...] = ()


def check_flows(
    directory: Path, catalog: Catalog, *, sources: Mapping[Path, Text] | None = None
) -> Checked:
    """Check bot.yaml, every flow, fragment and translation of a directory against the actions of a catalog.

    `sources` are texts by path that are checked instead of the files of the directory.
    """
    texts = read_directory(directory) if sources is None else sources
    return Workspace(directory, catalog).check(texts)


def find_problems(
    directory: Path, catalog: Catalog, *, sources: Mapping[Path, Text] | None = None
) -> Checked:
    """Check as `check_flows` does, sooner where there are many flows, and give no bot."""
    texts = read_directory(directory) if sources is None else sources
    return Workspace(directory, catalog, wants_problems_alone=True).check(texts)


type _InheritKey = tuple[FlowDraft, Anytime]
"""What a flow inherits follows from itself, and from the lines of bot.yaml that hold in it."""

type _FlowKey = tuple[FlowDraft, BotFile | None, tuple[tuple[str, Mark], ...]]
"""What the problems of one flow follow from: the flow, what flows see of bot.yaml and the translations of the flow."""

type _CompileKey = tuple[_FlowKey, bool, tuple[Declared | None, ...], LinkSpace, frozenset[str]]
"""The same, whether every step and move of the flow is known, what it and the flows it runs declare, and, where it makes deep links, all of these; and unknown names."""

type _FileKey = tuple[Text, Library | None]
"""What a file says follows from its text, and for a flow from the fragments that it may use."""

type _MenuKey = tuple[FlowDraft, tuple[tuple[str, tuple[MenuItem, ...]], ...]]
"""A flow that shows menus, and their entries."""

type _Found = tuple[Problem, ...]


class Workspace:
    """A directory that is checked again and again: what a change does not touch is kept from the last time.

    A check finds what `check_flows` finds in the same texts. One that wants problems alone gives no bot and keeps no
    compiled flow, and is shared by two processes.
    """

    def __init__(
        self, directory: Path, catalog: Catalog, *, wants_problems_alone: bool = False
    ) -> None:
        self.directory = directory
        self.wants_problems_alone = wants_problems_alone
        self.bot_path = (directory / "bot.yaml").as_posix()
        self.catalog = catalog
        self.types = named_types(catalog)
        self.schemas = Schemas.of(catalog)
        self.files: Kept[_FileKey, FileDraft] = Kept()
        self.uses: Kept[Text, bool] = Kept()
        self.libraries: Kept[tuple[FileDraft, ...], Library] = Kept()
        self.inherited: Kept[_InheritKey, tuple[FlowDraft, Graph]] = Kept()
        self.declared: Kept[FlowDraft, Declared] = Kept()
        self.names: Kept[_FlowKey, _Found] = Kept()
        self.texts: Kept[_FlowKey, _Found] = Kept()
        self.paths: Kept[_FlowKey, _Found] = Kept()
        self.menus: Kept[_MenuKey, tuple[FlowDraft, Graph]] = Kept()
        self.compiled: Kept[_CompileKey, tuple[CompiledFlow, _Found]] = Kept()

    def check(self, sources: Mapping[Path, Text]) -> Checked:
        """Check texts by path, which are all files of the directory."""
        if problem := refuse_size(sources):
            return Checked(None, (problem,))
        library = self._read_fragments(sources)
        parts = Parts()
        files = tuple(parts.until_full(self._read_all(sources, library)))
        if problem := parts.refuse(files):
            return Checked(None, (problem,))
        check = _Check(self, files, library)
        bot = check.finish()
        self._forget(check.draft, files)
        silencers = [silencer for file in files for silencer in file.silencers]
        problems, silenced = apply_silencers(silencers, settle_problems(check.problems))
        return Checked(
            bot=None if problems or self.wants_problems_alone else bot,
            problems=problems,
            graphs=check.draft.graphs,
            silenced=silenced,
            flows=check.flows,
            files=files,
        )

    def _read_fragments(self, sources: Mapping[Path, Text]) -> Library:
        """Put the fragments together, anew when one of them changed."""
        files = tuple(
            self._read(path, text, None)
            for path, text in sorted(sources.items())
            if is_fragment(path)
        )
        parts = [(file.stem, file.fragment) for file in files]
        return self.libraries.give("", files, partial(build_library, parts))

    def _read_all(self, sources: Mapping[Path, Text], library: Library) -> Iterator[FileDraft]:
        for path, text in sorted(sources.items()):
            yield self._read(path, text, library)

    def _read(self, path: Path, text: Text, library: Library | None) -> FileDraft:
        uses = self.uses.give(path.as_posix(), text, partial(may_use, text))
        seen = library if uses and not is_fragment(path) else None
        make = partial(read_file, path, text, self.schemas, seen)
        return self.files.give(path.as_posix(), (text, seen), make)

    def _forget(self, draft: BotDraft, files: Iterable[FileDraft]) -> None:
        """Forget the files that are gone, and flows whose file is."""
        for texts in (self.files, self.uses):
            texts.keep_only([file.path for file in files])
        names = {*draft.flows, *draft.unread}
        for kept in (
            self.menus,
            self.inherited,
            self.declared,
            self.names,
            self.texts,
            self.paths,
            self.compiled,
        ):
            kept.keep_only(names)


class _Check:
    """The stages of one check, and the problems they found."""

    def __init__(self, workspace: Workspace, files: Iterable[FileDraft], library: Library) -> None:
        self.library = library
        self.used: set[str] = set()
        self.kept = workspace
        self.problems: list[Problem] = []
        self.draft = BotDraft(workspace.catalog, workspace.bot_path, Spots())
        self.texts: dict[str, TextsFile] = {}
        self.prefixes: dict[str, tuple[str, ...]] = {}
        self.keys: dict[str, _FlowKey] = {}
        self.linking: set[str] = set()
        self.flows: dict[str, CompiledFlow] = {}
        self.draft.spots.texts = library.texts
        self.problems.extend(library.problems)
        for file in files:
            self._add(file)

    def _add(self, file: FileDraft) -> None:
        """Put what a file says in its place."""
        self.problems.extend(file.problems)
        self.draft.spots.update(file.spots)
        self.linking |= file.links
        if file.bot is not None and isinstance(file.root, MapNode):
            self.draft.file, self.draft.bot_root = file.bot, file.root
        elif file.texts is not None and file.root is not None:
            self.texts[file.stem] = file.texts
            self.draft.translations[file.stem] = file.texts.texts
            self.draft.text_roots[file.stem] = file.root
        elif file.flow is not None and file.graph is not None:
            self._add_flow(file, file.flow, file.graph)
        elif file.fragment is None:
            self.draft.unread.add(file.stem)

    def _add_flow(self, file: FileDraft, flow: FlowDraft, graph: Graph) -> None:
        name = flow.flow.name
        if first := self.draft.flows.get(name):
            message = f'two files define flow "{name}"; rename one'
            related = ((first.flow.position, "the first one is here"),)
            self.problems.append(Problem(flow.flow.position, "duplicate-flow", message, related))
            return
        self.draft.flows[name] = flow
        self.draft.graphs[name] = graph
        self.prefixes[name] = file.prefixes
        self.used |= file.used

    def finish(self) -> Bot | None:
        """Check names, compile every flow, then check what only whole flows can be asked."""
        self._show_menus()
        self._inherit()
        seen = self.draft.file.as_flows_see if self.draft.file else None
        for name, draft in self.draft.flows.items():
            declared = self.kept.declared.give(
                name, draft, partial(declare, draft, self.kept.types)
            )
            self.draft.declared[name] = declared
            self.problems.extend(declared.problems)
            self.keys[name] = (draft, seen, tuple(self._marks(name)))
        self._check_names()
        self._check_fragments()
        self.draft.note_faulty_steps(self.problems)
        self._check_texts()
        whole = self.draft.whole_flows(self.problems)
        self._check_paths(whole)
        return self._compile(whole)

    def _show_menus(self) -> None:
        """Give flows that show menus the buttons for their entries."""
        menus = list_menus(draft.flow for draft in self.draft.flows.values())
        for name, draft in self.draft.flows.items():
            lines = {line.menu for _, line in menu_lines(draft.flow)}
            if not lines:
                continue
            used = {menu: menus.get(menu, ()) for menu in sorted(lines)}
            make = partial(_with_menus, draft, used)
            shown, graph = self.kept.menus.give(name, (draft, tuple(used.items())), make)
            self.draft.flows[name], self.draft.graphs[name] = shown, graph
            owners = (item.text.path.partition(".")[0] for one in used.values() for item in one)
            self.prefixes[name] = tuple(dict.fromkeys((*self.prefixes[name], *owners)))

    def _inherit(self) -> None:
        """Put the bot's own `anytime` into each flow."""
        file = self.draft.file
        if file is None or file.anytime == Anytime():
            return
        defaults = find_defaults(file, self.draft.graphs)
        for name, draft in list(self.draft.flows.items()):
            anytime, graph = defaults.of(name), self.draft.graphs[name]
            make = partial(inherit, draft, graph, anytime)
            merged = self.kept.inherited.give(name, (draft, anytime), make)
            self.draft.flows[name], self.draft.graphs[name] = merged
            self.prefixes[name] = (*self.prefixes[name], "bot")

    def _check_names(self) -> None:
        for name, key in self.keys.items():
            make = partial(self._judge, FLOW_NAME_RULES, name)
            self.problems.extend(self.kept.names.give(name, key, make))
        for rule in NAME_RULES:
            self.problems.extend(islice(rule(self.draft), MOST_PROBLEMS))

    def _check_fragments(self) -> None:
        if not self.draft.unread and all(draft.shaped for draft in self.draft.flows.values()):
            self.problems.extend(self.library.check_used(self.used))
        self.draft.faulty_steps.update(self.library.unread(self.used))

    def _check_texts(self) -> None:
        for name, key in self.keys.items():
            make = partial(self._judge, FLOW_TEXT_RULES, name)
            self.problems.extend(self.kept.texts.give(name, key, make))
        for rule in TEXT_RULES:
            self.problems.extend(islice(rule(self.draft), MOST_PROBLEMS))

    def _check_paths(self, whole: frozenset[str]) -> None:
        for name in sorted(whole):
            make = partial(self._judge_paths, name)
            self.problems.extend(self.kept.paths.give(name, self.keys[name], make))
        for rule in GRAPH_RULES:
            self.problems.extend(islice(rule(self.draft, whole), MOST_PROBLEMS))

    def _judge(self, rules: Iterable[NameRule], name: str) -> _Found:
        """Ask the checks of one flow."""
        alone = self.draft.alone(name, self._translations(name))
        return tuple(problem for rule in rules for problem in islice(rule(alone), MOST_PROBLEMS))

    def _judge_paths(self, name: str) -> _Found:
        """Ask the checks of the paths of one flow."""
        alone, whole = self.draft.alone(name, self._translations(name)), frozenset({name})
        return tuple(
            problem
            for rule in FLOW_GRAPH_RULES
            for problem in islice(rule(alone, whole), MOST_PROBLEMS)
        )

    def _marks(self, name: str) -> Iterable[tuple[str, Mark]]:
        for locale, file in self.texts.items():
            for prefix in self.prefixes[name]:
                yield locale, file.marks.get(prefix, ())

    def _translations(self, name: str) -> Mapping[str, Texts]:
        """Give the translations of one flow by locale and path."""
        return {
            locale: {
                path: text
                for prefix in self.prefixes[name]
                for path, text in file.of_flows.get(prefix, {}).items()
            }
            for locale, file in self.texts.items()
        }

    def _compile(self, whole: frozenset[str]) -> Bot | None:
        world = self._world()
        if self.kept.wants_problems_alone:
            self._find_problems(world, whole)
        else:
            self._compile_flows(world, whole)
        file = self.draft.file
        if file is not None:
            return Bot(
                file,
                self.flows,
                self.kept.catalog,
                self._messages(file, world),
                self.kept.directory,
                self._profile(file, world),
            )
        if "bot" not in self.draft.unread:
            place = Position(self.draft.bot_path, 1, 1)
            self.problems.append(
                Problem(place, "missing-bot", "there is no bot.yaml; `usher new bot` writes one")
            )
        return None

    def _compile_flows(self, world: World, whole: frozenset[str]) -> None:
        for name, key in self.keys.items():
            is_whole, seen = name in whole, self._seen_by(name)
            declared = tuple(self.draft.declared.get(flow) for flow in seen)
            make = partial(self._compile_flow, name, world, seen, whole=is_whole)
            links, spoiled = world.links, world.spoiled
            if not self._makes_links(name):
                links, spoiled = LinkSpace({}), spoiled - {START_LINK}
            done = self.kept.compiled.give(name, (key, is_whole, declared, links, spoiled), make)
            self.flows[name] = done[0]
            self.problems.extend(done[1])

    def _makes_links(self, name: str) -> bool:
        """Tell whether a flow can name `start_link`: in itself, in a translation, or in what it has of other files."""
        return not self.linking.isdisjoint((name, *self.prefixes[name]))

    def _find_problems(self, world: World, whole: frozenset[str]) -> None:
        """Compile every flow only for what is wrong with it, in two processes where there are many."""

        def find(name: str) -> _Found:
            return self._compile_flow(name, world, self._seen_by(name), whole=name in whole)[1]

        for problems in spread_work(tuple(self.keys), find).values():
            self.problems.extend(problems)

    def _seen_by(self, name: str) -> tuple[str, ...]:
        """Give a flow and those that it runs."""
        return (name, *(place.call.flow for place in self.draft.graphs[name].calls))

    def _world(self) -> World:
        file = self.draft.file
        locales = file.locales if file else ()
        own = file.locale if file else "en"
        return World(
            catalog=self.kept.catalog,
            user=user_type(file.roles if file else (), locales),
            locale=own,
            translations={
                locale: self.draft.translations[locale]
                for locale in locales
                if locale in self.draft.translations and locale != own
            },
            declared=self.draft.declared,
            spots=self.draft.spots,
            currency=file.currency if file else "EUR",
            spoiled=self._spoiled(),
            links=link_space(self.draft.links()),
        )

    def _spoiled(self) -> frozenset[str]:
        """Give the names whose type is not known because of files that could not be read as they were meant."""
        spoiled = frozenset() if self.draft.file else frozenset({"user.role", "user.locale"})
        if self.draft.unread or not all(draft.shaped for draft in self.draft.flows.values()):
            spoiled |= {START_LINK}
        return spoiled

    def _compile_flow(
        self, name: str, world: World, seen: Iterable[str], *, whole: bool
    ) -> tuple[CompiledFlow, _Found]:
        """Compile one flow in a world that shows it no more than its key names."""
        translations = self._translations(name)
        shown = replace(
            world,
            translations={locale: translations[locale] for locale in world.translations},
            declared={flow: world.declared[flow] for flow in seen if flow in world.declared},
        )
        draft, graph = self.draft.flows[name], self.draft.graphs[name]
        compiled, problems = compile_flow(draft, graph, shown, whole=whole)
        if whole and not problems:
            proofs = FlowProofs(draft, graph, shown, compiled)
            problems = tuple(one for rule in FLOW_PROOF_RULES for one in rule(proofs))
        return compiled, problems

    def _profile(self, file: BotFile, world: World) -> Mapping[str, Mapping[str, Template]]:
        tables = Tables(world)
        for wording in file.profile.values():
            tables.wording(wording, Room({}), html=False)
        self.problems.extend(tables.problems)
        return {name: tables.wordings[wording] for name, wording in file.profile.items()}

    def _messages(self, file: BotFile, world: World) -> Mapping[str, Mapping[str, Template]]:
        tables = Tables(world)
        for name, wording in file.messages.items():
            names = {"user": world.user, **OTHER_MESSAGES.get(name, {})}
            tables.wording(wording, Room(names), html=False)
        self.problems.extend(tables.problems)
        return {name: tables.wordings[wording] for name, wording in file.messages.items()}


def _with_menus(draft: FlowDraft, menus: Menus) -> tuple[FlowDraft, Graph]:
    shown = show_menus(draft, menus)
    return shown, build_graph(shown.flow)
