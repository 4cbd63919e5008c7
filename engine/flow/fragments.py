"""The fragments of a bot: buttons and steps that are written once, and put into flows before their shape is checked.

It knows what is wrong with fragments themselves; how nodes are copied is behind `expand_uses`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.flow.build_controls import read_controls
from engine.flow.build_listing import read_buttons, read_listed
from engine.flow.build_steps import build_step
from engine.flow.directory import FRAGMENTS
from engine.flow.expansion import Fragment, Parameter, Uses, expand_uses
from engine.flow.nodes import MapNode, Node, ScalarNode
from engine.flow.parameters import check_parameters
from engine.flow.places import PlaceKind
from engine.flow.problems import Problem
from engine.flow.reader import Reader, Spots, entries, label_text, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.expansion import Expansion
    from engine.flow.model.written import Wording
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The fragments of a bot, put together; None stands for one that is there and cannot be used.

    `texts` are the translation paths of their texts by place, `used` the fragments that others use.
    """

    fragments: Mapping[str, Fragment | None]
    texts: dict[Position, str]
    problems: tuple[Problem, ...]
    used: frozenset[str]

    def path_of(self, name: str) -> str:
        """Give the file of a fragment; nothing where there is none that can be used."""
        fragment = self.fragments.get(name)
        return fragment.path if fragment else ""

    def expand(self, root: MapNode) -> Expansion:
        """Put fragments where a flow uses them."""
        return expand_uses(root, Uses(self.fragments, self.fragments.get))

    def unread(self, used: Iterable[str]) -> Iterator[str]:
        """Give the beginnings of the paths of texts that are there and stand in no flow."""
        seen = {*used, *self.used}
        for name, fragment in self.fragments.items():
            if fragment is None or name not in seen:
                yield f"{FRAGMENTS}.{name}"

    def check_used(self, used: Iterable[str]) -> Iterator[Problem]:
        """Report each fragment that neither a flow nor another fragment uses."""
        seen = {*used, *self.used}
        for name, fragment in self.fragments.items():
            if fragment is not None and name not in seen:
                message = f'fragment "{name}" is used nowhere; use it or remove the file'
                yield Problem(fragment.position, "unused-fragment", message)


def build_library(files: Iterable[tuple[str, Fragment | None]]) -> Library:
    """Put fragments together by what their files say; None is a file, known by its stem, that could not be read."""
    builder = _Builder()
    for stem, fragment in files:
        builder.add(stem, fragment)
    for name in builder.written:
        builder.find(name)
    whole = {**builder.broken, **builder.whole}
    used = frozenset(builder.used)
    return Library(whole, builder.texts, tuple(builder.problems), used)


def read_fragment(root: MapNode) -> Fragment:
    """Make a fragment of a file that has the right shape."""
    name = root.entries["fragment"]
    group = root.entries.get("params")
    parameters = {}
    if isinstance(group, MapNode):
        for key, node in group.entries.items():
            kind = entries(node).get("type", node)
            default = entries(node).get("default")
            place = group.keys[key].position
            parameters[key] = Parameter(key, PlaceKind(text_of(kind)), place, default)
    return Fragment(text_of(name), name.position, root.file.path, parameters, root)


@dataclass(slots=True)
class _Builder:
    """Puts the uses that fragments make of others in their places, each fragment once."""

    written: dict[str, Fragment] = field(default_factory=dict)
    broken: dict[str, None] = field(default_factory=dict)
    whole: dict[str, Fragment | None] = field(default_factory=dict)
    texts: dict[Position, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)

    def add(self, stem: str, fragment: Fragment | None) -> None:
        if fragment is None:
            self.broken[stem] = None
        elif first := self.written.get(fragment.name):
            message = f'two files define fragment "{fragment.name}"; rename one'
            related = ((first.position, "the first one is here"),)
            self.problems.append(Problem(fragment.position, "duplicate-fragment", message, related))
        else:
            self.written[fragment.name] = fragment

    def find(self, name: str) -> Fragment | None:
        """Give a fragment with its own uses put together; None when it cannot be used."""
        fragment = self.written.get(name)
        if fragment is not None and name not in self.whole:
            if name in self._open:
                self._tell_endless(name)
                return None
            self._open.append(name)
            self.whole[name] = self._put_together(fragment)
            self._open.pop()
        return self.whole.get(name)

    def _put_together(self, fragment: Fragment) -> Fragment | None:
        kinds = {
            name: {one.name: one.kind for one in other.parameters.values()}
            for name, other in self.written.items()
        }
        problems = list(check_parameters(fragment, kinds))
        expansion = expand_uses(fragment.body, Uses({**self.broken, **self.written}, self.find))
        self.used |= expansion.used
        whole = replace(fragment, body=expansion.root)
        if not (problems or expansion.left):
            reader = _PathReader(f"{FRAGMENTS}.{fragment.name}.steps", Spots(), file=fragment.path)
            _read_texts(reader, whole)
            problems = reader.problems
            self.texts.update(reader.paths)
            self.texts.update(_default_texts(fragment))
        self.problems.extend((*expansion.problems, *problems))
        return None if problems or expansion.left else whole

    def _tell_endless(self, name: str) -> None:
        chain = [*self._open[self._open.index(name) :], name]
        words = " uses ".join(f'"{one}"' for one in chain)
        message = f"fragment {words}, without end; write one of them out"
        self.problems.append(Problem(self.written[name].position, "endless-fragment", message))


@dataclass(slots=True)
class _PathReader(Reader):
    """Reads a fragment as if it was a flow, to learn the translation paths of its own texts."""

    file: str = ""
    paths: dict[Position, str] = field(default_factory=dict)

    def wording(self, path: str, node: Node) -> Wording:
        """Read a text and note its path, if it is the fragment's own."""
        wording = Reader.wording(self, path, node)
        text = label_text(node)
        if text.file.path == self.file:
            self.paths[text.position.bare()] = wording.path.replace("$", "")
        return wording


def _read_texts(reader: _PathReader, fragment: Fragment) -> None:
    if fragment.steps is None:
        reader.prefix = FRAGMENTS
        listed = read_listed(reader, fragment.name, fragment.body)
        read_buttons(reader, fragment.name, fragment.body, listed)
        read_controls(reader, fragment.name, fragment.body, frozenset(), listed)
        return
    names = tuple(fragment.steps.entries)
    for name, following in zip(names, (*names[1:], "end"), strict=True):
        build_step(reader, name, fragment.steps, following)


def _default_texts(fragment: Fragment) -> Iterator[tuple[Position, str]]:
    for parameter in fragment.parameters.values():
        if isinstance(parameter.default, ScalarNode):
            path = f"{FRAGMENTS}.{fragment.name}.params.{parameter.name}"
            yield parameter.default.position, path
