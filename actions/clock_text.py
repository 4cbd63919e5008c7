"""Reads hours of a day as people write them, such as 9-13, 14.30-18, and writes them so that they can be read again.

It knows nothing of who works in them.
"""

import re
from itertools import pairwise
from typing import Literal

from storage.schedule import Period

MOST_PERIODS = 6
"""How many stretches a day can have."""

CLOSED = (
    "closed", "close", "off", "none", "geschlossen", "zu", "frei", "закрито", "зачинено", "вихідний",
)  # fmt: skip
"""What people write for no hours."""

type Mistake = Literal["unreadable", "ends_early", "overlap", "too_many"]

_AND = ("and", "und", "та", "і", "й")  # noqa: RUF001  # Ukrainian words
_BETWEEN = re.compile(rf"\s*(?:[,;+&]|\b(?:{'|'.join(_AND)})\b)\s*")
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|uhr|h)?"
_DASHES = "-\u2010-\u2015\u2212~"
_STRETCH = re.compile(rf"{_CLOCK}\s*(?:[{_DASHES}]|to|till|until|bis|до)\s*{_CLOCK}")
_DAY = 1440
_DASH = "\N{EN DASH}"


def read_hours(written: str) -> tuple[Period, ...] | Mistake:
    """Read the stretches of a day, none of which means closed, in order; or say what is wrong."""
    said = " ".join(written.casefold().replace("from ", "").replace("von ", "").split()).strip(" .")
    if said in CLOSED:
        return ()
    parts = [part for part in _BETWEEN.split(said) if part]
    if len(parts) > MOST_PERIODS:
        return "too_many"
    periods = []
    for part in parts:
        period = _read_stretch(part)
        if not isinstance(period, Period):
            return period
        periods.append(period)
    periods.sort(key=lambda one: one.opens_minute)
    if any(one.closes_minute > other.opens_minute for one, other in pairwise(periods)):
        return "overlap"
    return tuple(periods) or "unreadable"


def write_hours(periods: tuple[Period, ...]) -> str:
    """Write stretches as 9:00-13:00, 14:00-18:00, with the dash that stands between times; nothing for none."""
    return ", ".join(
        _clock(one.opens_minute) + _DASH + _clock(one.closes_minute) for one in periods
    )


def reread_hours(written: str | None) -> tuple[Period, ...]:
    """Read what was written here, of which nothing means closed.

    Raises:
        ValueError: It was not written here.
    """
    periods = () if written is None else read_hours(written)
    if not isinstance(periods, tuple):
        raise ValueError(f'hours "{written}" are {periods}')  # noqa: TRY004  # a wrong value
    return periods


def _read_stretch(part: str) -> Period | Mistake:
    found = _STRETCH.fullmatch(part)
    if found is None:
        return "unreadable"
    opens, closes = _read_clock(*found.groups()[:3]), _read_clock(*found.groups()[3:])
    if opens is None or closes is None:
        return "unreadable"
    if closes == 0:
        closes = _DAY
    return Period(opens, closes) if opens < closes else "ends_early"


def _read_clock(hour: str, minute: str | None, half: str | None) -> int | None:
    """Read a time of the day as its minute, up to the end of the day; None for what no clock shows."""
    hours, minutes = int(hour), int(minute or 0)
    if half in ("am", "pm"):
        if not 1 <= hours <= 12:  # noqa: PLR2004  # such clocks have twelve hours
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    read = hours * 60 + minutes
    return read if minutes < 60 and read <= _DAY else None  # noqa: PLR2004  # minutes of an hour


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
