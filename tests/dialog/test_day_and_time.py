"""A day and a time are one answer: pressed one after the other, or written, and judged as the instant that they make."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from engine.actions import Context, query

if TYPE_CHECKING:
    from tests.dialog.conftest import Chat, MakeChat

FLOW = """\
flow: main
version: 1
title: A moment
data: {at: {type: datetime, optional: true}}
steps:
  ask:
    ask: datetime
    text: "When?"
%s
    save: {at: it}
  done:
    show: "{{ data.at | datetime }} it is."
    buttons: [{text: "Again", go: ask}]
"""

BOUNDED = """\
    min: datetime(date('2026-11-03'), time('14:30'))
    max: datetime(date('2026-11-05'), time('09:15'))
    calendar: {first: monday}
    picker: {step: 15m}
"""

DONE = """\
    load: {free: moments.free()}
    allow: it in free
    calendar: {first: monday, marked: "it == today() + days(1)", mark: {text: "!", style: danger}}
    picker: {step: 30m, done: {text: "At {{ it | datetime }}", style: success}}
"""

CLOCKS = """\
    min: datetime(date('%s'), time('00:00'))
    max: datetime(date('%s'), time('04:30'))
    calendar: {}
    picker: {step: 30m}
"""


@query(name="moments.free")
async def list_free(_ctx: Context) -> list[datetime]:
    """List the instants that are free."""
    return [
        datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 3, 10, 30, tzinfo=UTC),
        datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    ]


async def open_question(make_chat: MakeChat, keys: str, time_zone: str = "UTC") -> Chat:
    """Open a chat in which a day and a time are asked for."""
    chat = make_chat(list_free, main=FLOW % keys.rstrip("\n"))
    chat.directory.time_zone = time_zone
    await chat.send("/start")
    await chat.press("Go")
    return chat


def _days(rows: list[list[str]]) -> list[str]:
    """Give the days of a calendar that can be pressed."""
    return [label for row in rows[2:] if len(row) == 7 for label in row if label.strip()]


async def test_a_day_comes_first_and_then_its_times(make_chat: MakeChat) -> None:
    """Days are those with a right time, and times those of the picked day that are within the bounds."""
    chat = await open_question(make_chat, BOUNDED)
    assert _days(await chat.buttons()) == ["3", "4", "5"]

    await chat.press("3")
    assert await chat.text() == "When?"
    assert (await chat.buttons())[:3] == [
        ["« Nov 3, 2026"],
        ["Hours"],
        [" ", " ", "14", "15", "16", "17"],
    ]
    await chat.press("14")
    assert (await chat.buttons())[-1] == [" ", " ", ":30", ":45"]
    await chat.press(":30")

    assert await chat.text() == "11/3/26, 2:30\u202fPM it is."


async def test_another_day_can_be_picked(make_chat: MakeChat) -> None:
    """The day above the hours leads back to the calendar; an hour that was picked stays where the other day has it, and old screens are over."""
    chat = await open_question(make_chat, BOUNDED)
    await chat.press("4")
    await chat.press("20")
    old = await chat.data_of("21")
    await chat.press("« Nov 4, 2026")
    await chat.forge(old)  # of another day: it means nothing now
    assert _days(await chat.buttons()) == ["3", "4", "5"]
    await chat.press("5")
    assert (await chat.buttons())[2:4] == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", " ", " "],
    ]
    await chat.press("9")
    assert (await chat.buttons())[-1] == [":00", ":15", " ", " "]
    await chat.press("« Nov 5, 2026")
    await chat.press("4")
    assert (await chat.buttons())[3][3] == "[9]"
    await chat.press(":45")
    assert await chat.text() == "11/4/26, 9:45\u202fAM it is."


async def test_a_moment_is_written_as_well(make_chat: MakeChat) -> None:
    """What is written is judged by the same bounds, whichever of the two is shown, and a wrong one changes nothing."""
    chat = await open_question(make_chat, BOUNDED)
    await chat.press("4")
    await chat.send("2026-11-05 10:00")
    assert (await chat.buttons())[0] == ["« Nov 4, 2026"]
    await chat.send("2026-11-05 09:10")
    assert await chat.text() == "11/5/26, 9:10\u202fAM it is."


async def test_free_moments_are_offered_and_confirmed(make_chat: MakeChat) -> None:
    """Days and times are those of the instants that are allowed; a button names both, and labels have their looks."""
    chat = await open_question(make_chat, DONE)
    assert _days(await chat.buttons()) == ["3!", "20"]
    shown = (await chat.messages())[-1]["buttons"]
    assert [one["text"] for row in shown for one in row if one.get("style")] == ["3!"]

    await chat.press("3!")
    await chat.press("10")
    await chat.press(":30")
    last = (await chat.messages())[-1]["buttons"][-1][0]
    assert (last["text"], last["style"]) == ("At 11/3/26, 10:30\u202fAM", "success")
    await chat.press(last["text"])
    assert await chat.text() == "11/3/26, 10:30\u202fAM it is."


@pytest.mark.parametrize("value", ["q2026-11-06", "q2026-13-01", "qx", "oh14", "od", "ook", "om0"])
async def test_what_the_days_do_not_offer_is_refused(make_chat: MakeChat, value: str) -> None:
    """While days are shown, no time can be pressed, nor a day without a right one."""
    chat = await open_question(make_chat, BOUNDED)
    known = await chat.data_of("3")
    assert ".q2026-11-03" in known
    await chat.forge(known.replace(".q2026-11-03", f".{value}"))
    assert _days(await chat.buttons()) == ["3", "4", "5"]


@pytest.mark.parametrize("value", ["q2026-11-04", "wd202612", "oh13", "oh14b", "om7"])
async def test_what_the_times_do_not_offer_is_refused(make_chat: MakeChat, value: str) -> None:
    """While times are shown, neither a day nor a month can be pressed, nor a time that is not there."""
    chat = await open_question(make_chat, BOUNDED)
    await chat.press("3")
    before = await chat.buttons()
    await chat.forge((await chat.data_of("15")).replace(".oh15", f".{value}"))
    assert await chat.buttons() == before


async def test_a_double_press_picks_one_day(make_chat: MakeChat) -> None:
    """The second press on a day comes to its times and does nothing there."""
    chat = await open_question(make_chat, BOUNDED)
    data = await chat.data_of("4")
    for _ in range(2):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert (await chat.buttons())[0] == ["« Nov 4, 2026"]


async def test_an_hour_that_clocks_repeat_is_there_twice(make_chat: MakeChat) -> None:
    """Where clocks go back, both hours are offered, told apart by their offset."""
    keys = CLOCKS % ("2027-10-31", "2027-10-31")
    chat = await open_question(make_chat, keys, "Europe/Berlin")
    await chat.press("31")
    assert (await chat.buttons())[2] == ["0", "1", "2 (UTC+2)", "2 (UTC+1)", "3", "4"]
    await chat.press("2 (UTC+1)")
    assert (await chat.buttons())[2][3] == "[2 (UTC+1)]"
    await chat.press(":30")
    assert await chat.text() == "10/31/27, 2:30\u202fAM (UTC+1) it is."


async def test_an_hour_that_clocks_skip_is_not_there(make_chat: MakeChat) -> None:
    """Where clocks go forward, the hour between is not offered, and cannot be forged."""
    keys = CLOCKS % ("2027-03-28", "2027-03-28")
    chat = await open_question(make_chat, keys, "Europe/Berlin")
    await chat.press("28")
    assert (await chat.buttons())[2] == ["0", "1", " ", "3", "4", " "]
    await chat.forge((await chat.data_of("3")).replace(".oh3", ".oh2"))
    assert (await chat.buttons())[2] == ["0", "1", " ", "3", "4", " "]
    await chat.press("4")
    await chat.press(":30")
    assert await chat.text() == "3/28/27, 4:30\u202fAM it is."
