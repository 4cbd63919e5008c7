"""Days are pressed in a calendar or written, and both are judged alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from engine.actions import Context, query
from tests.dialog.conftest import BOT_YAML

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.dialog.conftest import Chat, MakeChat

DAY = """\
flow: main
version: 1
title: A day
data: {day: {type: date, optional: true}}
steps:
  ask:
    ask: date
    text: "Which day?"
%s
    save: {day: it}
  done:
    show: "{{ data.day | date('full') }} it is."
    buttons: [{text: "Again", go: ask}]
"""

BOUNDED = """\
    min: date('2026-10-20')
    max: date('2027-01-05')
    calendar: {first: monday}
"""


@query(name="days.open")
async def list_open(_ctx: Context) -> list[date]:
    """List the days that are open."""
    return [date(2026, 11, day) for day in (3, 17, 18)]


async def open_calendar(make_chat: MakeChat, keys: str, **of_chat: str) -> Chat:
    """Open a chat in which a day is asked for."""
    locale = of_chat.get("locale", "en")
    bot = BOT_YAML.replace("locale: en\nlocales: [en]", f"locale: {locale}\nlocales: [{locale}]")
    chat = make_chat(list_open, bot=bot, main=DAY % keys.rstrip("\n"))
    chat.directory.locale = locale
    chat.directory.time_zone = of_chat.get("time_zone", "UTC")
    if "now" in of_chat:
        chat.clock.now = datetime.fromisoformat(of_chat["now"])
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_month_is_shown_with_its_weeks(make_chat: MakeChat) -> None:
    """A calendar shows its month under a heading, weekdays, its weeks, and what leads to other months."""
    chat = await open_calendar(make_chat, BOUNDED)
    assert await chat.buttons() == [
        ["🗓 November 2026"],
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        [" ", " ", " ", " ", " ", " ", "1"],
        ["[ 2 ]", "3", "4", "5", "6", "7", "8"],
        ["9", "10", "11", "12", "13", "14", "15"],
        ["16", "17", "18", "19", "20", "21", "22"],
        ["23", "24", "25", "26", "27", "28", "29"],
        ["30", " ", " ", " ", " ", " ", " "],
        ["« October", "🔍", "December »"],
    ]


async def test_a_day_that_is_pressed_is_the_answer(make_chat: MakeChat) -> None:
    """What is saved is the day that was pressed."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.press("17")
    assert await chat.text() == "Tuesday, November 17, 2026 it is."


async def test_a_day_can_be_written_all_the_same(make_chat: MakeChat) -> None:
    """A calendar leaves the person free to write a day, of any month."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.send("5 January 2027")
    assert await chat.text() == "Tuesday, January 5, 2027 it is."


async def test_months_end_where_answers_end(make_chat: MakeChat) -> None:
    """No arrow leads to a month without a right answer, and days beyond the bounds are blank, whole weeks left out."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.press("« October")
    rows = await chat.buttons()
    assert rows[2:] == [
        [" ", "20", "21", "22", "23", "24", "25"],
        ["26", "27", "28", "29", "30", "31", " "],
        [" ", "🔍", "November »"],
    ]
    for label in ("November »", "December »", "January »"):
        await chat.press(label)
    rows = await chat.buttons()
    assert rows[0] == ["🗓 January 2027"]
    assert rows[2] == [" ", " ", " ", " ", "1", "2", "3"]
    assert rows[3] == ["4", "5", *[" "] * 5]
    assert rows[-1] == ["« December", "🔍", " "]


async def test_heading_zooms_out_to_months_and_years(make_chat: MakeChat) -> None:
    """The heading of a month leads to the months of its year, that of a year to years, and they lead back."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.press("🗓 November 2026")
    assert await chat.buttons() == [
        ["🗓 2026"],
        [" ", " ", " "],
        [" ", " ", " "],
        [" ", " ", " "],
        ["October", "[ November ]", "December"],
        [" ", "🔍", "2027 »"],
    ]
    await chat.press("🗓 2026")
    assert await chat.buttons() == [["[ 2026 ]", "2027", " ", " ", " "], *[[" "] * 5] * 3]
    await chat.press("2027")
    assert (await chat.buttons())[1] == ["January", " ", " "]
    await chat.press("January")
    assert (await chat.buttons())[0] == ["🗓 January 2027"]


async def test_years_are_paged(make_chat: MakeChat) -> None:
    """Without bounds a calendar reaches from 1900 to 2100, a page of years at a time."""
    chat = await open_calendar(
        make_chat, "    calendar: {first: monday, years: {page: 4, columns: 2}}"
    )
    await chat.press("🔍")
    await chat.press("🔍")
    assert await chat.buttons() == [["[ 2026 ]", "2027"], ["2028", "2029"], ["« 2022", "2030 »"]]
    await chat.press("2030 »")
    assert (await chat.buttons())[0] == ["2030", "2031"]
    await chat.press("« 2026")
    await chat.press("« 2022")
    assert (await chat.buttons())[0] == ["2022", "2023"]


async def test_only_right_answers_can_be_pressed(make_chat: MakeChat) -> None:
    """Days that the question would refuse are blank, and their presses are refused as old ones."""
    keys = BOUNDED + "    load: {open: days.open()}\n    allow: it in open\n"
    chat = await open_calendar(make_chat, keys)
    rows = await chat.buttons()
    assert [label for row in rows[2:-1] for label in row if label != " "] == ["3", "17", "18"]
    await chat.forge((await chat.data_of("3")).replace("2026-11-03", "2026-11-04"))
    assert await chat.text() == "Which day?"
    await chat.send("2026-11-04")
    assert await chat.text() == "Not that.\n\nWhich day?"


@pytest.mark.parametrize("value", ["2026-02-30", "", "2030-01-01", "x"])
async def test_a_forged_day_is_refused(make_chat: MakeChat, value: str) -> None:
    """What no button of the calendar carries is no answer."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.forge((await chat.data_of("17")).replace("2026-11-17", value))
    assert await chat.text() == "Which day?"


@pytest.mark.parametrize("code", ["d203001", "m202602", "y1", "d202613", "d000001", ""])
async def test_a_forged_page_is_refused(make_chat: MakeChat, code: str) -> None:
    """Nobody comes to a page that the calendar does not have."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.forge((await chat.data_of("December »")).replace("d202612", code))
    assert await chat.text() == "Which day?"
    assert (await chat.buttons())[0] == ["🗓 November 2026"]


async def test_blank_buttons_do_nothing(make_chat: MakeChat) -> None:
    """A press on a blank or a weekday says nothing and changes nothing."""
    chat = await open_calendar(make_chat, BOUNDED)
    before = await chat.messages()
    await chat.press("Mon")
    await chat.press(" ")
    assert await chat.messages() == before
    assert [alert["text"] for alert in await chat.alerts()][-2:] == [None, None]


async def test_a_fast_second_press_turns_to_the_same_month(make_chat: MakeChat) -> None:
    """Whoever presses an arrow twice before the screen has changed comes one month on, and is told nothing."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.press("December »")
    data, message = await chat.data_of("January »"), (await chat.messages())[-1]["message_id"]
    body = {"data": data, "message_id": message, "forge": True}
    await chat.act("presses", body)
    await chat.act("presses", body)
    await chat.deal()
    assert (await chat.buttons())[0] == ["🗓 January 2027"]
    assert [alert["text"] for alert in await chat.alerts()][-2:] == [None, None]


async def test_a_day_of_an_earlier_screen_is_refused(make_chat: MakeChat) -> None:
    """A day counts on the screen it is on alone: whoever moved on does not answer twice."""
    chat = await open_calendar(make_chat, BOUNDED)
    data = await chat.data_of("17")
    await chat.press("December »")
    await chat.forge(data)
    assert await chat.text() == "Which day?"
    assert (await chat.buttons())[0] == ["🗓 December 2026"]


async def test_the_page_survives_and_is_forgotten_with_the_step(make_chat: MakeChat) -> None:
    """The month that was turned to stays over a wrong answer, and the next time the calendar opens anew."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.press("December »")
    await chat.send("some day")
    assert (await chat.buttons())[0] == ["🗓 December 2026"]
    await chat.press("24")
    await chat.press("Again")
    assert (await chat.buttons())[0] == ["🗓 November 2026"]


async def test_it_opens_where_the_flow_says(make_chat: MakeChat) -> None:
    """`opens` names the day whose month is shown first, brought within the bounds."""
    chat = await open_calendar(
        make_chat, BOUNDED.replace("first: monday", "first: monday, opens: data.day")
    )
    assert (await chat.buttons())[0] == ["🗓 November 2026"]
    await chat.send("24 December")
    await chat.press("Again")
    assert (await chat.buttons())[0] == ["🗓 December 2026"]
    later = await open_calendar(
        make_chat, BOUNDED.replace("first: monday", "opens: date('2030-02-28')")
    )
    assert (await later.buttons())[0] == ["🗓 January 2027"]


async def test_days_are_marked(make_chat: MakeChat) -> None:
    """Days for which `marked` holds have the mark behind their label."""
    calendar = "calendar: {first: monday, marked: it in open, mark: ' 🔥'}"
    keys = BOUNDED.replace("calendar: {first: monday}", calendar) + "    load: {open: days.open()}"
    chat = await open_calendar(make_chat, keys)
    rows = await chat.buttons()
    assert rows[3][:3] == ["[ 2 ]", "3 🔥", "4"]
    await chat.press("3 🔥")
    assert await chat.text() == "Tuesday, November 3, 2026 it is."


TEXTS = """\
    min: date('2026-11-03')
    max: date('2027-11-30')
    allow: (it | weekday) != 'Sunday'
    calendar:
      first: sunday
      months: {columns: 5}
      texts:
        day: "{{ it | day }}{% if (it | weekday('short')) == 'Sat' %}!{% endif %}"
        closed: "x"
        weekday: "{{ it | weekday('short') | upper }}"
        heading: "{{ it | month('short') }} {{ it | year }}"
        month: "{{ it | month('short') }}"
        this_month: "> {{ it | month('short') }}"
        previous_month: "<"
        next_month: ">"
        zoom_out: "-"
"""


async def test_a_flow_has_its_own_labels(make_chat: MakeChat) -> None:
    """`texts` stand in the place of the usual labels; a closed day that is shown does nothing."""
    chat = await open_calendar(make_chat, TEXTS)
    assert await chat.buttons() == [
        ["Nov 2026"],
        ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
        [" ", " ", "3", "4", "5", "6", "7!"],
        ["x", "9", "10", "11", "12", "13", "14!"],
        ["x", "16", "17", "18", "19", "20", "21!"],
        ["x", "23", "24", "25", "26", "27", "28!"],
        ["x", "30", " ", " ", " ", " ", " "],
        [" ", "-", ">"],
    ]
    await chat.press("x")
    assert (await chat.alerts())[-1]["text"] is None
    await chat.press("-")
    assert await chat.buttons() == [
        ["🗓 2026"],
        [" "] * 5,
        [" "] * 5,
        ["> Nov", "Dec", " ", " ", " "],
        [" ", "-", "2027 »"],
    ]


@pytest.mark.parametrize(
    ("locale", "heading", "weekdays", "first_row"),
    [
        ("de", "🗓 November 2026", ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"], [*[" "] * 6, "1"]),
        (
            "en_US",
            "🗓 November 2026",
            ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            ["1", "[ 2 ]", "3", "4", "5", "6", "7"],
        ),
        (
            "ar",
            "🗓 نوفمبر 2026",
            ["ج", "خ", "ر", "ث", "ن", "ح", "س"],
            ["6", "5", "4", "3", "[ 2 ]", "1", " "],
        ),
        (
            "fa",
            "🗓 نوامبر 2026",
            ["ج", "۵ش", "۴ش", "۳ش", "۲ش", "۱ش", "ش"],
            ["6", "5", "4", "3", "[ 2 ]", "1", " "],
        ),
    ],
)
async def test_weeks_are_those_of_the_language(
    make_chat: MakeChat, locale: str, heading: str, weekdays: list[str], first_row: list[str]
) -> None:
    """Names, the first day of a week and the direction of rows are those of the person's language."""
    chat = await open_calendar(make_chat, "    calendar: {}", locale=locale)
    rows = await chat.buttons()
    assert rows[:3] == [[heading], weekdays, first_row]


async def test_arrows_stand_where_reading_comes_from(make_chat: MakeChat) -> None:
    """Where rows are read from the right, the month before stands at the right."""
    chat = await open_calendar(make_chat, "    calendar: {}", locale="ar")
    assert (await chat.buttons())[-1] == ["ديسمبر »", "🔍", "« أكتوبر"]
    await chat.press("« أكتوبر")
    assert (await chat.buttons())[0] == ["🗓 أكتوبر 2026"]


@pytest.mark.parametrize(
    ("time_zone", "now", "heading", "today"),
    [
        ("Pacific/Kiritimati", "2026-12-31T11:00:00+00:00", "🗓 January 2027", "[ 1 ]"),
        ("America/Los_Angeles", "2027-01-01T05:00:00+00:00", "🗓 December 2026", "[ 31 ]"),
        ("Europe/Berlin", "2026-10-24T22:30:00+00:00", "🗓 October 2026", "[ 25 ]"),
        ("Europe/Berlin", "2028-02-28T23:30:00+00:00", "🗓 February 2028", "[ 29 ]"),
    ],
)
async def test_today_is_that_of_the_person(
    make_chat: MakeChat, time_zone: str, now: str, heading: str, today: str
) -> None:
    """The month that opens, and the day in brackets, follow the clocks of where the person is."""
    chat = await open_calendar(make_chat, "    calendar: {}", time_zone=time_zone, now=now)
    rows = await chat.buttons()
    assert rows[0] == [heading]
    assert [label for row in rows[2:-1] for label in row if label.startswith("[")] == [today]


async def test_a_leap_day_has_years_beside_it(make_chat: MakeChat) -> None:
    """From the last of February of a leap year people come to the years around it, which have none."""
    chat = await open_calendar(make_chat, "    calendar: {}", now="2028-02-29T12:00:00+00:00")
    await chat.press("🔍")
    await chat.press("« 2027")
    await chat.press("February")
    rows = await chat.buttons()
    assert rows[0] == ["🗓 February 2027"]
    assert "29" not in [label for row in rows[2:-1] for label in row]


async def test_bounds_that_move_overnight_move_the_calendar(make_chat: MakeChat) -> None:
    """A month that is over by the next morning is left for the first that has days; its buttons are refused."""
    keys = "    min: today()\n    max: today() + days(10)\n    calendar: {first: monday}"
    chat = await open_calendar(make_chat, keys, now="2026-11-30T12:00:00+00:00")
    await chat.press("🔍")
    await chat.press("[ November ]")
    data = await chat.data_of("[ 30 ]")
    chat.clock.now = datetime(2026, 12, 1, 12, tzinfo=UTC) + timedelta(hours=1)
    await chat.forge(data)
    assert await chat.text() == "Which day?"
    assert (await chat.buttons())[0] == ["🗓 December 2026"]


async def test_the_page_comes_along_to_a_new_version(
    make_chat: MakeChat, redeploy: Callable[..., None]
) -> None:
    """Whoever turned to another month stays there when the step has another name after a deploy."""
    chat = await open_calendar(make_chat, BOUNDED)
    await chat.press("December »")
    text = DAY % BOUNDED.rstrip("\n")
    text = (
        text.replace("version: 1", "version: 2")
        .replace("  ask:\n", "  day:\n")
        .replace("go: ask", "go: day")
    )
    redeploy(chat, main=text + "upgrade: {from 1: {steps: {ask: day}}}\n")
    await chat.press("24")
    assert await chat.text() == "Thursday, December 24, 2026 it is."
    await chat.press("Again")
    await chat.press("December »")
    again = (
        text.replace("version: 2", "version: 3")
        .replace("  day:\n", "  which:\n")
        .replace("go: day", "go: which")
    )
    redeploy(chat, main=again + "upgrade: {from 2: {steps: {day: which}}}\n")
    await chat.send("what?")
    assert (await chat.buttons())[0] == ["🗓 December 2026"]
