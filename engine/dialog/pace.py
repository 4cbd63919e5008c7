"""How many windows are shown again in a second, so that Telegram has room for what people wait for.

It does not know which windows these are.
"""

from __future__ import annotations

from typing import Final

A_SECOND: Final = 15
"""Windows shown again in a second by one process: half of what Telegram lets a bot send."""

AT_ONCE_SECONDS: Final = 1.0
"""How far ahead of an even pace windows may be shown again."""


class Pace:
    """Lets windows be shown again at an even pace, and none while Telegram asks to wait."""

    def __init__(self) -> None:
        self._free = 0.0

    def wait(self, now: float) -> float:
        """Take a place and return 0, or return in how many seconds there is one; `now` is in seconds."""
        ahead = max(self._free - now, 0.0)
        if ahead > AT_ONCE_SECONDS:
            return ahead - AT_ONCE_SECONDS
        self._free = now + ahead + 1 / A_SECOND
        return 0.0

    def rest(self, now: float, seconds: float) -> None:
        """Give no place for so many seconds."""
        self._free = max(self._free, now + seconds + AT_ONCE_SECONDS)
