"""What `make setup` does before there is anything to run it with."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("awk", "cat", "dirname", "mktemp", "rm")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Give a copy of what setup reads, and beside it a `bin` with neither Python nor uv."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    for name in (".ci/bootstrap", ".python-version", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "/missing")
    return tmp_path


def bootstrap(bare: Path) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine that has only `bin`."""
    return subprocess.run(
        ["/bin/sh", bare / ".ci" / "bootstrap"],
        env={"PATH": str(bare / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def add_program(bare: Path, name: str, script: str) -> None:
    """Put a program on the machine."""
    program = bare / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_a_machine_with_nothing_is_told_what_to_install(bare: Path) -> None:
    """One line says what is needed; nothing half-made is left."""
    done = bootstrap(bare)

    assert done.returncode == 1
    assert done.stderr == (
        "setup: needs Python 3.12 (with its venv module) or uv; install either and run this again\n"
    )
    assert not (bare / ".venv").exists()


def test_another_python_is_not_taken(bare: Path) -> None:
    """A Python of another release is passed over, whatever it is called."""
    add_program(bare, "python3", "exit 1")

    assert "needs Python 3.12" in bootstrap(bare).stderr


def test_a_uv_that_cannot_get_python_says_so(bare: Path) -> None:
    """Where uv finds no Python and can fetch none, the last line says that."""
    add_program(bare, "uv", "exit 2")

    done = bootstrap(bare)

    assert done.returncode == 1
    assert done.stderr == "setup: uv has no Python 3.12 and could not get one\n"


def test_uv_installs_the_lock_file_by_its_hashes(bare: Path) -> None:
    """With uv alone, the environment is made, filled from the lock file, and given the project."""
    log = bare / "log"
    add_program(bare, "uv", f'echo "$@" >> {log}')

    assert bootstrap(bare).returncode == 0

    assert log.read_text().splitlines() == [
        "venv --quiet --clear --python 3.12 .venv",
        "pip sync --quiet --python .venv/bin/python --require-hashes requirements-dev.lock",
        "pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .",
    ]
