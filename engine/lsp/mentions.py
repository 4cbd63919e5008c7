"""Every place where a name stands: steps, flows, what flows declare, texts by their paths, and actions.

It knows what the moves, calls, expressions and texts of a flow name, and nothing of editors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.parts import flow_wordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.build import FlowDraft
    from engine.flow.files import FileDraft
    from engine.flow.problems import Position
    from engine.lsp.project import Project


class Named(StrEnum):
    """What a name is of."""

    STEP = "step"
    FLOW = "flow"
    DATA = "data"
    PARAM = "params"
    RESULT = "returns"
    TEXT = "text"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Name:
    """A name; `flow` is the flow it belongs to, empty for flows and actions."""

    kind: Named
    flow: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names something: text[start:end] of a file; `declares` where that is made."""

    name: Name
    path: str
    start: int
    end: int
    declares: bool = False


_READ: Final = re.compile(r"(?<![\w.])(data|params)\.([a-z_]\w*)")
_RESULT: Final = re.compile(r"(?<![\w.])result\.([a-z_]\w*)")
_ACTION: Final = re.compile(r"(?<![\w.])([A-Za-z_]\w*\.[A-Za-z_]\w*)(?=\s*\()")
_MARK: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRING: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_GROUPS: Final = {"data": Named.DATA, "params": Named.PARAM, "returns": Named.RESULT}
_BUTTON_TEXTS: Final = ("", "_say", "_url")
_BUTTON_DEPTH: Final = 3


def find_mentions(project: Project, files: Iterable[FileDraft]) -> Iterator[Mention]:
    """Give every mention in some files, each once."""
    seen = set[Mention]()
    for file in files:
        for mention in _in_file(project, file):
            if mention not in seen:
                seen.add(mention)
                yield mention


def _in_file(project: Project, file: FileDraft) -> Iterator[Mention]:
    if file.flow is not None:
        yield from _Flow(file, file.flow).all()
    elif file.texts is not None and isinstance(file.root, MapNode):
        yield from _Texts(project, file.path).all(file.root)
    elif file.bot is not None and isinstance(file.root, MapNode):
        home = file.root.entries.get("home")
        if isinstance(home, ScalarNode):
            yield _scalar(home, Name(Named.FLOW, "", home.text))


def _scalar(node: ScalarNode, name: Name, *, declares: bool = False) -> Mention:
    """Make the mention of a scalar that is the name, without its quotes."""
    start = node.start + (node.file.text[node.start : node.start + 1] in ("'", '"'))
    return Mention(name, node.file.path, start, start + len(node.text), declares)


def _start_of(node: Node, position: Position) -> int:
    return node.file.starts[position.line - 1] + position.column - 1


def _without_strings(text: str) -> str:
    return _STRING.sub(lambda found: " " * len(found[0]), text)


def _expressions(node: ScalarNode, *, is_text: bool) -> Iterator[tuple[int, str]]:
    """Give the expressions in a scalar, each with its offset; texts in quotes are blanked."""
    if not is_text:
        yield 0, _without_strings(node.text)
        return
    for mark in _MARK.finditer(node.text):
        yield mark.start(), _without_strings(mark[0])


def _part(node: ScalarNode, offset: int, length: int, name: Name) -> Mention:
    start = _start_of(node, node.at(offset, length))
    return Mention(name, node.file.path, start, start + length)


def _reads(node: ScalarNode, flow: str, *, is_text: bool) -> Iterator[Mention]:
    """Give what the expressions of a scalar read of data and params, and the actions they call."""
    for offset, written in _expressions(node, is_text=is_text):
        for found in _READ.finditer(written):
            name = Name(_GROUPS[found[1]], flow, found[2])
            yield _part(node, offset + found.start(2), len(found[2]), name)
        for found in _ACTION.finditer(written):
            yield _part(
                node, offset + found.start(1), len(found[1]), Name(Named.ACTION, "", found[1])
            )


class _Flow:
    """The mentions in the file of one flow."""

    def __init__(self, file: FileDraft, draft: FlowDraft) -> None:
        self.file = file
        self.draft = draft
        self.root = draft.root
        self.name = draft.flow.name

    def all(self) -> Iterator[Mention]:
        yield from self._declared()
        yield from self._moves()
        yield from self._texts()
        for group in ("steps", "anytime"):
            node = self.root.entries.get(group)
            for inner in node.entries.values() if isinstance(node, MapNode) else ():
                yield from self._keys(inner)

    def _declared(self) -> Iterator[Mention]:
        named = self.root.entries.get("flow")
        if isinstance(named, ScalarNode):
            yield _scalar(named, Name(Named.FLOW, "", self.name), declares=True)
        for group, kind in (("steps", Named.STEP), *_GROUPS.items()):
            node = self.root.entries.get(group)
            for key in node.keys.values() if isinstance(node, MapNode) else ():
                yield _scalar(key, Name(kind, self.name, key.text), declares=True)

    def _moves(self) -> Iterator[Mention]:
        graph = self.file.graph
        for move in graph.moves if graph else ():
            yield from self._word(move.position, Name(Named.STEP, self.name, move.target))
        for place in graph.calls if graph else ():
            yield from self._word(place.call.position, Name(Named.FLOW, "", place.call.flow))

    def _word(self, position: Position, name: Name) -> Iterator[Mention]:
        """Give a mention where the name is really written: a step that follows by itself is not."""
        if position.path != self.file.path:
            return
        start, text = _start_of(self.root, position), self.root.file.text
        start += text[start : start + 1] in ("'", '"')
        end = start + len(name.name)
        if text[start:end] == name.name and not text[end : end + 1].isalnum():
            yield Mention(name, self.file.path, start, end)

    def _texts(self) -> Iterator[Mention]:
        """Give the texts of the flow, and what all its expressions read."""
        wordings = {one.position: one.path for one in flow_wordings(self.draft.flow)}
        for position, node in self.file.spots.scalars.items():
            if position.path != self.file.path or node.file is not self.root.file:
                continue
            if path := wordings.get(position):
                yield Mention(
                    Name(Named.TEXT, self.name, path), self.file.path, node.start, node.end, True
                )
            yield from _reads(node, self.name, is_text=position in wordings)

    def _keys(self, node: Node) -> Iterator[Mention]:
        """Give the keys that name data, params of a flow that is run, and results."""
        if isinstance(node, ListNode):
            for item in node.items:
                yield from self._keys(item)
        if not isinstance(node, MapNode):
            return
        called = node.entries.get("run")
        callee = called.text if isinstance(called, ScalarNode) else ""
        for key, value in node.entries.items():
            if not isinstance(value, MapNode):
                yield from self._keys(value)
            elif key == "save":
                yield from self._named(value, Named.DATA, self.name)
                yield from self._results(value, callee)
            elif key == "with":
                yield from self._named(value, Named.PARAM, callee)
            elif key == "end":
                yield from self._named(value, Named.RESULT, self.name)
            else:
                yield from self._keys(value)

    def _named(self, node: MapNode, kind: Named, flow: str) -> Iterator[Mention]:
        for key in node.keys.values():
            yield _scalar(key, Name(kind, flow, key.text))

    def _results(self, node: MapNode, callee: str) -> Iterator[Mention]:
        for value in node.entries.values() if callee else ():
            if isinstance(value, ScalarNode):
                for found in _RESULT.finditer(_without_strings(value.text)):
                    name = Name(Named.RESULT, callee, found[1])
                    yield _part(value, found.start(1), len(found[1]), name)


class _Texts:
    """The mentions in a file of translations."""

    def __init__(self, project: Project, path: str) -> None:
        self.path = path
        self.flows = {file.flow.flow.name: file.flow for file in project.good.values() if file.flow}

    def all(self, root: MapNode) -> Iterator[Mention]:
        for key, value in root.entries.items():
            yield _scalar(root.keys[key], Name(Named.FLOW, "", key))
            yield from self._inside(value, (key,))

    def _inside(self, node: Node, path: tuple[str, ...]) -> Iterator[Mention]:
        if isinstance(node, MapNode):
            for key, value in node.entries.items():
                part = key.removeprefix("/")
                yield from self._key(node.keys[key], path)
                if isinstance(value, ScalarNode):
                    dotted = ".".join((*path, part))
                    yield _scalar(node.keys[key], Name(Named.TEXT, path[0], dotted))
                yield from self._inside(value, (*path, part))
        elif isinstance(node, ListNode):
            for item in node.items:
                yield from self._inside(item, path)
        else:
            yield from _reads(node, path[0], is_text=True)

    def _key(self, key: ScalarNode, path: tuple[str, ...]) -> Iterator[Mention]:
        """Give the step that a key names: by itself, or as a button that is known by its target."""
        draft = self.flows.get(path[0])
        if draft is None:
            return
        if len(path) == 1 and key.text in draft.step_names:
            yield _scalar(key, Name(Named.STEP, path[0], key.text))
        if len(path) == _BUTTON_DEPTH and path[2] == "buttons":
            targets = _targets_of_buttons(draft, path[1])
            for target in targets:
                if key.text in {f"{target}{suffix}" for suffix in _BUTTON_TEXTS}:
                    whole = _scalar(key, Name(Named.STEP, path[0], target))
                    yield Mention(whole.name, whole.path, whole.start, whole.start + len(target))


def _targets_of_buttons(draft: FlowDraft, step: str) -> frozenset[str]:
    """Give the steps whose names are the ids of buttons of a step, since these have no other id."""
    steps = draft.root.entries.get("steps")
    node = steps.entries.get(step) if isinstance(steps, MapNode) else None
    found = set[str]()
    waiting: list[Node] = (
        [node.entries["buttons"]] if isinstance(node, MapNode) and "buttons" in node.entries else []
    )
    while waiting:
        button = waiting.pop()
        if isinstance(button, ListNode):
            waiting.extend(button.items)
        elif isinstance(button, MapNode) and "id" not in button.entries:
            go = button.entries.get("go")
            if isinstance(go, ScalarNode):
                found.add(go.text)
    return frozenset(found)
