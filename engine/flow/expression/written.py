"""Days and times of day as they are written in expressions.

It knows no zone and no functions.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from engine.flow.types import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.flow.types import Type


def written_as(kind: type[dt.date | dt.time]) -> Callable[[Type], bool]:
    """Give what tells whether every text that a value can be is written as a day, or as a time of day."""

    def fits(type_: Type) -> bool:
        return isinstance(type_, Choice) and all(_is_written(kind, text) for text in type_.values)

    return fits


def _is_written(kind: type[dt.date | dt.time], text: str) -> bool:
    """Tell whether a text is a day such as 2027-12-24, or a time such as 17:00: no other form of ISO 8601."""
    try:
        read = kind.fromisoformat(text)
    except ValueError:
        return False
    return text == (read.strftime("%H:%M") if isinstance(read, dt.time) else read.isoformat())
