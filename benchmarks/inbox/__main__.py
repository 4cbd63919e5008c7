"""The same conversations with and without the inbox, in one run: what it costs that no update is lost.

    python -m benchmarks.inbox [--seconds 20] [--users 1 50]

Both sides are the bot of `benchmarks.conversation` in YAML, with the same Redis. One is fed directly; to the other each
update comes as from Telegram: it is put into PostgreSQL durably, claimed, handled and marked done. They take turns in short
slices, so that a noisy machine is unfair to neither. PostgreSQL is an embedded one that writes to the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import statistics
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog
from aiogram.types import Update

from benchmarks.conversation.__main__ import as_yaml, connected
from benchmarks.conversation.wire import Person
from engine.service.embedded import embedded_postgres
from engine.service.handling import Fate, Verdict, read_update
from engine.service.inbox import open_inbox
from engine.service.intake import background
from engine.service.metrics import Metrics
from engine.service.presence import PresenceKeeper
from engine.service.workers import Workers
from storage import migrations
from storage.database import direct_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from benchmarks.conversation.__main__ import Contender
    from engine.service.inbox import PostgresInbox
    from storage.inbox import Claimed

BOT_ID = 42

STATEMENTS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
"""Each statement of the inbox is a transaction of its own. The figure is up to a second old."""


class RawPerson(Person):
    """Somebody whose updates are as Telegram sends them."""

    def _update(self, **event: Any) -> Any:
        return {"update_id": self.id * 1_000_000 + next(self.updates), **event}


@dataclass(slots=True)
class Side:
    """The bot with the inbox or without, and what was measured of it."""

    name: str
    feed: Callable[[dict[str, Any]], Awaitable[None]]
    people: list[RawPerson]
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


class ThroughInbox:
    """Feeds a bot by way of the inbox, and lets who sent an update wait until it was handled."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self.inbox: PostgresInbox

    async def handle(self, claimed: Claimed, *, is_last_try: bool) -> Verdict:
        """Feed one update; a failure ends the benchmark."""
        assert not is_last_try
        bot = self._contender.bot
        await self._contender.feed(bot, read_update(claimed.raw, bot))
        self._waiting.pop(claimed.update_id).set_result(None)
        return Verdict(Fate.DONE)

    async def feed(self, update: dict[str, Any]) -> None:
        """Put an update into the inbox and wait until it was handled."""
        handled = asyncio.get_running_loop().create_future()
        self._waiting[update["update_id"]] = handled
        await self.inbox.put([update])
        await handled


@asynccontextmanager
async def through_inbox(contender: Contender, url: str) -> AsyncIterator[ThroughInbox]:
    """Work an inbox off as the service does."""
    news, through = asyncio.Event(), ThroughInbox(contender)
    keeper = PresenceKeeper(url, BOT_ID, news=news, leads=True)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(background(keeper.run()))
        through.inbox = await stack.enter_async_context(
            open_inbox(url, BOT_ID, keeper=keeper, news=news)
        )
        workers = Workers(through.inbox, through, Metrics(), concurrent=100, news=news)
        stack.push_async_callback(workers.finish, 5)
        await stack.enter_async_context(background(workers.run()))
        yield through


async def run_person(side: Side, person: RawPerson, until: float) -> None:
    """Walk the three windows again and again until the slice is over."""
    while time.perf_counter() < until:
        acts: list[Callable[[], Any]] = [person.press, lambda: person.word("no"), person.press]
        for act in acts:
            begun = time.perf_counter()
            update = act()
            await side.feed(update)
            side.latencies.append(time.perf_counter() - begun)


async def run_slice(side: Side, seconds: float) -> None:
    """Let all people act at once for so long."""
    gc.collect()
    before, begun = len(side.latencies), time.perf_counter()
    await asyncio.gather(*(run_person(side, one, begun + seconds) for one in side.people))
    side.rates.append((len(side.latencies) - before) / (time.perf_counter() - begun))


def make_sides(contender: Contender, through: ThroughInbox, users: int) -> list[Side]:
    """Return both sides, with people of their own."""

    async def direct(update: dict[str, Any]) -> None:
        bot = contender.bot
        await contender.feed(bot, Update.model_validate(update, context={"bot": bot}))

    return [
        Side(
            name,
            feed,
            [RawPerson(first + n, contender.bot, contender.session) for n in range(users)],
        )
        for name, feed, first in (
            ("without", direct, 10_000 * users),
            ("with inbox", through.feed, 20_000 * users),
        )
    ]


async def measure(sides: list[Side], admin: Any, *, seconds: float, slices: int) -> None:
    """Measure both in turn, after a warm-up that is thrown away, and print what was seen."""
    for side in sides:
        starts: list[Any] = [person.word("/start") for person in side.people]
        await asyncio.gather(*(side.feed(one) for one in starts))
        await run_slice(side, 0.5)
        side.rates, side.latencies = [], []
    await asyncio.sleep(1.5)
    before = await admin.fetchval(STATEMENTS)
    for _ in range(slices):
        for side in sides:
            await run_slice(side, seconds / slices / 2)
    await asyncio.sleep(1.5)
    report(sides, (await admin.fetchval(STATEMENTS) - before) / len(sides[1].latencies))


def report(sides: list[Side], statements: float) -> None:
    """Print a table of both and the ratio, slice by slice."""
    print(f"\n{len(sides[0].people)} user(s)")
    print(f"{'':<12}{'updates/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'statements/update':>19}")
    for side, spent in zip(sides, (0.0, statements), strict=True):
        ordered = sorted(side.latencies)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        print(
            f"{side.name:<12}{statistics.median(side.rates):>10.0f}{p50 * 1000:>9.2f}"
            f"{p99 * 1000:>9.2f}{spent:>19.2f}"
        )
    ratios = [on / off for off, on in zip(*(side.rates for side in sides), strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"with / without, slice by slice: {middle:.2f} (quartiles {low:.2f} to {high:.2f})")


@contextmanager
def durable_postgres() -> Iterator[str]:
    """Give the URL of a PostgreSQL that waits for the disk, as in production."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory,
        embedded_postgres(Path(directory) / "postgres") as url,
    ):
        yield url


async def main() -> None:
    """Measure for each number of users."""
    parser = argparse.ArgumentParser(description="measure what the inbox costs")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each number of users")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--slices", type=int, default=20)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with durable_postgres() as url:
        await migrations.upgrade(url)
        admin = await asyncpg.connect(**direct_options(url))
        async with connected() as redis:
            contender = as_yaml(redis)
            async with through_inbox(contender, url) as through:
                gc.freeze()
                for users in options.users:
                    sides = make_sides(contender, through, users)
                    await measure(sides, admin, seconds=options.seconds, slices=options.slices)
        await admin.close()


if __name__ == "__main__":
    asyncio.run(main())
