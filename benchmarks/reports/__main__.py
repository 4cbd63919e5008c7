"""How long reports take over a million bookings, and whether their plans read only the days that are asked for.

    python -m benchmarks.reports [--bookings 1000000] [--times 5] [--keep DIR]

The desk is that of `benchmarks.free_slots`, whose kept cluster serves here, too; each booking is given its line, as services have made them, and all
staff offer every service while reports are timed, so that a report by service has most to do. What takes more than half of the time of an action is too slow.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text

from benchmarks.free_slots.__main__ import open_desk
from engine.service.embedded import embedded_postgres
from storage import reports
from storage.database import create_sessions
from storage.figures import Grouping

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

LAST = date(2027, 6, 22)
"""The last day on which the desk has bookings."""

SLOWEST_MS = 5_000

_OFFERED = text("""
INSERT INTO staff_services (staff_id, service_id)
SELECT staff.id, services.id FROM staff, services ON CONFLICT DO NOTHING
""")

_LINES = """
INSERT INTO booking_services (booking_id, position, service_id, duration_minutes, price)
SELECT id, 1, service_id, 40, price FROM bookings ON CONFLICT DO NOTHING
"""


async def time_report(
    engine: AsyncEngine, days: int, by: Grouping | None, times: int
) -> list[float]:
    """Measure so many days so many times, and say how long each took in milliseconds."""
    took = []
    async with create_sessions(engine)() as session:
        await session.execute(_OFFERED)  # until the session ends
        for _ in range(times + 1):
            begun = time.perf_counter()
            await reports.measure(session, LAST - timedelta(days=days - 1), LAST, by)
            took.append((time.perf_counter() - begun) * 1000)
    return took[1:]


async def list_scanned(session: AsyncSession, engine: AsyncEngine) -> list[str]:
    """List what the statements of a report read of bookings without an index."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    await reports.measure(session, LAST - timedelta(days=29), LAST, Grouping.SERVICE)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    connection: Any = await (await session.connection()).get_raw_connection()
    lines = [
        row[0]
        for statement, values in asked
        for row in await connection.driver_connection.fetch(f"EXPLAIN {statement}", *values)
    ]
    return [line.strip() for line in lines if "Seq Scan on booking" in line]


async def run(url: str, options: argparse.Namespace) -> int:
    """Time reports of a month, of ninety days and of a year; return how many were too slow, and how many scans have no index."""
    slow = 0
    async with open_desk(url, options.bookings) as engine:
        async with engine.begin() as connection:
            await connection.execute(text(_LINES))
        async with engine.connect() as connection:
            vacuuming = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await vacuuming.execute(text("VACUUM (ANALYZE) booking_services"))
        for days in (30, 90, 366):
            for by in (None, *Grouping):
                took = await time_report(engine, days, by, options.times)
                middle = statistics.median(took)
                slow += middle > SLOWEST_MS
                sys.stdout.write(
                    f"{days} days by {by or 'nothing'}: {min(took):.0f} to {max(took):.0f} ms, median {middle:.0f}\n"
                )
        async with create_sessions(engine)() as session:
            scanned = await list_scanned(session, engine)
    sys.stdout.write("\n".join(scanned) or "every scan of bookings has an index\n")
    return slow + len(scanned)


def main() -> int:
    """Run it on a server of its own."""
    parser = argparse.ArgumentParser(description="Time reports.")
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the cluster there")
    options = parser.parse_args()
    with embedded_postgres(options.keep) as url:
        return 1 if asyncio.run(run(url, options)) else 0


if __name__ == "__main__":
    sys.exit(main())
