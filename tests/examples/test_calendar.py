"""The example `calendar` of the large bot: days, months, years and times, as they come and with words of one's own."""

from datetime import UTC, date
from typing import Any

import pytest
from aiogram.enums import ButtonStyle
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import (
    Calendar,
    CalendarConfig,
    CalendarScope,
    Cancel,
    SwitchTo,
    TimeSelect,
)
from aiogram_dialog.widgets.kbd import calendar_kbd as library
from aiogram_dialog.widgets.style import Style
from aiogram_dialog.widgets.text import Const, Format

from tests.dialog.conftest import NOW
from tests.examples.conftest import PlayExample
from tests.widgets.acts import press
from tests.widgets.compare import other_rows


class Days(StatesGroup):
    """The windows."""

    menu = State()
    default = State()
    custom = State()
    time = State()


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the same day in both bots."""
    monkeypatch.setattr(library, "get_today", lambda _zone: NOW.date())


SHORT = other_rows(
    "days have no nought before them here, and arrows no year",
    ours=r".*(\b\d\b|«|»).*",
    theirs=r".*(\b0\d\b|<<|>>).*",
)


class CustomCalendar(Calendar):
    """A calendar with headings and arrows of its own, and a mark on the day that was pressed."""

    def _init_views(self) -> dict[CalendarScope, Any]:
        marked = Format("{date:%-d}🔴", when=_is_marked)
        return {
            CalendarScope.DAYS: library.CalendarDaysView(
                self._item_callback_data,
                date_text=marked | Format("{date:%-d}"),
                today_text=Format("[ {date:%-d} ]🔴", when=_is_marked) | Format("[ {date:%-d} ]"),
                header_text=Format("~~~~~ {date:%B} ~~~~~"),
                weekday_text=Format("{date:%a}"),
                next_month_text=Format("{date:%B} >>"),
                prev_month_text=Format("<< {date:%B}"),
                date_style=Style(ButtonStyle.SUCCESS, when=_is_marked),
                today_style=Style(ButtonStyle.SUCCESS, when=_is_marked),
            ),
            CalendarScope.MONTHS: library.CalendarMonthView(
                self._item_callback_data,
                month_text=Format("{date:%B}"),
                header_text=Format("~~~~~ {date:%Y} ~~~~~"),
                this_month_text=Format("[{date:%B}]"),
            ),
            CalendarScope.YEARS: library.CalendarYearsView(self._item_callback_data),
        }


def _is_marked(data: Any, _widget: Any, manager: DialogManager) -> bool:
    return bool(data["date"].isoformat() == manager.dialog_data.get("day"))


async def _take(_event: Any, _widget: Any, manager: DialogManager, day: date) -> None:
    manager.dialog_data["day"] = day.isoformat()


def _dialog() -> Dialog:
    config = CalendarConfig(timezone=UTC)
    back = SwitchTo(Const("Back"), id="back", state=Days.menu, style=Style(ButtonStyle.PRIMARY))
    return Dialog(
        Window(
            Const("Select configuration"),
            SwitchTo(Const("Default calendar"), id="default", state=Days.default),
            SwitchTo(Const("Customized calendar"), id="custom", state=Days.custom),
            SwitchTo(Const("Time selection"), id="time", state=Days.time),
            Cancel(Const("☰ Main menu")),
            state=Days.menu,
        ),
        Window(
            Const("Default calendar widget"),
            Calendar(id="cal", config=config),
            back,
            state=Days.default,
        ),
        Window(
            Const("Customized calendar widget"),
            CustomCalendar(id="own", config=config, on_click=_take),
            back,
            state=Days.custom,
        ),
        Window(
            Const("TimeSelect widget"),
            TimeSelect("clock", button_selected_style=Style(ButtonStyle.SUCCESS)),
            back,
            state=Days.time,
        ),
    )


async def test_the_default_calendar(play_example: PlayExample) -> None:
    """The same days, months and years stand at the same places."""
    await play_example(
        "calendar",
        _dialog(),
        acts=[
            press("Default calendar"),
            press("December »", theirs="December 2026 >>"),
            press("« November", theirs="<< November 2026"),
            press("🔍"),
            press("March"),
        ],
        differences=[SHORT],
    )


async def test_a_calendar_with_words_of_its_own(play_example: PlayExample) -> None:
    """Headings, arrows and marks are those that the flow says."""
    await play_example(
        "calendar",
        _dialog(),
        acts=[press("Customized calendar"), press("17"), press("December >>")],
    )


async def test_times(play_example: PlayExample) -> None:
    """Hours and minutes are picked in any order, and what is picked is green."""
    await play_example(
        "calendar",
        _dialog(),
        acts=[press(one) for one in ("Time selection", "14", "17", "30", "Back")],
        differences=[other_rows("what is picked can be answered with here", ours="It is .*")],
    )
