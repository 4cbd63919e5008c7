"""What a new version of a bot makes of people who stand in an older one: they stay, are moved, begin the flow anew, or leave it.

It knows places and values as they are kept, and two versions of a flow; it does not know who stands where, nor how they are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from engine.flow.graph import MoveKind
from engine.flow.model.anytime import ON_ENTER
from engine.flow.model.moves import END
from engine.flow.model.steps import RunStep
from engine.flow.model.windows import WindowStep
from engine.flow.types import Maybe
from engine.flow.values import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engine.flow.compile import CompiledFlow
    from engine.flow.model.moves import Call
    from engine.flow.model.steps import Step
    from engine.flow.model.upgrade import Change, Renaming
    from engine.flow.types import Type


class Fate(StrEnum):
    """What happens to somebody in an open flow."""

    STAYS = "stays"
    MOVED = "moved"
    RESTARTS = "restarts"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class Stand:
    """A place in an open flow as it is kept: `runs` is the flow that this one has run, `call` the path of what ran it."""

    flow: str
    version: int
    step: str
    runs: str | None = None
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """What an open flow remembers, as JSON by name."""

    data: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Landing:
    """What becomes of a place: the flow and step of now, empty where the flow is left.

    `lacks` are the names that would have to be set, `is_meant` tells that an `upgrade` says so.
    """

    fate: Fate
    flow: str = ""
    step: str = ""
    lacks: tuple[str, ...] = ()
    is_meant: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What a place and the names of an old version are called now; `is_named` tells that an `upgrade` names the step.

    `steps` are all that have another name, by the old one.
    """

    step: str
    restarts: bool
    is_named: bool
    steps: Mapping[str, str]
    data: Mapping[str, str]
    params: Mapping[str, str]

    def rename(self, values: Values) -> Values:
        """Give values their names of now."""
        return Values(_rename(values.data, self.data), _rename(values.params, self.params))


type Lacking = Callable[[Iterable[str]], tuple[str, ...]]
"""Gives those of some facts, such as `data.day`, that do not hold."""


def find_flow(
    flows: Mapping[str, CompiledFlow], gone: Mapping[str, Renaming], name: str
) -> CompiledFlow | None:
    """Return the flow that a name of any version means now, None when there is none."""
    for _ in range(len(gone) + 1):
        if name in flows:
            return flows[name]
        if name not in gone:
            return None
        name = gone[name].to
    return None


def is_over(gone: Mapping[str, Renaming], name: str) -> bool:
    """Tell whether it is said of a flow that is gone that nothing took its place."""
    for _ in gone:
        if name in gone:
            name = gone[name].to
    return name == END


def flow_names(
    flows: Mapping[str, CompiledFlow], gone: Mapping[str, Renaming]
) -> Mapping[str, str]:
    """Return the names of now of flows that have another one, by the old name."""
    found = {old: find_flow(flows, gone, old) for old in gone}
    return {old: compiled.flow.name for old, compiled in found.items() if compiled}


def former_names(
    flows: Mapping[str, CompiledFlow], gone: Mapping[str, Renaming], flow: str
) -> tuple[str, ...]:
    """Return the names that a flow had in older versions of the bot."""
    return tuple(old for old, new in flow_names(flows, gone).items() if new == flow)


def older_names(changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
    """Return the names that data had in older versions, the newest first, by the name of now."""
    older: dict[str, list[str]] = {}
    for change in changes:
        for old, one in change.data.items():
            older.setdefault(one.to, [])[:0] = [old, *older.pop(old, [])]
    return older


def trace(changes: Sequence[Change], version: int, step: str) -> Course:
    """Follow a place through all that changed since a version."""
    restarts = is_named = False
    steps: dict[str, str] = {}
    data: dict[str, str] = {}
    params: dict[str, str] = {}
    for change in changes:
        if change.version < version:
            continue
        if step in change.restart:
            restarts = is_named = True
        if step in change.steps:
            step, is_named = change.steps[step].to, True
        steps = _chain(steps, change.steps)
        data = _chain(data, change.data)
        params = _chain(params, change.params)
    return Course(step, restarts, is_named, steps, data, params)


def land(
    compiled: CompiledFlow, stand: Stand, course: Course, lacking: Lacking, initially: Lacking
) -> Landing:
    """Decide what becomes of a place in a flow that still is there.

    `lacking` looks at the values that are kept, `initially` at them as they are when the flow begins anew.
    """
    name = compiled.flow.name
    if course.step == END:
        return Landing(Fate.LEAVES, is_meant=True)
    lacks: tuple[str, ...] = ()
    if not course.restarts and is_place(compiled, replace(stand, step=course.step)):
        lacks = lacking(needs_at(compiled, course.step))
        if not lacks:
            is_same = (stand.flow, stand.step) == (name, course.step)
            fate = Fate.STAYS if is_same else Fate.MOVED
            return Landing(fate, name, course.step, is_meant=course.is_named)
    safe = safe_step(compiled)
    if safe is None or initially(needs_at(compiled, safe)):
        return Landing(Fate.LEAVES, lacks=lacks, is_meant=course.restarts)
    return Landing(Fate.RESTARTS, name, safe, lacks, is_meant=course.restarts)


def is_place(compiled: CompiledFlow, stand: Stand) -> bool:
    """Tell whether somebody can be at a step: because it waits, or because what it runs is open."""
    step = compiled.flow.steps.get(stand.step)
    if step is None:
        return False
    if step.name in compiled.graph.waiting:
        return True
    return stand.runs is not None and isinstance(step, RunStep) and step.call.flow == stand.runs


def keeps_call(compiled: CompiledFlow, stand: Stand) -> bool:
    """Tell whether what a flow ran at a step can still come back to it with its results."""
    call = find_call(compiled, compiled.flow.steps[stand.step], stand.call)
    return call is not None and call.flow == stand.runs


def find_call(compiled: CompiledFlow, step: Step, path: str | None) -> Call | None:
    """Return the call of a step, its buttons or of what happens anytime, by its path; None when there is none."""
    flow = compiled.flow
    kind, _, name = (path or "").partition(":")
    match kind:
        case "" if path is not None:
            return step.call if isinstance(step, RunStep) else None
        case "button" if isinstance(step, WindowStep):
            return next((one.run for one in step.buttons if one.id == name), None)
        case "anytime":
            line = flow.anytime.get(name)
            return line.run if line else None
        case "unknown":
            return flow.on_unknown.run if flow.on_unknown else None
        case _:
            return None


def move_of_call(path: str) -> tuple[MoveKind, str]:
    """Return what kind of move is taken when the flow of a call comes back, and its cause, by the path of the call."""
    kind, _, name = path.partition(":")
    match kind:
        case "anytime":
            return MoveKind.COMMAND, name
        case "unknown":
            return MoveKind.UNKNOWN, ""
        case _:
            return MoveKind.RESULT, name


def move_of_leaving(path: str) -> tuple[MoveKind, str]:
    """Return what kind of move is taken when the flow of a call opens in the place of the one that runs it, and its cause."""
    kind, name = move_of_call(path)
    if kind is not MoveKind.RESULT:
        return kind, name
    return (MoveKind.BUTTON, name) if path else (MoveKind.NEXT, "")


def safe_step(compiled: CompiledFlow) -> str | None:
    """Return the step at which a flow begins, if somebody can wait there."""
    first = next((name for name in compiled.flow.steps if name != ON_ENTER), None)
    return first if first in compiled.graph.waiting else None


def needs_at(compiled: CompiledFlow, step: str) -> frozenset[str]:
    """Return what is proved to be set wherever somebody stands at a step."""
    given = {
        f"params.{name}"
        for name, type_ in compiled.params.items()
        if not isinstance(type_, Maybe) and compiled.defaults.get(name) is None
    }
    return compiled.needs.get(step, _NOTHING) | given


def fit(compiled: CompiledFlow, values: Values) -> Values:
    """Leave out the values that a flow does not declare, or that do not fit their type."""
    return Values(
        _fitting(values.data, compiled.data, compiled.defaults),
        _fitting(values.params, compiled.params, compiled.defaults),
    )


def lacking_in(compiled: CompiledFlow, values: Values) -> Lacking:
    """Return what tells which facts do not hold of values."""

    def lacking(facts: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({owner_of(one) for one in facts if not _holds(compiled, values, one)}))

    return lacking


def begun_anew(compiled: CompiledFlow, values: Values) -> Values:
    """Leave out the values that are nothing where a default is not."""

    def kept(group: Mapping[str, Any]) -> Mapping[str, Any]:
        defaults = compiled.defaults
        return {
            name: raw
            for name, raw in group.items()
            if raw is not None or defaults.get(name) is None
        }

    return Values(kept(values.data), kept(values.params))


def _holds(compiled: CompiledFlow, values: Values, fact: str) -> bool:
    group, name, *fields = fact.split(".")
    is_data = group == "data"
    declared = (compiled.data if is_data else compiled.params).get(name)
    raw = (values.data if is_data else values.params).get(name, _ABSENT)
    if declared is None:
        return False
    value = compiled.defaults.get(name) if raw is _ABSENT else _decode(declared, raw)
    for one in fields:
        value = getattr(value, one, None)
    return value is not None


def _decode(declared: Type, raw: Any) -> Any:
    if raw is None:
        return None
    try:
        return from_json(declared, raw)
    except ValueError:
        return None


def _fitting(
    raw: Mapping[str, Any], types: Mapping[str, Type], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    return {
        name: value
        for name, value in raw.items()
        if (declared := types.get(name)) is not None
        and (
            _decode(declared, value) is not None
            or (value is None and (isinstance(declared, Maybe) or defaults.get(name) is None))
        )
    }


def owner_of(fact: str) -> str:
    """Give the name of data or params that a fact is about."""
    return ".".join(fact.split(".")[:2])


def _chain(known: Mapping[str, str], renamed: Mapping[str, Renaming]) -> dict[str, str]:
    """Add the renamings of a version to those of the versions before; what a name becomes later is no old name of its own."""
    chained = {old: renamed[new].to if new in renamed else new for old, new in known.items()}
    later = {old: one.to for old, one in renamed.items() if old not in known.values()}
    return {**later, **chained}


def _rename(values: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    kept = {name: value for name, value in values.items() if name not in names}
    return {**kept, **{names[old]: value for old, value in values.items() if old in names}}


_ABSENT: Final = object()
_NOTHING: Final[frozenset[str]] = frozenset()
