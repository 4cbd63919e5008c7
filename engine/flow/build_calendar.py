"""What an ask says of its calendar to a frozen value.

It knows how it is spelled, and nothing of the answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.build_looks import read_looks
from engine.flow.durations import read_duration
from engine.flow.model.calendars import MARK, WEEKDAYS, Calendar, CalendarText, Picker, PickerText
from engine.flow.nodes import MapNode
from engine.flow.reader import as_scalar, entries, label_text, text_of, whole_number

if TYPE_CHECKING:
    from engine.flow.nodes import Node
    from engine.flow.reader import Reader


def read_calendar(reader: Reader, step: str, node: MapNode) -> Calendar | None:
    """Read `calendar` with its texts."""
    written = node.entries.get("calendar")
    if not isinstance(written, MapNode):
        return None
    first, mark = written.entries.get("first"), written.entries.get("mark")
    texts = entries(written.entries.get("texts"))
    months, years = written.entries.get("months"), written.entries.get("years")
    return Calendar(
        position=node.keys["calendar"].position,
        first=WEEKDAYS.index(text_of(first)) if first else None,
        opens=reader.optional_code(written, "opens"),
        marked=reader.optional_code(written, "marked"),
        mark=text_of(label_text(mark)) if mark else MARK,
        looks=read_looks(reader, mark) if isinstance(mark, MapNode) else (),
        texts={
            CalendarText(name): reader.wording(f"{step}.calendar.{name}", text)
            for name, text in texts.items()
        },
        month_columns=_number(months, "columns") or 3,
        years=_number(years, "page") or 20,
        year_columns=_number(years, "columns") or 5,
    )


def read_picker(reader: Reader, step: str, node: MapNode) -> Picker | None:
    """Read `picker` with its texts."""
    written = node.entries.get("picker")
    if not isinstance(written, MapNode):
        return None
    apart = written.entries.get("step")
    texts = entries(written.entries.get("texts"))
    return Picker(
        position=node.keys["picker"].position,
        step=read_duration(text_of(apart)) // _MINUTE if apart else 5,
        hour_columns=_number(written, "hour_columns") or 6,
        minute_columns=_number(written, "minute_columns") or 6,
        done=reader.optional_wording(f"{step}.picker.done", written, "done"),
        texts={
            PickerText(name): reader.wording(f"{step}.picker.{name}", text)
            for name, text in texts.items()
        },
    )


_MINUTE: Final = 60_000


def _number(node: Node | None, key: str) -> int | None:
    found = entries(node).get(key)
    return None if found is None else whole_number(as_scalar(found))
