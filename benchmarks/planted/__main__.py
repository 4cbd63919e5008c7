"""Plants one defect at a time in a copy of the project, and says who catches it: the checker, the scenarios or the explorer.

    python -m benchmarks.planted [--page docs/planted-defects.md] [--workers 2] [NUMBER …]

It takes about half a minute for each defect; the project itself is not touched.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.planted.defects import DEFECTS, Defect, plant
from engine.service.embedded import embedded_postgres

ROOT: Final = Path(__file__).parents[2]
PRESSES: Final = 300

_COPIED: Final = ("flows", "actions", "storage", "tests/scenarios")
_FILES: Final = ("pyproject.toml", "tests/conftest.py", "tests/servers.py", "tests/invariants.sql")

_HEAD: Final = """\
# Who catches which defect

Written by `python -m benchmarks.planted --page docs/planted-defects.md`, which plants one defect at a time in a copy of the project
(`benchmarks/planted/defects.py`), and runs `usher check flows`, `pytest -x tests/scenarios` and `usher explore --presses {presses} --seed 1` there. What the
checker refuses is not played. Of scenarios, the first one that fails is named.

**{caught} of {all} are caught.**

| defect | `usher check` | scenarios | `usher explore` |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What each found of a defect; empty where it found nothing."""

    defect: Defect
    check: str = ""
    scenarios: str = ""
    explore: str = ""

    @property
    def is_caught(self) -> bool:
        """Whether anybody found anything."""
        return bool(self.check or self.scenarios or self.explore)


def main() -> int:
    """Try each defect; return 1 when there is one that nothing catches."""
    parser = argparse.ArgumentParser(description="Say who catches which defect.")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table there")
    parser.add_argument("numbers", nargs="*", type=int, help="of the defects to try, from 1 on")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="(default: 2)")
    options = parser.parse_args()
    chosen = [DEFECTS[number - 1] for number in options.numbers] or DEFECTS
    with embedded_postgres() as url, ThreadPoolExecutor(options.workers) as workers:
        verdicts = list(workers.map(partial(_try, database=url), chosen))
    if options.page:
        caught = sum(one.is_caught for one in verdicts)
        head = _HEAD.format(presses=f"{PRESSES}", caught=caught, all=len(verdicts))
        options.page.write_text(head + "\n".join(map(_row, verdicts)) + "\n", encoding="utf-8")
    return 0 if all(one.is_caught for one in verdicts) else 1


def _try(defect: Defect, database: str) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="usher-planted-") as directory:
        root = Path(directory)
        for name in _COPIED:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _FILES:
            shutil.copy(ROOT / name, root / name)
        (root / "engine").symlink_to(ROOT / "engine")
        plant(defect, root)
        if check := _check(root, database):
            verdict = Verdict(defect, check)
        else:
            verdict = Verdict(defect, "", _play(root, database), _explore(root, database))
    print(_row(verdict), flush=True)
    return verdict


def _check(root: Path, database: str) -> str:
    done = _run(root, database, "engine.service.cli", "check", "flows")
    codes = re.findall(r"^flows/\S+: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE)
    if done.returncode and not codes:
        raise RuntimeError(done.stdout + done.stderr)
    return ", ".join(f"`{code}`" for code in dict.fromkeys(codes))


def _play(root: Path, database: str) -> str:
    options = ("-q", "-x", "--tb=no", "-p", "no:cacheprovider")
    done = _run(root, database, "pytest", "tests/scenarios", *options)
    failed = re.findall(
        r"^FAILED tests/scenarios/\S+?\.yaml::(.+?)(?: - .*)?$", done.stdout, re.MULTILINE
    )
    if done.returncode and not failed:
        raise RuntimeError(done.stdout + done.stderr)
    return failed[0] if failed else ""


def _explore(root: Path, database: str) -> str:
    options = ("--presses", str(PRESSES), "--seed", "1")
    done = _run(root, database, "engine.service.cli", "explore", *options)
    found = re.findall(r"^\d+\. (.*\[[a-z]+\])$", done.stdout + done.stderr, re.MULTILINE)
    if done.returncode and not found:
        raise RuntimeError(done.stdout + done.stderr)
    return "; ".join(found)


def _run(root: Path, database: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )


def _row(verdict: Verdict) -> str:
    cells = (verdict.defect.name, verdict.check, verdict.scenarios, verdict.explore)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
