"""What a picker of times looks like: hours above minutes, those that make right answers, and what is picked of them.

It does not know what a press does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton

from engine.dialog.calendar_view import BLANK
from engine.dialog.callbacks import Control, Press, encode_press
from engine.dialog.judging import right_answers
from engine.dialog.remembered import PICKER
from engine.flow.calendar_names import name_of_hours, name_of_minutes, reads_from_right
from engine.flow.model.calendars import Picker, PickerText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep

type Row = list[InlineKeyboardButton]

DONE: Final = "ok"
"""What the button carries that answers with what is picked."""

_HOURS: Final = 24
_MINUTES: Final = 60


@dataclass(slots=True)
class Picked:
    """The hour and the minute that are picked; `since` is the screen on which the first of them was."""

    hour: int | None = None
    minute: int | None = None
    since: int | None = None

    @property
    def time(self) -> time | None:
        """The time that is picked; None before both parts of it are."""
        if self.hour is None or self.minute is None:
            return None
        return time(self.hour, self.minute)


def recall_picked(data: FlowData, step: AskStep) -> Picked:
    """Return what is picked at this step; nothing yet where another step remembered something."""
    kept = data.recall(PICKER)
    if not isinstance(kept, dict) or kept.get("step") != step.name:
        return Picked()
    return Picked(kept.get("hour"), kept.get("minute"), kept.get("since"))


@dataclass(frozen=True, slots=True)
class PickerView:
    """A picker as one person sees it in one turn; `environment` is what its texts can read."""

    turn: Turn
    data: FlowData
    step: AskStep
    picker: Picker
    environment: Mapping[str, Any]

    def right(self) -> frozenset[time]:
        """Return the times of the picker that would be right answers."""
        known = (
            time(hour, minute)
            for hour in range(_HOURS)
            for minute in range(0, _MINUTES, self.picker.step)
        )
        return right_answers(self.turn, self.data, self.step, known, self.environment)

    def rows(self) -> list[Row]:
        """Return headings, hours and minutes, and the button that answers with what is picked."""
        right, picked = self.right(), recall_picked(self.data, self.step)
        hours = {one.hour for one in right}
        hour = picked.hour if picked.hour in hours else None
        minutes = {one.minute for one in right if hour in (None, one.hour)}
        rows = [
            [self._label(PickerText.HOURS)],
            *self._hours(hours, hour),
            [self._label(PickerText.MINUTES)],
            *self._minutes(minutes, hour, picked.minute),
        ]
        if self.picker.done and picked.time in right:
            label = self.turn.say(
                self.data, self.picker.done, {**self.environment, "it": picked.time}
            )
            rows.append([self._button(label, Control.CLOCK, DONE)])
        return rows

    def _hours(self, open_: set[int], picked: int | None) -> list[Row]:
        made = [
            self._part("h", hour, time(hour), is_picked=hour == picked) if hour in open_ else None
            for hour in range(_HOURS)
        ]
        return self._in_rows(made, self.picker.hour_columns)

    def _minutes(self, open_: set[int], hour: int | None, picked: int | None) -> list[Row]:
        made = [
            (
                self._part("m", minute, time(hour or 0, minute), is_picked=minute == picked)
                if minute in open_
                else None
            )
            for minute in range(0, _MINUTES, self.picker.step)
        ]
        return self._in_rows(made, self.picker.minute_columns)

    def _in_rows(self, made: list[InlineKeyboardButton | None], columns: int) -> list[Row]:
        """Bring buttons into rows; those in which nothing can be pressed are left out."""
        blank = self._button(BLANK)
        found = (made[begin : begin + columns] for begin in range(0, len(made), columns))
        rows = [[one or blank for one in row] for row in found if any(row)]
        is_turned = reads_from_right(self.turn.user.locale)
        return [row[::-1] for row in rows] if is_turned else rows

    def _part(self, letter: str, number: int, it: time, *, is_picked: bool) -> InlineKeyboardButton:
        plain, picked = _PARTS[letter]
        wording = self.picker.texts.get(picked if is_picked else plain)
        if wording is not None:
            label = self.turn.say(self.data, wording, {**self.environment, "it": it})
        else:
            shown = str(number) if letter == "h" else f":{number:02}"
            label = f"[{shown}]" if is_picked else shown
        return self._button(label, Control.CLOCK, f"{letter}{number}")

    def _label(self, text: PickerText) -> InlineKeyboardButton:
        """Return a heading."""
        wording, locale = self.picker.texts.get(text), self.turn.user.locale
        if wording is not None:
            return self._button(
                self.turn.say(self.data, wording, {**self.environment, "it": time(0)})
            )
        name = name_of_hours if text is PickerText.HOURS else name_of_minutes
        return self._button(name(locale))

    def _button(
        self, text: str, control: Control = Control.NOTHING, value: str = ""
    ) -> InlineKeyboardButton:
        press = Press(self.turn.screen, control, value)
        data = encode_press(self.data.context.id, press)
        return InlineKeyboardButton(text=text if text.strip() else BLANK, callback_data=data)


_PARTS: Final = {
    "h": (PickerText.HOUR, PickerText.PICKED_HOUR),
    "m": (PickerText.MINUTE, PickerText.PICKED_MINUTE),
}
