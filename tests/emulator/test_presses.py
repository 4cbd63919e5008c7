"""Pressing buttons, and the answers to presses."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from engine.emulator import Emulator, Person
from engine.emulator.people import ImpossibleError

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def keys(*data: str) -> InlineKeyboardMarkup:
    """Return a row of buttons "A", "B", … with this data."""
    row = [
        InlineKeyboardButton(text=chr(ord("A") + number), callback_data=value)
        for number, value in enumerate(data)
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def pressed(bot: Bot) -> CallbackQuery:
    """Return the press that waits for the bot."""
    query = (await bot.get_updates(offset=-1))[0].callback_query
    assert query is not None
    return query


async def test_a_press_reaches_the_bot_and_its_answer_the_person(bot: Bot, anna: Person) -> None:
    """A press is listed unanswered until the bot answers it."""
    sent = await bot.send_message(anna.id, "x", reply_markup=keys("a", "b"))

    anna.presses("B")

    query = await pressed(bot)
    assert (query.data, query.from_user.id) == ("b", anna.id)
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    assert anna.alerts()[0]["answered"] is False
    await bot.answer_callback_query(query.id, "Done", show_alert=True)
    answer = anna.alerts()[0]
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "Done", True)


async def test_the_newest_button_wins_unless_a_message_is_named(bot: Bot, anna: Person) -> None:
    """Two messages with the same button: the newer one is meant."""
    old = await bot.send_message(anna.id, "old", reply_markup=keys("old"))
    await bot.send_message(anna.id, "new", reply_markup=keys("new"))

    assert anna.presses("A")["callback_data"] == "new"
    assert anna.presses("A", message_id=old.message_id)["callback_data"] == "old"
    assert anna.presses(data="old")["message_id"] == old.message_id


async def test_a_wrong_button_lists_the_right_ones(bot: Bot, anna: Person) -> None:
    """A test that presses what is not there is told what is."""
    await bot.send_message(anna.id, "x", reply_markup=keys("a"))

    with pytest.raises(ImpossibleError) as error:
        anna.presses("Confirm")

    assert error.value.status == 404
    assert [button["text"] for button in error.value.details["buttons"]] == ["A"]


async def test_a_hostile_client_can_press_what_is_not_there(bot: Bot, anna: Person) -> None:
    """A forged press reaches the bot with any data, also on a message that is gone."""
    sent = await bot.send_message(anna.id, "x")
    await bot.delete_message(anna.id, sent.message_id)

    anna.presses(data="admin:1", message_id=sent.message_id, forge=True)

    query = await pressed(bot)
    assert query.data == "admin:1"
    assert query.message is not None
    assert query.message.date == 0 or query.message.message_id == sent.message_id


async def test_a_press_is_answered_once_and_in_time(
    bot: Bot, anna: Person, emulator: Emulator
) -> None:
    """A second answer, a late one, and an answer to nothing are all too late."""
    await bot.send_message(anna.id, "x", reply_markup=keys("a"))
    first, second = (anna.presses("A")["callback_query_id"] for _ in range(2))

    await bot.answer_callback_query(first)
    emulator.world.callbacks[second].pressed_at -= 901

    for query_id in (first, second, "0"):
        with pytest.raises(TelegramBadRequest) as error:
            await bot.answer_callback_query(query_id)
        assert error.value.message == TOO_OLD


async def test_an_answer_has_at_most_200_units(bot: Bot, anna: Person) -> None:
    """A longer answer is refused, and the press stays open."""
    await bot.send_message(anna.id, "x", reply_markup=keys("a"))
    query_id = anna.presses("A")["callback_query_id"]

    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query_id, "x" * 201)
    await bot.answer_callback_query(query_id, "x" * 200)


async def test_buttons_that_lead_elsewhere_say_where(bot: Bot, anna: Person) -> None:
    """A press on a link or a copy button comes back with its target; the bot learns nothing."""
    row = [
        InlineKeyboardButton(text="Site", url="https://example.com/a"),
        InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="42")),
    ]
    await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]))

    assert anna.presses("Site")["url"] == "https://example.com/a"
    assert anna.presses("Copy")["copy_text"] == {"text": "42"}
    assert await bot.get_updates() == []


async def test_the_keyboard_below_sends_what_it_says(
    bot: Bot, anna: Person, emulator: Emulator
) -> None:
    """Keys send their text, the own contact, or a place; a one-time keyboard goes with the press."""
    emulator.world.put_user(anna.id, phone_number="+49301234")
    markup = ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text="Yes")],
            [KeyboardButton(text="Phone", request_contact=True)],
            [KeyboardButton(text="Place", request_location=True)],
        ],
        one_time_keyboard=True,
    )

    for text in ("Yes", "Phone", "Place"):
        await bot.send_message(anna.id, "?", reply_markup=markup)
        anna.presses(text)

    messages = [update.message for update in await bot.get_updates()]
    assert messages[0] is not None
    assert messages[0].text == "Yes"
    assert messages[1] is not None
    contact = messages[1].contact
    assert contact is not None
    assert (contact.user_id, contact.phone_number) == (anna.id, "+49301234")
    assert messages[2] is not None
    assert messages[2].location is not None
    assert all(message["keyboard"] is None for message in anna.sees())
