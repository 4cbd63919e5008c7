"""What an ask says of its calendar, typed and compiled in the names of its place.

It knows that each button stands for a day; which days are right answers is not its to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.calendars import PickerText
from engine.flow.types import BOOL, DATE, DATETIME, TIME, Maybe

if TYPE_CHECKING:
    from engine.flow.compile import Room, Tables
    from engine.flow.model.asking import AskStep


def compile_calendar(tables: Tables, step: AskStep, room: Room) -> None:
    """Compile the expressions and texts of a calendar, which can read the day that a button stands for."""
    calendar = step.calendar
    if calendar is None:
        return
    if calendar.opens:
        tables.expression(calendar.opens, room, Maybe(DATE))
    of_day = room.having({"it": DATE})
    if calendar.marked:
        tables.expression(calendar.marked, of_day, BOOL)
    for look in calendar.looks:
        if look.when:
            tables.expression(look.when, of_day, BOOL)
    for wording in calendar.texts.values():
        tables.wording(wording, of_day, html=False)


def compile_picker(tables: Tables, step: AskStep, room: Room) -> None:
    """Compile the texts of a picker, which can read the time that a button stands for: an instant where a day is picked first."""
    picker = step.picker
    if picker is None:
        return
    of_time = room.having({"it": DATETIME if step.calendar else TIME})
    texts = dict(picker.texts)
    tables.wording(texts.pop(PickerText.DAY, None), room.having({"it": DATE}), html=False)
    for wording in (picker.done, *texts.values()):
        tables.wording(wording, of_time, html=False)
