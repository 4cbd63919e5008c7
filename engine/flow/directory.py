"""The files of a directory of flows as they lie on the disk: their bytes, or why those cannot be read.

It knows where the files of a bot are, and nothing of what they say.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.problems import Position, Problem
from engine.flow.source import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FRAGMENTS: Final = "fragments"
"""The directory of fragments beside the flows, and the first word of their translation paths."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in the place of a file's text where it cannot be read; `reason` says why."""

    reason: str

    def __len__(self) -> int:
        """Count as a file without anything in it."""
        return 0

    def problem(self, path: str) -> Problem:
        """Say so at the file."""
        message = f"the file cannot be read: {self.reason}"
        return Problem(Position(path, 1, 1), "unreadable-file", message)


type Text = str | bytes | Unreadable
"""What a file holds: bytes as they were read, or a text that an editor holds."""


def read_directory(directory: Path) -> Mapping[Path, Text]:
    """Read every YAML file of a directory, of its texts and of its fragments, no further than one may be long."""
    return {
        path: read_bytes(path)
        for pattern in ("*.yaml", "texts/*.yaml", f"{FRAGMENTS}/*.yaml")
        for path in directory.glob(pattern)
    }


def read_bytes(path: Path) -> bytes | Unreadable:
    """Read a file no further than one may be long; what is no file is not opened, as that could wait for ever."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return Unreadable("it is a directory" if stat.S_ISDIR(mode) else "it is no plain file")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        link = path.readlink().as_posix() if path.is_symlink() else ""
        return Unreadable(
            f'it is a link to "{link}", which does not exist' if link else "it is gone"
        )
    except OSError as error:
        return Unreadable((error.strerror or type(error).__name__).lower())
