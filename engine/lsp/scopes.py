"""Which flow or fragment a name belongs to: whose steps are named where, and which flows have the text of a fragment.

It knows how fragments come into flows, and neither keys nor expressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.directory import FRAGMENTS
from engine.flow.expansion import is_use
from engine.flow.nodes import ListNode, MapNode, Node
from engine.flow.reader import entries
from engine.lsp.mentions import Name, Named, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.expansion import Fragment
    from engine.flow.files import FileDraft

_OWNED: Final = f"{FRAGMENTS}."

type Part = tuple[int, Name]
"""A name that stands so many characters into a word."""


def owner_of_fragment(name: str) -> str:
    """Give what the steps of a fragment belong to."""
    return f"{_OWNED}{name}"


def fragment_of_owner(owner: str) -> str:
    """Give the name of the fragment that something belongs to; nothing when that is a flow."""
    return owner.removeprefix(_OWNED) if owner.startswith(_OWNED) else ""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The flows and fragments of a bot by name; `users` are the flows that have the text of each fragment.

    `lines` are those of `anytime` in bot.yaml.
    """

    flows: Mapping[str, FileDraft]
    fragments: Mapping[str, Fragment]
    users: Mapping[str, tuple[str, ...]]
    lines: frozenset[str]

    @classmethod
    def of(cls, files: Iterable[FileDraft]) -> Scopes:
        """Find them among files."""
        found = tuple(files)
        flows = {file.flow.flow.name: file for file in found if file.flow}
        fragments = {file.fragment.name: file.fragment for file in found if file.fragment}
        inner = {name: frozenset(_used(one.body)) for name, one in fragments.items()}
        users: dict[str, list[str]] = {name: [] for name in fragments}
        for flow, file in sorted(flows.items()):
            for name in _closure(file.used, inner) & users.keys():
                users[name].append(flow)
        lines = {line for file in found if file.bot for line in file.bot.anytime.entries}
        known = {name: tuple(some) for name, some in users.items()}
        return cls(flows, fragments, known, frozenset(lines))

    def flows_of(self, owner: str) -> tuple[str, ...]:
        """Give the flows that an expression of an owner is read in: itself, or all that use the fragment."""
        fragment = fragment_of_owner(owner)
        return self.users.get(fragment, ()) if fragment else (owner,)

    def steps_of(self, owner: str) -> MapNode | None:
        """Give the steps that an owner writes."""
        if fragment := self.fragments.get(fragment_of_owner(owner)):
            return fragment.steps
        file = self.flows.get(owner)
        steps = entries(file.root).get("steps") if file else None
        return steps if isinstance(steps, MapNode) else None

    def buttons_of(self, owner: str, step: str) -> Node | None:
        """Give the buttons of a step, with those of fragments in their places where a flow uses them."""
        file = self.flows.get(owner)
        steps = entries(file.flow.root.entries.get("steps")) if file and file.flow else {}
        if fragment := self.fragments.get(fragment_of_owner(owner)):
            steps = entries(fragment.steps)
        return entries(steps.get(step)).get("buttons")

    def step_names(self, owner: str) -> tuple[str, ...]:
        """Give the steps that an owner has, those of fragments it uses among them."""
        return tuple(self._placed(owner))

    def name_step(self, owner: str, word: str) -> tuple[Part, ...]:
        """Give what a word names in the place of a step: a step, or the parts of one that comes with a fragment.

        What a fragment does not have itself is a step of each flow that uses it.
        """
        if parts := self._placed(owner).get(word):
            return parts
        if fragment_of_owner(owner):
            return tuple(
                part for flow in self.flows_of(owner) for part in self.name_step(flow, word)
            )
        return ((0, Name(Named.STEP, owner, word)),)

    def _placed(self, owner: str) -> Mapping[str, tuple[Part, ...]]:
        steps = self.steps_of(owner)
        found: dict[str, tuple[Part, ...]] = {}
        for name, node in steps.entries.items() if steps else ():
            for placed, parts in self._names_of(owner, name, node, frozenset()):
                found.setdefault(placed, parts)
        return found

    def _names_of(
        self, owner: str, name: str, node: Node, open_: frozenset[str]
    ) -> Iterator[tuple[str, tuple[Part, ...]]]:
        """Give the names under which a step comes, and for a use those of the steps of its fragment."""
        own = (0, Name(Named.STEP, owner, name))
        yield name, (own,)
        fragment = self.fragments.get(written(entries(node).get("use"))) if is_use(node) else None
        if fragment is None or fragment.steps is None or fragment.name in open_:
            return
        inner = (
            found
            for key, body in fragment.steps.entries.items()
            for found in self._names_of(
                owner_of_fragment(fragment.name), key, body, open_ | {fragment.name}
            )
        )
        next(inner, None)  # the first step has the name of the use
        for placed, parts in inner:
            shifted = tuple((offset + len(name) + 1, part) for offset, part in parts)
            yield f"{name}_{placed}", (own, *shifted)


def _used(node: Node) -> Iterator[str]:
    """Give the fragments that are used below a node."""
    match node:
        case MapNode(entries=inner):
            if is_use(node):
                yield written(inner["use"])
            for value in inner.values():
                yield from _used(value)
        case ListNode(items=items):
            for item in items:
                yield from _used(item)
        case _:
            pass


def _closure(first: Iterable[str], inner: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found, waiting = set[str](), list(first)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += inner.get(name, ())
    return frozenset(found)
