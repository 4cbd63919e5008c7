"""A kept conversation in the flows of now: what becomes of each open flow is applied to what is kept of it.

It decides nothing: what becomes of whom follows from the flows alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.dialog.ports import UnavailableError
from engine.dialog.remembered import CALENDAR, CALL, CHOICE, OF_STEP, PICKER, WRONG
from engine.flow.upgrade import (
    Course,
    Fate,
    Landing,
    Stand,
    Values,
    begun_anew,
    find_flow,
    fit,
    flow_names,
    is_over,
    keeps_call,
    lacking_in,
    land,
    needs_at,
    trace,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow


class NewerStateError(UnavailableError):
    """A conversation stands in a version of a flow that these flows do not know; another process may."""


@dataclass(slots=True)
class Brought:
    """The open flows that go on, and those that are closed, the one on top first, as they are kept.

    `restarted` are the ids of those that begin anew; `is_cut` tells that the one on top is no more what it was; `landings` tell why. `buttons` are ids
    of buttons on its screen that have another name now, as a button without an id has that of where it leads.
    """

    open: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    restarted: set[str] = field(default_factory=set)
    is_cut: bool = False
    landings: list[tuple[Stand, Landing]] = field(default_factory=list)
    buttons: Mapping[str, str] = field(default_factory=dict)


def bring_along(
    bot: Bot,
    kept: Sequence[Mapping[str, Any]],
    *,
    may_be_newer: bool,
    is_written: Callable[[str], bool],
) -> Brought:
    """Put each open flow of a conversation, the lowest first, where it stands in the flows of now.

    `is_written` knows the states of dialogs that are no flows.

    Raises:
        NewerStateError: one of them is newer than its flow here, and `may_be_newer` says that who knows it may come.
    """
    brought = Brought()
    stands = [_stand(bot, kept, index) for index in range(len(kept))]
    if may_be_newer:
        _refuse_newer(bot, stands)
    for index, (context, stand) in enumerate(zip(kept, stands, strict=True)):
        course = _course(bot, stand)
        brought.buttons = course.steps
        written = _stay_written(context, stand, is_written)
        landed, landing = written or _land(bot, context, stand, course)
        brought.landings.append((stand, landing))
        if landed is None:
            brought.closed = [
                one for kept_one in reversed(kept[index:]) if (one := _closed(bot, kept_one))
            ]
            brought.is_cut = True
            break
        brought.open.append(landed)
        if landing.fate is Fate.RESTARTS:
            brought.restarted.add(landed["id"])
            brought.is_cut = index == len(kept) - 1
    if brought.closed:
        _leave_what_ran_it(bot, brought)
    return brought


def _stay_written(
    context: Mapping[str, Any], stand: Stand, is_written: Callable[[str], bool]
) -> tuple[dict[str, Any], Landing] | None:
    """Leave a dialog that is no flow as it is."""
    if stand.version or not is_written(context["state"]):
        return None
    return dict(context), Landing(Fate.STAYS, stand.flow, stand.step)


def _course(bot: Bot, stand: Stand) -> Course:
    """Follow a place to now, with the names of flows among those of steps, as buttons are named by both."""
    compiled = find_flow(bot.flows, bot.file.gone, stand.flow)
    course = trace(compiled.flow.upgrade if compiled else (), stand.version, stand.step)
    names = (
        {**flow_names(bot.flows, bot.file.gone), **course.steps} if bot.file.gone else course.steps
    )
    return replace(course, steps=names)


def _closed(bot: Bot, context: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an open flow that is left, for what it does then; None where nothing is known of it."""
    flow, version, step = split_state(context["state"])
    compiled = find_flow(bot.flows, bot.file.gone, flow)
    if compiled is None:
        return None
    course = _course(bot, Stand(flow, version, step))
    values = fit(compiled, course.rename(Values(context["data"], _mapping(context["start"]))))
    state = f"{compiled.flow.name}@{compiled.flow.version}:{compiled.flow.first.name}"
    return {**context, "state": state, "data": dict(values.data), "start": dict(values.params)}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of a person, and whether an `upgrade` says so."""

    fate: Fate
    is_meant: bool

    @property
    def is_stranded(self) -> bool:
        """Tell whether they would be put elsewhere without a word."""
        return self.fate in (Fate.RESTARTS, Fate.LEAVES) and not self.is_meant


def foresee(bot: Bot, kept: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], Outlook] | None:
    """Return where a person stands, and what becomes of them in the flows of a bot; None for who is in no flow."""
    if not kept or not split_state(kept[-1]["state"])[1]:
        return None
    flow, _, step = split_state(kept[-1]["state"])
    brought = bring_along(bot, kept, may_be_newer=False, is_written=lambda _: True)
    top = brought.open[-1] if brought.open else None
    if top is None or top["id"] != kept[-1]["id"]:
        fate = Fate.LEAVES
    elif brought.is_cut:
        fate = Fate.RESTARTS
    else:
        now = split_state(top["state"])
        fate = Fate.STAYS if (now[0], now[2]) == (flow, step) else Fate.MOVED
    return (flow, step), Outlook(fate, brought.landings[-1][1].is_meant)


def _leave_what_ran_it(bot: Bot, brought: Brought) -> None:
    """Put the flow below a closed one where somebody can wait, or close it as well."""
    while brought.open:
        context = brought.open.pop()
        if not split_state(context["state"])[1]:
            brought.open.append(context)
            return
        alone = {**context, "widgets": {**context["widgets"]}}
        alone["widgets"].pop(CALL, None)
        stand = _stand(bot, [alone], 0)
        landed, landing = _land(bot, alone, stand, _course(bot, stand))
        if landed is not None:
            brought.open.append(landed)
            if landing.fate is Fate.RESTARTS:
                brought.restarted.add(landed["id"])
            return
        brought.closed.append(context)


def _stand(bot: Bot, kept: Sequence[Mapping[str, Any]], index: int) -> Stand:
    flow, version, step = split_state(kept[index]["state"])
    runs = None
    if index + 1 < len(kept):
        above = split_state(kept[index + 1]["state"])[0]
        compiled = find_flow(bot.flows, bot.file.gone, above)
        runs = compiled.flow.name if compiled else above
    return Stand(flow, version, step, runs, kept[index]["widgets"].get(CALL))


def split_state(name: str) -> tuple[str, int, str]:
    """Return the flow, version and step of a state; the version is 0 where the state is not of a flow."""
    group, _, step = name.partition(":")
    flow, _, version = group.partition("@")
    return flow, int(version) if version.isdecimal() else 0, step


def _refuse_newer(bot: Bot, stands: Sequence[Stand]) -> None:
    for stand in stands:
        compiled = find_flow(bot.flows, bot.file.gone, stand.flow)
        is_unknown = compiled is None and stand.version > 0 and stand.flow not in bot.file.gone
        if is_unknown or (compiled is not None and stand.version > compiled.flow.version):
            raise NewerStateError(f'flow "{stand.flow}" version {stand.version} is not known here')


def _land(
    bot: Bot, context: Mapping[str, Any], stand: Stand, course: Course
) -> tuple[dict[str, Any] | None, Landing]:
    """Return an open flow where it stands now, None when it is left, and what becomes of it."""
    compiled = find_flow(bot.flows, bot.file.gone, stand.flow)
    if compiled is None:
        return None, Landing(Fate.LEAVES, is_meant=is_over(bot.file.gone, stand.flow))
    values = Values(context["data"], _mapping(context["start"]))
    is_same = (stand.flow, stand.version) == (compiled.flow.name, compiled.flow.version)
    if not is_same or lacking_in(compiled, values)(needs_at(compiled, stand.step)):
        values = fit(compiled, course.rename(values))
    anew = begun_anew(compiled, values)
    landing = land(
        compiled, stand, course, lacking_in(compiled, values), lacking_in(compiled, anew)
    )
    if landing.fate is Fate.LEAVES:
        return None, landing
    widgets = _widgets(compiled, context["widgets"], stand, landing, course)
    kept = anew if landing.fate is Fate.RESTARTS else values
    landed = {
        **context,
        "state": f"{landing.flow}@{compiled.flow.version}:{landing.step}",
        "data": dict(kept.data),
        "start": dict(kept.params) if isinstance(context["start"], dict) else context["start"],
        "widgets": widgets,
    }
    return landed, landing


def _widgets(
    compiled: CompiledFlow,
    kept: Mapping[str, Any],
    stand: Stand,
    landing: Landing,
    course: Course,
) -> dict[str, Any]:
    """Return what a flow remembers of its step, by the step's name of now; nothing when it begins anew."""
    widgets = dict(kept)
    if landing.fate is Fate.RESTARTS:
        for name in OF_STEP:
            widgets.pop(name, None)
        return widgets
    if CALL in widgets:
        kind, colon, button = str(stand.call).partition(":")
        widgets[CALL] = f"{kind}{colon}{course.steps.get(button, button)}"
        at = Stand(landing.flow, compiled.flow.version, landing.step, stand.runs, widgets[CALL])
        if not keeps_call(compiled, at):
            del widgets[CALL]
    if landing.fate is Fate.MOVED:
        _rename_step(widgets, stand.step, landing.step)
    return widgets


def _rename_step(widgets: dict[str, Any], old: str, new: str) -> None:
    wrong = widgets.get(WRONG)
    if isinstance(wrong, list) and wrong[:1] == [old]:
        widgets[WRONG] = [new, *wrong[1:]]
    for name in (CHOICE, CALENDAR, PICKER):
        kept = widgets.get(name)
        if isinstance(kept, dict) and kept.get("step") == old:
            widgets[name] = {**kept, "step": new}


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}
