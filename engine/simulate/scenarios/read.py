"""A scenario file to scenarios that can be played, or to everything that is wrong with it, at its place.

It knows a checked bot, whose flows, steps, actions and roles scenarios name; it plays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from engine.flow.judge import Judge
from engine.flow.nodes import ListNode, MapNode
from engine.flow.problems import Position, Problem
from engine.flow.reader import entries, text_of
from engine.flow.shape import check_shape
from engine.flow.source import read_source
from engine.flow.types import choose_from
from engine.simulate.scenarios.findings import Findings
from engine.simulate.scenarios.lines import LineReader
from engine.simulate.scenarios.model import Scenario, ScenarioFile
from engine.simulate.scenarios.releases import Releases
from engine.simulate.scenarios.schema import scenarios_schema
from engine.simulate.stage import Given, Someone
from engine.simulate.start import Start, find_misfits
from engine.simulate.stubs import Stub, find_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from engine.flow.checked import Bot
    from engine.flow.nodes import Node

_TIME: Final = "%Y-%m-%d %H:%M"


class ScenarioReader:
    """Reads scenario files for one bot; `databases` gives the names of what can be added to the database."""

    def __init__(self, bot: Bot, *, databases: Callable[[], Collection[str]] = tuple) -> None:
        self._bot = bot
        self._databases = databases
        self._judge = Judge(scenarios_schema())

    def read(self, path: str, text: str, beside: Path | None = None) -> ScenarioFile:
        """Read and check one file; there are its scenarios, or there are problems.

        Other directories are named from the one that the file is `beside`, by default that of its path.
        """
        source = read_source(path, text)
        if source.root is None or source.problems:
            empty = Problem(
                Position(path, 1, 1), "empty-file", "the file is empty; write scenarios"
            )
            return ScenarioFile(problems=source.problems or (empty,))
        shape = check_shape(source.root, self._judge)
        if shape.problems:
            return ScenarioFile(problems=tuple(sorted(shape.problems)))
        releases = Releases(beside or Path(path).parent, self._bot.catalog)
        reading = _Reading(self._bot, releases, self._databases())
        scenarios = tuple(reading.scenarios(source.root))
        problems = tuple(sorted(set(reading.findings.problems)))
        return ScenarioFile(() if problems else scenarios, problems)


@dataclass(slots=True)
class _Reading:
    """The reading of one file whose shape is right."""

    bot: Bot
    releases: Releases
    databases: Collection[str]
    findings: Findings = field(default_factory=Findings)

    def scenarios(self, root: Node) -> list[Scenario]:
        """Read all scenarios."""
        common = self._given(entries(root).get("given"), Given())
        written = entries(root)["scenarios"]
        keys = written.keys if isinstance(written, MapNode) else {}
        return [
            self._scenario(name, keys[name].position, node, common)
            for name, node in entries(written).items()
        ]

    def _scenario(self, name: str, position: Position, node: Node, common: Given) -> Scenario:
        given = self._given(entries(node).get("given"), common)
        lines = LineReader(self.bot, given, self.findings, self.releases)
        screens = "screens" in entries(node) and bool(entries(node)["screens"].value)
        return Scenario(name, position, given, lines.read(entries(node)["play"]), screens)

    def _given(self, node: Node | None, common: Given) -> Given:
        """Read what is given, over what is given to all scenarios of the file."""
        written = entries(node)
        given = common
        if "time" in written:
            given = replace(given, now=self._time(written["time"]))
        if locale := self._locale(written.get("locale")):
            given = replace(given, locale=locale)
        if "people" in written:
            people = {
                name: self._someone(name, one) for name, one in entries(written["people"]).items()
            }
            given = replace(given, people=people)
        if "stubs" in written:
            given = replace(given, stubs={**given.stubs, **self._stubs(written["stubs"])})
        if "from" in written:
            given = replace(given, start=self._start(written["from"]))
        if "database" in written:
            given = replace(given, databases=self._named(written["database"]))
        return given

    def _time(self, node: Node) -> datetime:
        zone = ZoneInfo(self.bot.file.time_zone)
        try:
            moment = datetime.strptime(text_of(node), _TIME)  # noqa: DTZ007 - the zone follows
        except ValueError:
            message = f'"{text_of(node)}" is no time; write it as 2026-11-02 09:30'
            self.findings.report(node, "bad-value", message)
            return Given().now
        return moment.replace(tzinfo=zone).astimezone(UTC)

    def _locale(self, node: Node | None) -> str | None:
        return self._one_of(node, self.bot.file.locales, "unknown-locale", "the bot has no locale")

    def _someone(self, name: str, node: Node) -> Someone:
        written = entries(node)
        first_name = written.get("first_name")
        usual = Someone.named(name)
        role = written.get("role")
        return Someone(
            first_name=usual.first_name if first_name is None else text_of(first_name),
            role=self._one_of(role, self.bot.file.roles, "unknown-value", "the bot has no role"),
            locale=self._locale(written.get("locale")),
        )

    def _one_of(
        self, node: Node | None, known: tuple[str, ...], code: str, fact: str
    ) -> str | None:
        if node is None:
            return None
        text = text_of(node)
        if text not in known:
            noun = fact.rpartition(" ")[2] + "s"
            self.findings.report(node, code, f'{fact} "{text}"{choose_from(text, known, noun)}')
        return text

    def _named(self, node: Node) -> tuple[str, ...]:
        nodes = node.items if isinstance(node, ListNode) else (node,)
        for one in nodes:
            if text_of(one) not in self.databases:
                hint = choose_from(text_of(one), self.databases, "databases")
                message = f'no conftest.py names a database "{text_of(one)}" in "pytest_usher_databases"{hint}'
                self.findings.report(one, "unknown-value", message)
        return tuple(text_of(one) for one in nodes)

    def _start(self, node: Node) -> Start:
        written: Any = node.value
        start = Start(**written) if isinstance(written, dict) else Start(text_of(node))
        for misfit in find_misfits(start, self.bot):
            place = _place_of(node, misfit.at)
            self.findings.add(place, misfit.code, misfit.message)
        return start

    def _stubs(self, node: Node) -> Mapping[str, Stub]:
        stubs = {}
        keys = node.keys if isinstance(node, MapNode) else {}
        for name, written in entries(node).items():
            value: Any = written.value
            stubs[name] = stub = Stub(**value)
            action = self.bot.catalog.get(name)
            if action is None:
                message = f'no action "{name}"{choose_from(name, self.bot.catalog, "actions")}'
                self.findings.add(keys[name].position, "unknown-action", message)
            elif fault := find_fault(stub, action):
                self.findings.report(written, "bad-value", fault)
        return stubs


def _place_of(node: Node, path: tuple[str, ...]) -> Position:
    """Return where the last key of a path stands, or the value where it has none of these keys."""
    place = node.position
    for key in path:
        if not isinstance(node, MapNode) or key not in node.entries:
            break
        place, node = node.keys[key].position, node.entries[key]
    return place
