"""Dates, times, numbers and money as a person reads them, through Babel.

It knows neither templates nor where a value comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, time, tzinfo
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Formats:
    """How values are shown to one person: `locale` as in "en" or "pt_BR", days and times in `time_zone`.

    `now` is aware; it is what `now()` and `today()` mean in expressions.
    """

    locale: str
    time_zone: tzinfo
    currency: str
    now: datetime

    def today(self) -> date:
        """Return the day it is in the time zone."""
        return self._local(self.now).date()

    def date(self, value: date | datetime, style: str = "medium") -> str:
        """Show a day, or the day of an instant; `style` is short, medium, long or full."""
        day = self._local(value).date() if isinstance(value, datetime) else value
        return format_date(day, style, _locale(self.locale))  # type: ignore[arg-type]  # styles are checked with the flow

    def time(self, value: time | datetime, style: str = "short") -> str:
        """Show a time of day; in the hour that clocks repeat in autumn, with its offset."""
        if not isinstance(value, datetime):
            # A time stands on no day, so no zone may move it.
            value = datetime.combine(datetime(2000, 1, 1, tzinfo=UTC), value, UTC)
            return format_time(value, style, UTC, _locale(self.locale))  # type: ignore[arg-type]  # see date
        local = self._local(value)
        shown = format_time(local, style, local.tzinfo, _locale(self.locale))  # type: ignore[arg-type]  # see date
        return f"{shown} {_offset(local)}" if _is_repeated(local) else shown

    def datetime(self, value: datetime, style: str = "short") -> str:
        """Show an instant as day and time."""
        local = self._local(value)
        shown = format_datetime(local, style, local.tzinfo, _locale(self.locale))  # type: ignore[arg-type]  # see date
        return f"{shown} {_offset(local)}" if _is_repeated(local) else shown

    def weekday(self, value: date | datetime, style: str = "full") -> str:
        """Name the day of the week: Monday, or with the style "short", Mon."""
        day = self._local(value).date() if isinstance(value, datetime) else value
        return format_date(day, "EEE" if style == "short" else "EEEE", _locale(self.locale))

    def money(self, value: Decimal | int) -> str:
        """Show an amount in the bot's currency."""
        return format_currency(value, self.currency, locale=_locale(self.locale))

    def number(self, value: Decimal | int, places: int | None = None) -> str:
        """Show a number with the separators of the locale, with so many places where they are given."""
        pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
        return format_decimal(value, pattern, _locale(self.locale))

    def duration(self, value: timedelta) -> str:
        """Show days, hours and minutes; less than a minute is no minutes."""
        sign, value = ("-", -value) if value < timedelta() else ("", value)
        hours, rest = divmod(value.seconds, 3600)
        parts = [("day", value.days), ("hour", hours), ("minute", rest // 60)]
        shown = [(unit, count) for unit, count in parts if count] or [("minute", 0)]
        locale = _locale(self.locale)
        return sign + " ".join(
            format_unit(count, f"duration-{unit}", "short", locale=locale) for unit, count in shown
        )

    def plural(self, count: Decimal | int, forms: Mapping[str, str]) -> str:
        """Choose the form for a number by the locale's rule; "other" where that form is not given."""
        return forms.get(_locale(self.locale).plural_form(abs(count)), forms["other"])

    def _local(self, value: datetime) -> datetime:
        try:
            return value.astimezone(self.time_zone)
        except OverflowError:  # the first or last hours that datetime can hold
            return value


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name.replace("-", "_"))


def _is_repeated(local: datetime) -> bool:
    other = local.replace(fold=1 - local.fold).utcoffset()
    # Where clocks jump forward fold matters too, but no instant falls there.
    return other != local.utcoffset()


def _offset(local: datetime) -> str:
    offset = local.utcoffset() or timedelta()
    sign = "−" if offset < timedelta() else "+"
    hours, rest = divmod(abs(offset).seconds, 3600)
    return f"(UTC{sign}{hours}{f':{rest // 60:02}' if rest else ''})"
