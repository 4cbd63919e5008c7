"""Times are pressed as hours and minutes or written, and both are judged alike."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest

from engine.actions import Context, query
from tests.dialog.conftest import BOT_YAML

if TYPE_CHECKING:
    from tests.dialog.conftest import Chat, MakeChat

TIME = """\
flow: main
version: 1
title: A time
data: {time: {type: time, optional: true}}
steps:
  ask:
    ask: time
    text: "When?"
%s
    save: {time: it}
  done:
    show: "{{ data.time | time }} it is."
    buttons: [{text: "Again", go: ask}]
"""

OPEN = """\
    min: time('09:00')
    max: time('18:00')
    picker: {step: 15m}
"""

DONE = """\
    min: time('09:00')
    max: time('18:00')
    picker: {step: 30m, done: "At {{ it | time }}"}
"""


@query(name="times.free")
async def list_free(_ctx: Context) -> list[time]:
    """List the times that are free."""
    return [time(9, 15), time(9, 45), time(10, 30)]


async def open_picker(make_chat: MakeChat, keys: str, locale: str = "en") -> Chat:
    """Open a chat in which a time is asked for."""
    bot = BOT_YAML.replace("locale: en\nlocales: [en]", f"locale: {locale}\nlocales: [{locale}]")
    chat = make_chat(list_free, bot=bot, main=TIME % keys.rstrip("\n"))
    chat.directory.locale = locale
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_hours_and_minutes_are_shown(make_chat: MakeChat) -> None:
    """A picker has a heading and rows of hours, and a heading and rows of minutes; rows of nothing are left out."""
    chat = await open_picker(make_chat, OPEN)
    assert await chat.buttons() == [
        ["Hours"],
        [" ", " ", " ", "9", "10", "11"],
        ["12", "13", "14", "15", "16", "17"],
        ["18", " ", " ", " ", " ", " "],
        ["Minutes"],
        [":00", ":15", ":30", ":45"],
    ]


async def test_every_time_is_there_without_bounds(make_chat: MakeChat) -> None:
    """Without bounds a picker has all hours, and minutes five apart."""
    chat = await open_picker(make_chat, "    picker: {}")
    rows = await chat.buttons()
    assert [label for row in rows[1:5] for label in row] == [str(hour) for hour in range(24)]
    assert [label for row in rows[6:] for label in row] == [f":{at:02}" for at in range(0, 60, 5)]


async def test_the_second_press_answers(make_chat: MakeChat) -> None:
    """Once an hour and a minute are picked, they are the answer."""
    chat = await open_picker(make_chat, OPEN)
    await chat.press("14")
    assert (await chat.buttons())[2] == ["12", "13", "[14]", "15", "16", "17"]
    await chat.press("15")
    assert (await chat.buttons())[2] == ["12", "13", "14", "[15]", "16", "17"]
    await chat.press(":45")
    assert await chat.text() == "3:45\u202fPM it is."


async def test_a_minute_can_be_first(make_chat: MakeChat) -> None:
    """Whoever picks the minute first answers by the hour."""
    chat = await open_picker(make_chat, OPEN)
    await chat.press(":30")
    assert (await chat.buttons())[-1] == [":00", ":15", "[:30]", ":45"]
    await chat.press("9")
    assert await chat.text() == "9:30\u202fAM it is."


async def test_minutes_that_an_hour_lacks_are_not_there(make_chat: MakeChat) -> None:
    """Only minutes that make a right answer with the picked hour can be pressed; a minute that it lacks is left."""
    chat = await open_picker(make_chat, OPEN)
    await chat.press(":30")
    await chat.press("18")
    assert (await chat.buttons())[-1] == [":00", " ", " ", " "]
    assert (await chat.buttons())[3][0] == "[18]"
    await chat.press(":00")
    assert await chat.text() == "6:00\u202fPM it is."


async def test_only_free_times_can_be_pressed(make_chat: MakeChat) -> None:
    """`allow` over what a query gives leaves the hours and minutes of right answers."""
    keys = "    load: {free: times.free()}\n    picker: {step: 15m}\n    allow: it in free"
    chat = await open_picker(make_chat, keys)
    assert await chat.buttons() == [
        ["Hours"],
        [" ", " ", " ", "9", "10", " "],
        ["Minutes"],
        [" ", ":15", ":30", ":45"],
    ]
    await chat.press("10")
    assert (await chat.buttons())[-1] == [" ", " ", ":30", " "]
    await chat.send("10:15 am")
    assert await chat.text() == "Not that.\n\nWhen?"
    assert (await chat.buttons())[1][4] == "[10]"
    await chat.send("9:45 am")
    assert await chat.text() == "9:45\u202fAM it is."


async def test_a_time_can_be_confirmed(make_chat: MakeChat) -> None:
    """With `done` a picked time can be changed until the button that names it is pressed."""
    chat = await open_picker(make_chat, DONE)
    await chat.press("10")
    await chat.press(":30")
    assert (await chat.buttons())[-1] == ["At 10:30\u202fAM"]
    await chat.press("11")
    await chat.press("At 11:30\u202fAM")
    assert await chat.text() == "11:30\u202fAM it is."
    await chat.press("Again")
    assert (await chat.buttons())[-1] == [":00", ":30"]


@pytest.mark.parametrize("value", ["h8", "h24", "m7", "m60", "x1", "h", "ok", "", "h-1"])
async def test_what_is_not_offered_is_refused(make_chat: MakeChat, value: str) -> None:
    """A forged press neither picks nor answers."""
    chat = await open_picker(make_chat, OPEN)
    before = await chat.buttons()
    await chat.forge((await chat.data_of("14")).replace(".oh14", f".o{value}"))
    assert await chat.text() == "When?"
    assert await chat.buttons() == before


async def test_done_waits_for_both_parts(make_chat: MakeChat) -> None:
    """The button that answers works only when it is there."""
    chat = await open_picker(make_chat, DONE)
    await chat.press("10")
    await chat.forge((await chat.data_of("14")).replace(".oh14", ".ook"))
    assert await chat.text() == "When?"


async def test_a_double_press_answers_once(make_chat: MakeChat) -> None:
    """The second press on an hour is old once the screen has changed: it does not answer what follows."""
    chat = await open_picker(make_chat, OPEN)
    await chat.press("14")
    data = await chat.data_of(":45")
    for _ in range(2):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert (await chat.text()).endswith("2:45\u202fPM it is.")


async def test_a_flow_has_its_own_labels(make_chat: MakeChat) -> None:
    """`texts` stand in the place of the usual labels."""
    keys = """\
    min: time('13:00')
    max: time('14:59')
    picker:
      step: 30m
      hour_columns: 2
      minute_columns: 1
      texts:
        hours: "From"
        hour: "{{ it | time }}"
        picked_hour: "> {{ it | time }}"
        minutes: "To"
        minute: "{{ it | time }}"
        picked_minute: "> {{ it | time }}"
"""
    chat = await open_picker(make_chat, keys, locale="de")
    await chat.press("13:00")
    assert await chat.buttons() == [
        ["From"],
        [" ", "> 13:00"],
        ["14:00", " "],
        ["To"],
        ["13:00"],
        ["13:30"],
    ]


async def test_rows_are_read_from_the_right(make_chat: MakeChat) -> None:
    """Where a language is written from the right, so are the rows, under its own words."""
    chat = await open_picker(make_chat, OPEN, locale="fa")
    rows = await chat.buttons()
    assert rows[0] == ["ساعت"]
    assert rows[1] == ["11", "10", "9", " ", " ", " "]
