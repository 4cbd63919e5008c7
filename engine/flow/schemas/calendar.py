"""The keys of `ask` that offer days and times to press, as JSON Schema.

It knows their shape; which answers they suit, and what their expressions refer to, is checked later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.durations import write_duration
from engine.flow.model.calendars import STEPS, WEEKDAYS, CalendarText, PickerText
from engine.flow.schemas.keys import Schema, object_of
from engine.flow.schemas.looks import label_key

if TYPE_CHECKING:
    from collections.abc import Mapping


def calendar_schema() -> Schema:
    """Give the schema of `calendar`."""
    columns = {"type": "integer", "minimum": 1, "maximum": 8}
    years = {"type": "integer", "minimum": 1, "maximum": 80}
    return object_of(
        {
            "first": {
                "enum": list(WEEKDAYS),
                "description": "The first day of a week; that of the person's language when left out.",
                "examples": ["monday"],
            },
            "opens": _expression(
                "The day whose month is shown at first; today when left out.", "data.day"
            ),
            "marked": _expression("Days, it, for which this holds are marked.", "it in booked"),
            "mark": label_key(
                "Stands behind the label of a marked day, which has its look.", maxLength=8
            )
            | {"default": "•", "examples": ["🔥"]},
            "months": object_of(
                {
                    "columns": {
                        **columns,
                        "description": "Months in a row.",
                        "default": 3,
                        "examples": [4],
                    }
                },
                title="months",
                description="How the months of a year are shown.",
            )
            | {"examples": [{"columns": 4}]},
            "years": object_of(
                {
                    "columns": {
                        **columns,
                        "description": "Years in a row.",
                        "default": 5,
                        "examples": [4],
                    },
                    "page": {
                        **years,
                        "description": "Years on one page.",
                        "default": 20,
                        "examples": [16],
                    },
                },
                title="years",
                description="How years are shown.",
            )
            | {"examples": [{"columns": 4, "page": 16}]},
            "texts": {
                **object_of({text.value: _text(text) for text in CalendarText}, title="texts"),
                "description": "Labels in the place of the usual ones; they can read it, the first day that a button stands for.",
                "minProperties": 1,
                "examples": [{"closed": "·"}],
            },
        },
        title="calendar",
        description="Days to press: those that would be right answers.",
    ) | {"examples": [{"first": "monday", "marked": "it in booked"}]}


def picker_schema() -> Schema:
    """Give the schema of `picker`."""
    columns = {"type": "integer", "minimum": 1, "maximum": 8, "default": 6, "examples": [4]}
    words = {
        "title": "picker",
        "description": "Hours and minutes to press: those that would make right answers.",
        "examples": [{"step": "15m"}],
    }
    return {
        **object_of(
            {
                "step": {
                    "enum": [write_duration(60_000 * step) for step in STEPS],
                    "description": "How far minutes are apart.",
                    "default": "5m",
                    "examples": ["15m"],
                },
                "hour_columns": {**columns, "description": "Hours in a row."},
                "minute_columns": {**columns, "description": "Minutes in a row."},
                "done": label_key(
                    "The label of a button that answers with what is picked, it; without it the second press answers."
                )
                | {"examples": ["At {{ it | time }}"]},
                "texts": {
                    **object_of({text.value: _text(text) for text in PickerText}, title="texts"),
                    "description": "Labels in the place of the usual ones; they can read it, a time with that hour or minute.",
                    "minProperties": 1,
                    "examples": [{"hours": "From"}],
                },
            }
        ),
        **words,
    }


def _text(text: CalendarText | PickerText) -> Schema:
    description, example = _TEXTS[text]
    return label_key(description) | {"examples": [example]}


def _expression(description: str, example: str) -> Schema:
    kinds = ["string", "integer", "number", "boolean", "null"]
    return {"type": kinds, "description": description, "examples": [example]}


_TEXTS: Final[Mapping[CalendarText | PickerText, tuple[str, str]]] = {
    PickerText.DAY: (
        "The day that is picked, where one is asked for; leads back to the days.",
        "« {{ it | date }}",
    ),
    PickerText.HOURS: ("Above the hours.", "Hour"),
    PickerText.HOUR: ("An hour.", "{{ it | time }}"),
    PickerText.PICKED_HOUR: ("The hour that is picked.", "[{{ it | time }}]"),
    PickerText.MINUTES: ("Above the minutes.", "Minute"),
    PickerText.MINUTE: ("A minute.", "{{ it | time }}"),
    PickerText.PICKED_MINUTE: ("The minute that is picked.", "[{{ it | time }}]"),
    CalendarText.DAY: ("A day that can be pressed.", "{{ it | day }}"),
    CalendarText.TODAY: ("Today, where it can be pressed.", "[ {{ it | day }} ]"),
    CalendarText.CLOSED: ("A day that is no right answer; blank when left out.", "·"),
    CalendarText.WEEKDAY: ("The name of a day of the week, above its days.", "{{ it | weekday }}"),
    CalendarText.HEADING: (
        "Above the days of a month; leads to the months of its year.",
        "🗓 {{ it | month }} {{ it | year }}",
    ),
    CalendarText.MONTH: ("A month among those of a year.", "{{ it | month }}"),
    CalendarText.THIS_MONTH: ("The month that it is.", "[ {{ it | month }} ]"),
    CalendarText.YEAR_HEADING: (
        "Above the months of a year; leads to other years.",
        "🗓 {{ it | year }}",
    ),
    CalendarText.YEAR: ("A year among others.", "{{ it | year }}"),
    CalendarText.THIS_YEAR: ("The year that it is.", "[ {{ it | year }} ]"),
    CalendarText.ZOOM_OUT: ("Does the same as the heading.", "🔍"),
    CalendarText.PREVIOUS_MONTH: ("Leads to the month before.", "« {{ it | month }}"),
    CalendarText.NEXT_MONTH: ("Leads to the next month.", "{{ it | month }} »"),
    CalendarText.PREVIOUS_YEAR: ("Leads to the year before.", "« {{ it | year }}"),
    CalendarText.NEXT_YEAR: ("Leads to the next year.", "{{ it | year }} »"),
    CalendarText.PREVIOUS_YEARS: ("Leads to earlier years.", "« {{ it | year }}"),
    CalendarText.NEXT_YEARS: ("Leads to later years.", "{{ it | year }} »"),
}
