"""Bots that extend another one: in which directories their files are, and what is whose.

It knows what `extends` of bot.yaml means; which files are read, and how, is decided elsewhere.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.flow.directory import FRAGMENTS, Unreadable, read_bytes, read_directory
from engine.flow.nodes import MapNode, ScalarNode
from engine.flow.problems import Problem
from engine.flow.source import MAX_BYTES, decode_source, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.flow.directory import Text
    from engine.flow.nodes import Node

BOT: Final = "bot.yaml"
EXTENDS: Final = "extends"

_OWN: Final = frozenset({"bot", EXTENDS})
"""What no bot has from another one."""

_SHARED_BY_NAME: Final = frozenset({"messages", "notices", "anytime"})
"""What a bot may say in part: the rest is that of the bot which it extends."""

_MENTION: Final = re.compile(rf"^[\"']?{EXTENDS}\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Layers:
    """The directories in which a bot's files are: its own, that of the bot it extends, and so on, until a `problem`."""

    directories: tuple[Path, ...]
    problem: Problem | None = None

    def keep_ours(self, sources: Mapping[Path, Text]) -> Mapping[Path, Text]:
        """Leave out the files of other bots: what lies in or below a directory with a bot.yaml that is none of these."""
        others = {path.parent for path in sources if path.name == BOT} - {*self.directories}
        if not others:
            return sources
        return {path: text for path, text in sources.items() if others.isdisjoint(_homes_of(path))}

    def rank(self, path: str | Path) -> int:
        """Tell whose a file is: 0 is the bot's own."""
        found = (home for home in _homes_of(Path(path)) if home in self.directories)
        home = next(found, self.directories[0])
        return self.directories.index(home)

    def in_order(self, paths: Iterable[Path]) -> list[Path]:
        """Sort files: a bot's own come before those of the bot that it extends."""
        return sorted(paths, key=lambda path: (self.rank(path), path))


def find_layers(directory: Path, find_text: Callable[[Path], Text | None]) -> Layers:
    """Follow `extends` from one bot.yaml to the next, each as `find_text` gives it, None where there is none."""
    layers = [directory]
    while written := _find_extends(layers[-1] / BOT, find_text(layers[-1] / BOT)):
        base = Path(os.path.normpath(layers[-1] / written.text))
        fault = ""
        if base in layers:
            fault = f'"{written.text}" leads back to "{base.as_posix()}", which is extended here'
        elif find_text(base / BOT) is None:
            fault = f'there is no "{(base / BOT).as_posix()}"'
        if fault:
            message = f"{fault}; write the way from here to the directory of another bot"
            return Layers(tuple(layers), Problem(written.position, "bad-extends", message))
        layers.append(base)
    return Layers(tuple(layers))


def read_layers(directory: Path) -> Mapping[Path, Text]:
    """Read every file of a bot: those of its directory, and of the directories of the bots that it extends."""
    layers = find_layers(directory, read_if_there)
    return {path: text for one in layers.directories for path, text in read_directory(one).items()}


def read_if_there(path: Path) -> Text | None:
    """Read a file, None where there is none."""
    return read_bytes(path) if path.exists() else None


def extend_bot(own: MapNode, base: MapNode) -> MapNode:
    """Put what a bot.yaml does not say in its place, from that of the bot it extends."""
    keys, entries = dict(own.keys), dict(own.entries)
    for name, node in base.entries.items():
        mine = entries.get(name)
        if name in _SHARED_BY_NAME and isinstance(mine, MapNode) and isinstance(node, MapNode):
            entries[name] = _join(mine, node)
        elif mine is None and name not in _OWN:
            keys[name], entries[name] = base.keys[name], node
    return replace(own, keys=keys, entries=entries)


def find_bot_text(root: Node | None, path: str) -> Node | None:
    """Give what in bot.yaml a translation path leads to, as far as a bot may say it without the rest."""
    _, key, *rest = path.split(".")
    node = root.entries.get(key) if isinstance(root, MapNode) else None
    if key in _SHARED_BY_NAME and isinstance(node, MapNode) and rest:
        return next(
            (one for name, one in node.entries.items() if name.removeprefix("/") == rest[0]), None
        )
    return node


def _homes_of(path: Path) -> tuple[Path, ...]:
    """Give the directory of a bot that a file can be of: its own, or that above its texts or fragments."""
    home = path.parent
    return (home, home.parent) if home.name in ("texts", FRAGMENTS) else (home,)


def _join(own: MapNode, base: MapNode) -> MapNode:
    return replace(own, keys={**base.keys, **own.keys}, entries={**base.entries, **own.entries})


def _find_extends(path: Path, text: Text | None) -> ScalarNode | None:
    """Give what a bot.yaml extends; None where it stands alone or cannot be read."""
    if text is None or isinstance(text, Unreadable) or len(text) > MAX_BYTES:
        return None
    if isinstance(text, bytes):
        text = decode_source(path.as_posix(), text)[0]
    if not _MENTION.search(text):
        return None
    root = read_source(path.as_posix(), text).root
    written = root.entries.get(EXTENDS) if isinstance(root, MapNode) else None
    return written if isinstance(written, ScalarNode) and written.text else None
