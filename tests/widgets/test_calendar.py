"""A calendar of days beside the library's, and hours and minutes beside its TimeSelect."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import InlineKeyboardButton
from aiogram_dialog import ChatEvent, DialogManager, Window
from aiogram_dialog.widgets.kbd import (
    Back,
    Calendar,
    CalendarConfig,
    SwitchTo,
    TimeSelect,
    calendar_kbd,
)
from aiogram_dialog.widgets.text import Const, Format

from tests.dialog.conftest import NOW
from tests.widgets.acts import EACH, press
from tests.widgets.compare import Difference, other_rows
from tests.widgets.sides import Act, Side

if TYPE_CHECKING:
    from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    ask = State()
    done = State()


@pytest.fixture(autouse=True)
def _same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the same day for both; and let what the library leaves without data carry some, as the emulator wants."""

    def button(*, callback_data: str, **rest: Any) -> InlineKeyboardButton:
        return InlineKeyboardButton(callback_data=callback_data or "-", **rest)

    monkeypatch.setattr(calendar_kbd, "get_today", lambda _zone: NOW.date())
    monkeypatch.setattr(calendar_kbd, "InlineKeyboardButton", button)


STOCK = """\
      texts:
        day: "{% if len((it | day)) == 1 %}0{% endif %}{{ it | day }}"
        today: "[ {% if len((it | day)) == 1 %}0{% endif %}{{ it | day }} ]"
        previous_month: "<< {{ it | month }} {{ it | year }}"
        next_month: "{{ it | month }} {{ it | year }} >>"
        previous_year: "<< {{ it | year }}"
        next_year: "{{ it | year }} >>"
        previous_years: "<< {{ it | year }}"
        next_years: "{{ it | year }} >>"
"""
"""The labels of the library, which ours have only where they are not written otherwise."""

FLOW = """\
data: {day: {type: date, optional: true}}
steps:
  ask:
    ask: date
    text: "Which day?"
%s
    calendar:
      first: %s
      months: {columns: %d}
      years: {page: %d, columns: %d}
%s
    save: {day: it}
  done:
    show: "{{ data.day | day }} {{ data.day | month }} {{ data.day | year }} it is."
    buttons: [{text: "Again", go: ask}]
"""


async def _picked(_event: ChatEvent, _widget: Any, manager: DialogManager, day: date) -> None:
    manager.dialog_data["day"] = day.isoformat()
    await manager.next()


async def _day(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    day = date.fromisoformat(dialog_manager.dialog_data.get("day", "2000-01-01"))
    return {"day": f"{day.day} {day:%B %Y}"}


def by_hand(**config: Any) -> tuple[Window, Window]:
    """Return the windows of the library: a calendar, and what was picked of it."""
    calendar = Calendar(id="day", on_click=_picked, config=CalendarConfig(timezone=UTC, **config))
    return (
        Window(Const("Which day?"), calendar, state=Main.ask),
        Window(Format("{day} it is."), Back(Const("Again")), state=Main.done, getter=_day),
    )


def flow(
    bounds: str = "",
    *,
    first: str = "monday",
    months: int = 3,
    years: tuple[int, int] = (20, 5),
) -> str:
    """Return the flow with its calendar, labelled as the library's."""
    return FLOW % (bounds, first, months, *years, STOCK.rstrip("\n"))


BOUNDS = "    min: date('2026-10-02')\n    max: date('2027-02-05')"
BOUNDED = {"min_date": date(2026, 10, 2), "max_date": date(2027, 2, 5)}

EMPTY_WEEKS = other_rows(
    "the library shows weeks of which no day can be pressed", theirs=r" (?: \|  ){6}"
)


async def test_every_button_of_a_month(compare: Compare) -> None:
    """The days of a month, their answers, and what leads to the months before and after."""
    await compare(flow(), *by_hand(), acts=[EACH])


async def test_months_and_years(compare: Compare) -> None:
    """The heading and the glass lead to the months of a year, and to years; each leads back to what is in it."""
    acts = [press("🔍"), EACH, press("🗓 2026"), EACH, press("2046 >>"), press("2050"), press("May")]
    await compare(flow(), *by_hand(), acts=acts)


async def test_pages_have_the_size_that_is_said(compare: Compare) -> None:
    """Months and years have as many columns, and years as many to a page, as the flow says."""
    acts = [press("🔍"), press("🔍"), press("2035 >>"), press("<< 2026"), press("2027")]
    yaml = flow(months=4, years=(9, 3))
    await compare(
        yaml,
        *by_hand(month_columns=4, years_per_page=9, years_columns=3),
        acts=[*acts, press("February"), press("28")],
    )


@pytest.mark.parametrize(("first", "number"), [("saturday", 5), ("sunday", 6), ("thursday", 3)])
async def test_weeks_begin_on_any_day(compare: Compare, first: str, number: int) -> None:
    """The weeks of each month stand alike, whichever day they begin on."""
    months = ["December 2026", "January 2027", "February 2027", "March 2027", "April 2027"]
    acts = [press(f"{month} >>") for month in months]
    await compare(flow(first=first), *by_hand(firstweekday=number), acts=acts)


async def test_bounds_of_days(compare: Compare) -> None:
    """Days, months and arrows beyond the first and the last day are blank."""
    acts = [
        press("<< October 2026"),
        EACH,
        press("November 2026 >>"),
        press("🔍"),
        press("December"),
    ]
    acts += [press("January 2027 >>"), press("February 2027 >>")]
    await compare(flow(BOUNDS), *by_hand(**BOUNDED), acts=acts, differences=[EMPTY_WEEKS])


async def test_years_within_bounds(compare: Compare) -> None:
    """In the last year of its bounds the library has no way back, which we have."""
    differences = [
        other_rows("the library sends rows without a button, which Telegram leaves out", theirs=""),
        other_rows(
            "from the last year the library leads to no other",
            ours="<< 2026 [|] 🔍 [|]  ",
            after='pressing "2027"',
        ),
    ]
    acts = [press("🔍"), press("🗓 2026"), press("2027")]
    await compare(flow(BOUNDS), *by_hand(**BOUNDED), acts=acts, differences=differences)


def _forge(ours: str, theirs: str, label: str) -> Act:
    """Press a day that no button has."""

    def do(side: Side) -> None:
        message_id, data = side.carried[label]
        known = "2026-10-20" if side.name == "usher" else data[-10:]
        assert known in data
        forged = data.replace(known, ours if side.name == "usher" else theirs)
        side.person().presses(data=forged, message_id=message_id, forge=True)

    return Act("pressing a day that is not there", do)


async def test_a_day_beyond_the_bounds(compare: Compare) -> None:
    """The library takes any day that a button could carry; we take those that are there."""
    seconds = int((datetime(2026, 10, 1, tzinfo=UTC)).timestamp())
    act = _forge("2026-10-01", str(seconds), "20")
    taken = Difference("the library does not check the day", lambda _: ([], []), act.said)
    steps = await compare(
        flow(BOUNDS),
        *by_hand(**BOUNDED),
        acts=[press("<< October 2026"), act],
        differences=[taken],
    )
    theirs = [call.payload.get("text") for call in steps[-1].theirs]
    assert "1 October 2026 it is." in theirs
    assert all("it is." not in str(call.payload.get("text")) for call in steps[-1].ours)


TIME = """\
data: {{time: {{type: time, optional: true}}}}
steps:
  ask:
    ask: time
    text: "When?"
    picker:
      step: {step}
      hour_columns: {hours}
      minute_columns: {minutes}
      {done}texts:
        hours: "Hour"
        minutes: "Minute"
        minute: "{{{{ it | minute }}}}"
        picked_minute: "[{{{{ it | minute }}}}]"
    save: {{time: it}}
  done:
    show: "At last."
    buttons: [{{text: "Again", go: ask}}]
"""


async def _timed(
    event: Any, counter: Any, dialog_manager: DialogManager, value: time | None
) -> None:
    del event, counter  # the library names them
    if value is not None:
        await dialog_manager.next()


def time_by_hand(**config: Any) -> tuple[Window, Window]:
    """Return the windows of the library: hours and minutes, of which the second press leads on."""
    select = TimeSelect(id="time", on_value_changed=_timed, **config)
    return (
        Window(Const("When?"), select, state=Main.ask),
        Window(Const("At last."), Back(Const("Again")), state=Main.done),
    )


async def test_hours_and_minutes(compare: Compare) -> None:
    """TimeSelect is `picker`: each hour and minute can be pressed, and the second press leads on."""
    yaml = TIME.format(step="5m", hours=6, minutes=6, done="")
    acts = [EACH, press("14"), press("17"), press("55")]
    await compare(yaml, *time_by_hand(), acts=acts)


async def test_widths_and_precision(compare: Compare) -> None:
    """Hours and minutes have as many columns as the flow says, and minutes are so far apart."""
    yaml = TIME.format(step="15m", hours=8, minutes=2, done="")
    config = {"hour_width": 8, "minute_precision": 15, "minute_width": 2}
    acts = [press("23"), press("7"), press("45")]
    await compare(yaml, *time_by_hand(**config), acts=acts)


AT = """\
data: {at: {type: datetime, optional: true}}
steps:
  ask:
    ask: datetime
    text: "When?"
    calendar:
      first: monday
%s
    picker:
      texts:
        day: "Back"
        hours: "Hour"
        minutes: "Minute"
        minute: "{{ it | minute }}"
        picked_minute: "[{{ it | minute }}]"
    save: {at: it}
  done:
    show: "At last."
    buttons: [{text: "Again", go: ask}]
"""


class Moment(StatesGroup):
    """The windows of a day and a time by hand, of which we have one."""

    ask = State()
    time = State()
    done = State()


async def test_a_day_and_then_a_time(compare: Compare) -> None:
    """Calendar and TimeSelect in two windows are one question for a `datetime` with `calendar` and `picker`."""

    async def pick(_event: Any, _widget: Any, manager: DialogManager, _day: date) -> None:
        await manager.next()

    windows = (
        Window(
            Const("When?"),
            Calendar(id="day", on_click=pick, config=CalendarConfig(timezone=UTC)),
            state=Moment.ask,
        ),
        Window(
            Const("When?"),
            Back(Const("Back")),
            TimeSelect(id="time", on_value_changed=_timed),
            state=Moment.time,
        ),
        Window(Const("At last."), SwitchTo(Const("Again"), "again", Moment.ask), state=Moment.done),
    )
    acts = [press(one) for one in ("🔍", "[ November ]", "17", "23", "Back", "18", "14", "55")]
    await compare(AT % STOCK.rstrip("\n"), *windows, acts=acts)
