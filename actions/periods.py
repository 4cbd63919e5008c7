"""The stretches of days that reports are made of.

It knows nothing of reports.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from storage.figures import LONGEST_DAYS


class Period(StrEnum):
    """Some days, as administrators name them; those of their own they give by the first and the last."""

    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_30_DAYS = "last_30_days"
    LAST_90_DAYS = "last_90_days"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Days:
    """Some days, the last one included."""

    first: date
    last: date


def find_days(
    period: Period, today: date, *, first: date | None = None, last: date | None = None
) -> Days:
    """Find the days of a period; weeks begin on Monday, and what is given as one's own is cut where it is too long."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = month - timedelta(days=1)
    begins = first or today
    longest = begins + timedelta(days=LONGEST_DAYS - 1)
    return {
        Period.THIS_WEEK: Days(monday, monday + timedelta(days=6)),
        Period.LAST_WEEK: Days(monday - timedelta(days=7), monday - timedelta(days=1)),
        Period.THIS_MONTH: Days(month, _end_of_month(month)),
        Period.LAST_MONTH: Days(before.replace(day=1), before),
        Period.LAST_30_DAYS: Days(today - timedelta(days=29), today),
        Period.LAST_90_DAYS: Days(today - timedelta(days=89), today),
        Period.OWN: Days(begins, min(max(last or begins, begins), longest)),
    }[period]


def _end_of_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
