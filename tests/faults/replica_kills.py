"""Kills one of two replicas in webhook mode again and again, under people who mark notes one after the other.

It knows nothing of what is printed of it; `python -m benchmarks.replicas` does that.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from tests.faults.replicas import Balancer, launch_replica, open_balancer
from tests.faults.site import Site, Visitor

PATIENCE_SECONDS = 60.0
"""How long somebody waits for an answer before they count as left alone."""

KEPT_MESSAGES = 12
"""How much of a chat people keep: the emulator shows all of it at each look."""


@dataclass(frozen=True)
class Plan:
    """How many people there are, for how long, how often a replica is killed, and how long people rest between two notes."""

    people: int = 50
    seconds: float = 300.0
    kill_every_seconds: float = 10.0
    rest_seconds: float = 3.0
    seed: int = 1


@dataclass
class Report:
    """What was seen: figures, and everything that should not be."""

    kills: int = 0
    marks: int = 0
    updates: int = 0
    seconds: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    handled: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Marker:
    """Somebody who marks note after note, two messages in one breath and a press for each."""

    visitor: Visitor
    choice: random.Random
    report: Report
    marks: int = 0

    async def live(self, plan: Plan) -> None:
        """Go on until the time is over, or nothing follows."""
        await asyncio.sleep(self.choice.uniform(0, plan.rest_seconds))
        until = monotonic() + plan.seconds
        while monotonic() < until and await self._mark():  # noqa: ASYNC110 - this one rests
            await asyncio.sleep(self.choice.uniform(0.5, 1.5) * plan.rest_seconds)

    async def _mark(self) -> bool:
        number = self.marks + 1

        def ask() -> None:
            self.visitor.says("/mark")
            self.visitor.says(f"note {number}")

        if not await self._answered(ask, f"Mark “note {number}”?", updates=2):
            return False
        if not await self._answered(
            lambda: self.visitor.presses("Yes"), f"Marked as № {number}.", updates=1
        ):
            return False
        self.marks = number
        self._forget()
        return True

    async def _answered(self, act: Callable[[], Any], wanted: str, *, updates: int) -> bool:
        began = monotonic()
        act()
        self.report.updates += updates
        while self._last() != wanted:
            if monotonic() - began > PATIENCE_SECONDS:
                self.report.wrong.append(
                    f"{self.visitor.id} waits for {wanted!r} and sees {self._last()!r}"
                )
                return False
            await asyncio.sleep(0.02)
        self.report.seconds.append(monotonic() - began)
        return True

    def _last(self) -> str:
        messages = self._messages()
        return str(messages[next(reversed(messages))].data.get("text")) if messages else ""

    def _forget(self) -> None:
        messages = self._messages()
        for old in list(messages)[:-KEPT_MESSAGES]:
            del messages[old]

    def _messages(self) -> Any:
        return self.visitor.person._place.chat.messages


async def run_replicas(plan: Plan, site: Site) -> Report:
    """Run two replicas of the lab bot under people and kills, and judge what is left."""
    report = Report()
    async with open_balancer() as balancer:
        for _ in range(2):
            launch_replica(site, balancer)
        await asyncio.gather(*(one.wait_until_ready() for one in balancer.replicas))
        choices = [random.Random(plan.seed * 10_000 + n) for n in range(plan.people)]  # noqa: S311
        people = [Marker(site.person(), choice, report) for choice in choices]
        killing = asyncio.create_task(_kill(plan, report, site, balancer))
        await asyncio.gather(*(one.live(plan) for one in people))
        killing.cancel()
        ended = (await asyncio.gather(killing, return_exceptions=True))[0]
        if not isinstance(ended, asyncio.CancelledError):
            report.wrong.append(f"the killing ended: {ended!r}")
        await _judge(report, site, people)
        report.answers.update(balancer.answers)
    return report


async def _kill(plan: Plan, report: Report, site: Site, balancer: Balancer) -> None:
    """Kill the replicas in turn, and start another in the place of each at once; the one that is left serves by then."""
    for place in itertools.cycle((0, 1)):
        await asyncio.sleep(plan.kill_every_seconds)
        await balancer.replicas[1 - place].wait_until_ready()
        victim = balancer.replicas[place]
        await victim.kill()
        report.kills += 1
        launch_replica(site, balancer)
        balancer.replicas[place] = balancer.replicas.pop()


async def _judge(report: Report, site: Site, people: list[Marker]) -> None:
    await people[0].visitor.person.settles(PATIENCE_SECONDS, quiet_seconds=1)
    for one in people:
        report.marks += one.marks
        asked = "SELECT note FROM lab_marks WHERE user_id = $1 ORDER BY id"
        notes = await site.fetch(asked, one.visitor.id)
        if notes != [f"note {number + 1}" for number in range(one.marks)]:
            report.wrong.append(f"{one.visitor.id} marked {one.marks} notes, and kept are {notes}")
        waiting = [alert for alert in one.visitor.person.alerts() if not alert["answered"]]
        report.wrong += [f"{one.visitor.id}: {len(waiting)} presses unanswered"] if waiting else []
    left = await site.fetch("SELECT update_id FROM inbox WHERE done_at IS NULL")
    report.wrong += [f"not done: {left}"] if left else []
    (kept,) = await site.fetch("SELECT count(*) FROM inbox")
    if kept != report.updates:
        report.wrong.append(f"{report.updates} updates were sent, and {kept} have arrived")
    report.handled = [len(one.events("update_handled")) for one in site.processes]
