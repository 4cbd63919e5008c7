"""Times of day, instants and lengths of time.

It knows how languages write hours and units, and no bounds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final, Literal

from babel.units import format_unit

from engine.flow.answers.days import Recurring, read_days
from engine.flow.answers.numbers import read_decimals
from engine.flow.answers.plain import folded, locale_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from engine.flow.formats import Formats

_CLOCK: Final = re.compile(
    r"([0-9]{1,2})(?: ?(?:[:.h]|uhr) ?([0-9]{2})(?::([0-9]{2}))?)?(?: ?(?:uhr|h))?"
)
_HALVES: Final = {"am": False, "a.m.": False, "pm": True, "p.m.": True}
_NOON: Final = 12
_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("at",),
    "de": ("um",),
    "fr": ("à",),
    "es": ("a las", "a la"),
    "it": ("alle", "ore"),
    "pt": ("às",),
    "nl": ("om",),
}
"""Words between a day and a time."""

_SPAN: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?([^\W\d_]+)\.?")
_JOINTS: Final = re.compile(r"[ ,]*(?:and|und|et|y|e|en|i|та|и)?[ ,]*")
_UNITS: Final = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}


def read_times(text: str, locale: str) -> tuple[time, ...]:
    """Read a time of day; in two ways where the language halves the day and the half is not said."""
    written, half = _without_half(folded(text), locale)
    found = _CLOCK.fullmatch(written)
    if found is None:
        return ()
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if half is None:
        is_open = 1 <= hour <= _NOON and not found[1].startswith("0") and _halves_days(locale)
        hours = [hour % _NOON, hour % _NOON + _NOON] if is_open else [hour]
    elif 1 <= hour <= _NOON:
        hours = [hour % _NOON + _NOON * half]
    else:
        return ()
    try:
        return tuple(time(one, minute, second) for one in hours)
    except ValueError:
        return ()


def read_instants(text: str, formats: Formats) -> tuple[datetime, ...]:
    """Read a day and a time where the person is; in two ways where clocks repeat an hour, in none where they skip it."""
    try:
        written = datetime.fromisoformat(plain(text))
    except ValueError:
        written = None
    if written is not None and written.tzinfo is not None:
        return (written.astimezone(UTC),)
    moments: dict[datetime, None] = {}
    recurs = False
    for days, clocks in _split(text, formats):
        recurs = recurs or isinstance(days, Recurring)
        for day, clock in product(days, clocks):
            moments |= dict.fromkeys(_moments(day, clock, formats))
    return Recurring(moments) if recurs else tuple(moments)


def read_durations(text: str, locale: str) -> tuple[timedelta, ...]:
    """Read numbers with units, the larger ones first: `1h 30m`, `90 min`, `2 days`."""
    written = folded(text)
    if not all(_JOINTS.fullmatch(gap) for gap in _SPAN.sub("\0", written).split("\0")):
        return ()
    parts = [
        (read_decimals(number, locale), _units(locale).get(unit))
        for number, unit in _SPAN.findall(written)
    ]
    units = [unit for _, unit in parts if unit is not None]
    is_plain = all(len(numbers) == 1 for numbers, _ in parts) and len(units) == len(parts)
    if not parts or not is_plain or any(a <= b for a, b in pairwise(units)):
        return ()
    try:
        lengths = [
            timedelta(microseconds=int(numbers[0] * (unit // _MICROSECOND)))
            for (numbers, _), unit in zip(parts, units, strict=True)
        ]
        return (sum(lengths, timedelta()),)
    except OverflowError:
        return ()


_MICROSECOND: Final = timedelta(microseconds=1)


def _without_half(written: str, locale: str) -> tuple[str, bool | None]:
    """Give a time without the word for its half of the day, and whether that is the second."""
    for word, is_second in _half_words(locale).items():
        if written.endswith(word):
            return written.removesuffix(word).strip(), is_second
        if written.startswith(word):
            return written.removeprefix(word).strip(), is_second
    return written, None


@lru_cache(maxsize=64)
def _half_words(locale: str) -> Mapping[str, bool]:
    words = dict(_HALVES)
    for place in locale_of(locale).day_periods.values():
        for named in place.values():
            halves = {False: named.get("am"), True: named.get("pm")}
            words |= {folded(word): half for half, word in halves.items() if word}
    return dict(sorted(words.items(), key=lambda one: -len(one[0])))


@lru_cache(maxsize=64)
def _halves_days(locale: str) -> bool:
    pattern = locale_of(locale).time_formats["short"].pattern
    return "h" in pattern or "K" in pattern


def _split(text: str, formats: Formats) -> Iterator[tuple[tuple[date, ...], tuple[time, ...]]]:
    """Give the ways to read the words of a text as a day, and those behind them as a time."""
    written = re.sub(r"(?<=[0-9])t(?=[0-9])", " ", folded(text))
    words = written.replace(",", " ").split()
    for at in range(1, len(words)):
        day, clock = " ".join(words[:at]), " ".join(words[at:])
        for joint in _AT.get(locale_of(formats.locale).language, ()):
            clock = clock.removeprefix(f"{joint} ")
        yield read_days(day, formats), read_times(clock, formats.locale)


def _moments(day: date, clock: time, formats: Formats) -> Iterator[datetime]:
    """Give the instants at which clocks show a time on a day."""
    for fold in (0, 1):
        shown = datetime.combine(day, clock, formats.time_zone).replace(fold=fold)
        try:
            moment = shown.astimezone(UTC)
            back = moment.astimezone(formats.time_zone)
        except OverflowError:
            continue
        if back.replace(tzinfo=None) == shown.replace(tzinfo=None):
            yield moment


@lru_cache(maxsize=64)
def _units(locale: str) -> Mapping[str, timedelta]:
    """Give the words for units: letters that every language knows, and its own long and short ones."""
    units = dict(_UNITS)
    for name, count, width in product(_NAMED, _COUNTS, _WIDTHS):
        shown = folded(format_unit(count, f"duration-{name}", width, locale=locale_of(locale)))
        word = re.sub("[0-9]", "", shown).strip(" .")
        units |= {word: _NAMED[name]} if word else {}
    return units


_NAMED: Final = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
_COUNTS: Final = (1, 2, 5)
"""Numbers that have different forms of a noun, in languages that have several."""

_WIDTHS: Final[tuple[Literal["long", "short", "narrow"], ...]] = ("long", "short", "narrow")
