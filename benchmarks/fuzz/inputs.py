"""One input, given to the part of the checker that it is for; whatever it is, nothing may raise.

It knows what a check must give back, and nothing of how inputs come about.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from actions.catalog import catalog
from benchmarks.fuzz.seeds import KINDS
from engine.actions import User
from engine.flow.annotations import named_types, type_of
from engine.flow.check import Workspace
from engine.flow.expressions import Namespace, Scope, compile_expression
from engine.flow.formats import Formats
from engine.flow.problems import ProblemFormat, render_problems
from engine.flow.templates import compile_template
from engine.flow.types import parse_type

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
_PATHS: Final = {"flow": Path("main.yaml"), "bot": Path("bot.yaml"), "texts": Path("texts/de.yaml")}
_TYPES: Final = {
    "a": "int", "b": "text", "c": "decimal", "d": "money", "day": "date", "at": "time", "t": "datetime", "span": "duration",
    "yes": "bool", "slot": "Slot", "service": "Service", "slots": "list[Slot]", "words": "list[text]",
}  # fmt: skip


class Inputs:
    """Takes inputs one after another, as an editor's session would."""

    def __init__(self) -> None:
        self._workspace = Workspace(Path(), catalog)
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
        else:
            self._take_file(_PATHS[kind], data[1:])

    def _take_file(self, path: Path, text: bytes) -> None:
        sources = {Path("bot.yaml"): _BOT.encode(), Path("menu.yaml"): _MENU.encode(), path: text}
        checked = self._workspace.check(sources)
        assert (checked.bot is None) == bool(checked.problems)
        for problem in checked.problems:
            assert problem.position.line >= 1 <= problem.position.column
            assert problem.message
            assert "\n" not in problem.message, problem
        texts = {one: text.decode("utf-8", "replace") for one, text in sources.items()}
        for form in ProblemFormat:
            assert isinstance(render_problems(checked.problems, form, texts), str)

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


def _hold_places(faults: Any, text: str) -> None:
    for fault in faults:
        assert 0 <= fault.offset <= len(text)
        assert fault.length >= 1


def _run(function: Any, names: Mapping[str, Any]) -> None:
    with suppress(KeyError):  # only two of the names of data have a value here
        function(names)
