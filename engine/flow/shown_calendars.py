"""How many buttons a calendar and a picker can have.

It counts what is drawn on the fullest page, blanks included, and knows nothing of days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.flow.model.calendars import Calendar, Picker

_WEEKS: Final = 6
_DAYS: Final = 7
_MONTHS: Final = 12
_HEADING: Final = 1
_HOURS: Final = 24
_MINUTES: Final = 60
_PAGER: Final = 3
_REPEATED: Final = 2


def most_of_calendar(calendar: Calendar) -> int:
    """Return how many buttons the page of a calendar with the most of them has."""
    days = _HEADING + _DAYS + _WEEKS * _DAYS + _PAGER
    months = _HEADING + _filled(_MONTHS, calendar.month_columns) + _PAGER
    years = _filled(calendar.years, calendar.year_columns) + _PAGER - 1
    return max(days, months, years)


def all_of_picker(picker: Picker, *, of_day: bool = False) -> int:
    """Return how many buttons a picker has; one `of_day` leads back to the days, and has hours that clocks repeat."""
    more = _HEADING + _REPEATED if of_day else 0
    return 2 * _HEADING + _HOURS + _MINUTES // picker.step + int(picker.done is not None) + more


def _filled(count: int, columns: int) -> int:
    """Return how many buttons are in rows of so many, of which blanks fill the last."""
    return -(-count // columns) * columns
