"""Kills the bot and its servers under customers at random moments, and counts what became of everybody.

    python -m tests.faults.kills [--customers 50] [--bot-kills 200] [--postgres-kills 20] [--redis-kills 20] [--seed 1]

Two processes of the shipped bot run on a PostgreSQL and a Valkey that keep their data; whichever is killed is started
again at once. Ends with 1 when a booking is missing, there twice or not at the time that was told last, somebody was left without an answer or a way on.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import storage
from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon
from tests.faults.customers import Customer, Wait, make_customers
from tests.faults.own_servers import OwnServer
from tests.faults.process import BotProcess
from tests.faults.proxy import database_upstream, redis_upstream
from tests.faults.site import Site, open_site

FLOWS = Path(__file__).parents[2] / "flows"
LONGEST = 5
"""How many of the longest waits are shown, with when they began, to be found in the logs."""

_BOOKED = """
SELECT id || ' ' || to_char(
    lower(period) AT TIME ZONE 'Europe/Berlin', 'FMDay, FMMonth FMDD, YYYY, FMHH12:MI AM'
)
FROM bookings WHERE user_id = $1 AND status <> 'held'
"""
"""The bookings of somebody, each with its time as they are told it; what is only held is none."""

SETTLE_SECONDS = 90.0
"""How long everybody may take to reach a rest after the last kill."""


@dataclass(frozen=True)
class Plan:
    """How many customers there are and what is killed how often."""

    customers: int = 50
    bot_kills: int = 200
    postgres_kills: int = 20
    redis_kills: int = 20
    seed: int = 1


@dataclass
class Report:
    """What was seen: figures, and everything that should not be."""

    kills: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    booked: int = 0
    moves: int = 0
    waits: list[Wait] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the report as text."""
        killed = ", ".join(f"{name} {count} times" for name, count in self.kills.items())
        seconds = [one.seconds for one in self.waits]
        quantiles = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
        longest = sorted(self.waits, reverse=True)[:LONGEST]
        figures = [
            f"killed: {killed}",
            f"{self.acts} acts of customers, {self.booked} bookings and {self.moves} moves they were told of",
            f"answers: median {quantiles[49]:.2f} s, 99th percentile {quantiles[98]:.2f} s",
            *(
                f"long: {one.seconds:.1f} s from {one.since} UTC, {one.person} on {one.act}"
                for one in longest
            ),
        ]
        return [*figures, *(f"wrong: {one}" for one in self.wrong or ["nothing"])]


async def kill_and_count(plan: Plan, directory: Path) -> Report:
    """Run the bot under customers and kills, and judge what is left."""
    report = Report()
    async with _servers(directory) as (postgres, redis):
        await _seed(postgres.url)
        async with open_site(postgres.url, redis.url, directory, FLOWS_DIR=str(FLOWS)) as site:
            bots = list(await asyncio.gather(site.start(), site.start()))
            customers = make_customers(site, plan.customers, plan.seed)
            living = [asyncio.create_task(one.live()) for one in customers]
            try:
                await _kill(plan, report, Victims(site, bots, postgres, redis, report.wrong))
            finally:
                for task in living:
                    task.cancel()
                ends = await asyncio.gather(*living, return_exceptions=True)
                report.wrong += [repr(end) for end in ends if isinstance(end, Exception)]
            await _judge(report, site, customers)
    return report


@asynccontextmanager
async def _servers(directory: Path) -> AsyncIterator[tuple[OwnServer, OwnServer]]:
    postgres = OwnServer("postgres", directory / "postgres")
    redis = OwnServer("valkey", directory / "valkey")
    await asyncio.gather(postgres.start(), redis.start())
    try:
        yield postgres, redis
    finally:
        await asyncio.gather(postgres.stop(), redis.stop())


async def _seed(url: str) -> None:
    await storage.migrations.upgrade(url)
    engine = create_engine(url)
    async with create_sessions(engine).begin() as session:
        await seed_salon(session, today=datetime.now(ZoneInfo("Europe/Berlin")).date())
    await engine.dispose()


@dataclass
class Victims:
    """All that can be killed."""

    site: Site
    bots: list[BotProcess]
    postgres: OwnServer
    redis: OwnServer
    wrong: list[str]

    async def kill_bot(self, place: int) -> None:
        """Kill one of the two processes, and wait until another serves in its place."""
        self.look_for_ended()
        await self.bots[place].kill()
        bot = self.bots[place] = self.site.launch()
        try:
            await bot.wait_until_ready()
        except (TimeoutError, RuntimeError) as error:
            self.wrong.append(f"{bot.log.name}: not ready, {type(error).__name__}")

    def look_for_ended(self) -> None:
        """Note which processes have ended without being killed."""
        for bot in self.bots:
            if (code := bot.popen.poll()) is not None:
                self.wrong.append(f"{bot.log.name}: the process ended by itself, with {code}")

    async def kill_postgres(self) -> None:
        """Kill PostgreSQL and start it again on its data."""
        await self.postgres.kill()
        self.site.postgres.upstream = database_upstream(await self.postgres.start())
        self.site.database_url = self.postgres.url

    async def kill_redis(self) -> None:
        """Kill Redis and start it again on its data, of which the last second may be missing."""
        await self.redis.kill()
        self.site.redis.upstream = redis_upstream(await self.redis.start())
        self.site.redis_url = self.redis.url


async def _kill(plan: Plan, report: Report, victims: Victims) -> None:
    chance = random.Random(plan.seed)  # noqa: S311
    order = ["bot"] * plan.bot_kills + ["postgres"] * plan.postgres_kills
    order += ["redis"] * plan.redis_kills
    chance.shuffle(order)
    for what in order:
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        match what:
            case "bot":
                await victims.kill_bot(chance.randrange(2))
            case "postgres":
                await victims.kill_postgres()
            case _:
                await victims.kill_redis()
        report.kills[what] += 1
    victims.look_for_ended()


async def _judge(report: Report, site: Site, customers: list[Customer]) -> None:
    await customers[0].visitor.person.settles(SETTLE_SECONDS, quiet_seconds=2)
    await asyncio.gather(*(_rest(one) for one in customers))
    await customers[0].visitor.person.settles(SETTLE_SECONDS, quiet_seconds=1)
    for one in customers:
        report.acts += one.acts
        report.booked += len(one.booked)
        report.moves += len(one.moves)
        report.waits += one.waits
        report.wrong += [f"{one.visitor.id} is stuck: {reason}" for reason in one.stuck]
        waiting = [alert for alert in one.visitor.person.alerts() if not alert["answered"]]
        report.wrong += [f"{one.visitor.id}: {len(waiting)} presses unanswered"] if waiting else []
        report.wrong += await _compare(site, one)
    left = await site.fetch("SELECT count(*) FROM inbox WHERE done_at IS NULL")
    report.wrong += [f"{left[0]} updates are not done"] if left != [0] else []
    twice = await site.fetch(
        "SELECT key FROM bookings GROUP BY key HAVING count(*) > 1 AND key IS NOT NULL"
    )
    report.wrong += [f"booked twice for one press: {key}" for key in twice]


async def _compare(site: Site, customer: Customer) -> list[str]:
    """Say where the bookings somebody was told of, at the times that they were told last, are not those there are."""
    rows = await site.fetch(_BOOKED, customer.visitor.id)
    kept = {int(number): time for number, _, time in (row.partition(" ") for row in rows)}
    told = customer.booked
    wrong = [
        f"{customer.visitor.id} was told that {number} is on {told[number]}; it is on {kept[number]}"
        for number in told.keys() & kept.keys()
        if told[number] != kept[number]
    ]
    if missing := told.keys() - kept.keys():
        wrong.append(f"{customer.visitor.id} was told of {missing}, which are not there")
    if untold := kept.keys() - told.keys():
        wrong.append(f"{customer.visitor.id} was never told of {untold}")
    return wrong


async def _rest(customer: Customer) -> None:
    """Let a customer ask for the menu, which everybody must be able to reach."""
    customer.note()
    customer.visitor.says("/start")
    try:
        await customer.visitor.sees("Hello", seconds=SETTLE_SECONDS)
    except AssertionError as error:
        customer.stuck.append(str(error))
    customer.note()


def main() -> int:
    """Run what the command line asks for and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in vars(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    parser.add_argument("--keep", type=Path, help="a directory for data and logs that stays")
    options = vars(parser.parse_args())
    keep = options.pop("keep")
    plan = Plan(**options)
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="usher-kills-") as directory:
        report = asyncio.run(kill_and_count(plan, keep or Path(directory)))
    lines = [*report.lines(), f"{monotonic() - began:.0f} s in all"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
