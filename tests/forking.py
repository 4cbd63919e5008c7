"""Starts programs as copies of one process that has imported them already, which is seconds quicker than to import them anew.

It knows nothing of what the programs do. Each has a number, an environment and a log of its own, and is stopped and killed like any other.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing import forkserver
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

import coverage
import pytest

from engine.service.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

_LOADED = (
    "tests.forking",
    "tests.service.inner_pytest",
    "tests.service.inbox_work",
    "engine.service.studio",
    "engine.service.commands.run",
    "engine.service.app",
    "actions.catalog",
)


class Forked:
    """A program that runs; it is asked as `subprocess.Popen` is."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = int(process.pid or 0)

    def poll(self) -> int | None:
        """Give its exit code, below 0 if a signal ended it; None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """Kill it at once, as a lack of memory does, if it still runs."""
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and give its exit code.

        Raises:
            TimeoutExpired: it still runs after so many seconds.
        """
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise TimeoutExpired(self._process.name, timeout or 0)
        return code


def fork(run: Callable[..., object], *arguments: object) -> Forked:
    """Call a function of a module in a copy of the process that has imported what takes long; the copy ends with it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("COV_", "COVERAGE_"))]:
            patch.delenv(name)  # copies are measured each by itself, if at all
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
    # A daemon, so that a test that breaks off leaves none behind.
    process = context.Process(target=run, args=arguments, daemon=True)
    process.start()
    return Forked(process)


def fork_usher(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Forked:
    """Start the command line with exactly this environment; what it prints goes to the end of a file."""
    return fork(_run_usher, list(arguments), dict(environment), str(log))


def _run_usher(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """Become a program of its own, in the copy."""
    os.setsid()  # an interrupted test run ends it below, not by its terminal
    os.environ.clear()
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    measured = coverage.process_startup()
    try:
        sys.exit(main(arguments))
    finally:
        if measured is not None:
            measured.stop()
            measured.save()
