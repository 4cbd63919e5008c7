"""What a check gives: a bot that can run, or everything that is wrong with it.

It knows nothing of how that is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.compile import CompiledFlow
    from engine.flow.compile_notices import CompiledNotice
    from engine.flow.files import (
        FileDraft,
    )
    from engine.flow.graph import Graph
    from engine.flow.model.bot import BotFile
    from engine.flow.problems import Problem, Silenced
    from engine.flow.templates import Template


@dataclass(frozen=True, slots=True)
class Bot:
    """A checked bot: everything compiled; `messages` are the engine's sentences by name and locale.

    `directory` is where its flows are, and the files they show; `profile` is what Telegram shows of the bot, `notices` are
    the words of messages that it sends of its own accord. `shared` are the directories of flows that are another bot's.
    """

    file: BotFile
    flows: Mapping[str, CompiledFlow]
    catalog: Catalog
    messages: Mapping[str, Mapping[str, Template]]
    directory: Path
    profile: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)
    notices: Mapping[str, CompiledNotice] = field(default_factory=dict)
    shared: Mapping[str, Path] = field(default_factory=dict)

    def home_of(self, flow: str) -> Path:
        """Give the directory of a flow, in which the files are that it shows."""
        return self.shared.get(flow, self.directory)


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
