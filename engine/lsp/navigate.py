"""Where a name is made, where it is used, and which steps a file has.

It works on the texts that were checked last; of a file that cannot be read it knows nothing.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.nodes import MapNode
from engine.flow.reader import entries
from engine.lsp.mentioned_files import mentions_in_bot, mentions_in_flow, mentions_in_fragment
from engine.lsp.mentioned_texts import mentions_in_texts
from engine.lsp.mentions import Mention, Named
from engine.lsp.scopes import Scopes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from engine.flow.files import FileDraft
    from engine.lsp.mentions import Name
    from engine.lsp.project import Project


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a Python file: its path and line, from 0."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A step of a flow or fragment: its name, its verb, where it is written and where its name is."""

    name: str
    verb: str
    start: int
    end: int
    name_start: int
    name_end: int


def find_mentions(project: Project, files: Iterable[FileDraft]) -> Iterator[Mention]:
    """Give every mention in some files, each once."""
    scopes = Scopes.of(project.last.files)
    seen = set[Mention]()
    for file in files:
        for mention in _in_file(scopes, file):
            if mention not in seen:
                seen.add(mention)
                yield mention


def mentions_at(project: Project, path: Path, index: int) -> Sequence[Mention]:
    """Give the shortest mentions that a place of a file is in: several, where a fragment names a thing of each flow."""
    found = [
        mention
        for mention in find_mentions(project, _current(project, path))
        if mention.start <= index <= mention.end
    ]
    shortest = min((one.end - one.start for one in found), default=0)
    least = [one for one in found if one.end - one.start == shortest]
    return [one for one in least if one.start == least[0].start]


def declarations(project: Project, names: Iterable[Name]) -> Sequence[Mention]:
    """Give the places that make what names name."""
    return [one for one in references(project, names) if one.declares]


def references(project: Project, names: Iterable[Name]) -> Sequence[Mention]:
    """Give every place that names the same, in the order of files."""
    wanted = frozenset(names)
    return [one for one in all_mentions(project) if one.name in wanted]


def all_mentions(project: Project) -> Iterator[Mention]:
    """Give every mention there is."""
    return find_mentions(project, _readable(project))


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


def symbols(project: Project, path: Path) -> Iterator[Symbol]:
    """Give the steps of a flow or fragment in the order written."""
    for file in _current(project, path):
        steps = entries(file.root).get("steps") if file.flow or file.fragment else None
        for name, node in steps.entries.items() if isinstance(steps, MapNode) else ():
            key = steps.keys[name] if isinstance(steps, MapNode) else node
            verb = file.graph.verbs.get(name, "") if file.graph else ""
            end = max(node.end, key.end)
            yield Symbol(name, verb, key.start, end, key.start, key.end)


def _in_file(scopes: Scopes, file: FileDraft) -> Iterator[Mention]:
    if file.flow is not None:
        yield from mentions_in_flow(scopes, file)
    elif file.texts is not None:
        yield from mentions_in_texts(scopes, file)
    elif file.fragment is not None:
        yield from mentions_in_fragment(scopes, file)
    elif file.bot is not None:
        yield from mentions_in_bot(scopes, file)


def _current(project: Project, path: Path) -> Sequence[FileDraft]:
    """Give a file, if what is known of it is what is written now."""
    return [file for file in _readable(project) if file.path == path.as_posix()]


def _readable(project: Project) -> Sequence[FileDraft]:
    return [file for file in project.last.files if not file.is_unread]
