"""How long a cold check of a hundred flows takes as a whole process, what memory it needs, and where the time goes.

    python -m benchmarks.checker [--flows 100] [--rounds 5]

Other work on the machine lengthens the wall clock, so processor time is told too; the aim is two seconds and 300 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checker.written import LOCALES, STEPS, write_bot

CATALOG = "benchmarks.checker.catalog:catalog"
MOST_SECONDS = 2.0
MOST_MEGABYTES = 300


@dataclass(frozen=True, slots=True)
class Round:
    """What one check took."""

    wall_seconds: float
    processor_seconds: float
    megabytes: float


def main(flows: int, rounds: int) -> None:
    """Write the bot, check it a few times, and print the figures and the profile."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        size = write_files(directory, flows)
        print(f"{flows} flows, {flows * STEPS:,} steps, {1 + len(LOCALES)} languages, {size:,} kB")
        done = [check(directory) for _ in range(rounds)]
        for one in done:
            print(
                f"  {one.wall_seconds:.2f} s, {one.processor_seconds:.2f} s of processor,"
                f" {one.megabytes:.0f} MB"
            )
        best, most = min(one.wall_seconds for one in done), max(one.megabytes for one in done)
        verdict = "met" if best < MOST_SECONDS and most < MOST_MEGABYTES else "MISSED"
        print(f"best {best:.2f} s, most {most:.0f} MB: {verdict}")
        print_profile(directory)


def write_files(directory: Path, flows: int) -> int:
    """Write the bot into a directory; return its size in kilobytes."""
    files = write_bot(flows)
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return sum(len(text.encode()) for text in files.values()) // 1000


def check(directory: Path) -> Round:
    """Run `usher check` as a process of its own.

    Raises:
        SystemExit: it found problems, which the written bot has none of.
    """
    command = [sys.executable, "-m", "engine.service.cli", "check", directory.as_posix()]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, "ACTIONS": CATALOG},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the written bot has problems:\n{output.decode()[:2000]}")
    return Round(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def print_profile(directory: Path) -> None:
    """Print the processor time of each stage, of one more check."""
    command = [sys.executable, "-m", "benchmarks.checker.stages", directory.as_posix()]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    stages: dict[str, float] = json.loads(answer.stdout)
    whole = sum(stages.values())
    for name, seconds in sorted(stages.items(), key=lambda stage: -stage[1]):
        print(f"  {name:<20}{seconds * 1000:>6.0f} ms{seconds / whole:>6.0%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure a cold check of a written bot.")
    parser.add_argument("--flows", type=int, default=100, metavar="N", help="a multiple of ten")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    options = parser.parse_args()
    main(options.flows, options.rounds)
