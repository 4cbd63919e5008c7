"""Where a command's result goes, a file that was named or stdout, and how it is counted.

It knows nothing of what is written.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def write_output(path: Path | None, text: str) -> None:
    """Write a file, with the directories it lies in; stdout where no path is given.

    Raises:
        SettingsError: it cannot be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f'"{path}" cannot be written: {error.strerror}') from None


def count(number: int, noun: str) -> str:
    """Say how many there are: `1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
