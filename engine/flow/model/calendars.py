"""What a question for a day or a time offers to press: a calendar, or hours and minutes.

It knows nothing of which days and times are right answers; the question says that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.looks import Look
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position

MARK: Final = "•"
"""What stands behind the label of a marked day when a flow says nothing else."""

WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class CalendarText(StrEnum):
    """What a flow can label in its own way: the buttons of a calendar by what they stand for."""

    DAY = "day"
    TODAY = "today"
    CLOSED = "closed"
    WEEKDAY = "weekday"
    HEADING = "heading"
    MONTH = "month"
    THIS_MONTH = "this_month"
    YEAR_HEADING = "year_heading"
    YEAR = "year"
    THIS_YEAR = "this_year"
    ZOOM_OUT = "zoom_out"
    PREVIOUS_MONTH = "previous_month"
    NEXT_MONTH = "next_month"
    PREVIOUS_YEAR = "previous_year"
    NEXT_YEAR = "next_year"
    PREVIOUS_YEARS = "previous_years"
    NEXT_YEARS = "next_years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days to press, beside what is written: those that are right answers.

    `first` is the first day of a week, 0 for Monday; None is that of the person's language. `opens` gives the day whose
    month is shown at first, `marked` holds for days that get `mark` and its `looks`. Texts that are left out are those of the language.
    """

    position: Position
    first: int | None = None
    opens: Code | None = None
    marked: Code | None = None
    mark: str = MARK
    looks: tuple[Look, ...] = ()
    texts: Mapping[CalendarText, Wording] = field(default_factory=dict)
    month_columns: int = 3
    years: int = 20
    year_columns: int = 5


STEPS: Final = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
"""Minutes between the times of a picker: those of which there is a whole number in an hour."""


class PickerText(StrEnum):
    """What a flow can label in its own way: the buttons and headings of a picker by what they stand for."""

    DAY = "day"
    HOURS = "hours"
    HOUR = "hour"
    PICKED_HOUR = "picked_hour"
    MINUTES = "minutes"
    MINUTE = "minute"
    PICKED_MINUTE = "picked_minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """Hours and minutes to press, beside what is written: those that make right answers.

    `step` are the minutes between two times. With `done` a button answers with what is picked; else the second press does.
    """

    position: Position
    step: int = 5
    hour_columns: int = 6
    minute_columns: int = 6
    done: Wording | None = None
    texts: Mapping[PickerText, Wording] = field(default_factory=dict)
