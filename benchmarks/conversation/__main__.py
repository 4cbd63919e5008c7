"""The same three-window conversation hand-written on aiogram-dialog and as YAML, in one run.

    python -m benchmarks.conversation [--seconds 20] [--users 1 50]

Both bots parse the same updates, keep their state in the same Redis (REDIS_URL, or an embedded Valkey) and talk to a
session that does everything but the socket. They take turns in short slices, so that a noisy machine is unfair to
neither; compare the ratio. Nothing here calls a network.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiogram import Bot, Dispatcher
from redis.asyncio import Redis

from benchmarks.conversation.services import SERVICES, list_services
from benchmarks.conversation.wire import Person, WireSession
from benchmarks.conversation.written import make_dispatcher
from engine.actions import Catalog, User
from engine.dialog.conversations import Conversations
from engine.dialog.registry import FlowRegistry
from engine.flow.check import check_flows
from engine.service.embedded import embedded_valkey
from engine.service.metrics import Metrics
from engine.service.store import RedisConversations
from storage.conversations import ConversationStore
from storage.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from aiogram.types import Update
    from aiogram.types import User as TelegramUser

TOKEN = "42:benchmark"  # noqa: S105  # opens nothing
UPDATES_A_ROUND = 3


class Fakes:
    """People and actions without a database: the hand-written bot has none either."""

    async def identify(self, person: TelegramUser) -> User:
        """Return the person as Telegram describes them."""
        return User(person.id, "client", person.first_name, "en", "UTC")

    async def recall(self, *_: Any) -> Mapping[str, Any]:
        """Give nothing: these flows keep nothing."""
        return {}

    async def keep(self, *values: Any) -> None:
        """Refuse: nothing is kept."""
        raise AssertionError(values)

    async def find(self, user_id: int) -> User | None:
        """Return nobody: these windows have no timeouts."""
        del user_id
        return None

    async def query(self, call: Any, arguments: Any, **_: Any) -> Any:
        """Call the function of the action."""
        function: Callable[..., Awaitable[Any]] = call.action.function
        return await function(None, **arguments)

    async def command(self, call: Any, arguments: Any, **_: Any) -> Any:
        """Refuse: these three windows have no command."""
        raise AssertionError(call, arguments)


@dataclass(slots=True)
class Contender:
    """One of the two bots, and what was measured of it."""

    name: str
    feed: Callable[[Bot, Any], Awaitable[Any]]
    session: WireSession
    bot: Bot
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    commands: int = 0
    calls: int = 0
    updates: int = 0


async def run_person(contender: Contender, person: Person, until: float) -> None:
    """Walk the three windows again and again until the slice is over."""
    while time.perf_counter() < until:
        acts: list[Callable[[], Update]] = [person.press, lambda: person.word("no"), person.press]
        for act in acts:
            made = act()
            begun = time.perf_counter()
            await contender.feed(contender.bot, made)
            contender.latencies.append(time.perf_counter() - begun)
            contender.updates += 1


async def run_slice(contender: Contender, people: list[Person], seconds: float) -> None:
    """Let all people act at once for so long."""
    gc.collect()  # what the other bot left behind is not this one's to clear away
    before, calls, begun = contender.updates, contender.session.calls, time.perf_counter()
    await asyncio.gather(*(run_person(contender, one, begun + seconds) for one in people))
    contender.rates.append((contender.updates - before) / (time.perf_counter() - begun))
    contender.calls += contender.session.calls - calls


class Counter:
    """Counts the commands that a client sends."""

    def __init__(self, redis: Redis) -> None:
        self.sent = 0
        self._send = redis.execute_command
        redis.execute_command = self._count  # type: ignore[method-assign]  # the one place all pass

    async def _count(self, *args: Any, **options: Any) -> Any:
        self.sent += 1
        return await self._send(*args, **options)  # type: ignore[no-untyped-call]  # redis-py has no types here


async def measure(
    contenders: list[Contender], counter: Counter, *, users: int, seconds: float, slices: int
) -> None:
    """Measure both in turn, after a warm-up that is thrown away, and print what was seen."""
    people = {
        contender.name: [
            Person(1000 * users + number, contender.bot, contender.session)
            for number in range(users)
        ]
        for contender in contenders
    }
    for contender in contenders:
        for person in people[contender.name]:
            await contender.feed(contender.bot, person.word("/start"))
        await run_slice(contender, people[contender.name], 0.5)
        contender.rates, contender.latencies = [], []
        contender.commands = contender.calls = contender.updates = 0
    for _ in range(slices):
        for contender in contenders:
            before = counter.sent
            await run_slice(contender, people[contender.name], seconds / slices / 2)
            contender.commands += counter.sent - before
    report(contenders, users)


def report(contenders: list[Contender], users: int) -> None:
    """Print a table of both and the ratio, slice by slice."""
    print(f"\n{users} user(s)")
    print(f"{'bot':<14}{'updates/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'Redis/upd':>11}{'API/upd':>9}")
    for one in contenders:
        ordered = sorted(one.latencies)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        print(
            f"{one.name:<14}{statistics.median(one.rates):>10.0f}{p50 * 1000:>9.2f}"
            f"{p99 * 1000:>9.2f}{one.commands / one.updates:>11.2f}{one.calls / one.updates:>9.2f}"
        )
    ratios = [yaml / hand for hand, yaml in zip(*(one.rates for one in contenders), strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"YAML / hand-written, slice by slice: {middle:.2f} (quartiles {low:.2f} to {high:.2f})")


def hand_written(redis: Redis) -> Contender:
    """Return the bot written by hand."""
    session = WireSession()
    dispatcher = make_dispatcher(redis, SERVICES)
    return Contender("hand-written", dispatcher.feed_update, session, Bot(TOKEN, session=session))


def as_yaml(redis: Redis) -> Contender:
    """Return the bot written in YAML."""
    checked = check_flows(Path(__file__).parent / "flows", Catalog([list_services]))
    if checked.bot is None:
        raise SystemExit("\n".join(str(problem) for problem in checked.problems))
    fakes, session, dispatcher = Fakes(), WireSession(), Dispatcher(disable_fsm=True)
    conversations = Conversations(
        registry=FlowRegistry(checked.bot),
        store=RedisConversations(ConversationStore(redis), Timetable(redis), Metrics()),
        directory=fakes,
        runner=fakes,
        kept=fakes,
        clock=lambda: datetime.now(UTC),
    )
    dispatcher.include_router(conversations.router())
    return Contender("YAML", dispatcher.feed_update, session, Bot(TOKEN, session=session))


@contextlib.contextmanager
def server_url() -> Iterator[str]:
    """Give the URL of the Redis to use."""
    if url := os.environ.get("REDIS_URL"):
        yield url
    else:
        with embedded_valkey() as url:
            yield url


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Redis]:
    """Give a client of the Redis to use."""
    with server_url() as url:
        redis = Redis.from_url(url)
        try:
            yield redis
        finally:
            await redis.aclose()


async def main() -> None:
    """Measure for each number of users."""
    parser = argparse.ArgumentParser(description="compare YAML with hand-written aiogram-dialog")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each number of users")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--slices", type=int, default=20)
    options = parser.parse_args()
    async with connected() as redis:
        counter = Counter(redis)
        contenders = [hand_written(redis), as_yaml(redis)]
        gc.freeze()
        for users in options.users:
            await measure(
                contenders, counter, users=users, seconds=options.seconds, slices=options.slices
            )


if __name__ == "__main__":
    asyncio.run(main())
