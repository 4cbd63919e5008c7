"""The lines of a scenario: each act and each expectation, with what it names looked up.

It knows a checked bot and who there is; what is given is read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.actions import ActionKind
from engine.flow.compile import user_type
from engine.flow.expressions import Namespace, Scope, compile_call, compile_expression
from engine.flow.model.windows import WindowStep
from engine.flow.nodes import ListNode, MapNode, ScalarNode
from engine.flow.problems import Position, Problem
from engine.flow.reader import as_scalar, entries, text_of
from engine.flow.types import BOOL, choose_from
from engine.simulate.scenarios.model import (
    At,
    Calls,
    Data,
    Ended,
    Line,
    Pick,
    Press,
    Rows,
    See,
    Send,
    SendPhoto,
    ShareContact,
    ShareLocation,
    Wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.flow.checked import Bot
    from engine.flow.expressions import Fault
    from engine.flow.nodes import Node
    from engine.simulate.scenarios.model import Act, Expectation
    from engine.simulate.stage import Given


@dataclass(slots=True)
class LineReader:
    """Reads the lines of one scenario; what is wrong with them is added to the problems."""

    bot: Bot
    given: Given
    problems: list[Problem]

    def read(self, node: Node) -> tuple[Line, ...]:
        """Read all lines."""
        items = node.items if isinstance(node, ListNode) else ()
        return tuple(self._line(item) for item in items if isinstance(item, MapNode))

    def _line(self, node: MapNode) -> Line:
        acts: Mapping[str, Callable[[Node], Act]] = {
            "send": lambda one: Send(text_of(one)),
            "press": self._press,
            "pick": _pick,
            "contact": lambda one: ShareContact(_words(one)),
            "location": _location,
            "photo": lambda one: SendPhoto(_words(one) or ""),
            "wait": lambda one: Wait(text_of(one)),
        }
        key = next((key for key in node.entries if key in acts), None)
        act = acts[key](node.entries[key]) if key is not None else None
        who = self._person(node.entries.get("as"))
        expected = tuple(
            (node.keys[key].position, expectation) for key, expectation in self._expected(node)
        )
        return Line(node.keys[key].position if key else node.position, who, act, expected)

    def _person(self, node: Node | None) -> str | None:
        if node is None:
            return None
        name = text_of(node)
        if name not in self.given.people:
            hint = choose_from(name, self.given.people, "people")
            self._report(node, "unknown-value", f'nobody is called "{name}"{hint}')
        return name

    def _expected(self, node: MapNode) -> Iterator[tuple[str, Expectation]]:
        found = node.entries
        if "see" in found:
            yield "see", self._see(found["see"])
        if "at" in found and (place := self._place(found["at"])):
            yield "at", At(place)
            if "data" in found and (data := self._data(place, as_scalar(found["data"]))):
                yield "data", data
        if "called" in found:
            yield "called", self._calls(found["called"])
        if "ended" in found:
            yield "ended", self._ended(found["ended"])
        if "rows" in found and (rows := self._rows(found["rows"])):
            yield "rows", rows

    def _press(self, node: Node) -> Press:
        if isinstance(node, ScalarNode):
            return Press(text=text_of(node))
        pattern, path = entries(node).get("pattern"), entries(node).get("path")
        if pattern is not None and path is not None:
            message = '"press" has both "pattern" and "path"; keep one'
            self._report(path, "conflicting-keys", message)
        if path is not None and text_of(path) not in (known := set(self._paths())):
            flow = text_of(path).partition(".")[0]
            own = [one for one in known if one.partition(".")[0] == flow]
            hint = choose_from(text_of(path), own or known, "paths")
            self._report(path, "unknown-value", f'no button has the path "{text_of(path)}"{hint}')
        return Press(pattern=self._pattern(pattern), path=None if path is None else text_of(path))

    def _paths(self) -> Iterator[str]:
        for compiled in self.bot.flows.values():
            for step in compiled.flow.steps.values():
                if isinstance(step, WindowStep):
                    yield from (button.text.path for button in step.buttons)

    def _pattern(self, node: Node | None) -> str | None:
        if node is None:
            return None
        try:
            re.compile(text_of(node))
        except re.error as error:
            message = f'"{text_of(node)}" is no regular expression: {error}'
            self._report(node, "bad-pattern", message)
        return text_of(node)

    def _see(self, node: Node) -> See:
        if isinstance(node, ScalarNode):
            return See(text=text_of(node))
        value: dict[str, Any] = dict(node.value) if isinstance(node, MapNode) else {}
        self._pattern(entries(node).get("pattern"))
        for key in ("buttons", "absent"):
            value[key] = tuple(value.get(key, ()))
        return See(**value)

    def _place(self, node: Node) -> str | None:
        """Read flow.step; None where there is no such step."""
        flow, _, step = text_of(node).partition(".")
        compiled = self.bot.flows.get(flow)
        if compiled is None:
            hint = choose_from(flow, self.bot.flows, "flows")
            self._report(node, "unknown-flow", f'no flow "{flow}"{hint}')
            return None
        waiting = [name for name, one in compiled.flow.steps.items() if isinstance(one, WindowStep)]
        if step not in waiting:
            hint = choose_from(step, waiting, "steps in which somebody can be")
            message = f'nobody can be in step "{step}" of flow "{flow}"{hint}'
            self._report(node, "unknown-step", message)
            return None
        return f"{flow}.{step}"

    def _data(self, place: str, node: ScalarNode) -> Data | None:
        flow = place.partition(".")[0]
        compiled = self.bot.flows[flow]
        names = {"data": Namespace(compiled.data), "params": Namespace(compiled.params)}
        scope = Scope({"user": self._user(), **names})
        condition, faults = compile_expression(node.text, scope, expected=BOOL)
        self._report_faults(node, faults)
        return Data(flow, condition) if condition is not None else None

    def _calls(self, node: Node) -> Calls:
        keys = node.keys if isinstance(node, MapNode) else {}
        commands = {
            name: action
            for name, action in self.bot.catalog.items()
            if action.kind is ActionKind.COMMAND
        }
        for name, arguments in entries(node).items():
            action = commands.get(name)
            if action is None:
                hint = choose_from(name, commands, "commands")
                self._add(keys[name].position, "unknown-action", f'no command "{name}"{hint}')
                continue
            known = [one.name for one in action.parameters]
            for argument in entries(arguments):
                if argument not in known:
                    hint = choose_from(argument, known, "arguments")
                    place = arguments.keys[argument].position  # type: ignore[union-attr]  # it has entries
                    message = f'"{name}" takes no "{argument}"{hint}'
                    self._add(place, "unknown-argument", message)
        return Calls({name: _json(one) for name, one in entries(node).items()})

    def _ended(self, node: Node) -> Ended:
        flow = text_of(node)
        if flow not in self.bot.flows:
            hint = choose_from(flow, self.bot.flows, "flows")
            self._report(node, "unknown-flow", f'no flow "{flow}"{hint}')
        return Ended(flow)

    def _rows(self, node: Node) -> Rows | None:
        query, are = as_scalar(entries(node)["query"]), _json(entries(node)["are"])
        scope = Scope({"user": self._user()})
        call, faults = compile_call(query.text, scope, self.bot.catalog, ActionKind.QUERY)
        self._report_faults(query, faults)
        return Rows(call, are) if call is not None else None

    def _user(self) -> Any:
        return user_type(self.bot.file.roles, self.bot.file.locales)

    def _report_faults(self, node: ScalarNode, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._add(node.at(fault.offset, fault.length), fault.code, fault.message)

    def _report(self, node: Node, code: str, message: str) -> None:
        self._add(node.position, code, message)

    def _add(self, position: Position, code: str, message: str) -> None:
        self.problems.append(Problem(position, code, message))


def _json(node: Node) -> Any:
    return node.value


def _words(node: Node) -> str | None:
    """Read a text; None where only true is written."""
    value = node.value
    return value if isinstance(value, str) else None


def _pick(node: Node) -> Pick:
    value = node.value
    return Pick(value if isinstance(value, int) else text_of(node))


def _location(node: Node) -> ShareLocation:
    value: Mapping[str, Any] = node.value if isinstance(node, MapNode) else {}
    return ShareLocation(float(value["latitude"]), float(value["longitude"]))
