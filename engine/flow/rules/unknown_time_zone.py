"""The time zone of a bot exists.

It does not know the zones of users.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_time_zone(draft: BotDraft) -> Iterator[Problem]:
    """Report a zone that the IANA database does not have."""
    if draft.file is None:
        return
    zone = draft.file.time_zone
    zones = _zones()
    if zone not in zones:
        close = get_close_matches(zone, sorted(zones), n=1)
        hint = f'did you mean "{close[0]}"?' if close else 'write one such as "Europe/Berlin"'
        yield Problem(
            draft.setting("time_zone"),
            "unknown-time-zone",
            f'there is no time zone "{zone}"; {hint}',
        )


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
