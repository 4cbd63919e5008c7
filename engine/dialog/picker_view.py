"""What a picker of times looks like: hours above minutes, those that make right answers, and what is picked of them.

It does not know what a press does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton

from engine.dialog.button_looks import look_of
from engine.dialog.calendar_view import BLANK
from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.offered_times import Hour, recall_picked, right_times
from engine.flow.calendar_names import name_of_hours, name_of_minutes, reads_from_right
from engine.flow.formats import offset_of
from engine.flow.model.calendars import Picker, PickerText

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.dialog.flow_data import FlowData
    from engine.dialog.offered_times import Times
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep
    from engine.flow.model.written import Wording

type Row = list[InlineKeyboardButton]

DONE: Final = "ok"
"""What the button carries that answers with what is picked."""

DAYS: Final = "d"
"""What the button carries that leads back to the days."""

_HOURS: Final = 24
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class PickerView:
    """A picker as one person sees it in one turn; `environment` is what its texts can read."""

    turn: Turn
    data: FlowData
    step: AskStep
    picker: Picker
    environment: Mapping[str, Any]

    def rows(self) -> list[Row]:
        """Return headings, hours and minutes, the way back to the days, and the button that answers with what is picked."""
        right = right_times(self.turn, self.data, self.step, self.environment)
        picked = recall_picked(self.data, self.step)
        hour = picked.hour if any(hour == picked.hour for hour, _ in right) else None
        first: time | datetime = time(0)
        if self.step.calendar:
            first = next(iter(right.values()), self.turn.formats.now)
        rows = [
            [self._heading(PickerText.HOURS, first)],
            *self._hours(right, hour),
            [self._heading(PickerText.MINUTES, first)],
            *self._minutes(right, hour, picked.minute),
        ]
        if picked.day:
            rows.insert(0, [self._back(picked.day)])
        answer = picked.of(right)
        if self.picker.done and answer is not None:
            rows.append([self._button(self.picker.done, "", answer, DONE)])
        return rows

    def _hours(self, right: Times, picked: Hour | None) -> list[Row]:
        """Return the hours in rows; one that clocks show twice has two buttons, told apart by their offset."""
        first: dict[Hour, time | datetime] = {}
        for (hour, _), one in right.items():
            first.setdefault(hour, one.replace(minute=0) if isinstance(one, time) else one)
        made: list[InlineKeyboardButton | None] = []
        for number in range(_HOURS):
            shown = [one for one in (Hour(number), Hour(number, is_again=True)) if one in first]
            made += [self._hour(one, first[one], is_picked=one == picked) for one in shown]
            made += [] if shown else [None]
        return self._in_rows(made, self.picker.hour_columns)

    def _hour(self, hour: Hour, it: time | datetime, *, is_picked: bool) -> InlineKeyboardButton:
        offset = offset_of(self._local(it)) if isinstance(it, datetime) else ""
        text = PickerText.PICKED_HOUR if is_picked else PickerText.HOUR
        label = f"[{hour.number}{offset}]" if is_picked else f"{hour.number}{offset}"
        return self._button(self.picker.texts.get(text), label, it, f"h{hour.code}")

    def _minutes(self, right: Times, hour: Hour | None, picked: int | None) -> list[Row]:
        made: list[InlineKeyboardButton | None] = []
        for minute in range(0, _MINUTES, self.picker.step):
            fitting = [
                one for (of, at), one in right.items() if at == minute and hour in (None, of)
            ]
            is_free = hour is None and not self.step.calendar
            it = time(0, minute) if is_free else next(iter(fitting), None)
            is_picked = minute == picked
            text = PickerText.PICKED_MINUTE if is_picked else PickerText.MINUTE
            label = f"[:{minute:02}]" if is_picked else f":{minute:02}"
            wording = self.picker.texts.get(text)
            made.append(self._button(wording, label, it, f"m{minute}") if fitting and it else None)
        return self._in_rows(made, self.picker.minute_columns)

    def _in_rows(self, made: list[InlineKeyboardButton | None], columns: int) -> list[Row]:
        """Bring buttons into rows; those in which nothing can be pressed are left out."""
        blank = self._button(None, BLANK, None)
        found = (made[begin : begin + columns] for begin in range(0, len(made), columns))
        rows = [[one or blank for one in row] for row in found if any(row)]
        is_turned = reads_from_right(self.turn.user.locale)
        return [row[::-1] for row in rows] if is_turned else rows

    def _back(self, day: date) -> InlineKeyboardButton:
        wording = self.picker.texts.get(PickerText.DAY)
        return self._button(wording, f"« {self.turn.formats.date(day)}", day, DAYS)

    def _heading(self, text: PickerText, it: time | datetime) -> InlineKeyboardButton:
        name = name_of_hours if text is PickerText.HOURS else name_of_minutes
        return self._button(self.picker.texts.get(text), name(self.turn.user.locale), it)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.turn.formats.time_zone)

    def _button(
        self,
        wording: Wording | None,
        usual: str,
        it: date | time | datetime | None,
        value: str = "",
    ) -> InlineKeyboardButton:
        """Return a button with the label of the flow, or the usual one; without a value it is for nothing."""
        names = {**self.environment, "it": it}
        text = usual if wording is None else self.turn.say(self.data, wording, names)
        look = look_of(self.turn, self.data, wording, names)
        control = Control.CLOCK if value else Control.NOTHING
        data = encode_press(self.data.context.id, Press(self.turn.screen, control, value))
        return InlineKeyboardButton(
            text=text if text.strip() else BLANK, callback_data=data, **look
        )
