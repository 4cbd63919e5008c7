"""What two versions of a bot make of the people at each step, told before the newer one is deployed.

It asks what the run time asks, of what is proved of the older version in the place of what is kept of somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from engine.flow.model.steps import RunStep
from engine.flow.types import ListOf, MapOf, Maybe, Scalar, accepts
from engine.flow.upgrade import (
    Fate,
    Landing,
    Stand,
    find_flow,
    is_over,
    land,
    needs_at,
    owner_of,
    trace,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.compile import CompiledFlow
    from engine.flow.model.upgrade import Renaming
    from engine.flow.types import Type
    from engine.flow.upgrade import Course, Lacking


class Cause(StrEnum):
    """Why people cannot stay where they are."""

    NONE = ""
    FLOW_GONE = "the flow is gone"
    STEP_GONE = "the step is gone"
    LACKS = "something is not set"
    TAKEN_BACK = "the version goes back"


@dataclass(frozen=True, slots=True)
class Foretold:
    """A step of the older version, and what becomes of people there.

    `runs` is the flow that they are in, where the step runs one. Unless it `is_sure`, that happens to those alone who
    lack what is named; the others go on at `otherwise`.
    """

    flow: str
    version: int
    step: str
    runs: str | None
    landing: Landing
    otherwise: Landing
    cause: Cause = Cause.NONE

    @property
    def is_sure(self) -> bool:
        """Tell whether all people there fare alike."""
        return self.landing == self.otherwise

    @property
    def is_stranded(self) -> bool:
        """Tell whether somebody would be put elsewhere without an `upgrade` that says so."""
        is_away = self.landing.fate in (Fate.RESTARTS, Fate.LEAVES)
        return self.cause is Cause.TAKEN_BACK or (is_away and not self.landing.is_meant)


def foretell(
    old: Mapping[str, CompiledFlow],
    new: Mapping[str, CompiledFlow],
    gone: Mapping[str, Renaming],
) -> tuple[Foretold, ...]:
    """Tell of each step of the older flows where somebody can be what becomes of them; `gone` is of the newer bot."""
    return tuple(
        _foretell(compiled, find_flow(new, gone, name), gone, stand)
        for name, compiled in sorted(old.items())
        for stand in _stands(compiled, new, gone)
    )


def _stands(
    compiled: CompiledFlow, new: Mapping[str, CompiledFlow], gone: Mapping[str, Renaming]
) -> Iterator[Stand]:
    flow = compiled.flow
    for name, step in flow.steps.items():
        if name in compiled.graph.waiting:
            yield Stand(flow.name, flow.version, name)
        elif isinstance(step, RunStep):
            above = find_flow(new, gone, step.call.flow)
            runs = above.flow.name if above else step.call.flow
            yield Stand(flow.name, flow.version, name, runs, "")


def _foretell(
    old: CompiledFlow, new: CompiledFlow | None, gone: Mapping[str, Renaming], stand: Stand
) -> Foretold:
    flow, version, step, runs = stand.flow, stand.version, stand.step, stand.runs
    if new is None:
        left = Landing(Fate.LEAVES, is_meant=is_over(gone, flow))
        return Foretold(flow, version, step, runs, left, left, Cause.FLOW_GONE)
    course = trace(new.flow.upgrade, version, step)
    known = _Known(old, new, course, step)
    worst = land(new, stand, course, known.lacking(Doubt.LACKS), known.anew(Doubt.LACKS))
    best = land(new, stand, course, known.lacking(Doubt.HOLDS), known.anew(Doubt.HOLDS))
    if new.flow.version < version:
        cause = Cause.TAKEN_BACK
    elif worst.fate not in (Fate.RESTARTS, Fate.LEAVES):
        cause = Cause.NONE
    else:
        cause = Cause.LACKS if worst.lacks else Cause.STEP_GONE
    return Foretold(flow, version, step, runs, worst, best, cause)


class Doubt(StrEnum):
    """What is taken of a value of which it is not known whether somebody has it."""

    HOLDS = "holds"
    LACKS = "lacks"


class _Known:
    """What is surely set, in the names and types of now, for somebody at a step of the older version."""

    def __init__(self, old: CompiledFlow, new: CompiledFlow, course: Course, step: str) -> None:
        self._old = old
        self._new = new
        self._facts = needs_at(old, step)
        self._former = {
            "data": _former(old.data, course.data),
            "params": _former(old.params, course.params),
        }

    def lacking(self, doubt: Doubt) -> Lacking:
        """Give what tells which facts do not hold of the values that come along."""
        return self._asked(doubt, anew=False)

    def anew(self, doubt: Doubt) -> Lacking:
        """Give the same for the beginning of the flow, where a default takes the place of nothing."""
        return self._asked(doubt, anew=True)

    def _asked(self, doubt: Doubt, *, anew: bool) -> Lacking:
        def lacking(facts: Iterable[str]) -> tuple[str, ...]:
            unset = (
                one
                for one in facts
                if not self._holds(one, anew=anew, otherwise=doubt is Doubt.HOLDS)
            )
            return tuple(sorted({owner_of(one) for one in unset}))

        return lacking

    def _holds(self, fact: str, *, anew: bool, otherwise: bool) -> bool:
        group, name, *fields = fact.split(".")
        types = self._new.data if group == "data" else self._new.params
        declared = types.get(name)
        default = self._new.defaults.get(name)
        if declared is None:
            return False
        former = self._former[group].get(name)
        if former is None:
            return _reach(default, fields) is not None
        if anew and default is not None and not fields:
            return True
        before = (self._old.data if group == "data" else self._old.params)[former]
        assumed = self._old.defaults.get(former)  # stands in the flow, and is not kept of anybody
        is_set = ".".join((group, former, *fields)) in self._facts or (
            not fields and assumed is not None and not isinstance(before, Maybe)
        )
        is_kept = assumed is None or (default is not None and not fields)
        return (is_set and is_kept and surely_fits(before, declared)) or otherwise


def _former(types: Mapping[str, Type], renamed: Mapping[str, str]) -> Mapping[str, str]:
    """Give the old name of each name of now that comes along."""
    kept = {name: name for name in types if name not in renamed}
    return {**kept, **{renamed[name]: name for name in types if name in renamed}}


def _reach(value: Any, fields: Iterable[str]) -> Any:
    for one in fields:
        value = getattr(value, one, None)
    return value


def surely_fits(old: Type, new: Type) -> bool:
    """Tell whether every value of a type that is kept can be read as one of another, nothing aside."""
    before = old.inner if isinstance(old, Maybe) else old
    now = new.inner if isinstance(new, Maybe) else new
    if isinstance(now, ListOf) and isinstance(before, ListOf):
        fits = now.max is None or (before.max is not None and before.max <= now.max)
        return fits and surely_fits(before.item, now.item)
    if isinstance(now, MapOf) and isinstance(before, MapOf):
        return surely_fits(before.item, now.item)
    return before == now or (accepts(now, before) and _within(before, now))


def _within(before: Type, now: Type) -> bool:
    if not isinstance(now, Scalar):
        return True
    low, high = (before.min, before.max) if isinstance(before, Scalar) else (None, None)
    return (now.min is None or (low is not None and low >= now.min)) and (
        now.max is None or (high is not None and high <= now.max)
    )
