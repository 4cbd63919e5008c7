"""What languages call days and months, on which day their weeks begin and in which direction they are read.

It knows no widget, and leaves formats of whole dates to others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.core import get_global
from babel.dates import format_skeleton
from babel.units import get_unit_name

from engine.flow.answers.plain import locale_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_LONGEST_HEAD: Final = 3
"""Letters of a weekday that a phone shows above a column of seven."""


@lru_cache(maxsize=64)
def first_weekday(locale: str) -> int:
    """Return the day on which weeks begin, 0 for Monday.

    A language without a country counts as that of the country where most people speak it, but English as that of none.
    """
    known = locale_of(locale)
    if known.territory is None and known.language != "en":
        likely = get_global("likely_subtags").get(known.language)
        known = Locale.parse(likely) if likely else known
    return int(known.first_week_day)


@lru_cache(maxsize=64)
def weekday_heads(locale: str) -> tuple[str, ...]:
    """Return the names of the days of a week from Monday on, as short as they have to be."""
    named = locale_of(locale).days["stand-alone"]
    return next(
        (heads for width in ("abbreviated", "short") if _are_short(heads := _heads(named[width]))),
        _heads(named["narrow"]),
    )


@lru_cache(maxsize=1024)
def month_name(month: int, locale: str, *, is_short: bool = False) -> str:
    """Return the name of a month where it stands alone."""
    width = "abbreviated" if is_short else "wide"
    return str(locale_of(locale).months["stand-alone"][width][month])


@lru_cache(maxsize=1024)
def month_title(first: date, locale: str) -> str:
    """Return the name of a month with its year."""
    return str(format_skeleton("yMMMM", first, locale=locale_of(locale)))


@lru_cache(maxsize=64)
def reads_from_right(locale: str) -> bool:
    """Tell whether a language is written from right to left."""
    return bool(locale_of(locale).text_direction == "rtl")


def name_of_hours(locale: str) -> str:
    """Return what hours are called, as a heading."""
    return _unit("hour", locale)


def name_of_minutes(locale: str) -> str:
    """Return what minutes are called, as a heading."""
    return _unit("minute", locale)


@lru_cache(maxsize=128)
def _unit(name: str, locale: str) -> str:
    unit, known = f"duration-{name}", locale_of(locale)
    shown = get_unit_name(unit, "long", known) or get_unit_name(unit, "short", known) or name
    return shown[:1].upper() + shown[1:]


def _heads(named: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(named[day].rstrip(".") for day in range(7))


def _are_short(heads: tuple[str, ...]) -> bool:
    return all(len(head) <= _LONGEST_HEAD for head in heads)
