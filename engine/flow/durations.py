"""Lengths of time as flows write them: a whole number and its unit, such as 90s, 15m, 2h or 1d.

It knows nothing of what is timed, nor which lengths are allowed where.
"""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"^[1-9][0-9]{0,8}(s|m|h|d)$"
"""A length of time people notice."""

FINE_PATTERN: Final = r"^[1-9][0-9]{0,8}(ms|s)$"
"""A pause inside a turn."""

_MILLISECONDS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_WRITTEN: Final = re.compile(r"([1-9][0-9]{0,8})(ms|s|m|h|d)")


def read_duration(text: str) -> int:
    """Give a length of time in milliseconds.

    Raises:
        ValueError: it is written otherwise.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no length of time such as 90s, 15m, 2h or 1d')
    return int(found[1]) * _MILLISECONDS[found[2]]


def write_duration(milliseconds: int) -> str:
    """Write a length of time in the largest unit that has no rest."""
    for unit in ("d", "h", "m", "s"):
        if milliseconds % _MILLISECONDS[unit] == 0:
            return f"{milliseconds // _MILLISECONDS[unit]}{unit}"
    return f"{milliseconds}ms"
