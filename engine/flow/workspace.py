"""A directory of flows that is checked again and again, as an editor does.

It knows which files a check reads and what it forgets, nothing of the stages of a check.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.flow.annotations import named_types
from engine.flow.checked import Checked
from engine.flow.expansion import may_use
from engine.flow.extending import BOT, find_layers
from engine.flow.files import (
    FileDraft,
    Schemas,
    is_fragment,
    read_file,
)
from engine.flow.fragments import Library, build_library
from engine.flow.gather import Gathered, Subject
from engine.flow.kept import Kept
from engine.flow.limits import Parts, refuse_size
from engine.flow.memory import Memory
from engine.flow.settle import settle_problems
from engine.flow.silence import apply_silencers
from engine.flow.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.directory import Text
    from engine.flow.draft import BotDraft
    from engine.flow.extending import Layers
    from engine.flow.memory import FileKey


class Workspace:
    """A directory that is checked again and again: what a change does not touch is kept from the last time.

    A check finds what `check_flows` finds in the same texts. One that wants problems alone gives no bot and keeps no
    compiled flow, and is shared by two processes.
    """

    def __init__(
        self, directory: Path, catalog: Catalog, *, wants_problems_alone: bool = False
    ) -> None:
        self.subject = Subject(directory, catalog, named_types(catalog), wants_problems_alone)
        self.schemas = Schemas.of(catalog)
        self.files: Kept[FileKey, FileDraft] = Kept()
        self.uses: Kept[Text, bool] = Kept()
        self.libraries: Kept[tuple[FileDraft, ...], Library] = Kept()
        self.memory = Memory()

    def check(self, sources: Mapping[Path, Text]) -> Checked:
        """Check texts by path, which are all files of the directory."""
        if problem := refuse_size(sources):
            return Checked(None, (problem,))
        layers = find_layers(self.subject.directory, sources.get)
        if layers.problem:
            return Checked(None, (layers.problem,))
        sources = layers.keep_ours(sources)
        library = self._read_fragments(sources, layers)
        parts = Parts()
        files = tuple(parts.until_full(self._read_all(sources, library, layers)))
        if problem := parts.refuse(files):
            return Checked(None, (problem,))
        gathered = Gathered(self.subject, files, library, layers)
        stages = Stages(gathered, self.memory)
        bot = stages.finish()
        self._forget(gathered.draft, files)
        silencers = [silencer for file in files for silencer in file.silencers]
        problems, silenced = apply_silencers(silencers, settle_problems(stages.problems))
        return Checked(
            bot=None if problems or self.subject.wants_problems_alone else bot,
            problems=problems,
            graphs=gathered.draft.graphs,
            silenced=silenced,
            flows=stages.flows,
            files=files,
        )

    def _read_fragments(self, sources: Mapping[Path, Text], layers: Layers) -> Library:
        """Put the fragments together, anew when one of them changed; a bot's own stand for those that it would share."""
        files = tuple(
            self._read(path, sources[path], None)
            for path in layers.in_order(sources)
            if is_fragment(path)
        )
        homes: dict[str, int] = {}
        for file in files:
            homes.setdefault(file.stem, layers.rank(file.path))
        parts = [
            (file.stem, file.fragment)
            for file in files
            if homes[file.stem] == layers.rank(file.path)
        ]
        return self.libraries.give("", files, partial(build_library, parts))

    def _read_all(
        self, sources: Mapping[Path, Text], library: Library, layers: Layers
    ) -> Iterator[FileDraft]:
        """Read all files but the bot.yaml of another bot, which is read as a part of that which extends it."""
        base: FileDraft | None = None
        for directory in reversed(layers.directories[1:]):
            path = directory / BOT
            base = self._read_bot(path, sources[path], base)
        for path in layers.in_order(sources):
            if path.name != BOT:
                yield self._read(path, sources[path], library)
            elif path == self.subject.directory / BOT:
                yield self._read_bot(path, sources[path], base)

    def _read_bot(self, path: Path, text: Text, base: FileDraft | None) -> FileDraft:
        make = partial(read_file, path, text, self.schemas, base=base)
        return self.files.give(path.as_posix(), (text, base), make)

    def _read(self, path: Path, text: Text, library: Library | None) -> FileDraft:
        uses = self.uses.give(path.as_posix(), text, partial(may_use, text))
        seen = library if uses and not is_fragment(path) else None
        make = partial(read_file, path, text, self.schemas, seen)
        return self.files.give(path.as_posix(), (text, seen), make)

    def _forget(self, draft: BotDraft, files: Iterable[FileDraft]) -> None:
        """Forget the files that are gone, and flows whose file is."""
        for texts in (self.files, self.uses):
            texts.keep_only([file.path for file in files])
        self.memory.keep_only({*draft.flows, *draft.unread})
