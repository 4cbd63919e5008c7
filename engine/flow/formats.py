"""Dates, times, numbers and money as a person reads them, through Babel.

It knows neither templates nor where a value comes from.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from engine.flow.answers.plain import locale_of
from engine.flow.calendar_names import month_name

if TYPE_CHECKING:
    from collections.abc import Mapping

type Style = Literal["short", "medium", "long", "full"]


@dataclass(frozen=True, slots=True)
class Formats:
    """How values are shown to one person: `locale` as in "en" or "pt_BR", days and times in `time_zone`.

    `now` is aware; it is what `now()` and `today()` mean in expressions. `bot_username` is what links to the bot begin with.
    """

    locale: str
    time_zone: dt.tzinfo
    currency: str
    now: dt.datetime
    bot_username: str = ""

    def today(self) -> dt.date:
        """Return the day it is in the time zone."""
        return self._localize(self.now).date()

    def day_of(self, value: dt.datetime | str) -> dt.date:
        """Return the day of an instant, or the day written as 2027-12-24."""
        return dt.date.fromisoformat(value) if isinstance(value, str) else self._day(value)

    def time_of(self, value: dt.datetime | str) -> dt.time:
        """Return the time of day of an instant, without seconds, or the time written as 17:00."""
        if isinstance(value, str):
            return dt.time.fromisoformat(value)
        return self._localize(value).time().replace(second=0, microsecond=0, fold=0)

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """Return when it is that time on that day in the time zone, the first time where clocks show it twice."""
        local = dt.datetime.combine(day, time, self.time_zone)
        try:
            return local.astimezone(dt.UTC)
        except OverflowError:  # the first or last hours that a datetime can hold
            return local.replace(tzinfo=dt.UTC)

    def date(self, value: dt.date, style: Style | Literal["near"] = "medium") -> str:
        """Show a day, or the day of an instant; with the style "near" without the year where it is this one: Nov 3."""
        day = self._day(value)
        if style == "near":
            return _show_parts(
                day, "MMMd" if day.year == self.today().year else "yMMMd", self.locale
            )
        return _show_day(day, style, self.locale)

    def weekday(self, value: dt.date, style: Style = "full") -> str:
        """Name the day of the week: Monday, or with the style "short", Mon."""
        pattern = "EEE" if style == "short" else "EEEE"
        return _show_day(self._day(value), pattern, self.locale)

    def day(self, value: dt.date) -> str:
        """Show which day of its month a day is: 24."""
        return str(self._day(value).day)

    def month(self, value: dt.date, style: Style = "full") -> str:
        """Name the month: December, or with the style "short", Dec."""
        return month_name(self._day(value).month, self.locale, is_short=style == "short")

    def year(self, value: dt.date) -> str:
        """Show the year: 2026."""
        return str(self._day(value).year)

    def hour(self, value: dt.time | dt.datetime) -> str:
        """Show the hour of a time, from 0 to 23: 14."""
        return str((self._localize(value) if isinstance(value, dt.datetime) else value).hour)

    def minute(self, value: dt.time | dt.datetime) -> str:
        """Show the minute of a time: 5."""
        return str((self._localize(value) if isinstance(value, dt.datetime) else value).minute)

    def time(self, value: dt.time | dt.datetime, style: Style = "short") -> str:
        """Show a time of day; in the hour that clocks repeat in autumn, with its offset."""
        if isinstance(value, dt.time):
            # A time of day stands on no day, so no zone may move it.
            value = dt.datetime.combine(_ANY_DAY, value, dt.UTC)
            return format_time(value, style, dt.UTC, locale_of(self.locale))
        local = self._localize(value)
        return format_time(local, style, local.tzinfo, locale_of(self.locale)) + offset_of(local)

    def datetime(self, value: dt.datetime, style: Style = "short") -> str:
        """Show an instant as day and time; in the hour that clocks repeat in autumn, with its offset."""
        local = self._localize(value)
        return format_datetime(local, style, local.tzinfo, locale_of(self.locale)) + offset_of(
            local
        )

    def money(self, value: Decimal | int) -> str:
        """Show an amount in the bot's currency."""
        return _show_money(value, self.currency, self.locale)

    def number(self, value: Decimal | int, places: int | None = None) -> str:
        """Show a number with the separators of the locale, with so many places where they are given."""
        pattern = None
        if places is not None:
            pattern = "#,##0" + ("." + "0" * places if places else "")
        return _show_number(value, pattern, self.locale)

    def duration(self, value: dt.timedelta) -> str:
        """Show days, hours and minutes; seconds are dropped."""
        sign, value = ("-", -value) if value < dt.timedelta() else ("", value)
        hours, seconds = divmod(value.seconds, 3600)
        parts = [("day", value.days), ("hour", hours), ("minute", seconds // 60)]
        shown = [(unit, count) for unit, count in parts if count] or [("minute", 0)]
        locale = locale_of(self.locale)
        return sign + " ".join(
            format_unit(count, f"duration-{unit}", "short", locale=locale) for unit, count in shown
        )

    def plural(self, count: Decimal | int, forms: Mapping[str, str]) -> str:
        """Choose the form for a number by the locale's rule, "other" where it is not given; `#` in it is the number."""
        form = forms.get(locale_of(self.locale).plural_form(count), forms["other"])
        return form.replace("#", self.number(count)) if "#" in form else form

    def _day(self, value: dt.date) -> dt.date:
        return self._localize(value).date() if isinstance(value, dt.datetime) else value

    def _localize(self, value: dt.datetime) -> dt.datetime:
        try:
            return value.astimezone(self.time_zone)
        except OverflowError:  # the first or last hours that a datetime can hold
            return value


_DIGITS = 60  # more than any number of a flow has, with the places that a pattern adds
_ANY_DAY = dt.date(2000, 1, 1)


# The same few days and prices are shown to everybody, and Babel takes ten microseconds for each.


@lru_cache(maxsize=4096)
def _show_day(day: dt.date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale_of(locale))


@lru_cache(maxsize=4096)
def _show_parts(day: dt.date, skeleton: str, locale: str) -> str:
    return format_skeleton(skeleton, day, locale=locale_of(locale))


@lru_cache(maxsize=4096)
def _show_money(value: Decimal | int, currency: str, locale: str) -> str:
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_UP):
        return format_currency(value, currency, locale=locale_of(locale))


@lru_cache(maxsize=4096)
def _show_number(value: Decimal | int, pattern: str | None, locale: str) -> str:
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_UP):
        return format_decimal(value, pattern, locale_of(locale))


def offset_of(local: dt.datetime) -> str:
    """Return the offset from UTC where clocks show this time twice; no instant falls where they skip one."""
    offset = local.utcoffset() or dt.timedelta()
    if local.replace(fold=1 - local.fold).utcoffset() == offset:
        return ""
    hours, seconds = divmod(abs(offset).seconds, 3600)
    sign = "-" if offset < dt.timedelta() else "+"
    minutes = f":{seconds // 60:02}" if seconds else ""
    return f" (UTC{sign}{hours}{minutes})"
