"""The names that can be read at a place of a flow, with their types, as far as they can be told while it is typed.

It takes what the flow last declared and the entries of the step at the cursor; it proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.annotations import type_of
from engine.flow.answers.asked import ANY, ASK_TYPES, answer_type_of
from engine.flow.compile import user_type
from engine.flow.expression.functions import FILTERS, FUNCTIONS
from engine.flow.expressions import Namespace
from engine.flow.types import ListOf, Maybe, Record, Type, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.actions import Action
    from engine.flow.compile import CompiledFlow
    from engine.flow.expression.functions import Operation
    from engine.lsp.project import Project

type Named = Type | Namespace

_CALLED: Final = re.compile(r"\s*[\"']?\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\(")
_LOADED: Final = re.compile(r"([a-z_][a-z0-9_]*)\s*:\s*[\"']?([A-Za-z_]\w*\.\w+)\s*\(")


@dataclass(frozen=True, slots=True)
class Names:
    """What one step can read: `entries` are its keys with their values as written."""

    project: Project
    flow: CompiledFlow | None
    entries: Mapping[str, str]

    def all(self) -> Mapping[str, Named]:
        """Give every name that can be read, with its type."""
        bot = self.project.bot
        found: dict[str, Named] = {
            "user": user_type(bot.roles if bot else (), bot.locales if bot else ())
        }
        if self.flow is not None:
            found["data"] = Namespace(self.flow.data)
            found["params"] = Namespace(self.flow.params)
        for name, action in _LOADED.findall(self.entries.get("load", "")):
            found |= self._typed(name, self.result(f"{action}("))
        return {**found, **self._of_verb()}

    def fields(self, path: str) -> Mapping[str, Type]:
        """Give what can follow a dotted path such as `data.service`."""
        found = self.type_of(path)
        if isinstance(found, Maybe):
            found = found.inner
        return found.fields if isinstance(found, Record | Namespace) else {}

    def type_of(self, path: str) -> Named | None:
        """Give the type of a dotted path; None when it is not known."""
        first, *rest = path.split(".")
        found: Named | None = self.all().get(first)
        for part in rest:
            if isinstance(found, Maybe):
                found = found.inner
            if not isinstance(found, Record | Namespace):
                return None
            found = found.fields.get(part)
        return found

    def result(self, call: str) -> Type | None:
        """Give what the action of a call returns."""
        action = self.action(call)
        return type_of(action.result) if action else None

    def action(self, call: str) -> Action | None:
        """Give the action of a call as written."""
        called = _CALLED.match(call)
        return self.project.catalog.get(called[1]) if called else None

    def _of_verb(self) -> Mapping[str, Named]:
        entries = self.entries
        if "choose" in entries:
            listed = self.result(entries["choose"])
            return self._typed("item", listed.item if isinstance(listed, ListOf) else None)
        if "ask" in entries:
            return self._typed("it", self._asked(entries["ask"]))
        if "do" in entries:
            return self._typed("result", self.result(entries["do"]))
        callee = self.project.flows.get(entries.get("run", "").strip("\"' "))
        return {"result": Namespace(callee.returns)} if callee else {}

    def _asked(self, type_: str) -> Type | None:
        word = type_.strip("\"' ")
        if word.startswith("["):
            word = ANY
        return answer_type_of(word) if word in ASK_TYPES else None

    def _typed(self, name: str, type_: Type | None) -> dict[str, Named]:
        return {} if type_ is None else {name: type_}


def say_type(named: Named | None) -> str:
    """Say a type in the words of flows, a record with its fields."""
    match named:
        case None:
            return ""
        case Namespace(fields=fields) | Record(fields=fields):
            of = f"{named.name}: " if isinstance(named, Record) else ""
            listed = ", ".join(f"{name}: {describe(type_)}" for name, type_ in fields.items())
            return f"{of}{listed}" if listed else of.removesuffix(": ")
        case _:
            return describe(named)


def say_action(action: Action) -> str:
    """Say how an action is called, what it gives and how else it can end."""
    parameters = ", ".join(
        f"{one.name}{'' if one.required else '?'}: {describe(type_of(one.annotation))}"
        for one in action.parameters
    )
    result = describe(type_of(action.result)) if action.result is not None else "nothing"
    outcomes = f"\noutcomes: {', '.join(action.outcomes)}" if action.outcomes else ""
    return f"{action.kind} {action.name}({parameters}) → {result}{outcomes}"


def say_operation(operation: Operation) -> str:
    """Say how a function or a filter is written."""
    is_filter = FILTERS.get(operation.name) is operation
    parameters = operation.parameters[1:] if is_filter else operation.parameters
    arguments = ", ".join(
        f"{one.name}{'' if one.required else '?'}: {one.describe()}" for one in parameters
    )
    if not is_filter:
        return f"{operation.name}({arguments})"
    value = operation.parameters[0].describe() or "any value"
    return f"{value} | {operation.name}{f'({arguments})' if arguments else ''}"


OPERATIONS: Final = {**FUNCTIONS, **FILTERS}
"""Functions and filters by name; where one is both, the filter."""
