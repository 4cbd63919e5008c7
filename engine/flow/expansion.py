"""Nodes with fragments to nodes without: what a fragment says, copied to where it is used, arguments in their places.

It knows `use` and `with`, and which places name steps; it reads no file and checks no fragment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from engine.flow.directory import Unreadable
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.places import PlaceKind, kind_at
from engine.flow.problems import Problem
from engine.flow.reader import entries, text_of
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from engine.flow.directory import Text
    from engine.flow.nodes import File, NodePath
    from engine.flow.places import Keys
    from engine.flow.problems import Position

type Via = tuple[tuple[Position, str], ...]

PARAMETER: Final = re.compile(r"\$([a-z][a-z0-9_]*)\Z")
_USE: Final = re.compile(
    r"""use["']?[ \t]*:"""
)  # begins with a literal, which is found twenty times as fast
_USE_IN_BYTES: Final = re.compile(_USE.pattern.encode())


MOST_COPIED: Final = 20_000
"""Values that fragments may bring into one file: hundreds of steps, which no flow has."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a fragment is given; it must be where there is no default."""

    name: str
    kind: PlaceKind
    position: Position
    default: Node | None


@dataclass(frozen=True, slots=True)
class Fragment:
    """Buttons or steps that are written once; `body` is the root of its file."""

    name: str
    position: Position
    path: str
    parameters: Mapping[str, Parameter]
    body: MapNode

    @property
    def steps(self) -> MapNode | None:
        """The steps by name; None when it is of buttons."""
        steps = self.body.entries.get("steps")
        return steps if isinstance(steps, MapNode) else None


@dataclass(frozen=True, slots=True)
class Uses:
    """The fragments that there are, by name; `find` gives None for one that cannot be used, which is told already."""

    names: Collection[str]
    find: Callable[[str], Fragment | None]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A file without uses, but for those that had to be left: `left` are the paths of what holds one.

    `copied` is how many values fragments brought.
    """

    root: MapNode
    used: frozenset[str] = frozenset()
    left: frozenset[NodePath] = frozenset()
    problems: tuple[Problem, ...] = ()
    copied: int = 0


def may_use(text: Text) -> bool:
    """Tell quickly whether a file can have a use at all."""
    if isinstance(text, Unreadable):
        return False
    if isinstance(text, bytes):
        return _USE_IN_BYTES.search(text) is not None
    return _USE.search(text) is not None


def is_use(node: Node) -> bool:
    """Tell whether a node is a use of a fragment, as it should be spelled."""
    if not isinstance(node, MapNode) or not node.entries.keys() <= {"use", "with"}:
        return False
    use, given = node.entries.get("use"), node.entries.get("with")
    plain = given is None or (
        isinstance(given, MapNode)
        and all(isinstance(value, ScalarNode) for value in given.entries.values())
    )
    return isinstance(use, ScalarNode) and bool(use.text) and plain


def expand_uses(root: MapNode, uses: Uses) -> Expansion:
    """Put what fragments say where they are used."""
    if not may_use(root.file.text):
        return Expansion(root)
    expander = _Expander(uses)
    whole = expander.file(root)
    return Expansion(
        root=whole,
        used=frozenset(expander.used),
        left=frozenset(expander.left),
        problems=tuple(expander.problems),
        copied=expander.copied,
    )


@dataclass(slots=True)
class _Expander:
    """Walks over one file; `at` is the path of the step it is in."""

    uses: Uses
    used: set[str] = field(default_factory=set)
    left: set[NodePath] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    at: NodePath = ()
    copied: int = 0

    def file(self, root: MapNode) -> MapNode:
        changed = {}
        for key, node in root.entries.items():
            self.at = (key,)
            changed[key] = self._steps(node) if key == "steps" else self._inside(node, key)
        return replace(root, entries=changed)

    def _steps(self, node: Node) -> Node:
        if not isinstance(node, MapNode):
            return node
        keys: dict[str, ScalarNode] = {}
        steps: dict[str, Node] = {}
        for name, step in node.entries.items():
            self.at = ("steps", name)
            for key, placed in self._step(node.keys[name], step):
                if key.text in steps or (key.text != name and key.text in node.entries):
                    self._tell_twice(step, key)
                else:
                    keys[key.text], steps[key.text] = key, placed
        return replace(node, keys=keys, entries=steps)

    def _step(self, key: ScalarNode, step: Node) -> Iterator[tuple[ScalarNode, Node]]:
        if not is_use(step):
            yield key, self._inside(step)
            return
        fragment = self._find(step, "steps")
        copier = self._copier(fragment, step) if fragment else None
        if copier is None or fragment is None or fragment.steps is None:
            self.left.add(self.at)
            yield key, step
            return
        own = list(fragment.steps.entries)
        copier.names = dict(
            zip(own, (key.text, *(f"{key.text}_{name}" for name in own[1:])), strict=True)
        )
        for name, body in fragment.steps.entries.items():
            placed = copier.key(fragment.steps.keys[name], copier.names[name])
            yield key if name == own[0] else placed, copier.copy(body)
        self.copied += copier.copied

    def _tell_twice(self, step: Node, key: ScalarNode) -> None:
        place = entries(step)["use"] if is_use(step) else step
        message = f'a step of this fragment is named "{key.text}" here, which is a step already; rename one'
        self.problems.append(Problem(place.position, "duplicate-key", message))
        self.left.add(self.at)

    def _inside(self, node: Node, key: str = "") -> Node:
        """Expand the uses in every list of buttons below."""
        match node:
            case MapNode(entries=inner):
                changed = {name: self._inside(value, name) for name, value in inner.items()}
                if any(changed[name] is not value for name, value in inner.items()):
                    return replace(node, entries=changed)
            case ListNode(items=items):
                placed = [
                    one
                    for item in items
                    for one in (self._buttons(item) if key == "buttons" else (self._inside(item),))
                ]
                if len(placed) != len(items) or any(
                    a is not b for a, b in zip(placed, items, strict=True)
                ):
                    return replace(node, items=tuple(placed))
            case _:
                pass
        return node

    def _buttons(self, item: Node) -> tuple[Node, ...]:
        """Give the buttons and rows that stand for one item of a list of buttons."""
        if isinstance(item, ListNode):
            row = [self._buttons(inner) for inner in item.items]
            if all(len(one) == 1 and one[0] is item.items[n] for n, one in enumerate(row)):
                return (item,)
            return (replace(item, items=tuple(_flat(one for group in row for one in group))),)
        if not is_use(item):
            return (self._inside(item),)
        fragment = self._find(item, "buttons")
        copier = self._copier(fragment, item) if fragment else None
        if copier is None or fragment is None:
            self.left.add(self.at)
            return (item,)
        written = copier.copy(fragment.body.entries["buttons"], ("buttons",))
        self.copied += copier.copied
        return written.items if isinstance(written, ListNode) else ()

    def _find(self, use: Node, group: str) -> Fragment | None:
        """Give the fragment that a use names, if it is of what stands there."""
        named = entries(use)["use"]
        name = text_of(named)
        if name not in self.uses.names:
            hint = choose_from(name, self.uses.names, "fragments")
            message = f'there is no fragment "{name}"{hint}'
            self.problems.append(Problem(named.position, "unknown-fragment", message))
            return None
        self.used.add(name)
        fragment = self.uses.find(name)
        if fragment is None or group in fragment.body.entries:
            return fragment
        other = "steps" if group == "buttons" else "buttons"
        place = "in the place of a step" if other == "steps" else "in a list of buttons"
        message = f'fragment "{name}" is of {other}, and {group} stand here; use it {place}'
        self.problems.append(Problem(named.position, "wrong-fragment", message))
        return None

    def _copier(self, fragment: Fragment, use: Node) -> _Copier | None:
        """Bring arguments and parameters together; None, with problems, when they do not fit."""
        if self._is_full(use):
            return None
        given = entries(entries(use).get("with"))
        named = entries(use)["use"]
        problems = list(_unfit(fragment, named, entries(use).get("with")))
        self.problems.extend(problems)
        if problems:
            return None
        arguments = {
            name: given.get(name) or parameter.default
            for name, parameter in fragment.parameters.items()
        }
        known = {name: node for name, node in arguments.items() if isinstance(node, ScalarNode)}
        return _Copier(fragment, known, (named.position, "used here"), self.problems)

    def _is_full(self, use: Node) -> bool:
        """Tell whether fragments have brought too much, of which the first use too many is told."""
        if self.copied <= MOST_COPIED:
            return False
        message = f"the fragments above bring more than {MOST_COPIED} values into this file, which is as much as is read; use fewer"
        if not any(one.message == message for one in self.problems):
            place = entries(use)["use"].position
            self.problems.append(Problem(place, "yaml-too-large", message))
        return True


def _unfit(fragment: Fragment, named: Node, group: Node | None) -> Iterator[Problem]:
    given = entries(group)
    for name in given:
        if name not in fragment.parameters and isinstance(group, MapNode):
            left = [one for one in fragment.parameters if one not in given]
            hint = choose_from(name, left, "parameters left") if left else "; remove it"
            message = f'fragment "{fragment.name}" has no parameter "{name}"{hint}'
            yield Problem(group.keys[name].position, "fragment-argument", message)
    unknown = [name for name in given if name not in fragment.parameters]
    for name, parameter in fragment.parameters.items():
        misspelt = get_close_matches(name, unknown, n=1)
        if name not in given and parameter.default is None and not misspelt:
            message = f'fragment "{fragment.name}" needs "{name}"; add "with: {{{name}: …}}"'
            related = ((parameter.position, "the parameter is declared here"),)
            yield Problem(named.position, "fragment-argument", message, related)


def _flat(items: Iterator[Node]) -> Iterator[Node]:
    for item in items:
        yield from item.items if isinstance(item, ListNode) else (item,)


@dataclass(slots=True)
class _Copier:
    """Copies nodes of a fragment to the place of one use; `names` are the names that its own steps have there."""

    fragment: Fragment
    arguments: Mapping[str, ScalarNode]
    used: tuple[Position, str]
    problems: list[Problem]
    names: dict[str, str] = field(default_factory=dict)
    copied: int = 0
    _files: dict[tuple[str, Via], File] = field(default_factory=dict)

    def copy(self, node: Node, keys: Keys = ()) -> Node:
        """Copy a node that stands under these keys."""
        self.copied += 1
        match node:
            case ScalarNode():
                return self._scalar(node, keys)
            case ListNode(items=items):
                copies = tuple(self.copy(item, keys) for item in items)
                return replace(node, file=self._file(node.file), items=copies)
            case MapNode():
                return self._map(node, keys)

    def key(self, node: ScalarNode, name: str) -> ScalarNode:
        """Copy a key under another name."""
        return replace(node, file=self._file(node.file), text=name)

    def _map(self, node: MapNode, keys: Keys) -> MapNode:
        names = {key: self._argument(node.keys[key]) for key in node.entries}
        seen: set[str] = set()
        for name in names.values():
            if name.text in seen:
                message = f'key "{name.text}" is here twice; give another name'
                self.problems.append(Problem(name.position, "duplicate-key", message))
            seen.add(name.text)
        return replace(
            node,
            file=self._file(node.file),
            keys={at.text: at for at in names.values()},
            entries={
                names[key].text: self.copy(value, (*keys, key))
                for key, value in node.entries.items()
            },
        )

    def _scalar(self, node: ScalarNode, keys: Keys) -> ScalarNode:
        if node.text in self.names and kind_at(keys) is PlaceKind.STEP:
            return self.key(node, self.names[node.text])
        return self._argument(node)

    def _argument(self, node: ScalarNode) -> ScalarNode:
        """Give the argument that a scalar stands for, or the scalar itself at the place of use."""
        found = PARAMETER.match(node.text)
        argument = self.arguments.get(found[1]) if found else None
        if argument is None or node.file.path != self.fragment.path:
            return replace(node, file=self._file(node.file))
        place = self._file(node.file).span(node.start, node.end)
        via: Via = (*argument.file.via, (place, f'fragment "{self.fragment.name}" has it here'))
        if argument.file.path == self.fragment.path:
            via = (*via, self.used)
        return replace(argument, file=replace(argument.file, via=via))

    def _file(self, file: File) -> File:
        """Give the file of a node, as it came here; nodes of one file share one."""
        at = (file.path, file.via)
        if at not in self._files:
            self._files[at] = replace(file, via=(*file.via, self.used))
        return self._files[at]
