"""What a flow, a fragment and bot.yaml name, key by key.

It knows which key declares and which names what; what expressions and translations name is told elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.expansion import PARAMETER, is_use
from engine.flow.links import hole_names
from engine.flow.model.moves import END
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.parts import flow_wordings
from engine.flow.places import PlaceKind, kind_at
from engine.flow.reader import entries
from engine.lsp.mentioned_code import mentions_in_code, mentions_of_results
from engine.lsp.mentions import Mention, Name, Named, mention_scalar, written
from engine.lsp.scopes import fragment_of_owner, owner_of_fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.files import FileDraft
    from engine.flow.model.written import Wording
    from engine.flow.places import Keys
    from engine.lsp.scopes import Scopes

_GROUPS: Final = {"data": Named.DATA, "params": Named.PARAM, "returns": Named.RESULT}
_OWN_LINES: Final = ("error", "unknown")


def mentions_in_flow(scopes: Scopes, file: FileDraft) -> Iterator[Mention]:
    """Give every mention in the file of a flow."""
    if file.flow is None or not isinstance(file.root, MapNode):
        return
    root, name = file.root, file.flow.flow.name
    walk = _Walk(scopes, name)
    yield from _key_of_file(root, "flow", Name(Named.FLOW, "", name))
    for key, value in root.entries.items():
        if key in _GROUPS:
            yield from _declared(value, _GROUPS[key], name)
        elif key == "steps":
            yield from _declared(value, Named.STEP, name)
            yield from walk.group(value)
        elif key == "anytime":
            yield from walk.anytime(value)
        elif key == "start":
            yield from walk.start(value)
        elif key == "upgrade":
            yield from walk.upgrade(value)
        else:
            yield from walk.within(value, (key,))
    yield from _own_texts(file, flow_wordings(file.flow.flow))


def mentions_in_fragment(scopes: Scopes, file: FileDraft) -> Iterator[Mention]:
    """Give every mention in the file of a fragment."""
    if file.fragment is None or not isinstance(file.root, MapNode):
        return
    root, name = file.root, file.fragment.name
    owner = owner_of_fragment(name)
    walk = _Walk(scopes, owner)
    yield from _key_of_file(root, "fragment", Name(Named.FRAGMENT, "", name))
    yield from _declared(root.entries.get("params"), Named.ARGUMENT, name)
    for parameter in file.fragment.parameters.values():
        if parameter.default is not None:
            yield from walk.given(parameter.default, parameter.kind)
    yield from _declared(root.entries.get("steps"), Named.STEP, owner)
    yield from walk.group(root.entries.get("steps"))
    if "buttons" in root.entries:
        yield from walk.within(root.entries["buttons"], ("buttons",))
    yield from _fragment_texts(scopes, file, owner)


def mentions_in_bot(scopes: Scopes, file: FileDraft) -> Iterator[Mention]:
    """Give every mention in bot.yaml."""
    known = entries(file.root)
    walk = _Walk(scopes, "")
    yield from walk.place(known.get("home"), PlaceKind.FLOW)
    roles = known.get("roles")
    for role in roles.items if isinstance(roles, ListNode) else ():
        if isinstance(role, ScalarNode):
            yield mention_scalar(role, Name(Named.ROLE, "", role.text), declares=True)
    yield from walk.anytime(known.get("anytime"), declares=True)
    for flow in entries(entries(known.get("upgrade")).get("flows")).values():
        if written(flow) != END:
            yield from walk.place(flow, PlaceKind.FLOW)
    if file.bot is not None:
        yield from _own_texts(file, file.bot.wordings)


def _key_of_file(root: MapNode, key: str, name: Name) -> Iterator[Mention]:
    node = root.entries.get(key)
    if isinstance(node, ScalarNode):
        yield mention_scalar(node, name, declares=True)


def _declared(group: Node | None, kind: Named, owner: str) -> Iterator[Mention]:
    for key in group.keys.values() if isinstance(group, MapNode) else ():
        yield mention_scalar(key, Name(kind, owner, key.text), declares=True)


def _own_texts(file: FileDraft, wordings: Iterable[Wording]) -> Iterator[Mention]:
    """Give the texts that stand in a file itself, those that it gives to fragments too."""
    for wording in wordings:
        node = file.spots.scalars.get(wording.position)
        if node is not None and node.file.path == file.path:
            text = Name(Named.TEXT, "", wording.path)
            yield Mention(text, file.path, node.start, node.end, declares=True)


def _fragment_texts(scopes: Scopes, file: FileDraft, owner: str) -> Iterator[Mention]:
    """Give the texts of a fragment, by the paths that they have in the flows that use it."""
    used = scopes.flows_of(owner)
    texts = scopes.flows[used[0]].spots.texts if used else {}
    starts = file.root.file.starts if file.root else ()
    for place, path in texts.items():
        if place.path == file.path:
            start = starts[place.line - 1] + place.column - 1
            name = Name(Named.TEXT, "", path)
            yield Mention(name, file.path, start, start + place.length, declares=True)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Walks over what one owner writes: a flow, a fragment, or nobody for bot.yaml."""

    scopes: Scopes
    owner: str

    def group(self, group: Node | None) -> Iterator[Mention]:
        """Walk over named things, such as steps."""
        for value in entries(group).values():
            yield from self.within(value, ())

    def anytime(self, group: Node | None, *, declares: bool = False) -> Iterator[Mention]:
        """Walk over the lines of `anytime`, which bot.yaml declares for all flows."""
        if not isinstance(group, MapNode):
            return
        for key, node in group.entries.items():
            name = Name(Named.LINE, "", key)
            yield mention_scalar(group.keys[key], name, declares=declares)
            if key in _OWN_LINES and isinstance(node, ScalarNode):
                yield from self.place(node, PlaceKind.STEP)
            else:
                yield from self.within(node, ())

    def start(self, group: Node | None) -> Iterator[Mention]:
        """Walk over the ways in: menus, which they make, and params in deep links."""
        for item in group.items if isinstance(group, ListNode) else ():
            known = entries(item)
            menu, link = known.get("menu"), known.get("deeplink")
            if isinstance(menu, ScalarNode):
                yield mention_scalar(menu, Name(Named.MENU, "", menu.text), declares=True)
            if isinstance(link, ScalarNode):
                for name in hole_names(link.text):
                    at = link.text.index(f"{{{name}}}") + 1
                    yield mention_scalar(link, Name(Named.PARAM, self.owner, name), offset=at)
            for key in known.keys() - {"menu", "deeplink"}:
                yield from self.within(known[key], (key,))

    def upgrade(self, group: Node | None) -> Iterator[Mention]:
        """Walk over what became of older versions: their own names are nobody's any more."""
        for change in entries(group).values():
            known = entries(change)
            for step in entries(known.get("steps")).values():
                yield from self.place(step, PlaceKind.STEP)
            for name in entries(known.get("data")).values():
                yield from self.place(name, PlaceKind.DATA)
            for name in entries(known.get("params")).values():
                if isinstance(name, ScalarNode):
                    yield mention_scalar(name, Name(Named.PARAM, self.owner, name.text))

    def within(self, node: Node, keys: Keys) -> Iterator[Mention]:
        """Walk over a node that stands under keys of a step or button."""
        match node:
            case ScalarNode():
                yield from self.given(node, kind_at(keys))
            case ListNode(items=items):
                for item in items:
                    yield from self.within(item, keys)
            case MapNode() if is_use(node):
                yield from self._use(node)
            case MapNode():
                yield from self._map(node, keys)

    def given(self, node: Node, kind: PlaceKind | None) -> Iterator[Mention]:
        """Give what a scalar of a kind names."""
        if not isinstance(node, ScalarNode):
            return
        if kind in (PlaceKind.STEP, PlaceKind.FLOW, PlaceKind.DATA) or self._parameter(node):
            yield from self.place(node, kind)
        else:
            is_text = kind is not PlaceKind.EXPRESSION
            yield from mentions_in_code(node, self._flows(), is_text=is_text)

    def place(self, node: Node | None, kind: PlaceKind | None) -> Iterator[Mention]:
        """Give what a scalar that is a name names."""
        if not isinstance(node, ScalarNode) or (kind is PlaceKind.STEP and node.text == END):
            return
        if parameter := self._parameter(node):
            yield mention_scalar(node, parameter, offset=1)
        elif kind is PlaceKind.STEP and self.owner:
            for offset, part in self.scopes.name_step(self.owner, node.text):
                yield mention_scalar(node, part, offset=offset)
        elif kind is PlaceKind.FLOW:
            yield mention_scalar(node, Name(Named.FLOW, "", node.text))
        elif kind is PlaceKind.DATA:
            for flow in self._flows():
                yield mention_scalar(node, Name(Named.DATA, flow, node.text))

    def _flows(self) -> tuple[str, ...]:
        return self.scopes.flows_of(self.owner)

    def _parameter(self, node: ScalarNode) -> Name | None:
        """Give the parameter of this fragment that a scalar stands for."""
        fragment, found = fragment_of_owner(self.owner), PARAMETER.match(node.text)
        return Name(Named.ARGUMENT, fragment, found[1]) if fragment and found else None

    def _use(self, node: MapNode) -> Iterator[Mention]:
        named, given = node.entries["use"], node.entries.get("with")
        name = written(named)
        if isinstance(named, ScalarNode):
            yield mention_scalar(named, Name(Named.FRAGMENT, "", name))
        fragment = self.scopes.fragments.get(name)
        for key, value in entries(given).items():
            if isinstance(given, MapNode):
                yield mention_scalar(given.keys[key], Name(Named.ARGUMENT, name, key))
            parameter = fragment.parameters.get(key) if fragment else None
            yield from self.given(value, parameter.kind if parameter else None)

    def _map(self, node: MapNode, keys: Keys) -> Iterator[Mention]:
        callee = written(node.entries.get("run"))
        for key, value in node.entries.items():
            inner = (*keys, key)
            if key == "menu" and isinstance(value, ScalarNode):
                yield mention_scalar(value, Name(Named.MENU, "", value.text))
                continue
            if isinstance(value, MapNode):
                yield from self._named(key, value, callee)
            yield from self.within(value, inner)

    def _named(self, key: str, group: MapNode, callee: str) -> Iterator[Mention]:
        """Give what the keys of a mapping name: data, params of the flow that is run, results of this one."""
        if key == "save":
            for one in group.keys.values():
                yield from self.place(one, PlaceKind.DATA)
            for value in group.entries.values():
                if callee and isinstance(value, ScalarNode):
                    yield from mentions_of_results(value, callee)
        elif key == "with" and callee:
            for one in group.keys.values():
                yield mention_scalar(one, Name(Named.PARAM, callee, one.text))
        elif key == "end":
            for one in group.keys.values():
                for flow in self._flows():
                    yield mention_scalar(one, Name(Named.RESULT, flow, one.text))
