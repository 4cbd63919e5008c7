"""What it costs that nothing is lost: a service with its inbox, without, and a bot written by hand, in one run.

    python -m benchmarks.durability [--seconds 30] [--users 1 50] [--fake-people] [--same-session]

All three hold the conversation of `benchmarks.conversation`, with a session that does everything but the socket. The
service is the one that ships: it knows people from PostgreSQL, and with the inbox each update waits there on disk before
it is handled. The bot written by hand keeps its state by aiogram's RedisStorage under RedisEventIsolation, has no
database at all and reads answers by aiogram's own session; with `--fake-people` the service has no database for people
either, with `--same-session` both read answers alike. They take turns in short slices, so that a noisy machine is unfair
to none; compare the ratios. PostgreSQL and Valkey keep their data as in production.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from benchmarks.durability.counting import Counts, count_traffic, own_seconds, seconds_below
from benchmarks.durability.sides import Kit, RawPerson
from engine.service.embedded import embedded_postgres, embedded_valkey
from storage import migrations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.durability.sides import Side

IDLE_SECONDS = 10.0


async def run_person(side: Side, person: RawPerson, until: float) -> None:
    """Walk the three windows again and again until the slice is over."""
    while time.perf_counter() < until:
        acts: list[Callable[[], Any]] = [person.press, lambda: person.word("no"), person.press]
        for act in acts:
            begun = time.perf_counter()
            await side.feed(act())
            side.latencies.append(time.perf_counter() - begun)


async def run_slice(side: Side, people: list[RawPerson], seconds: float) -> None:
    """Let all people act at once for so long."""
    gc.collect()  # what the others left behind is not this one's to clear away
    before, begun = len(side.latencies), time.perf_counter()
    await asyncio.gather(*(run_person(side, one, begun + seconds) for one in people))
    side.rates.append((len(side.latencies) - before) / (time.perf_counter() - begun))


async def measure(sides: list[Side], counts: Counts, options: argparse.Namespace) -> None:
    """Measure all in turn, after a warm-up that is thrown away, for each number of users."""
    for users in options.users:
        people = {
            side.name: [RawPerson(users * 1000 + n, side.bot, side.session) for n in range(users)]
            for side in sides
        }
        for side in sides:
            await asyncio.gather(*(side.feed(one.word("/start")) for one in people[side.name]))
            await run_slice(side, people[side.name], 1.0)
            side.reset()
        for _ in range(options.slices):
            for side in sides:
                with spent_on(side, counts):
                    await run_slice(
                        side, people[side.name], options.seconds / options.slices / len(sides)
                    )
        report(sides, users)
        if options.statements:
            report_statements(sides[0])


@contextmanager
def spent_on(side: Side, counts: Counts) -> Iterator[None]:
    """Note what is spent within the block as a side's."""
    counts.clear()
    own, servers = own_seconds(), seconds_below(os.getpid())
    yield
    side.statements += counts.statements
    side.commands += counts.commands
    side.own_seconds += own_seconds() - own
    side.server_seconds += seconds_below(os.getpid()) - servers


def report(sides: list[Side], users: int) -> None:
    """Print a table, and the ratios slice by slice."""
    print(f"\n{users} user(s); load {os.getloadavg()[0]:.1f}")
    print(f"{'':<15}{'updates/s':>10}{'p50 ms':>9}{'p99 ms':>9}", end="")
    print(f"{'SQL':>8}{'Redis':>8}{'bot ms':>9}{'stores ms':>11}  an update")
    for one in sides:
        ordered = sorted(one.latencies)
        count = len(ordered)
        p50, p99 = ordered[count // 2], ordered[int(count * 0.99)]
        print(
            f"{one.name:<15}{statistics.median(one.rates):>10.0f}{p50 * 1000:>9.2f}{p99 * 1000:>9.2f}"
            f"{one.statements.total() / count:>8.2f}{one.commands.total() / count:>8.2f}"
            f"{one.own_seconds * 1000 / count:>9.2f}{one.server_seconds * 1000 / count:>11.2f}"
        )
    for above, below in ((0, 1), (0, 2), (1, 2)):
        pairs = zip(sides[above].rates, sides[below].rates, strict=True)
        ratios = [one / other for one, other in pairs]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"{sides[above].name} / {sides[below].name}: {middle:.2f}"
            f" (quartiles {low:.2f} to {high:.2f}, range {min(ratios):.2f} to {max(ratios):.2f})"
        )


def report_statements(side: Side) -> None:
    """Print which statements and commands an update took."""
    print(f"\n{side.name}, an update:")
    for text, count in (side.statements + side.commands).most_common(12):
        print(f"  {count / len(side.latencies):.2f} {text}")


async def measure_idleness(counts: Counts) -> None:
    """Print what the service asks of its stores while nobody writes."""
    counts.clear()
    await asyncio.sleep(IDLE_SECONDS)
    print(f"\nidle, a second: {counts.statements.total() / IDLE_SECONDS:.1f} SQL,", end=" ")
    print(f"{counts.commands.total() / IDLE_SECONDS:.1f} Redis")
    for text, count in counts.statements.most_common():
        print(f"  {count / IDLE_SECONDS:.1f} {text}")


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """Give the URLs of a PostgreSQL and a Valkey that keep their data."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory,
        embedded_postgres(Path(directory) / "postgres") as database_url,
        embedded_valkey(Path(directory) / "valkey") as redis_url,
    ):
        yield database_url, redis_url


async def compare(options: argparse.Namespace) -> None:
    """Open all sides and measure them."""
    with servers() as (database_url, redis_url):
        await migrations.upgrade(database_url)
        kit = Kit(
            database_url,
            redis_url,
            knows_people=not options.fake_people,
            same_session=options.same_session,
        )
        async with AsyncExitStack() as stack:
            makers = [kit.with_inbox, kit.without_inbox, kit.by_hand]
            counts = stack.enter_context(count_traffic())
            sides = [
                await stack.enter_async_context(make(number))
                for number, make in enumerate(makers, 42)
            ]
            gc.freeze()
            await measure(sides, counts, options)
            await measure_idleness(counts)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="measure what durability costs")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each number of users")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--slices", type=int, default=20)
    parser.add_argument("--fake-people", action="store_true")
    parser.add_argument("--same-session", action="store_true")
    parser.add_argument("--statements", action="store_true", help="print what is sent")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(compare(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
