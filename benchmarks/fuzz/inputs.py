"""One input, given to the part of the checker that it is for; whatever it is, nothing may raise.

It knows what a check must give back, and nothing of how inputs come about.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from actions.catalog import catalog
from benchmarks.fuzz.seeds import KINDS
from engine.actions import User
from engine.flow.annotations import named_types, type_of
from engine.flow.check import check_flows
from engine.flow.expressions import Namespace, Scope, compile_expression
from engine.flow.formats import Formats
from engine.flow.formatting.write import format_source
from engine.flow.problems import ProblemFormat, render_problems
from engine.flow.source import read_source
from engine.flow.templates import compile_template
from engine.flow.types import parse_type
from engine.flow.workspace import Workspace
from engine.lsp.complete import complete
from engine.lsp.hover import explain
from engine.lsp.mends import find_mend
from engine.lsp.positions import Lines
from engine.lsp.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOT: Final = """\
bot: fuzzed
locale: en
locales: [en, de]
roles: [client, admin]
home: menu
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: a, no_access: b, error: c, unknown_input: d, wrong_answer: e, next_page: f, previous_page: g, proceed: h}
"""
_MENU: Final = """\
flow: menu
version: 1
title: Menu
steps: {menu: {show: Menu, buttons: [{text: Main, run: main}]}}
"""
_USER: Final = """\
flow: main
version: 1
title: Main
steps:
  a: {show: A, buttons: [{text: B, go: c}, {use: part}, {use: part, with: {a: c, b: "x"}}]}
  b: {use: part, with: {a: c}}
  c: {show: C, end: {}}
"""
_PATHS: Final = {
    "flow": Path("main.yaml"), "bot": Path("bot.yaml"), "texts": Path("texts/de.yaml"), "fragment": Path("fragments/part.yaml"),
}  # fmt: skip
_FORMED: Final = ("main.yaml", "bot.yaml", "texts/de.yaml", "fragments/part.yaml")
_TYPES: Final = {
    "a": "int", "b": "text", "c": "decimal", "d": "money", "day": "date", "at": "time", "t": "datetime", "span": "duration",
    "yes": "bool", "slot": "Slot", "service": "Service", "slots": "list[Slot]", "words": "list[text]",
}  # fmt: skip


class Inputs:
    """Takes inputs one after another, as an editor's session would."""

    def __init__(self) -> None:
        self._workspace = Workspace(Path(), catalog)
        self._project = Project(Path(mkdtemp(prefix="fuzz-project-")), catalog)
        types = named_types(catalog)
        fields = {name: parse_type(text, types) for name, text in _TYPES.items()}
        self._scope = Scope({"data": Namespace(fields, frozenset()), "user": type_of(User)})
        self._names: Mapping[str, Any] = {
            "data": {"a": 3, "b": "<x> & 'y'"},
            "user": User(1, "admin", "Ann", "en", "UTC"),
            "formats": Formats("en", UTC, "EUR", datetime(2026, 11, 2, tzinfo=UTC)),
        }

    def take(self, data: bytes) -> None:
        """Check one input.

        Raises:
            Exception: the checker has a fault.
        """
        kind = KINDS[data[0] % len(KINDS)] if data else "flow"
        if kind == "expression":
            self._take_expression(data[1:].decode("utf-8", "replace"))
        elif kind == "template":
            self._take_template(data[1:].decode("utf-8", "replace"))
        elif kind == "form":
            self._take_form(data[1:].decode("utf-8", "replace"))
        elif kind == "place":
            self._take_place(data[1:].decode("utf-8", "replace"))
        else:
            self._take_file(_PATHS[kind], data[1:])

    def _take_file(self, path: Path, text: bytes) -> None:
        sources = {Path("bot.yaml"): _BOT.encode(), Path("menu.yaml"): _MENU.encode(), path: text}
        if path.parent.name:
            sources.setdefault(Path("main.yaml"), _USER.encode())
        checked = self._workspace.check(sources)
        assert (checked.bot is None) == bool(checked.problems)
        for problem in checked.problems:
            assert problem.position.line >= 1 <= problem.position.column
            assert problem.message
            assert "\n" not in problem.message, problem
        texts = {one: text.decode("utf-8", "replace") for one, text in sources.items()}
        for form in ProblemFormat:
            written = render_problems(checked.problems, form, texts, silenced=checked.silenced)
            assert isinstance(written, str)
        fresh = check_flows(Path(), catalog, sources=sources)
        assert (fresh.problems, fresh.silenced) == (checked.problems, checked.silenced)

    def _take_form(self, text: str) -> None:
        path = _FORMED[len(text) % len(_FORMED)]
        before = read_source(path, text)
        written, problems = format_source(path, text)
        if problems or before.root is None:
            assert written == text
            return
        after = read_source(path, written)
        assert not after.problems
        assert after.root is not None
        assert _sorted(after.root.value) == _sorted(before.root.value)
        assert format_source(path, written) == (written, ())

    def _take_place(self, text: str) -> None:
        path = self._project.directory / _FORMED[len(text) % len(_FORMED)]
        sources = {"bot.yaml": _BOT, "menu.yaml": _MENU, "main.yaml": _USER}
        edited = {self._project.directory / name: source for name, source in sources.items()}
        self._project.edited = {**edited, path: text}
        checked = self._project.check()
        for problem in checked.problems:
            find_mend(problem, Lines(self._project.text(problem.position.path)))
        for index in {
            crc32(text.encode(errors="surrogatepass")) % (len(text) + 1),
            len(text),
            text.find(":") + 1,
        }:
            complete(self._project, path, text, index)
            explain(self._project, path, text, index)

    def _take_expression(self, text: str) -> None:
        done, faults = compile_expression(text, self._scope)
        assert (done is None) == bool(faults)
        _hold_places(faults, text)
        if done is not None:
            _run(done.evaluate, self._names)

    def _take_template(self, text: str) -> None:
        for html in (True, False):
            done, faults = compile_template(text, self._scope, html=html)
            assert (done is None) == bool(faults)
            _hold_places(faults, text)
            if done is not None:
                _run(done.render, self._names)


def _sorted(value: Any) -> str:
    """Give a value as a text, as ".nan" is not equal to itself, and the order of keys means nothing."""
    return json.dumps(value, sort_keys=True)


def _hold_places(faults: Any, text: str) -> None:
    for fault in faults:
        assert 0 <= fault.offset <= len(text)
        assert fault.length >= 1


def _run(function: Any, names: Mapping[str, Any]) -> None:
    with suppress(KeyError):  # only two of the names of data have a value here
        function(names)
