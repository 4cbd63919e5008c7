"""Actions under watch: each command is noted, and those that a test stands in for are not carried out.

It does not know what carries out the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.actions import Outcome
from engine.flow.annotations import type_of
from engine.flow.values import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.actions import Action, User
    from engine.dialog.ports import ActionRunner
    from engine.flow.expressions import ActionCall


class StubbedError(Exception):
    """What an action raises because a test says that it fails."""


@dataclass(frozen=True, slots=True)
class Stub:
    """What happens in the place of an action: it ends with an outcome, returns a result given as JSON, or fails.

    With `times` that happens so often; then the action is carried out.
    """

    outcome: str | None = None
    result: Any = None
    fails: bool = False
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A command that was carried out or stood in for; `arguments` are JSON."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(slots=True)
class WatchedRunner:
    """Notes the commands of another runner, and stands in for some actions by name; a query is not noted.

    `used` are the names of all actions since the last act began; `has_failed` tells that one broke because a test says so.
    """

    runner: ActionRunner
    stubs: Mapping[str, Stub]
    called: list[Called] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    has_failed: bool = False
    _left: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget what the last act led to."""
        self.called.clear()
        self.used.clear()
        self.has_failed = False

    async def query(
        self, call: ActionCall, arguments: Mapping[str, Any], *, user: User, now: datetime
    ) -> Any:
        """Return what the query answers, or what is said in its place."""
        if stub := self._stub(call.action.name):
            return _stand_in(stub, call.action)
        return await self.runner.query(call, arguments, user=user, now=now)

    async def command(
        self,
        call: ActionCall,
        arguments: Mapping[str, Any],
        *,
        user: User,
        now: datetime,
        key: str,
    ) -> Any | Outcome[str]:
        """Carry the command out and note it, or end it as is said in its place."""
        self.called.append(Called(call.action.name, _shown(call.action, arguments)))
        if stub := self._stub(call.action.name):
            return _stand_in(stub, call.action)
        return await self.runner.command(call, arguments, user=user, now=now, key=key)

    def _stub(self, name: str) -> Stub | None:
        self.used.add(name)
        stub = self.stubs.get(name)
        if stub is not None and stub.times is not None:
            left = self._left.get(name, stub.times)
            self._left[name] = left - 1
            stub = stub if left > 0 else None
        self.has_failed = self.has_failed or (stub is not None and stub.fails)
        return stub


def find_fault(stub: Stub, action: Action) -> str | None:
    """Say why an action cannot end as a stub says; None where it can."""
    if stub.fails:
        return None
    if stub.outcome is not None:
        if stub.outcome in action.outcomes:
            return None
        known = ", ".join(f'"{one}"' for one in sorted(action.outcomes))
        has = f"its outcomes are {known}" if known else "it declares no outcomes"
        return f'"{action.name}" cannot end with outcome "{stub.outcome}"; {has}'
    try:
        _result(stub, action)
    except ValueError as error:
        return f'"{action.name}" cannot return that: {error}'
    return None


def _stand_in(stub: Stub, action: Action) -> Any:
    if stub.fails:
        raise StubbedError(f'"{action.name}" fails because the test says so')
    return Outcome(stub.outcome) if stub.outcome is not None else _result(stub, action)


def _result(stub: Stub, action: Action) -> Any:
    if action.result is None:
        if stub.result is not None:
            raise ValueError("it returns nothing")
        return None
    return from_json(type_of(action.result), stub.result)


def _shown(action: Action, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    types = {one.name: type_of(one.annotation) for one in action.parameters}
    return {name: to_json(types[name], value) for name, value in arguments.items()}
