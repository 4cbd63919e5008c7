"""The search for missing scenarios, from what was covered to a file of those that would cover the rest.

It knows the command's options; it does not know how anything is found.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from engine.flow.model.windows import WindowStep
from engine.service.commands.output import count, write_output
from engine.service.errors import SettingsError
from engine.service.exploring import open_simulator
from engine.simulate.coverage.goals import list_goals
from engine.simulate.coverage.model import GoalKind
from engine.simulate.explore.missing import Seeker
from engine.simulate.explore.story import write_lines
from engine.simulate.scenarios.model import At
from engine.simulate.scenarios.write import write_scenarios

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from engine.flow.checked import Bot
    from engine.simulate.coverage.model import Goal
    from engine.simulate.explore.atlas import Visit
    from engine.simulate.explore.missing import Sought
    from engine.simulate.explore.story import Story

FILE_NAME: Final = "missing.yaml"


async def seek(bot: Bot, options: Namespace) -> int:
    """Look for the scenarios that are missing, write them, and return how many goals were not met.

    Raises:
        SettingsError: what was covered cannot be read, or there is no such flow.
    """
    goals = choose_goals(bot, flow=options.only, covered=read_covered(options.missing))
    found: list[Sought] = []
    async with open_simulator(bot, options.fill) as simulator:
        seeker = Seeker(simulator)
        async for sought in seeker.seek(goals):
            found.append(sought)
            state = "" if sought.met else " (not found)"
            said = f"{len(found)} of {len(goals)}: {sought.goal.flow}, {sought.goal.says}{state}"
            sys.stderr.write(f"{said}\n")
    met = [one for one in found if one.met is not None]
    if met:
        _write(write_missing(bot, met), options.write)
    for one in found:
        if one.met is None:
            place = f"{one.goal.position.path}:{one.goal.position.line}"
            sys.stderr.write(f"{place}: {one.goal.says}: {one.reason}\n")
    sys.stderr.write(
        f"{count(len(met), 'goal')} met, {len(found) - len(met)} not, "
        f"{count(seeker.atlas.visits, 'conversation')} held\n"
    )
    return len(found) - len(met)


def read_covered(path: Path | None) -> frozenset[str]:
    """Return the keys of the goals that a report says are covered; none where there is no report.

    Raises:
        SettingsError: it cannot be read.
    """
    if path is None:
        return frozenset()
    try:
        report: Any = json.loads(path.read_text(encoding="utf-8"))
        flows = report["flows"].values()
        return frozenset(goal["key"] for flow in flows for goal in flow["goals"] if goal["tests"])
    except OSError as error:
        raise SettingsError(f'"{path}" cannot be read: {error.strerror}') from None
    except (ValueError, LookupError, TypeError, AttributeError):
        message = f'"{path}" is no report of `pytest --flow-cov-report=json:FILE`'
        raise SettingsError(message) from None


def choose_goals(bot: Bot, *, flow: str | None, covered: Iterable[str] = ()) -> Sequence[Goal]:
    """List the goals that are left of all flows or of one, but for those of languages, which are not sought.

    Raises:
        SettingsError: there is no such flow.
    """
    if flow is not None and flow not in bot.flows:
        known = ", ".join(f'"{name}"' for name in sorted(bot.flows))
        raise SettingsError(f'there is no flow "{flow}"; flows are {known}')
    left = set(covered)
    return [
        goal
        for goal in list_goals(bot)
        if goal.kind is not GoalKind.LOCALE and flow in (None, goal.flow) and goal.key not in left
    ]


def write_missing(bot: Bot, found: Sequence[Sought]) -> str:
    """Write scenarios, each named for what it meets at its end; the beginning of another one is no scenario of its own."""
    met = [(one.goal, one.met) for one in found if one.met is not None]
    named: dict[str, Visit] = {}
    for goal, visit in met:
        known = [other.story for other in named.values()]
        whole = [other.story for _, other in met]
        if visit.story in known or any(_begins(visit.story, other) for other in whole):
            continue
        place = f"{goal.flow}, {goal.step}" if goal.step in steps_of(bot, goal.flow) else goal.flow
        name = f"{place}: {goal.says}"
        named[name if name not in named else f"{name} ({len(named)})"] = visit
    lines = {name: write_lines(visit.story, *_place(bot, visit)) for name, visit in named.items()}
    own = {name: visit.story.given for name, visit in named.items()}
    return write_scenarios(lines, own=own, time_zone=bot.file.time_zone)


def steps_of(bot: Bot, flow: str) -> Collection[str]:
    """Return the names of the steps of a flow; none of what is no flow."""
    return bot.flows[flow].flow.steps if flow in bot.flows else ()


def _begins(story: Story, other: Story) -> bool:
    """Tell whether a story is what another one begins with."""
    length = len(story.doings)
    is_longer = length < len(other.doings) and story.given == other.given
    return is_longer and other.doings[:length] == story.doings


def _place(bot: Bot, visit: Visit) -> Iterator[At]:
    """Give where the person stands at the end, if that is a place where they can."""
    for flow, step in visit.open_flows[-1:]:
        if isinstance(bot.flows[flow].flow.steps[step], WindowStep):
            yield At(f"{flow}.{step}")


def _write(text: str, directory: Path | None) -> None:
    path = directory / FILE_NAME if directory else None
    write_output(path, text)
    if path is not None:
        sys.stdout.write(f"{path.as_posix()}\n")
