"""How much a bot may be, so that every check ends soon and within 500 MB.

It knows sizes, and nothing of what is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.menus import menu_lines
from engine.flow.model.flow import EntryKind
from engine.flow.problems import Position, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.flow.directory import Text
    from engine.flow.files import FileDraft

MOST_BYTES: Final = 2560 * 1024
"""What all files of a bot may hold: some 160 flows of twenty steps in three languages, checked within 500 MB."""

MOST_PARTS: Final = 500_000
"""Moves of all flows, each line of `anytime` at each step among them, and values that menus and fragments bring."""

_BUTTON: Final = 5
"""As how many moves a button of a menu counts."""

_COPIED: Final = 2
"""As how many moves a value counts that a fragment brings."""


def refuse_size(sources: Mapping[Path, Text]) -> Problem | None:
    """Refuse a directory that is larger than any bot, at the file that is too much."""
    size = 0
    for path, text in sorted(sources.items()):
        size += len(text)
        if size > MOST_BYTES:
            message = f"the files up to this one hold more than {MOST_BYTES} bytes, which is as much as is read; make it two bots"
            return Problem(Position(path.as_posix(), 1, 1), "yaml-too-large", message)
    return None


@dataclass(slots=True)
class Parts:
    """Counts the moves and copied values of files as they are read."""

    count: int = 0

    def until_full(self, files: Iterable[FileDraft]) -> Iterator[FileDraft]:
        """Give files until there is too much in them."""
        for file in files:
            self.count += _COPIED * file.copied + (len(file.graph.moves) if file.graph else 0)
            yield file
            if self.count > MOST_PARTS:
                return

    def refuse(self, files: tuple[FileDraft, ...]) -> Problem | None:
        """Refuse files with too much in them, also once flows have the lines of bot.yaml, at the last of them."""
        lines = sum(len(file.bot.anytime.entries) for file in files if file.bot)
        steps = sum(len(file.graph.steps) for file in files if file.graph)
        if self.count + lines * steps + _BUTTON * _menu_buttons(files) <= MOST_PARTS:
            return None
        message = (
            f"the flows up to this one have more than {MOST_PARTS} moves, which is as much as is read: each line of anytime "
            "counts at each step, and so does what menus and fragments bring; say less anytime, or make it two bots"
        )
        return Problem(Position(files[-1].path, 1, 1), "yaml-too-large", message)


def _menu_buttons(files: Iterable[FileDraft]) -> int:
    """Count the buttons that lines of menus become."""
    flows = [file.flow.flow for file in files if file.flow]
    entries = Counter(
        entry.value for flow in flows for entry in flow.start if entry.kind is EntryKind.MENU
    )
    return sum(entries[line.menu] for flow in flows for _, line in menu_lines(flow))
