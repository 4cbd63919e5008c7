"""A bar that shows how much of something is done, drawn with two signs.

It knows neither texts nor types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.flow.expression.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 10
LARGEST_WIDTH: Final = 50
LONGEST_SIGN: Final = 8
FILLED: Final = "🟥"
EMPTY: Final = "⬜"
_WORDS: Final = len("  100%")
_SIGN: Final = 2
"""UTF-16 units of the signs that are drawn when no others are given."""


def draw_progress(
    percent: Any, *, width: int = WIDTH, filled: str = FILLED, empty: str = EMPTY
) -> str:
    """Draw a bar for a percentage, with the number behind it; beyond 0 and 100 it is empty and full."""
    width = max(1, min(width, LARGEST_WIDTH))
    shown = max(0, min(percent, 100))
    done = round(width * shown / 100)
    signs = filled[:LONGEST_SIGN] * done + empty[:LONGEST_SIGN] * (width - done)
    return f"{signs} {shown: 2.0f}%"


def progress_length(ranges: Sequence[Range]) -> Range:
    """Give how long a bar can be, of the ranges of what it is told: the percentage, then the width and the signs that are given."""
    told = [min(int(one.high), LARGEST_WIDTH) if one.high else LARGEST_WIDTH for one in ranges[1:]]
    match told:
        case []:
            most = WIDTH * _SIGN
        case [one]:
            most = max(one * _SIGN, WIDTH * max(one, _SIGN))
        case [first, second]:
            most = max(first * max(second, _SIGN), WIDTH * max(first, second))
        case _:
            most = told[0] * max(told[1:])
    return Range(1, most + _WORDS)
