"""Two replicas in webhook mode under load, one of them killed every ten seconds: what is lost, and how long people wait.

    python -m benchmarks.replicas [--people 50] [--seconds 300] [--kill-every-seconds 10] [--rest-seconds 3] [--seed 1]

Each person writes two messages in one breath and presses a button, rests, and begins anew; what they see, what is in
the database and what is left in the inbox must agree. Ends with 1 when something was lost, done twice or out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from engine.service.embedded import embedded_postgres, embedded_valkey
from storage import migrations
from tests.faults.lab.catalog import TABLES
from tests.faults.replica_kills import Plan, Report, run_replicas
from tests.faults.site import HERE, open_site, plain_url


async def run(plan: Plan, directory: Path) -> Report:
    """Run the plan on a PostgreSQL and a Valkey of its own, which keep their data as in production."""
    with ExitStack() as stack:
        postgres = stack.enter_context(embedded_postgres(directory / "postgres"))
        valkey = stack.enter_context(embedded_valkey(directory / "valkey"))
        await migrations.upgrade(postgres)
        connection = await asyncpg.connect(plain_url(postgres))
        await connection.execute(TABLES)
        await connection.close()
        flows = str(HERE / "lab" / "flows")
        settings = {"FLOWS_DIR": flows, "ACTIONS": "tests.faults.lab.catalog:catalog"}
        async with open_site(postgres, valkey, directory, **settings) as site:
            return await run_replicas(plan, site)


def show(plan: Plan, report: Report) -> None:
    """Print what was seen."""
    quantiles = statistics.quantiles(report.seconds, n=100) if len(report.seconds) > 1 else [0] * 99
    longest = max(report.seconds, default=0)
    waited = f"median {quantiles[49]:.3f} s, 99th percentile {quantiles[98]:.2f} s, longest {longest:.2f} s"
    answers = ", ".join(
        f"{count} with {status}" for status, count in sorted(report.answers.items())
    )
    lines = [
        f"{plan.people} people for {plan.seconds:g} s, a replica killed every {plan.kill_every_seconds:g} s: {report.kills} kills",
        f"{report.updates} updates, {report.updates / plan.seconds:.1f} a second; {report.marks} notes marked",
        f"answers to people: {waited}",
        f"calls of the webhook answered: {answers}",
        f"updates handled by each process in turn: {', '.join(map(str, report.handled))}",
        *(f"wrong: {one}" for one in report.wrong or ["nothing"]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in vars(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    parser.add_argument("--keep", type=Path, help="a directory for data and logs that stays")
    options = vars(parser.parse_args())
    keep = options.pop("keep")
    plan = Plan(**options)
    with tempfile.TemporaryDirectory(prefix="usher-replicas-") as directory:
        report = asyncio.run(run(plan, keep or Path(directory)))
    show(plan, report)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
