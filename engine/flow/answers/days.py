"""Days: as numbers, with the name of the month, or counted from today.

It knows how languages order and name the parts of a date, and no bounds.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from engine.flow.answers.plain import folded, locale_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.formats import Formats

_FROM_TODAY: Final[Mapping[str, Mapping[str, int]]] = {
    "en": {"today": 0, "tomorrow": 1, "day after tomorrow": 2, "yesterday": -1},
    "de": {"heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1, "vorgestern": -2},
    "fr": {"aujourd'hui": 0, "demain": 1, "après-demain": 2, "hier": -1},
    "es": {"hoy": 0, "mañana": 1, "pasado mañana": 2, "ayer": -1},
    "it": {"oggi": 0, "domani": 1, "dopodomani": 2, "ieri": -1},
    "pt": {"hoje": 0, "amanhã": 1, "depois de amanhã": 2, "ontem": -1},
    "nl": {"vandaag": 0, "morgen": 1, "overmorgen": 2, "gisteren": -1},
    "pl": {"dziś": 0, "dzisiaj": 0, "jutro": 1, "pojutrze": 2, "wczoraj": -1},
    "uk": {"сьогодні": 0, "завтра": 1, "післязавтра": 2, "вчора": -1},
    "ru": {"сегодня": 0, "завтра": 1, "послезавтра": 2, "вчера": -1},
    "tr": {"bugün": 0, "yar\u0131n": 1, "dün": -1},
}
"""Words for days near today; CLDR has them, Babel leaves them out."""

_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset({"of", "on", "the", "st", "nd", "rd", "th"}),
    "de": frozenset({"am", "den", "der"}),
    "fr": frozenset({"le", "er"}),
    "es": frozenset({"de", "del", "el"}),
    "it": frozenset({"il"}),
    "pt": frozenset({"de"}),
    "nl": frozenset({"op"}),
    "uk": frozenset({"\u0443", "\u0432", "\u043d\u0430"}),
}
"""Words that may stand in a date and say nothing."""

_BENT: Final[Mapping[str, Mapping[str, str]]] = {
    "uk": {
        "середу": "середа",
        "п\u02bcятницю": "п\u02bcятниця",
        "суботу": "субота",
        "неділю": "неділя",
    },
    "ru": {"среду": "среда", "пятницу": "пятница", "субботу": "суббота"},
    "pl": {"środę": "środa", "sobotę": "sobota", "niedzielę": "niedziela"},
}
"""Weekdays as they are named in answer to "when": Babel has them in their first form only."""

_APOSTROPHES: Final = re.compile("[\u2019']")
_WEEK: Final = timedelta(days=7)

_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})")
_NUMBERS: Final = re.compile(
    r"([0-9]{1,2})(?:(\.) ?|([-/]))([0-9]{1,2})(?:(?:(?(2)\. ?|\3))([0-9]{4}|[0-9]{2})?)?\.?"
)
_WORDS: Final = re.compile(r"[0-9]+|[^\W\d_]+(?:-[^\W\d_]+)*")
_BETWEEN: Final = re.compile(r"[\s.,]*")
_YEARS_BACK: Final = 49
_YEARS_AHEAD: Final = 10
_SHORTEST_NAME: Final = 3


class Recurring[T](tuple[T, ...]):
    """Ways to read a day that comes again, soonest first: of the soonest day that has a right one they are meant."""

    __slots__ = ()


def read_days(text: str, formats: Formats) -> tuple[date, ...]:
    """Read a day; in more than one way where the order of day and month is not plain.

    A day without a year is the next one there is, and so is a weekday; on that weekday it is today, or else in a week.
    Two digits are a year from 49 years back to 10 ahead.
    """
    written = folded(text)
    language = locale_of(formats.locale).language
    word = written.replace("\u2019", "'")
    if (ahead := _FROM_TODAY.get(language, {}).get(word)) is not None:
        return (formats.today() + timedelta(days=ahead),)
    if (weekday := _weekday(written, formats)) is not None:
        today = formats.today()
        soonest = today + timedelta(days=(weekday - today.isoweekday()) % 7)
        return Recurring((soonest, soonest + _WEEK)) if soonest == today else (soonest,)
    found = _YEAR_FIRST.fullmatch(written)
    if found:
        return _existing([(found[1], found[3], found[4])], formats)
    numbers = _NUMBERS.fullmatch(written)
    if numbers:
        first, second, year = numbers[1], numbers[4], numbers[5]
        orders = _orders(formats.locale)
        days = [(year, first, second) if one == "md" else (year, second, first) for one in orders]
        return _existing(days, formats)
    return _existing(list(_named(written, formats)), formats)


def _existing(days: list[tuple[str | None, str, str]], formats: Formats) -> tuple[date, ...]:
    """Give the days that exist of years, months and days as written."""
    found = (_day(year, int(month), int(day), formats.today()) for year, month, day in days)
    return tuple(dict.fromkeys(day for day in found if day is not None))


def _day(written: str | None, month: int, day: int, today: date) -> date | None:
    if written is None:
        return _next_day(month, day, today)
    year = int(written)
    if len(written) == len("26"):
        first = today.year - _YEARS_BACK
        year = first + (year - first) % 100
        if year > today.year + _YEARS_AHEAD:
            return None
    return _make(year, month, day)


def _next_day(month: int, day: int, today: date) -> date | None:
    """Give the next such day within a year."""
    days = (_make(year, month, day) for year in (today.year, today.year + 1))
    return next((one for one in days if one is not None and one >= today), None)


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _orders(locale: str) -> tuple[str, ...]:
    """Give the orders of month and day: both in English of no country, and where the year comes first."""
    known = locale_of(locale)
    pattern = known.date_formats["short"].pattern.casefold()
    is_open = known.language == "en" and known.territory is None
    if is_open or pattern.lstrip("\u200e\u200f'").startswith("y"):
        return ("dm", "md")
    return ("md",) if pattern.index("m") < pattern.index("d") else ("dm",)


def _named(written: str, formats: Formats) -> Iterator[tuple[str | None, str, str]]:
    """Give year, month and day of a date that names its month."""
    if not all(_BETWEEN.fullmatch(gap) for gap in _WORDS.split(written)):
        return
    parts = _WORDS.findall(written)
    numbers = [one for one in parts if one[0].isdecimal()]
    days = [one for one in numbers if len(one) <= len("31")]
    years = [one for one in numbers if len(one) == len("2026")]
    beside = _BESIDE.get(locale_of(formats.locale).language, frozenset())
    words = [one for one in parts if not one[0].isdecimal() and one not in beside]
    months = [(one, found) for one in words if (found := _find(one, _months(formats.locale)))]
    if len(days) != 1 or len(years) > 1 or len(days) + len(years) < len(numbers):
        return
    rest = list(words)
    if len(months) != 1:
        return
    rest.remove(months[0][0])
    year, month, day = (years or [None])[0], months[0][1], days[0]
    weekdays = [_find(one, _weekdays(formats.locale)) for one in rest]
    made = _day(year, month, int(day), formats.today())
    if made is not None and len(rest) <= 1 and all(one == made.isoweekday() for one in weekdays):
        yield year, str(month), day


def _weekday(written: str, formats: Formats) -> int | None:
    """Give the ISO number of a weekday that is named alone."""
    language = locale_of(formats.locale).language
    beside = _BESIDE.get(language, frozenset())
    spelled = _APOSTROPHES.sub("\u02bc", written)
    words = [one for one in _WORDS.findall(spelled) if one not in beside]
    if len(words) != 1 or not all(_BETWEEN.fullmatch(gap) for gap in _WORDS.split(spelled)):
        return None
    word = _BENT.get(language, {}).get(words[0], words[0])
    return None if word[0].isdecimal() else _find(word, _weekdays(formats.locale))


def _find(word: str, names: Mapping[str, int]) -> int | None:
    """Find a name, or the beginning of just one."""
    if word in names:
        return names[word]
    if len(word) < _SHORTEST_NAME:
        return None
    begun = {number for name, number in names.items() if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


@lru_cache(maxsize=64)
def _months(locale: str) -> Mapping[str, int]:
    return _names(locale_of(locale).months)


@lru_cache(maxsize=64)
def _weekdays(locale: str) -> Mapping[str, int]:
    """Give the names of weekdays by their ISO number; Babel counts them from 0."""
    return {name: number + 1 for name, number in _names(locale_of(locale).days).items()}


def _names(known: Any) -> Mapping[str, int]:
    """Give the numbers of names that are written out or shortened, in and out of sentences."""
    return {
        folded(name).rstrip("."): number
        for place in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in known[place][width].items()
    }
