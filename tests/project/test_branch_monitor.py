"""Branches measured by `sys.monitoring` are those that tracing finds."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLE = '''
import asyncio
import threading


class Box:
    """Holds a value."""

    def __init__(self, value):
        self.value = value if value else None


def choose(value):
    if value > 2:
        return "large"
    elif value == 2:
        name = "two"
    else:
        name = "small"
    return name


def never(value):
    if not value:
        return
    for item in value:
        print(item)


def search(values, wanted):
    for value in values:
        if value == wanted:
            break
    else:
        return None
    return value


def match(value):
    match value:
        case int() if value > 3:
            return 1
        case [first, *_]:
            return first
        case {"a": given}:
            return given
    return None


def count(stop):
    number = 0
    while True:
        number += 1
        if number > stop:
            return number


def guard(value):
    try:
        return 1 / value
    except ZeroDivisionError:
        return 0
    except (TypeError, ValueError) as error:
        raise RuntimeError from error
    finally:
        if value:
            count(3)


def spans(
    first,
    second,
):
    if (
        first
        and second
    ):
        return [
            one
            for one in first
            if one
        ]


def one_line(value):
    if value: return 1
    for _ in range(value): pass


async def ticks(stop):
    for number in range(stop):
        await asyncio.sleep(0)
        if number > 100:
            yield None
        yield number


async def main():
    async for number in ticks(3):
        if number:
            continue
    async with asyncio.timeout(1):
        await asyncio.sleep(0)
    with open(__file__) as file:
        for line in file:
            if "never" in line:
                break


for number in (1, 3):
    choose(number)
never([])
search([1, 2], 2), search([1], 1)
match(4), match([1])
count(2)
guard(0), guard(2)
spans([1, 0], True)
one_line(0)
Box(1)
thread = threading.Thread(target=count, args=(5,))
thread.start()
thread.join()
asyncio.run(main())
'''


def measure(directory: Path, *settings: str) -> dict[str, Any]:
    """Run the sample with settings of coverage.py, and return what is missing in it."""
    (directory / "settings.ini").write_text("\n".join(["[run]", "branch = true", *settings]))
    unwanted = re.compile(r"COV|PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
    for arguments in (["run"], ["json", "-q", "-o", "report.json"]):
        rest = ["sample.py"] if arguments == ["run"] else []
        subprocess.run(
            [sys.executable, "-m", "coverage", *arguments, "--rcfile=settings.ini", *rest],
            cwd=directory,
            env={**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
            check=True,
            timeout=60,
            capture_output=True,
        )
    found: dict[str, Any] = json.loads((directory / "report.json").read_text())
    sample: dict[str, Any] = found["files"]["sample.py"]
    return {name: sample[name] for name in ("missing_lines", "missing_branches")}


def test_branches_are_those_that_tracing_finds(tmp_path: Path) -> None:
    """Lines and branches that never ran are the same, whichever way they are looked for."""
    (tmp_path / "sample.py").write_text(SAMPLE)

    traced = measure(tmp_path, "core = ctrace")

    assert traced["missing_branches"]
    assert measure(tmp_path, "plugins = tests.branch_monitor") == traced
