"""A pytest of its own for a test: forked from a process in which what takes long to import is there already.

It knows nothing of what is tested.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.forking import fork


def run_inner(
    directory: Path, arguments: Sequence[str], paths: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run pytest in a directory, as `python -m pytest` does, with nothing in its environment but the paths of modules."""
    out, err = directory / "stdout.log", directory / "stderr.log"
    code = fork(_run, directory, tuple(arguments), tuple(paths)).wait(120)
    return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())


def _run(directory: Path, arguments: tuple[str, ...], paths: tuple[str, ...]) -> None:
    for stream, name in ((1, "stdout.log"), (2, "stderr.log")):
        opened = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, stream)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update({"PYTHONPATH": os.pathsep.join(paths), "PATH": ""})
    sys.path[:0] = [str(directory), *paths]
    code = pytest.main([*arguments])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
