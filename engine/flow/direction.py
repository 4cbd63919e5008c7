"""Marks of direction: what is put into a text that is read from right to left stands for itself, as a name or a number does.

It does not know what is put into which text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel.core import UnknownLocaleError

from engine.flow.calendar_names import reads_from_right

FROM_HERE: Final = "\N{FIRST STRONG ISOLATE}"
UP_TO_HERE: Final = "\N{POP DIRECTIONAL ISOLATE}"
MARKS: Final = len(FROM_HERE + UP_TO_HERE)
"""UTF-16 units that the marks around a value take."""


@lru_cache(maxsize=64)
def marks_values(locale: str) -> bool:
    """Tell whether values have marks around them in texts of a language; of one that there is not, none have."""
    try:
        return reads_from_right(locale)
    except (UnknownLocaleError, ValueError):
        return False


def without_marks(text: str) -> str:
    """Return a text as it is for programs, such as an address."""
    return text.replace(FROM_HERE, "").replace(UP_TO_HERE, "")
