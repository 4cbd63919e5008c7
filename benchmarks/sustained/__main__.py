"""The service under the highest load that the machine holds, for minutes: nothing lost, nothing growing, nobody waiting long.

    python -m benchmarks.sustained [--minutes 2] [--people 50]

The bot runs as a process of its own, on a PostgreSQL and a Valkey that keep their data, and polls the emulator over HTTP.
People act as soon as they are answered, and look at what they are answered. The emulator and the people run in this
process, on the same processors: the share of each is printed. Ends with 1 when anything was lost or wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from benchmarks.durability.__main__ import servers
from benchmarks.durability.counting import own_seconds, seconds_below
from benchmarks.sustained.visitors import Log, Visitor, Window
from engine.emulator import run_emulator
from storage import migrations
from storage.database import direct_options
from tests.faults.process import start_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.emulator.server import Emulator
    from tests.faults.process import BotProcess

HERE = Path(__file__).parent
_TROUBLES = {"warning", "error", "critical"}
TOKEN = f"42:{'b' * 35}"
LEFT = """
SELECT count(*) FILTER (WHERE done_at IS NULL), count(*) FILTER (WHERE attempts > 0), count(*) FROM inbox
"""


@dataclass(slots=True)
class Reading:
    """What the bot weighs and what all have spent, at one moment."""

    at: float
    rss: float
    """In MiB."""
    bot: float
    stores: float
    own: float


@dataclass(slots=True)
class Readings:
    """The readings of a run, one a minute."""

    bot: BotProcess
    taken: list[Reading] = field(default_factory=list)

    async def run(self) -> None:
        """Take them until cancelled."""
        while True:
            self.take()
            await asyncio.sleep(60)

    def take(self) -> None:
        """Take one now."""
        pid = self.bot.popen.pid
        bot = seconds_below(pid, whole=True)
        stores = seconds_below(os.getpid()) - bot
        self.taken.append(Reading(time.time(), _rss(pid), bot, stores, own_seconds()))


def _rss(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@asynccontextmanager
async def running_bot(
    emulator: Emulator, database_url: str, redis_url: str, directory: Path
) -> AsyncIterator[BotProcess]:
    """Run the bot as it ships, and stop it as it should be."""
    environment = {
        "BOT_TOKEN": TOKEN,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "TELEGRAM_API_URL": emulator.base_url,
        "FLOWS_DIR": str(HERE.parent / "conversation" / "flows"),
        "ACTIONS": "benchmarks.conversation.services:catalog",
    }
    bot = start_bot(directory / "bot.log", environment)
    try:
        await bot.wait_until_ready()
        yield bot
    finally:
        await bot.stop()


async def load(emulator: Emulator, bot: BotProcess, options: argparse.Namespace) -> Log:
    """Let people act until the time is over, and print what they met."""
    window, readings = Window(emulator.world), Readings(bot)
    begun = time.time()
    log = Log(begun)
    visitors = [Visitor(window, 1000 + number, log) for number in range(options.people)]
    watching = [asyncio.create_task(one) for one in (window.run(), readings.run())]
    try:
        await asyncio.gather(*(one.live(begun + options.minutes * 60) for one in visitors))
        readings.take()
    finally:
        for task in watching:
            task.cancel()
    report(log, readings.taken, options.people)
    return log


def report(log: Log, taken: list[Reading], people: int) -> None:
    """Print the figures, minute by minute and in all."""
    first, last = taken[0], taken[-1]
    print(f"{people} people, {last.at - first.at:.0f} s; load {os.getloadavg()[0]:.1f}")
    print(f"{'minute':<8}{'updates/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'longest':>9}{'bot MiB':>9}")
    for minute, seconds in sorted(log.seconds.items()):
        now = taken[min(minute, len(taken) - 1)]
        lasted = min(60.0, last.at - first.at - 60 * minute)
        if lasted > 1:
            print(_line(str(minute + 1), seconds, lasted, now.rss))
    everything = [one for seconds in log.seconds.values() for one in seconds]
    print(_line("all", everything, last.at - first.at, last.rss))
    spent = {
        "bot": last.bot - first.bot,
        "stores": last.stores - first.stores,
        "emulator and people": last.own - first.own,
    }
    total, count = sum(spent.values()), len(everything)
    for name, one in spent.items():
        print(
            f"{name}: {one / total:.0%} of the processors' time, {one * 1000 / count:.2f} ms an update"
        )
    middle = taken[len(taken) // 2]
    print(f"bot: {first.rss:.0f} MiB, then {middle.rss:.0f}, at the end {last.rss:.0f}")


def _line(name: str, seconds: list[float], lasted: float, rss: float) -> str:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    figures = (p50 * 1000, p99 * 1000, ordered[-1] * 1000, rss)
    return f"{name:<8}{len(ordered) / lasted:>10.0f}" + "".join(f"{one:>9.0f}" for one in figures)


def tell_troubles(bot: BotProcess) -> None:
    """Print what the bot warned of, and how often."""
    troubles = Counter(one["event"] for one in bot.events() if one.get("level") in _TROUBLES)
    print("warnings:", ", ".join(f"{name} {count}" for name, count in troubles.items()) or "none")


async def judge(log: Log, database_url: str) -> int:
    """Print what is lost or wrong; return the exit code."""
    connection = await asyncpg.connect(**direct_options(database_url))
    try:
        left, failed, known = await connection.fetchrow(LEFT)
    finally:
        await connection.close()
    answered = sum(map(len, log.seconds.values()))
    wrong = list(log.wrong)
    wrong += [f"{left} updates are not done"] if left else []
    wrong += [f"{failed} updates failed at first"] if failed else []
    wrong += [f"{log.acts - answered} acts without an answer"] if answered != log.acts else []
    wrong += [f"{log.acts} acts, but {known} updates"] if known != log.acts else []
    print(f"{log.acts} acts, {answered} answered as they should be, {known} updates kept")
    print(*(f"wrong: {one}" for one in wrong or ["nothing"]), sep="\n")
    return 1 if wrong else 0


async def run(options: argparse.Namespace) -> int:
    """Open everything, load it and judge."""
    with servers() as (database_url, redis_url), tempfile.TemporaryDirectory() as directory:
        await migrations.upgrade(database_url)
        async with run_emulator(token=TOKEN) as emulator:
            async with running_bot(emulator, database_url, redis_url, Path(directory)) as bot:
                log = await load(emulator, bot, options)
            tell_troubles(bot)
            return await judge(log, database_url)


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="load the service for minutes")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--people", type=int, default=50)
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
