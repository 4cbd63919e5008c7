"""What can be written at a place of a file: keys, names of steps and flows, values, expressions, paths of texts.

It knows which key names what; how an expression goes on is told elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.actions import ActionKind
from engine.flow.model import END
from engine.flow.nodes import ListNode, MapNode, Node, find_node
from engine.flow.parts import flow_wordings
from engine.flow.types import Kind as Scalar
from engine.flow.types import describe
from engine.lsp.cursor import Cursor, find_cursor
from engine.lsp.expressions import complete_expression, complete_text
from engine.lsp.names import Names
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
            case "with":
                callee = self.project.flows.get(self._called())
                params = callee.params if callee else {}
                found = ((name, describe(type_)) for name, type_ in params.items())
            case _:
                pass
        for name, detail in found:
            if name not in self.cursor.beside:
                yield Suggestion(name, self.cursor.start, Kind.FIELD, detail, insert=f"{name}: ")

    def _values(self, schema: Schema) -> Iterator[Suggestion]:
        cursor = self.cursor
        last = cursor.path[-1] if cursor.path else None
        if last in FLOW_KEYS:
            yield from self._flows()
        elif last in STEP_KEYS or schema.get("x-definition") == "target":
            yield from self._steps()
        elif str(schema.get("x-definition")).endswith("slot") or last == "type":
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
        values = [*schema.get("enum", ()), *schema.get("examples", ())]
        if schema.get("type") == "boolean":
            values = ["true", "false"]
        for value in values:
            if isinstance(value, str | int):
                yield Suggestion(str(value), self.cursor.start, Kind.VALUE)

    def _steps(self) -> Iterator[Suggestion]:
        drafted = self.file.flow if self.file else None
        for name in drafted.step_names if drafted else ():
            verb = self.flow.graph.verbs.get(name, "") if self.flow else ""
            yield Suggestion(name, self.cursor.start, Kind.STEP, verb)
        yield Suggestion(END, self.cursor.start, Kind.KEYWORD, "the flow ends")

    def _flows(self) -> Iterator[Suggestion]:
        for name, flow in sorted(self.project.flows.items()):
            yield Suggestion(name, self.cursor.start, Kind.FLOW, flow.flow.title.text)

    def _types(self) -> Iterator[Suggestion]:
        kinds = [str(kind) for kind in Scalar]
        for name in (*kinds, *self.project.types):
            yield Suggestion(name, self.cursor.start, Kind.VALUE, "type")

    def _called(self) -> str:
        """Give the flow that is run where the cursor is in its arguments."""
        outer = self._known(self.cursor.path[:-1])
        return str(outer.get("run", "")).strip("\"' ")

    def _names(self) -> Names:
        entries = step_entries(self.project, self.path, self.cursor)
        return Names(self.project, self.flow, entries)

    def _known(self, path: tuple[str | int, ...]) -> Mapping[str, str]:
        return _entries(self.file, self.cursor, path)


def step_entries(project: Project, path: Path, cursor: Cursor) -> Mapping[str, str]:
    """Give the entries of the step that a cursor is in, as written."""
    if cursor.path[:1] != ("steps",):
        return {}
    return _entries(project.file(path), cursor, cursor.path[:STEP_PATH])


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
    wordings = {
        one.path: one for flow in project.flows.values() for one in flow_wordings(flow.flow)
    }
    if project.bot:
        wordings |= {one.path: one for one in project.bot.messages.values()}
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
            detail = "" if dot else wordings[one].text
            yield Suggestion(part, cursor.start, Kind.KEY, detail, insert=f"{part}: ")
