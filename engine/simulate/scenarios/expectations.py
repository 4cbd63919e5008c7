"""The expectations of a scenario: what must be seen and hold after a line, with what they name looked up.

It knows a checked bot; what is done before is read elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.actions import ActionKind
from engine.flow.compile import user_type
from engine.flow.expressions import Namespace, Scope, compile_call, compile_expression
from engine.flow.model.windows import WindowStep
from engine.flow.nodes import MapNode, ScalarNode
from engine.flow.reader import as_scalar, entries, text_of
from engine.flow.types import BOOL, choose_from
from engine.simulate.scenarios.model import At, Calls, Data, Ended, Rows, See, Sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.checked import Bot
    from engine.flow.nodes import Node
    from engine.simulate.scenarios.findings import Findings
    from engine.simulate.scenarios.model import Expectation


class ExpectationReader:
    """Reads expectations; what is wrong with them is added to the findings."""

    def __init__(self, bot: Bot, findings: Findings) -> None:
        self._bot = bot
        self._findings = findings

    def read(self, node: MapNode) -> Iterator[tuple[str, Expectation]]:
        """Read what a line looks at, each with the key that says it."""
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
        if "sound" in found:
            yield "sound", Sound()

    def _see(self, node: Node) -> See:
        if isinstance(node, ScalarNode):
            return See(text=text_of(node))
        value: dict[str, Any] = dict(node.value) if isinstance(node, MapNode) else {}
        self._findings.pattern(entries(node).get("pattern"))
        for key in ("buttons", "absent"):
            value[key] = tuple(value.get(key, ()))
        return See(**value)

    def _place(self, node: Node) -> str | None:
        """Read flow.step; None where there is no such step."""
        flow, _, step = text_of(node).partition(".")
        compiled = self._bot.flows.get(flow)
        if compiled is None:
            hint = choose_from(flow, self._bot.flows, "flows")
            self._findings.report(node, "unknown-flow", f'no flow "{flow}"{hint}')
            return None
        waiting = [name for name, one in compiled.flow.steps.items() if isinstance(one, WindowStep)]
        if step not in waiting:
            hint = choose_from(step, waiting, "steps in which somebody can be")
            message = f'nobody can be in step "{step}" of flow "{flow}"{hint}'
            self._findings.report(node, "unknown-step", message)
            return None
        return f"{flow}.{step}"

    def _data(self, place: str, node: ScalarNode) -> Data | None:
        flow = place.partition(".")[0]
        compiled = self._bot.flows[flow]
        names = {"data": Namespace(compiled.data), "params": Namespace(compiled.params)}
        scope = Scope({"user": self._user(), **names})
        condition, faults = compile_expression(node.text, scope, expected=BOOL)
        self._findings.report_faults(node, faults)
        return Data(flow, condition) if condition is not None else None

    def _calls(self, node: Node) -> Calls:
        keys = node.keys if isinstance(node, MapNode) else {}
        commands = {
            name: action
            for name, action in self._bot.catalog.items()
            if action.kind is ActionKind.COMMAND
        }
        for name, arguments in entries(node).items():
            action = commands.get(name)
            if action is None:
                hint = choose_from(name, commands, "commands")
                self._findings.add(
                    keys[name].position, "unknown-action", f'no command "{name}"{hint}'
                )
                continue
            known = [one.name for one in action.parameters]
            for argument in entries(arguments):
                if argument not in known:
                    hint = choose_from(argument, known, "arguments")
                    place = arguments.keys[argument].position  # type: ignore[union-attr]  # it has entries
                    message = f'"{name}" takes no "{argument}"{hint}'
                    self._findings.add(place, "unknown-argument", message)
        return Calls({name: _json(one) for name, one in entries(node).items()})

    def _ended(self, node: Node) -> Ended:
        return Ended(self._findings.flow(self._bot, node))

    def _rows(self, node: Node) -> Rows | None:
        query, are = as_scalar(entries(node)["query"]), _json(entries(node)["are"])
        scope = Scope({"user": self._user()})
        call, faults = compile_call(query.text, scope, self._bot.catalog, ActionKind.QUERY)
        self._findings.report_faults(query, faults)
        return Rows(call, are) if call is not None else None

    def _user(self) -> Any:
        return user_type(self._bot.file.roles, self._bot.file.locales)


def _json(node: Node) -> Any:
    return node.value
