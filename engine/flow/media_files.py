"""Files beside the flows that windows show: where they are, and what their bytes say they are.

It knows nothing of flows, nor of what Telegram takes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path


def is_address(text: str) -> bool:
    """Tell a web address, which may have expressions, from the path of a file."""
    return "://" in text or "{{" in text or "{%" in text


def written_value(text: str) -> str:
    """Give the dotted name that is written in the place of media, alone or in braces; nothing where it is another place."""
    found = _VALUE.fullmatch(text)
    return found[1] or found[2] if found else ""


def find_media(directory: Path, text: str) -> Path | None:
    """Return where a file of a flow is, or would be; None when that is not in the directory of the flows."""
    try:
        path = (directory / text).resolve()
    except (OSError, ValueError):
        return None
    is_within = path.is_relative_to(directory.resolve())
    return directory / text if is_within and "\\" not in text else None


def recognise(path: Path) -> str | None:
    """Return the format that a file's first bytes tell; None when it is none that Telegram shows."""
    with path.open("rb") as file:
        head = file.read(16)
    for name, at, mark in _MARKS:
        if head[at : at + len(mark)] == mark:
            return name
    return "MP3" if _FRAME.match(head) else None


_VALUE: Final = re.compile(r"\s*(?:([a-z_]\w*(?:\.[a-z_]\w*)*)|\{\{-?\s*([\w.]+)\s*-?\}\})\s*")
_FRAME: Final = re.compile(rb"\xff[\xe0-\xff]")
"""The sync word with which MPEG sound begins."""

_MARKS: Final = (
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("WEBP", 8, b"WEBP"),
    ("GIF", 0, b"GIF8"),
    ("MP4", 4, b"ftyp"),
    ("MP3", 0, b"ID3"),
    ("OGG", 0, b"OggS"),
    ("WEBM", 0, b"\x1aE\xdf\xa3"),
    ("TGS", 0, b"\x1f\x8b"),
)
