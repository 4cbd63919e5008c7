"""Sizes of files as flows write them, such as `500 KB` or `5 MB`.

It knows nothing of files.
"""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"^[0-9]{1,6}(\.[0-9]{1,3})? ?(B|KB|MB|GB)$"
"""A size."""

_UNITS: Final = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_WRITTEN: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(B|KB|MB|GB)")


def read_size(text: str) -> int:
    """Give a size in bytes.

    Raises:
        ValueError: it is written otherwise.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no size such as "500 KB" or "5 MB"')
    whole, _, places = found[1].partition(".")
    unit = _UNITS[found[2]]
    return int(whole) * unit + int(places.ljust(3, "0")) * unit // 1000
