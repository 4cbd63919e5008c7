"""What a calendar looks like: its heading, the page that is shown, and what leads to other pages.

It does not know what a press does. Languages that are written from right to left have their rows so, as Telegram does not turn them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton

from engine.dialog.button_looks import look_among, look_of
from engine.dialog.calendar_pages import Page, Scope, Span, read_page
from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.offered_times import days_of_bounds, right_days
from engine.dialog.remembered import CALENDAR
from engine.flow.calendar_names import (
    first_weekday,
    month_name,
    month_title,
    reads_from_right,
    weekday_heads,
)
from engine.flow.model.calendars import Calendar, CalendarText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from engine.dialog.button_looks import Fields
    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep

type Row = list[InlineKeyboardButton]

BLANK: Final = " "
"""The label of a button that stands for nothing."""

_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A calendar as one person sees it in one turn; `environment` is what its texts can read."""

    turn: Turn
    data: FlowData
    step: AskStep
    calendar: Calendar
    environment: Mapping[str, Any]

    @property
    def span(self) -> Span:
        """The days that there are, as the bounds of the question are now."""
        low, high = days_of_bounds(self.turn, self.data, self.step, self.environment)
        return Span.of(low, high, self.calendar.years)

    def rows(self) -> list[Row]:
        """Return the rows of the page that is shown."""
        span = self.span
        page = self._shown(span)
        match page.scope:
            case Scope.DAYS:
                rows = self._days(span, page)
            case Scope.MONTHS:
                rows = self._months(span, page)
            case Scope.YEARS:
                rows = self._years(span, page)
        rows += self._pager(span, page)
        if reads_from_right(self.turn.user.locale):
            return [row[::-1] for row in rows]
        return rows

    def _shown(self, span: Span) -> Page:
        """Return the page that the person turned to; at first the month of the day it opens with."""
        kept = self.data.recall(CALENDAR)
        if isinstance(kept, dict) and kept.get("step") == self.step.name:
            page = read_page(str(kept.get("page")))
            if page is not None and span.has(page):
                return page
        opens = self.calendar.opens
        day = self.turn.evaluate(self.data, opens, self.environment) if opens else None
        return span.page_of(day or self.turn.formats.today())

    def _days(self, span: Span, page: Page) -> list[Row]:
        first = self.calendar.first
        if first is None:
            first = first_weekday(self.turn.user.locale)
        weeks = list(span.weeks(page, first))
        days = [day for week in weeks for day in week if day]
        right = right_days(self.turn, self.data, self.step, days, self.environment)
        lead = (first - page.first.weekday()) % _WEEK
        heads = [page.first + timedelta(days=(lead + at) % _WEEK) for at in range(_WEEK)]
        return [
            [self._page_button(CalendarText.HEADING, page.first, page.above)],
            [self._labelled(CalendarText.WEEKDAY, day) for day in heads],
            *([self._day(day, right) for day in week] for week in weeks),
        ]

    def _day(self, day: date | None, right: frozenset[date]) -> InlineKeyboardButton:
        if day is None:
            return self._button(BLANK)
        if day not in right:
            is_said = CalendarText.CLOSED in self.calendar.texts
            return self._labelled(CalendarText.CLOSED, day) if is_said else self._button(BLANK)
        is_today = day == self.turn.formats.today()
        text = CalendarText.TODAY if is_today else CalendarText.DAY
        button = self._labelled(text, day, Control.DAY, day.isoformat())
        marked, names = self.calendar.marked, {**self.environment, "it": day}
        if marked is None or not self.turn.evaluate(self.data, marked, names):
            return button
        look = look_among(self.turn, self.data, self.calendar.looks, names)
        return button.model_copy(update={"text": button.text + self.calendar.mark, **look})

    def _months(self, span: Span, page: Page) -> list[Row]:
        now = self.turn.formats.today().replace(day=1)
        rows: list[Row] = [[self._page_button(CalendarText.YEAR_HEADING, page.first, page.above)]]
        for months in span.months(page, self.calendar.month_columns):
            rows.append([])
            for first in months:
                text = CalendarText.THIS_MONTH if first == now else CalendarText.MONTH
                leads = None if first is None else Page(Scope.DAYS, first)
                rows[-1].append(self._page_button(text, first, leads))
        return rows

    def _years(self, span: Span, page: Page) -> list[Row]:
        now = self.turn.formats.today().year
        rows: list[Row] = []
        for years in span.years_of(page, self.calendar.year_columns):
            rows.append([])
            for first in years:
                is_now = first is not None and first.year == now
                text = CalendarText.THIS_YEAR if is_now else CalendarText.YEAR
                leads = None if first is None else Page(Scope.MONTHS, first)
                rows[-1].append(self._page_button(text, first, leads))
        return rows

    def _pager(self, span: Span, page: Page) -> list[Row]:
        before, after = span.before(page), span.after(page)
        if before is None and after is None:
            return []
        back, on = _ARROWS[page.scope]
        row = [
            self._page_button(back, before.first if before else None, before),
            self._page_button(on, after.first if after else None, after),
        ]
        if page.above:
            row.insert(1, self._page_button(CalendarText.ZOOM_OUT, page.first, page.above))
        return [row]

    def _page_button(
        self, text: CalendarText, day: date | None, page: Page | None
    ) -> InlineKeyboardButton:
        if day is None or page is None:
            return self._button(BLANK)
        return self._labelled(text, day, Control.VIEW, page.code)

    def _labelled(
        self, text: CalendarText, day: date, control: Control = Control.NOTHING, value: str = ""
    ) -> InlineKeyboardButton:
        """Return a button with its label and its look."""
        names = {**self.environment, "it": day}
        look = look_of(self.turn, self.data, self.calendar.texts.get(text), names)
        return self._button(self._label(text, day), control, value, look)

    def _label(self, text: CalendarText, day: date) -> str:
        wording = self.calendar.texts.get(text)
        if wording is None:
            return _USUAL[text](day, self.turn.user.locale)
        said = self.turn.say(self.data, wording, {**self.environment, "it": day})
        return said if said.strip() else BLANK

    def _button(
        self,
        text: str,
        control: Control = Control.NOTHING,
        value: str = "",
        look: Fields | None = None,
    ) -> InlineKeyboardButton:
        press = Press(self.turn.screen, control, value)
        data = encode_press(self.data.context.id, press)
        return InlineKeyboardButton(text=text, callback_data=data, **(look or {}))


_ARROWS: Final = {
    Scope.DAYS: (CalendarText.PREVIOUS_MONTH, CalendarText.NEXT_MONTH),
    Scope.MONTHS: (CalendarText.PREVIOUS_YEAR, CalendarText.NEXT_YEAR),
    Scope.YEARS: (CalendarText.PREVIOUS_YEARS, CalendarText.NEXT_YEARS),
}

_USUAL: Final[Mapping[CalendarText, Callable[[date, str], str]]] = {
    CalendarText.DAY: lambda day, _: str(day.day),
    CalendarText.TODAY: lambda day, _: f"[ {day.day} ]",
    CalendarText.WEEKDAY: lambda day, locale: weekday_heads(locale)[day.weekday()],
    CalendarText.HEADING: lambda day, locale: f"🗓 {month_title(day, locale)}",
    CalendarText.MONTH: lambda day, locale: month_name(day.month, locale),
    CalendarText.THIS_MONTH: lambda day, locale: f"[ {month_name(day.month, locale)} ]",
    CalendarText.YEAR_HEADING: lambda day, _: f"🗓 {day.year}",
    CalendarText.YEAR: lambda day, _: str(day.year),
    CalendarText.THIS_YEAR: lambda day, _: f"[ {day.year} ]",
    CalendarText.ZOOM_OUT: lambda _day, _: "🔍",
    CalendarText.PREVIOUS_MONTH: lambda day, locale: f"« {month_name(day.month, locale)}",
    CalendarText.NEXT_MONTH: lambda day, locale: f"{month_name(day.month, locale)} »",
    CalendarText.PREVIOUS_YEAR: lambda day, _: f"« {day.year}",
    CalendarText.NEXT_YEAR: lambda day, _: f"{day.year} »",
    CalendarText.PREVIOUS_YEARS: lambda day, _: f"« {day.year}",
    CalendarText.NEXT_YEARS: lambda day, _: f"{day.year} »",
}
"""Labels where the flow has none of its own."""
