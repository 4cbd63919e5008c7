"""Where a name is made, where it is used, and what changes when it is called otherwise.

It works on the texts that were checked last; of a file that cannot be read it knows nothing.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.model import END
from engine.flow.nodes import MapNode
from engine.flow.schema import NAME
from engine.flow.types import listed
from engine.lsp.mentions import Mention, Name, Named, find_mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.flow.files import FileDraft
    from engine.lsp.project import Project

RENAMED: Final = frozenset({Named.STEP, Named.DATA, Named.PARAM, Named.RESULT})
"""What can be renamed here; a flow's name is also its file's, its commands' and its callers' of other bots."""


class RenameError(ValueError):
    """A name cannot be given; the message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a Python file: its path and line, from 0."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A step of a flow: its name, its verb, where it is written and where its name is."""

    name: str
    verb: str
    start: int
    end: int
    name_start: int
    name_end: int


def mention_at(project: Project, path: Path, index: int) -> Mention | None:
    """Give the shortest mention that a place of a file is in."""
    found = [
        mention
        for mention in find_mentions(project, _current(project, path))
        if mention.start <= index <= mention.end
    ]
    return min(found, key=lambda mention: mention.end - mention.start, default=None)


def declarations(project: Project, name: Name) -> Sequence[Mention]:
    """Give the places that make what a name names."""
    return [one for one in references(project, name) if one.declares]


def references(project: Project, name: Name) -> Sequence[Mention]:
    """Give every place that names the same, in the order of files."""
    return [one for one in find_mentions(project, _readable(project)) if one.name == name]


def source_of(project: Project, name: Name) -> Source | None:
    """Give the Python function of an action."""
    action = project.catalog.get(name.name) if name.kind is Named.ACTION else None
    if action is None:
        return None
    function = inspect.unwrap(action.function)
    try:
        path, (_, line) = inspect.getsourcefile(function), inspect.getsourcelines(function)
    except (OSError, TypeError):
        return None
    return Source(path, max(0, line - 1)) if path else None


def rename(project: Project, name: Name, new: str) -> Sequence[Mention]:
    """Give the places that change when a name becomes another.

    Raises:
        RenameError: it cannot be called so, or a file that may name it cannot be read.
    """
    if name.kind not in RENAMED or not declarations(project, name):
        raise RenameError("only steps, data, params and returns can be renamed")
    if not re.match(NAME, new) or (name.kind is Named.STEP and new == END):
        raise RenameError(
            f'"{new}" is not a name; begin with a to z, go on with a to z, 0 to 9 and "_"'
        )
    taken = {
        one.name.name for one in find_mentions(project, _readable(project)) if _is_like(one, name)
    }
    if new in taken:
        raise RenameError(f'flow "{name.flow}" has "{new}" already; names are {listed(taken)}')
    unread = [file.path for file in project.last.files if file.is_unread]
    if unread:
        raise RenameError(f"mend what cannot be read first: {listed(unread)}")
    return references(project, name)


def symbols(project: Project, path: Path) -> Iterator[Symbol]:
    """Give the steps of a flow in the order written."""
    for file in _current(project, path):
        steps = file.flow.root.entries.get("steps") if file.flow else None
        for name, node in steps.entries.items() if isinstance(steps, MapNode) else ():
            key = steps.keys[name] if isinstance(steps, MapNode) else node
            verb = file.graph.verbs.get(name, "") if file.graph else ""
            end = max(node.end, key.end)
            yield Symbol(name, verb, key.start, end, key.start, key.end)


def _is_like(mention: Mention, name: Name) -> bool:
    """Tell whether a mention makes something that cannot have the same name."""
    kinds = {name.kind}
    if name.kind in (Named.DATA, Named.PARAM):
        kinds = {Named.DATA, Named.PARAM}
    return mention.declares and mention.name.kind in kinds and mention.name.flow == name.flow


def _current(project: Project, path: Path) -> Sequence[FileDraft]:
    """Give a file, if what is known of it is what is written now."""
    return [file for file in _readable(project) if file.path == path.as_posix()]


def _readable(project: Project) -> Sequence[FileDraft]:
    return [file for file in project.last.files if not file.is_unread]
