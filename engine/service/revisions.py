"""The flows of a directory, or of a git revision, as a directory that can be read.

It knows how git is asked for files, and nothing of what is in them.
"""

from __future__ import annotations

import io
import shutil
import subprocess  # git is asked, with fixed arguments
import tarfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

GIT_SECONDS: Final = 60


@contextmanager
def open_flows(place: str, flows: Path) -> Iterator[Path]:
    """Give the flows of a directory, or those that a git revision has in the directory `flows`.

    Raises:
        SettingsError: there is neither such a directory nor such a revision, or git is not there.
    """
    if Path(place).is_dir():
        yield Path(place)
        return
    archive = _archive(place, flows)
    with TemporaryDirectory(prefix="usher-") as directory:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(directory, filter="data")
        if not (Path(directory) / flows).is_dir():
            raise SettingsError(f'revision "{place}" has no directory "{flows}"')
        yield Path(directory) / flows


def _archive(revision: str, flows: Path) -> bytes:
    if flows.is_absolute() or ".." in flows.parts:
        raise SettingsError(
            f'flows are looked for in "{flows}" of a revision, which has to be below the working directory'
        )
    known = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.returncode:
        raise SettingsError(f'"{revision}" is neither a directory nor a git revision')
    commit = known.stdout.decode().strip()
    archived = _git("archive", "--format=tar", commit, "--", _home(flows))
    if archived.returncode:
        raise SettingsError(f'revision "{revision}" has no directory "{flows}"')
    return archived.stdout


def _home(flows: Path) -> str:
    """Give the first directory of a path: bots that those flows extend are mostly there, too."""
    return flows.parts[0] if flows.parts else "."


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    git = shutil.which("git")
    if git is None:
        raise SettingsError("revisions are read with git, which is not there; give directories")
    try:
        return subprocess.run(
            [git, *arguments], capture_output=True, check=False, timeout=GIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise SettingsError(f"git did not answer within {GIT_SECONDS} s") from None
