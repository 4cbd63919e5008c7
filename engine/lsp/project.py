"""The flows of one directory as an editor sees them: files on disk, texts that are being typed, and what the checker says.

It knows neither the editor's protocol nor what is asked about the flows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.checked import Checked
from engine.flow.directory import FRAGMENTS, Unreadable
from engine.flow.extending import read_layers
from engine.flow.files import FileDraft, is_fragment
from engine.flow.schemas.files import all_schemas
from engine.flow.source import decode_source
from engine.flow.workspace import Workspace
from engine.lsp.outline import Outline
from engine.lsp.scopes import Scopes, owner_of_fragment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.compile import CompiledFlow
    from engine.flow.directory import Text
    from engine.flow.model.bot import BotFile
    from engine.flow.types import Choice, Record

MAX_EDITED: Final = 2 * 1024 * 1024
"""Characters of a file beyond which nothing is looked for in it; the checker refuses it long before."""


@dataclass(frozen=True, slots=True)
class Examined:
    """Texts by path, and what was found in them; `saved` is what was found in the files alone, the first time."""

    texts: Mapping[Path, Text]
    checked: Checked
    saved: Checked | None = None


@dataclass(slots=True)
class Project:
    """A directory of flows; `edited` are the texts that an editor holds, by path, which stand for the files.

    `last` is what was found in the texts checked last. Of a file that cannot be read while it is being typed, what it
    said when it could be is remembered in `good` and `flows`.
    """

    directory: Path
    catalog: Catalog
    edited: dict[Path, str] = field(default_factory=dict)
    texts: Mapping[Path, Text] = field(default_factory=dict)
    last: Checked = field(default_factory=lambda: Checked(None, ()))
    good: dict[str, FileDraft] = field(default_factory=dict)
    flows: dict[str, CompiledFlow] = field(default_factory=dict)
    _workspace: Workspace = field(init=False)
    _outlines: Mapping[str, Outline] = field(init=False)

    def __post_init__(self) -> None:
        """Make the workspace that is checked again and again."""
        self._workspace = Workspace(self.directory, self.catalog)
        schemas = all_schemas(self.catalog)
        self._outlines = {kind: Outline(schema) for kind, schema in schemas.items()}

    def holds(self, path: Path) -> bool:
        """Tell whether a file is one of the bot's."""
        folders = (self.directory, self.directory / "texts", self.directory / FRAGMENTS)
        return path.parent in folders and path.suffix == ".yaml"

    def check(self) -> Checked:
        """Check all files as they are now."""
        return self.take(self.examine(dict(self.edited)))

    def examine(self, edited: Mapping[Path, str]) -> Examined:
        """Check the files with these texts in the place of some; changes nothing that others look at."""
        files = read_layers(self.directory)
        saved = None if self.texts else self._workspace.check(files)
        texts = {**files, **edited}
        return Examined(texts, self._workspace.check(texts), saved)

    def take(self, examined: Examined) -> Checked:
        """Make what was found the last of what is known."""
        self.texts, self.last = examined.texts, examined.checked
        for checked in (examined.saved, examined.checked):
            if checked is not None:
                self.good |= {file.path: file for file in checked.files if not file.is_unread}
                self.flows |= checked.flows
        for path in self.good.keys() - {path.as_posix() for path in self.texts}:
            del self.good[path]
        names = {file.flow.flow.name for file in self.good.values() if file.flow}
        for name in self.flows.keys() - names:
            del self.flows[name]
        return self.last

    def text(self, path: str | Path) -> str:
        """Give the text of a file as it was checked last; empty when there is none that can be read."""
        for known, text in self.texts.items():
            if known == path or known.as_posix() == path:
                if isinstance(text, Unreadable):
                    return ""
                return decode_source(known.as_posix(), text)[0] if isinstance(text, bytes) else text
        return ""

    def file(self, path: Path) -> FileDraft | None:
        """Give what a file said when it could last be read."""
        return self.good.get(path.as_posix())

    def flow(self, path: Path) -> CompiledFlow | None:
        """Give the flow of a file; of a fragment's, the first flow that uses it, whose data it reads."""
        file = self.file(path)
        if file and file.fragment:
            owner = owner_of_fragment(file.fragment.name)
            using = Scopes.of(self.good.values()).flows_of(owner)
            return self.flows.get(using[0]) if using else None
        return self.flows.get(file.flow.flow.name) if file and file.flow else None

    @property
    def bot(self) -> BotFile | None:
        """What bot.yaml said when it could last be read."""
        file = self.file(self.directory / "bot.yaml")
        return file.bot if file else None

    @property
    def types(self) -> Mapping[str, Record | Choice]:
        """The types that the signatures of actions name."""
        return self._workspace.subject.types

    def outline(self, path: Path) -> Outline:
        """Give what a file of the kind can hold."""
        return self._outlines[_kind_of(path)]


def _kind_of(path: Path) -> str:
    if path.parent.name == "texts":
        return "texts"
    if is_fragment(path):
        return "fragment"
    return "bot" if path.name == "bot.yaml" else "flow"
