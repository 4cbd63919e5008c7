"""What can be written at a place of a file: keys, names of steps and flows, values, expressions, paths of texts.

It knows which key names what; how an expression goes on is told elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.actions import ActionKind
from engine.flow.model.anytime import ON_ENTER
from engine.flow.nodes import ListNode, MapNode, Node, find_node
from engine.flow.parts import flow_wordings
from engine.flow.places import PlaceKind, kind_at
from engine.flow.types import Kind as Scalar
from engine.flow.types import describe
from engine.lsp.cursor import Cursor, find_cursor
from engine.lsp.expressions import complete_expression, complete_text
from engine.lsp.names import Names
from engine.lsp.offers import Offers
from engine.lsp.outline import TELLING
from engine.lsp.project import MAX_EDITED
from engine.lsp.suggestion import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.flow.files import FileDraft
    from engine.lsp.outline import Outline, Schema
    from engine.lsp.project import Project

STEP_KEYS: Final = frozenset({"go", "else", "error"})
FLOW_KEYS: Final = frozenset({"run", "home"})
STEP_PATH: Final = 2
_DEPTHS: Final = {"steps": STEP_PATH, ON_ENTER: 1}
"""How many keys lead to a step, by the first of them."""


def complete(project: Project, path: Path, text: str, index: int) -> tuple[Suggestion, ...]:
    """Give what can be written at an index of a file's text, each word once."""
    if len(text) > MAX_EDITED:
        return ()
    cursor = find_cursor(text, index)
    if path.parent.name == "texts":
        found = _complete_texts(project, path, cursor)
    else:
        found = _Completion(project, path, cursor, project.outline(path)).run()
    return tuple({one.label: one for one in reversed(list(found))}.values())[::-1]


class _Completion:
    def __init__(self, project: Project, path: Path, cursor: Cursor, outline: Outline) -> None:
        self.project = project
        self.cursor = cursor
        self.outline = outline
        self.path = path
        self.file = project.file(path)
        self.flow = project.flow(path)
        self.offers = Offers.of(project, path, cursor.start)

    def run(self) -> Iterator[Suggestion]:
        """Complete a key, or the value of one."""
        if self.cursor.is_key:
            yield from self._keys()
            schema = self.outline.at(self.cursor.path)
            if schema.get("x-definition") != "step":
                yield from self._values(schema)
            return
        schema = self.outline.at(self.cursor.path, self.cursor.beside)
        yield from self._values(schema)

    def _keys(self) -> Iterator[Suggestion]:
        cursor = self.cursor
        present = {**self._known(cursor.path), **cursor.beside}
        yield from self._named_keys()
        schema = self.outline.at(cursor.path)
        keys = self.outline.keys(schema, tuple(present))
        verbs = [one["required"][0] for one in _verbs(schema)]
        if verbs and not any(verb in present for verb in verbs):
            everything = self.outline.keys(schema)
            keys = {verb: everything.get(verb, {}) for verb in verbs}
        else:
            keys = {
                key: value
                for key, value in keys.items()
                if key not in verbs or value.keys() & TELLING
            }
        for key, value in keys.items():
            words = str(value.get("description", ""))
            title = str(value.get("title", ""))
            yield Suggestion(key, cursor.start, Kind.KEY, title, words, insert=f"{key}: ")

    def _named_keys(self) -> Iterator[Suggestion]:
        """Complete keys that are names given elsewhere: outcomes, data that is saved, params of a flow that is run."""
        names = self._names()
        last = self.cursor.path[-1] if self.cursor.path else None
        found: Iterable[tuple[str, str]] = ()
        match last:
            case "outcomes":
                action = names.action(names.entries.get("do", ""))
                found = ((name, "outcome") for name in (action.outcomes if action else ()))
            case "save" if self.flow:
                found = ((name, describe(type_)) for name, type_ in self.flow.data.items())
            case "end" if self.flow:
                found = ((name, describe(type_)) for name, type_ in self.flow.returns.items())
            case "with" if used := self._beside_with("use"):
                found = self.offers.parameters(used)
            case "with":
                callee = self.project.flows.get(self._beside_with("run"))
                params = callee.params if callee else {}
                found = ((name, describe(type_)) for name, type_ in params.items())
            case "anytime":
                found = self.offers.lines()
            case _:
                pass
        for name, detail in found:
            if name not in self.cursor.beside:
                yield Suggestion(name, self.cursor.start, Kind.FIELD, detail, insert=f"{name}: ")
        if last == "save":
            yield from self.offers.own_parameters(PlaceKind.DATA)

    def _values(self, schema: Schema) -> Iterator[Suggestion]:
        given, names = self._given(), self._place(schema)
        if given is not None:
            yield from self.offers.of_kind(given)
            yield from self._codes(given)
        elif names is not None:
            yield from names
        else:
            yield from self.offers.own_parameters(self._kind())
            yield from self._free(schema)

    def _place(self, schema: Schema) -> Iterator[Suggestion] | None:
        """Offer what has names of its own; None where something else stands."""
        path = self.cursor.path
        last = path[-1] if path else None
        if last == "use":
            return self.offers.fragments("buttons" if "buttons" in path else "steps")
        if last == "menu":
            return self.offers.menus()
        if last in FLOW_KEYS:
            return self.offers.of_kind(PlaceKind.FLOW)
        if last in STEP_KEYS or schema.get("x-definition") == "target":
            return self.offers.of_kind(PlaceKind.STEP)
        return None

    def _free(self, schema: Schema) -> Iterator[Suggestion]:
        """Complete a type, an expression, a text, or what the schema lists."""
        cursor = self.cursor
        if str(schema.get("x-definition")).endswith("slot") or cursor.path[-1:] == ("type",):
            yield from self._types()
        match schema.get("format"):
            case "expression":
                yield from complete_expression(cursor.written, cursor.start, self._names())
            case "text":
                yield from complete_text(cursor.written, cursor.start, self._names())
            case "query" | "command" as kind:
                names = self._names()
                written, start = cursor.written, cursor.start
                yield from complete_expression(written, start, names, ActionKind(kind))
            case _:
                yield from self._listed(schema)

    def _listed(self, schema: Schema) -> Iterator[Suggestion]:
        """Complete the values that the schema lists."""
        branches = (schema.get("then", {}), schema.get("else", {}))
        ways = (schema, *map(self.outline.resolve, branches))
        listed = [value for way in ways for value in way.get("enum", ())]
        values = [*listed, *(one for one in schema.get("examples", ()) if one not in listed)]
        if schema.get("type") == "boolean":
            values = ["true", "false"]
        for value in values:
            if isinstance(value, str | int):
                yield Suggestion(str(value), self.cursor.start, Kind.VALUE)

    def _given(self) -> PlaceKind | None:
        """Tell what an argument of a fragment stands for; None where none is written."""
        path = self.cursor.path
        if self.cursor.is_key or path[-2:-1] != ("with",):
            return None
        fragment = self.offers.fragment(_plain(self._known(path[:-2]).get("use", "")))
        parameter = fragment.parameters.get(str(path[-1])) if fragment else None
        return parameter.kind if parameter else None

    def _kind(self) -> PlaceKind | None:
        """Tell what can stand where the cursor is, as a whole value."""
        keys = tuple(part for part in self.cursor.path if isinstance(part, str))
        return kind_at(keys[STEP_PATH:] if keys[:1] == ("steps",) else keys)

    def _codes(self, kind: PlaceKind) -> Iterator[Suggestion]:
        written, start = self.cursor.written, self.cursor.start
        if kind is PlaceKind.EXPRESSION:
            yield from complete_expression(written, start, self._names())
        elif kind is PlaceKind.TEXT:
            yield from complete_text(written, start, self._names())

    def _types(self) -> Iterator[Suggestion]:
        kinds = [str(kind) for kind in Scalar]
        for name in (*kinds, *self.project.types):
            yield Suggestion(name, self.cursor.start, Kind.VALUE, "type")

    def _beside_with(self, key: str) -> str:
        """Give the flow that is run, or the fragment that is used, where the cursor is in the arguments."""
        return _plain(self._known(self.cursor.path[:-1]).get(key, ""))

    def _names(self) -> Names:
        entries = step_entries(self.project, self.path, self.cursor)
        return Names(self.project, self.flow, entries)

    def _known(self, path: tuple[str | int, ...]) -> Mapping[str, str]:
        return _entries(self.file, self.cursor, path)


def _plain(written: str) -> str:
    return written.strip("\"' ")


def step_entries(project: Project, path: Path, cursor: Cursor) -> Mapping[str, str]:
    """Give the entries of the step that a cursor is in, as written."""
    depth = _DEPTHS.get(str(cursor.path[0]), 0) if cursor.path else 0
    return _entries(project.file(path), cursor, cursor.path[:depth]) if depth else {}


def _entries(
    file: FileDraft | None, cursor: Cursor, path: tuple[str | int, ...]
) -> Mapping[str, str]:
    """Give the entries of a mapping as written: those above the cursor, and those of the text that was read last."""
    found: dict[str, str] = {}
    node = _at(file.root, path) if file and file.root else None
    if isinstance(node, MapNode):
        found = {
            key: value.file.text[value.start : value.end] for key, value in node.entries.items()
        }
    return found | {key: value for key, value in cursor.outer.get(path, {}).items() if value}


def _at(root: Node, path: tuple[str | int, ...]) -> Node | None:
    """Give the node at exactly this path."""
    node: Node = root
    for part in path:
        inner = find_node(node, (part,))
        if inner is node or not isinstance(node, MapNode | ListNode):
            return None
        node = inner
    return node


def _verbs(schema: Schema) -> Iterator[Schema]:
    """Give the alternatives of which a mapping has one, however deep they end a chain of conditions."""
    while "else" in schema:
        schema = schema["else"]
    yield from (one for one in schema.get("anyOf", ()) if set(one) == {"required"})


def _complete_texts(project: Project, path: Path, cursor: Cursor) -> Iterator[Suggestion]:
    """Complete the path of a text, one part at a time, or its expressions."""
    wordings = _originals(project)
    prefix = "".join(f"{part}." for part in cursor.path)
    if not cursor.is_key:
        flow = project.flows.get(str(cursor.path[0])) if cursor.path else None
        yield from complete_text(cursor.written, cursor.start, Names(project, flow, {}))
        return
    known = project.last.files
    written = next(
        (file.texts.texts for file in known if file.path == path.as_posix() and file.texts), {}
    )
    for one in sorted(wordings):
        if not one.startswith(prefix) or one in written:
            continue
        part, dot, _ = one[len(prefix) :].partition(".")
        if re.fullmatch(r"[\w-]+", part) and part not in cursor.beside:
            detail = "" if dot else wordings[one]
            yield Suggestion(part, cursor.start, Kind.KEY, detail, insert=f"{part}: ")


def _originals(project: Project) -> Mapping[str, str]:
    """Give every text that can be translated, by its path; those of fragments without their words."""
    found: dict[str, str] = {}
    for file in project.good.values():
        found |= dict.fromkeys(file.spots.texts.values(), "")
    for flow in project.flows.values():
        found |= {one.path: one.text for one in flow_wordings(flow.flow)}
    if project.bot:
        found |= {one.path: one.text for one in project.bot.wordings}
    return found
