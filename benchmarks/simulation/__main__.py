"""A booking of ten turns, a thousand times: in the simulator, in aiogram-dialog's own test tools, and over HTTP.

    python -m benchmarks.simulation [--scenarios 1000] [--over-http 100]

All three do the same on the same PostgreSQL: the shipped flows in the simulator and in the service that polls the
emulator, and the same conversation written by hand on the same actions, which the library's BotClient plays. They take
turns, so that a noisy machine is unfair to none; compare the ratios. What is done once, before the first conversation,
is told apart. The service writes to disk as in production; the others roll back.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog

from actions.catalog import catalog
from benchmarks.simulation.acts import BOOKING
from benchmarks.simulation.sides import service, simulator, test_tools
from engine.flow.check import check_flows
from engine.service.embedded import embedded_postgres, embedded_valkey
from engine.simulate.memory import BEGINNING
from storage import migrations
from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import date

    from benchmarks.simulation.sides import Play
    from engine.flow.checked import Bot

FLOWS = Path(__file__).parents[2] / "flows"
_WARM = 3


@dataclass(slots=True)
class Side:
    """One of the three, and how long it took."""

    name: str
    play: Play
    opened: float
    """How many seconds it took until it could be played."""
    rate: float = 1.0
    """How many of its conversations there are for one of the first side."""
    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    async def take(self) -> None:
        """Hold the conversation once, and note what it took."""
        spent, begun = time.process_time(), time.perf_counter()
        await self.play()
        self.wall.append(time.perf_counter() - begun)
        self.own.append(time.process_time() - spent)


def check() -> Bot:
    """Return the shipped bot."""
    checked = check_flows(FLOWS, catalog)
    if checked.bot is None:
        raise SystemExit("\n".join(str(problem) for problem in checked.problems))
    return checked.bot


async def fill(url: str, today: date) -> None:
    """Make the tables, with the salon in them."""
    await migrations.upgrade(url)
    engine = create_engine(url)
    async with create_sessions(engine).begin() as session:
        await seed_salon(session, today=today)
    await engine.dispose()


async def open_side(
    stack: AsyncExitStack, name: str, side: AbstractAsyncContextManager[Play], rate: float = 1.0
) -> Side:
    """Open a side, and play it until it is warm."""
    begun = time.perf_counter()
    play = await stack.enter_async_context(side)
    await play()
    opened = time.perf_counter() - begun
    for _ in range(_WARM):
        await play()
    return Side(name, play, opened, rate)


async def measure(sides: list[Side], scenarios: int) -> None:
    """Let the sides take turns; who has fewer conversations sits out evenly."""
    gc.collect()
    gc.freeze()
    for number in range(1, scenarios + 1):
        for side in sides:
            if len(side.wall) < number * side.rate:
                await side.take()


def report(sides: list[Side], checking: float) -> None:
    """Print a table of the sides, and their ratios to the first one."""
    print(
        f"a booking of {len(BOOKING)} turns; the check of the flows took {checking * 1000:.0f} ms"
    )
    heads = ("times", "first ms", "p50 ms", "p95 ms", "own p50")
    print(f"{'':<16}" + "".join(f"{head:>10}" for head in heads) + f"{'ratio':>8}")
    for side in sides:
        figures = (side.opened, statistics.median(side.wall), _p95(side.wall))
        row = "".join(f"{one * 1000:>10.1f}" for one in (*figures, statistics.median(side.own)))
        ratio = statistics.median(side.wall) / statistics.median(sides[0].wall)
        print(f"{side.name:<16}{len(side.wall):>10}{row}{ratio:>8.2f}")
    print("first: opened, and held once; own: processor time of this process")


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


async def run(options: argparse.Namespace, rolled_back: str, written: tuple[str, str]) -> None:
    """Open everything, measure and report."""
    begun = time.perf_counter()
    bot = check()
    checking = time.perf_counter() - begun
    url, redis_url = written
    await fill(rolled_back, BEGINNING.date())
    await fill(url, datetime.now(ZoneInfo(bot.file.time_zone)).date())
    async with AsyncExitStack() as stack:
        sides = [
            await open_side(stack, "simulator", simulator(bot, rolled_back)),
            await open_side(stack, "BotClient", test_tools(bot, rolled_back)),
        ]
        if options.over_http:
            over_http = service(bot, url, redis_url)
            rate = options.over_http / options.scenarios
            sides.append(await open_side(stack, "HTTP emulator", over_http, rate))
        await measure(sides, options.scenarios)
        report(sides, checking)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="play one conversation in three ways")
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--over-http", type=int, default=100, help="how many of them over HTTP too")
    options: Any = parser.parse_args()
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    with (
        tempfile.TemporaryDirectory() as directory,
        embedded_postgres() as rolled_back,
        embedded_postgres(Path(directory) / "postgres") as url,
        embedded_valkey(Path(directory) / "valkey") as redis_url,
    ):
        asyncio.run(run(options, rolled_back, (url, redis_url)))


if __name__ == "__main__":
    main()
