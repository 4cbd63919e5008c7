"""What all files of a bot say together, each thing in its place.

It knows whose translations a flow has, and nothing of what is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.flow.directory import FRAGMENTS
from engine.flow.draft import BotDraft
from engine.flow.extending import find_bot_text
from engine.flow.nodes import MapNode
from engine.flow.parts import flow_wordings
from engine.flow.problems import Problem
from engine.flow.reader import Spots
from engine.flow.texts import join_texts, keep_texts, read_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.actions import Catalog
    from engine.flow.build import FlowDraft
    from engine.flow.extending import Layers
    from engine.flow.files import (
        FileDraft,
    )
    from engine.flow.fragments import Library
    from engine.flow.graph import Graph
    from engine.flow.memory import FlowKey
    from engine.flow.texts import Mark, Texts, TextsFile
    from engine.flow.types import Choice, Record


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a directory against the actions of a catalog, whose named types are `types`."""

    directory: Path
    catalog: Catalog
    types: Mapping[str, Record | Choice]
    wants_problems_alone: bool

    @property
    def bot_path(self) -> str:
        """The path of bot.yaml, whether it is there or not."""
        return (self.directory / "bot.yaml").as_posix()


class Gathered:
    """Files put together: the draft of the bot, its translations, and what each flow's problems follow from."""

    def __init__(
        self, subject: Subject, files: Iterable[FileDraft], library: Library, layers: Layers
    ) -> None:
        self.subject = subject
        self.library = library
        self.layers = layers
        self.used: set[str] = set()
        self.problems: list[Problem] = [*library.problems]
        self.draft = BotDraft(subject.catalog, subject.bot_path, Spots())
        self.texts: dict[str, TextsFile] = {}
        self.prefixes: dict[str, tuple[str, ...]] = {}
        self.keys: dict[str, FlowKey] = {}
        self.linking: set[str] = set()
        self.draft.spots.texts = library.texts
        shared: list[FileDraft] = []
        for file in files:
            if layers.rank(file.path) and file.texts is not None:
                shared.append(file)
            elif layers.rank(file.path) == 0 or not self._has_its_own(file):
                self._add(file)
        for file in shared:
            self._share_texts(file)
        self._read_markdown()

    def _read_markdown(self) -> None:
        """Make HTML of translations whose originals are written in Markdown."""
        said = [one for draft in self.draft.flows.values() for one in flow_wordings(draft.flow)]
        said += self.draft.file.wordings if self.draft.file else ()
        paths = {one.path for one in said if one.is_markdown}
        for locale, file in tuple(self.texts.items()) if paths else ():
            self.texts[locale], problems = read_markdown(file, paths, self.draft.spots)
            self.draft.translations[locale] = self.texts[locale].texts
            self.problems.extend(problems)

    def marks(self, name: str) -> Iterable[tuple[str, Mark]]:
        """Give what tells the translations of a flow from others of it, by locale."""
        for locale, file in self.texts.items():
            for prefix in self.prefixes[name]:
                yield locale, file.marks.get(prefix, ())

    def own_marks(self) -> Iterable[tuple[str, Mark]]:
        """Give what tells the translations of the bot's own texts from others of them, by locale."""
        for locale, file in self.texts.items():
            yield locale, file.marks.get("bot", ())

    def translations_of(self, name: str) -> Mapping[str, Texts]:
        """Give the translations of one flow by locale and path."""
        return {
            locale: {
                path: text
                for prefix in self.prefixes[name]
                for path, text in file.of_flows.get(prefix, {}).items()
            }
            for locale, file in self.texts.items()
        }

    def shared_homes(self) -> Mapping[str, Path]:
        """Give the directories of the flows that are another bot's."""
        return {
            name: Path(draft.path).parent
            for name, draft in self.draft.flows.items()
            if self.layers.rank(draft.path)
        }

    def makes_links(self, name: str) -> bool:
        """Tell whether a flow can name `start_link`: in itself, in a translation, or in what it has of other files."""
        return not self.linking.isdisjoint((name, *self.prefixes[name]))

    def seen_by(self, name: str) -> tuple[str, ...]:
        """Give a flow and those that it runs."""
        return (name, *(place.call.flow for place in self.draft.graphs[name].calls))

    def _add(self, file: FileDraft) -> None:
        """Put what a file says in its place."""
        self.problems.extend(file.problems)
        self.draft.spots.update(file.spots)
        self.linking |= file.links
        if file.bot is not None and isinstance(file.whole, MapNode):
            self.draft.file, self.draft.bot_root = file.bot, file.whole
        elif file.texts is not None and file.root is not None:
            self.texts[file.stem] = file.texts
            self.draft.translations[file.stem] = file.texts.texts
            self.draft.text_roots[file.stem] = file.root
        elif file.flow is not None and file.graph is not None:
            self._add_flow(file, file.flow, file.graph)
        elif file.fragment is None:
            self.draft.unread.add(file.stem)

    def _has_its_own(self, file: FileDraft) -> bool:
        """Tell whether a file of another bot is replaced by one of this bot's."""
        if file.fragment is not None:
            self.used.add(file.stem)  # whoever shares it need not use it
            return self.layers.rank(self.library.path_of(file.stem)) < self.layers.rank(file.path)
        names = {file.stem, file.flow.flow.name if file.flow else file.stem}
        return not names.isdisjoint((*self.draft.flows, *self.draft.unread))

    def _share_texts(self, file: FileDraft) -> None:
        """Take in what another bot's translations say of what is shared with it."""
        bot = self.draft.file
        if file.texts is None or (bot and file.stem not in bot.locales):
            return
        rank = self.layers.rank(file.path)
        theirs = keep_texts(file.texts, lambda path: self._rank_of(path) >= rank)
        mine = self.texts.get(file.stem)
        self.problems.extend(file.problems)
        self.draft.spots.update(file.spots)
        self.linking |= file.links
        self.texts[file.stem] = join_texts(mine, theirs) if mine else theirs
        self.draft.translations[file.stem] = self.texts[file.stem].texts
        if mine is None and file.root is not None:
            self.draft.text_roots[file.stem] = file.root

    def _rank_of(self, path: str) -> int:
        """Tell from which bot the text is that a translation path names; an unknown one counts as this bot's own."""
        owner, _, rest = path.partition(".")
        if owner == "bot":
            node = find_bot_text(self.draft.bot_root, path)
            return self.layers.rank(node.file.path) if node else 0
        if owner == FRAGMENTS:
            return self.layers.rank(self.library.path_of(rest.partition(".")[0]))
        draft = self.draft.flows.get(owner)
        return self.layers.rank(draft.path) if draft else 0

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
