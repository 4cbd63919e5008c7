"""An exploration from its database to its report: walks, shortens what was found, and writes it as scenarios.

It knows the command's options; it does not know how anything is found.
"""

from __future__ import annotations

import re
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from engine.service.commands.output import count, write_output
from engine.service.errors import SettingsError
from engine.service.filling import load_fill
from engine.service.scenario_databases import scenario_database
from engine.service.simulation import open_backstage
from engine.simulate.explore.choices import commands_of, list_doings
from engine.simulate.explore.shrink import Shrinker
from engine.simulate.explore.story import Story, tell, write_lines
from engine.simulate.explore.walk import MOST_PEOPLE, Budget, Explorer, moves_of
from engine.simulate.invariants import read_invariants
from engine.simulate.scenarios.model import Sound
from engine.simulate.scenarios.write import write_scenarios
from engine.simulate.stage import Simulator

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from engine.flow.checked import Bot
    from engine.simulate.explore.walk import Discovery, Figures
    from engine.simulate.invariants import Invariant
    from engine.simulate.sound import Flaw

PROGRESS_SECONDS: Final = 10.0
MOST_FINDINGS: Final = 20
"""Different findings after which a walk stops: there is enough to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, with the shortest conversation found that leads to it."""

    flaw: Flaw
    story: Story


@dataclass(slots=True)
class Exploration:
    """A walk that keeps each thing that is wrong once; `repeated` counts those that were known."""

    simulator: Simulator
    budget: Budget
    findings: list[Finding] = field(default_factory=list)
    repeated: int = 0

    async def run(self) -> Figures:
        """Walk until the acts are used up, or too much was found."""
        explorer = Explorer(self.simulator, self.budget)
        told = time.monotonic()
        async for found in explorer.walk():
            if found is not None:
                await self._keep(found)
            if len(self.findings) >= MOST_FINDINGS:
                break
            if time.monotonic() - told > PROGRESS_SECONDS:
                told = time.monotonic()
                done = f"{explorer.figures.presses} of {self.budget.presses} presses"
                sys.stderr.write(f"{done}, {count(len(self.findings), 'finding')}\n")
        return explorer.figures

    async def _keep(self, found: Discovery) -> None:
        if any(known.flaw == found.flaw for known in self.findings):
            self.repeated += 1
            return

        async def retell(story: Story) -> Story | None:
            told = await tell(self.simulator, story)
            return told.story if told.flaw == found.flaw else None

        offer = partial(list_doings, self.simulator)
        shrinker = Shrinker(retell, offer, commands_of(self.simulator.bot))
        story = await shrinker.shrink(found.story)
        told = await tell(self.simulator, story)
        self.findings.append(Finding(told.flaw or found.flaw, story))


async def explore(bot: Bot, options: Namespace, invariants: str) -> int:
    """Explore a bot as the command line says, tell what was found, and return how much that is.

    Raises:
        SettingsError: an option is of no use.
    """
    budget = Budget(options.presses, options.seed, min(options.people, MOST_PEOPLE))
    try:
        truths = read_invariants(invariants)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    async with open_simulator(bot, options.fill, truths) as simulator:
        exploration = Exploration(simulator, budget)
        began = time.monotonic()
        figures = await exploration.run()
        seconds = time.monotonic() - began
    for number, finding in enumerate(exploration.findings, 1):
        _tell(bot, finding, number, options)
    sys.stdout.write(_summary(bot, figures, exploration, seconds))
    return len(exploration.findings)


@asynccontextmanager
async def open_simulator(
    bot: Bot, fill: str, invariants: Sequence[Invariant] = ()
) -> AsyncIterator[Simulator]:
    """Give what simulates a bot, in a new database with what a function fills in."""
    seed = load_fill(fill)
    async with scenario_database() as url, open_backstage(url, seed) as backstage:
        yield Simulator(bot, backstage, invariants=invariants)


def _tell(bot: Bot, finding: Finding, number: int, options: Namespace) -> None:
    story, flaw = finding.story, finding.flaw
    lines = write_lines(story, Sound())
    name = " ".join(f"Found with seed {options.seed}: {flaw.fact}".split())
    text = write_scenarios({name: lines}, story.given, time_zone=bot.file.time_zone)
    sys.stdout.write(f"{number}. {flaw.fact} [{flaw.wrong}]\n")
    if options.write is None:
        sys.stdout.write(f"\n{text}\n")
        return
    path: Path = options.write / f"found_{_file_name(flaw)}_{options.seed}_{number}.yaml"
    write_output(path, text)
    played = f"{count(len(lines), 'line')}; play it: pytest {path.as_posix()}"
    sys.stdout.write(f"   {played}\n")


def _file_name(flaw: Flaw) -> str:
    words = re.findall(r"[a-z0-9]+", f"{flaw.wrong} {flaw.mark}".lower())
    return "_".join(words)[:_LONGEST_NAME].strip("_")


def _summary(bot: Bot, figures: Figures, exploration: Exploration, seconds: float) -> str:
    moves, found = set(moves_of(bot)), len(exploration.findings)
    steps = sum(len(compiled.flow.steps) for compiled in bot.flows.values())
    walked = (
        f"seed {exploration.budget.seed}: {figures.presses} presses in {figures.conversations} conversations, "
        f"{seconds:.0f} s, {figures.presses / max(seconds, 0.001):.0f} presses a second"
    )
    seen = (
        f"{len(figures.steps)} of {steps} steps, {len(figures.taken & moves)} of {len(moves)} moves, "
        f"{len(figures.done)} different things done"
    )
    again = f", met {exploration.repeated} times more" if exploration.repeated else ""
    return f"{walked}\n{seen}\n{count(found, 'finding')}{again}\n"


_LONGEST_NAME: Final = 40
