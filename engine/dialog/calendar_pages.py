"""The pages of a calendar: days of a month, months of a year, or years, and which of them there are.

It does not know what they look like, nor which days are right answers beyond the first and the last.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
"""How far a calendar reaches where its question has no bounds, as that of aiogram-dialog does."""

_CODE: Final = re.compile(r"([dmy])([0-9]{4})([0-9]{2})")
_WEEK: Final = 7
_MONTHS: Final = 12


class Scope(StrEnum):
    """What a page has a button for; the letter of its code."""

    DAYS = "d"
    MONTHS = "m"
    YEARS = "y"


@dataclass(frozen=True, slots=True)
class Page:
    """What of a calendar is shown: the month, the year, or the years that begin with `first`."""

    scope: Scope
    first: date

    @property
    def code(self) -> str:
        """What a button that leads here carries."""
        return f"{self.scope.value}{self.first.year:04}{self.first.month:02}"

    @property
    def above(self) -> Page | None:
        """The page with less detail on which this one is; None for years."""
        first = self.first.replace(month=1)
        match self.scope:
            case Scope.DAYS:
                return Page(Scope.MONTHS, first)
            case Scope.MONTHS:
                return Page(Scope.YEARS, first)
            case Scope.YEARS:
                return None


def read_page(code: str) -> Page | None:
    """Return the page that a button leads to; None when it leads to none."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    try:
        first = date(int(found[2]), int(found[3]), 1)
    except ValueError:
        return None
    return Page(Scope(found[1]), first)


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of a calendar, and how many years are on one of its pages."""

    low: date
    high: date
    years: int

    @classmethod
    def of(cls, low: date | None, high: date | None, years: int) -> Span:
        """Give the span between bounds; where they leave nothing, that of the first alone."""
        first = FIRST_DAY if low is None else low
        last = max(LAST_DAY, first) if high is None else high
        if low is None:
            first = min(first, last)
        return cls(first, max(first, last), years)

    def page_of(self, day: date) -> Page:
        """Return the month with a day, or the one nearest to it that there is."""
        return Page(Scope.DAYS, min(max(day, self.low), self.high).replace(day=1))

    def has(self, page: Page) -> bool:
        """Tell whether some day of a page is in the span."""
        first = page.first
        match page.scope:
            case Scope.DAYS:
                return self.low.replace(day=1) <= first <= self.high
            case Scope.MONTHS:
                return first.month == 1 and self.low.year <= first.year <= self.high.year
            case Scope.YEARS:
                last = first.year + self.years - 1
                return first.month == 1 and first.year <= self.high.year and last >= self.low.year

    def before(self, page: Page) -> Page | None:
        """Return the page before one; None where the span begins."""
        first = page.first
        match page.scope:
            case Scope.DAYS if first > self.low:
                return Page(Scope.DAYS, (first - timedelta(days=1)).replace(day=1))
            case Scope.MONTHS if first.year > self.low.year:
                return Page(Scope.MONTHS, first.replace(year=first.year - 1))
            case Scope.YEARS if first.year > self.low.year:
                return Page(Scope.YEARS, first.replace(year=max(first.year - self.years, 1)))
            case _:
                return None

    def after(self, page: Page) -> Page | None:
        """Return the page after one; None where the span ends."""
        first, last = page.first, self.high
        match page.scope:
            case Scope.DAYS if (first.year, first.month) < (last.year, last.month):
                return Page(Scope.DAYS, (first + timedelta(days=31)).replace(day=1))
            case Scope.MONTHS if first.year < last.year:
                return Page(Scope.MONTHS, first.replace(year=first.year + 1))
            case Scope.YEARS if first.year + self.years <= last.year:
                return Page(Scope.YEARS, first.replace(year=first.year + self.years))
            case _:
                return None

    def weeks(self, page: Page, first_weekday: int) -> Iterator[list[date | None]]:
        """Give the weeks of a month that have a day in the span; None for other days."""
        first = page.first
        days = monthrange(first.year, first.month)[1]
        lead = (first.weekday() - first_weekday) % _WEEK
        for begin in range(-lead, days, _WEEK):
            week = [
                self._held(first.replace(day=at + 1)) if 0 <= at < days else None
                for at in range(begin, begin + _WEEK)
            ]
            if any(week):
                yield week

    def months(self, page: Page, columns: int) -> Iterator[list[date | None]]:
        """Give the months of a year in rows; None for those of which no day is in the span."""
        known = [page.first.replace(month=month) for month in range(1, _MONTHS + 1)]
        shown = [one if self.has(Page(Scope.DAYS, one)) else None for one in known]
        yield from _in_rows(shown, columns)

    def years_of(self, page: Page, columns: int) -> Iterator[list[date | None]]:
        """Give the years of a page in rows; None for those that are not in the span."""
        first = page.first.year
        known = range(first, first + self.years)
        shown = [
            date(one, 1, 1) if self.low.year <= one <= self.high.year else None for one in known
        ]
        yield from _in_rows(shown, columns)

    def _held(self, day: date) -> date | None:
        return day if self.low <= day <= self.high else None


def _in_rows(shown: list[date | None], columns: int) -> Iterator[list[date | None]]:
    for begin in range(0, len(shown), columns):
        row = shown[begin : begin + columns]
        yield [*row, *[None] * (columns - len(row))]
