"""`usher diff`: what a deploy does to the people at each step, before it is made.

It knows nothing of how that follows from two versions of a flow.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.flow.foretell import Cause, Foretold, foretell
from engine.flow.problems import render_problems
from engine.flow.upgrade import Fate, Landing
from engine.service.commands.check import catalog_in_use, check_directory
from engine.service.commands.output import count
from engine.service.errors import ServiceError
from engine.service.loading import load
from engine.service.revisions import open_flows

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from engine.dialog.bring_along import Outlook
    from engine.flow.checked import Checked

type People = Mapping[tuple[str, str], Counter[Outlook]]
"""How many people stand at each step, by what becomes of them."""


def run(options: Namespace) -> int:
    """Tell what becomes of people; return 1 when somebody would be stranded, or the newer flows have problems."""
    catalog = catalog_in_use()
    with ExitStack() as stack:
        old = check_directory(stack.enter_context(open_flows(options.old, options.flows)), catalog)
        new = check_directory(stack.enter_context(open_flows(options.new, options.flows)), catalog)
        if new.bot is None:
            sys.stderr.write(render_problems(new.problems))
            return 1
        _warn(options.old, old)
        told = foretell(old.flows, new.bot.flows, new.bot.file.gone)
        people: People = (
            load("engine.service.standing").count_people(new.bot, options.env_file)
            if options.live
            else {}
        )
    render = _render_json if options.format == "json" else _render_text
    sys.stdout.write(render(told, new, people, live=options.live))
    stranded = [one for one in told if one.is_stranded]
    lost = sum(_stranded(outlooks) for outlooks in _others(told, people).values())
    if not stranded and not lost:
        sys.stderr.write(f"{count(len(told), 'step')}, nobody is stranded\n")
        return 0
    more = f", and {lost} in other versions" if lost else ""
    sys.stderr.write(
        f"{count(len(stranded), 'step')} of {len(told)} would strand people{more}; "
        "say in upgrade where they go, or that they begin anew\n"
    )
    return 1


def _warn(name: str, old: Checked) -> None:
    """Tell that the older flows do not fit the actions of now, by which both are read."""
    if not old.flows:
        raise ServiceError(f'the flows of "{name}" cannot be read')
    if old.problems:
        sys.stderr.write(
            f'the flows of "{name}" have {count(len(old.problems), "problem")} with the engine and actions of now; '
            "what is not known of them is left out\n"
        )


def _others(told: Sequence[Foretold], people: People) -> People:
    """Give people at steps that the older version does not have: of versions before it, or of flows that it lacks."""
    known = {(one.flow, one.step) for one in told}
    return {place: outlooks for place, outlooks in people.items() if place not in known}


def _stranded(outlooks: Counter[Outlook]) -> int:
    return sum(number for outlook, number in outlooks.items() if outlook.is_stranded)


def _render_text(told: Sequence[Foretold], new: Checked, people: People, *, live: bool) -> str:
    lines = []
    for (flow, version), steps in groupby(told, key=lambda one: (one.flow, one.version)):
        now = new.flows.get(flow)
        lines.append(f"{flow} {version} → {now.flow.version if now else 'gone'}")
        for one in steps:
            mark = "!" if one.is_stranded else " "
            who = _people(people.get((one.flow, one.step))) if live else ""
            lines.append(f"{mark} {one.step}: {_say(one)}{who}")
        lines.append("")
    others = _others(told, people)
    if others:
        lines.append("of other versions")
        lines += [
            f"  {flow}:{step}:{_people(outlooks)}"
            for (flow, step), outlooks in sorted(others.items())
        ]
        lines.append("")
    return "\n".join(lines)


def _say(one: Foretold) -> str:
    said = _say_landing(one.landing, one.flow)
    if one.cause is Cause.TAKEN_BACK:
        return f"{said}, but only after a minute: {one.cause}"
    if one.landing.is_meant and one.landing.fate in (Fate.RESTARTS, Fate.LEAVES):
        return f"{said}, as upgrade says"
    if one.cause is Cause.LACKS:
        lacks = " and ".join(f'"{name}"' for name in one.landing.lacks)
        if one.is_sure:
            return f"{said}: {lacks} cannot be set there"
        return f"{_say_landing(one.otherwise, one.flow)}, but {said} without {lacks}"
    return f"{said}: {one.cause}" if one.cause else said


def _say_landing(landing: Landing, flow: str) -> str:
    place = landing.step if landing.flow == flow else f"{landing.flow}:{landing.step}"
    match landing.fate:
        case Fate.STAYS:
            return "stays"
        case Fate.MOVED:
            return f"moved to {place}"
        case Fate.RESTARTS:
            return f"restarts at {place}"
        case Fate.LEAVES:
            return "leaves"


def _people(outlooks: Counter[Outlook] | None) -> str:
    if not outlooks:
        return " (nobody)"
    counted = _by_fate(outlooks)
    detail = ", ".join(f"{number} {fate}" for fate, number in counted.items())
    return f" ({outlooks.total()}: {detail})"


def _by_fate(outlooks: Counter[Outlook]) -> Mapping[str, int]:
    """Count people by what becomes of them, in the order of the kinds."""
    counted = {
        fate.value: sum(number for one, number in outlooks.items() if one.fate is fate)
        for fate in Fate
    }
    return {fate: number for fate, number in counted.items() if number}


def _render_json(told: Sequence[Foretold], new: Checked, people: People, *, live: bool) -> str:
    steps = [_as_json(one, people, live=live) for one in told]
    shown: dict[str, Any] = {
        "stranded": sum(one.is_stranded for one in told),
        "flows": {name: compiled.flow.version for name, compiled in sorted(new.flows.items())},
        "steps": steps,
    }
    if live:
        shown["others"] = [
            {"flow": flow, "step": step, "people": _by_fate(outlooks)}
            for (flow, step), outlooks in sorted(_others(told, people).items())
        ]
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def _as_json(one: Foretold, people: People, *, live: bool) -> Mapping[str, Any]:
    shown: dict[str, Any] = {
        "flow": one.flow,
        "version": one.version,
        "step": one.step,
        "runs": one.runs,
        "fate": one.landing.fate,
        "to": f"{one.landing.flow}:{one.landing.step}" if one.landing.step else None,
        "is_sure": one.is_sure,
        "lacks": list(one.landing.lacks),
        "cause": one.cause.value or None,
        "is_meant": one.landing.is_meant,
        "is_stranded": one.is_stranded,
    }
    if live:
        shown["people"] = _by_fate(people.get((one.flow, one.step), Counter()))
    return shown
