"""How long the search for free slots takes over a million bookings, and by which plans.

    python -m benchmarks.free_slots [--bookings 1000000] [--times 200] [--page docs/free-slots.md] [--keep DIR]

The bookings are those of a hundred members of staff over some years, around the month that is searched, in two locations of ten rooms each. Timed is what flows
call, rules and windows included. `--keep` leaves the cluster in a directory, and finds it there again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, text

from benchmarks.free_slots.desk import FIRST_DAY, fill
from engine.service.embedded import embedded_postgres
from storage import database, migrations, services, slots
from storage.database import create_sessions
from storage.values import SlotSearch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

NOW = FIRST_DAY - timedelta(hours=1)
ZONE = ZoneInfo("Europe/Berlin")

type Times = list[float]

HEAD = """# Free slots over a million bookings

Written by `python -m benchmarks.free_slots --page docs/free-slots.md`, which fills a PostgreSQL of its own with {bookings:,} bookings of a hundred
members of staff and times what flows call: the rules of working hours, the windows made of them, and the search itself. It ran on {server}, with
JIT off, as every connection of the service has it; on other machines compare the ratios.
Others used the machine meanwhile (load {load}), which waits in every figure but two: what both processes computed for an answer (CPU), and the fastest answer.

| what is asked | slots | CPU | fastest | median | p95 | target for p95 |
|---|---|---|---|---|---|---|
"""

PLANS = """
With JIT left as the server has it, the same month of ten takes {jit:.0f} ms at the median of five. Every connection that the service opens turns it off as it
connects (`storage/database.py`), whatever the server's own setting; who asks by `psql` does `SET jit = off`.

## Plans

`EXPLAIN (ANALYZE, BUFFERS)` of the search, warm, by the planner's own choice.
"""


@asynccontextmanager
async def open_desk(url: str, bookings: int) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a database that has so many bookings, filled if it was not."""
    await migrations.upgrade(url)
    limits = database.Limits(statement_timeout_seconds=3600, connections=2)
    engine = database.create_engine(url, limits)
    async with engine.begin() as connection:
        await fill(connection, bookings)
    async with engine.connect() as connection:
        vacuuming = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await vacuuming.execute(text("VACUUM (ANALYZE) bookings"))
    yield engine
    await engine.dispose()


@dataclass(frozen=True)
class Question:
    """What is asked, whether slots themselves or how many each day has, and in how many milliseconds at p95 it must be answered."""

    title: str
    search: SlotSearch
    by_day: bool = False
    target: float | None = None

    async def ask(self, session: AsyncSession) -> int:
        """Ask, and return how many slots are free."""
        if not self.by_day:
            return len(await slots.list_free(session, self.search, now=NOW))
        days = await slots.count_by_day(session, self.search, now=NOW, time_zone=ZONE)
        return sum(days.values())


@dataclass(frozen=True)
class Answers:
    """How many slots were found, how long each answer took, and what was computed for one, in milliseconds."""

    found: int
    took: Times
    cpu: float


async def list_questions(engine: AsyncEngine) -> list[Question]:
    """List what is asked."""
    async with create_sessions(engine)() as session:
        plain, roomed = await services.list_active(session)
    month = SlotSearch(plain, FIRST_DAY, FIRST_DAY + timedelta(days=30))
    day = replace(month, starts_before=FIRST_DAY + timedelta(days=1), staff_id=3)
    return [
        Question("ten members of staff, thirty days", month, target=30.0),
        Question("the same, how many each day", month, by_day=True, target=30.0),
        Question("the same in one of ten rooms", replace(month, service=roomed)),
        Question("one member of staff, one day", day, target=2.0),
        Question("the same in one of ten rooms", replace(day, service=roomed)),
    ]


async def time_answers(engine: AsyncEngine, question: Question, times: int) -> Answers:
    """Ask so many times, each in a transaction of its own, and say how long the search took in milliseconds."""
    took: Times = []
    async with create_sessions(engine)() as session:
        async with session.begin():
            backend = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        for number in range(times + 5):
            if number == 5:  # from here on everything is warm
                took, begun_with = [], time.process_time() + count_seconds_of(backend)
            async with session.begin():
                await session.execute(text("SELECT 1"))  # which opens the transaction
                begun = time.perf_counter()
                found = await question.ask(session)
                took.append((time.perf_counter() - begun) * 1000)
        spent = time.process_time() + count_seconds_of(backend) - begun_with
    return Answers(found, took, spent * 1000 / times)


def count_seconds_of(process: int) -> float:
    """Say how long another process has computed so far."""
    after_name = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    user, system = after_name.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def time_with_jit(engine: AsyncEngine, question: Question) -> float:
    """Say how long the median of five takes when the server may compile."""
    took = []
    async with create_sessions(engine)() as session:
        for _ in range(5):
            async with session.begin():
                await session.execute(text("SET LOCAL jit = on"))
                begun = time.perf_counter()
                await question.ask(session)
                took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


async def explain(engine: AsyncEngine, question: Question) -> str:
    """Give the plan by which the search itself is answered."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    async with create_sessions(engine)() as session:
        await question.ask(session)
        event.remove(engine.sync_engine, "before_cursor_execute", note)
        statement, values = asked[-1]
        connection: Any = await (await session.connection()).get_raw_connection()
        rows = await connection.driver_connection.fetch(
            f"EXPLAIN (ANALYZE, BUFFERS) {statement}", *values
        )
    return "\n".join(row[0] for row in rows)


async def run(url: str, options: argparse.Namespace) -> int:
    """Time all, write the page if one is asked for, and return how many are slower than they may be."""
    slow = 0
    async with open_desk(url, options.bookings) as engine:
        async with engine.connect() as connection:
            made = (await connection.execute(text("SELECT count(*) FROM bookings"))).scalar_one()
            version = (await connection.execute(text("SHOW server_version"))).scalar_one()
        server = f"PostgreSQL {version} and {os.cpu_count()} shared cores"
        page = HEAD.format(bookings=made, server=server, load=round(os.getloadavg()[0]))
        questions = await list_questions(engine)
        for question in questions:
            answers = await time_answers(engine, question, options.times)
            took, p95 = answers.took, statistics.quantiles(answers.took, n=20)[-1]
            target = question.target
            slow += target is not None and p95 >= target
            told = "" if target is None else f"under {target:.0f} ms"
            figures = (answers.cpu, min(took), statistics.median(took), p95)
            shown = " | ".join(f"{figure:.1f} ms" for figure in figures)
            page += f"| {question.title} | {answers.found} | {shown} | {told} |\n"
        page += PLANS.format(jit=await time_with_jit(engine, questions[0]))
        for question in questions:
            plan = await explain(engine, question)
            page += (
                f"\n### {question.title[0].upper()}{question.title[1:]}\n\n```text\n{plan}\n```\n"
            )
    sys.stdout.write(page)
    if options.page:
        options.page.write_text(page, encoding="utf-8")
    return slow


def main() -> int:
    """Run it on a server of its own, whose data is written to disk as in production if it is kept."""
    parser = argparse.ArgumentParser(description="Time the search for free slots.")
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page there")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the cluster there")
    options = parser.parse_args()
    with embedded_postgres(options.keep) as url:
        return 1 if asyncio.run(run(url, options)) else 0


if __name__ == "__main__":
    sys.exit(main())
