"""Editing, deleting and pinning, as stock aiogram does it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
)

from engine.emulator import Emulator, Person
from engine.emulator.files import sample_photo

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
KEYS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


def photo(width: int = 20) -> BufferedInputFile:
    """Return a picture to upload."""
    return BufferedInputFile(sample_photo(width, 10), "a.png")


async def test_an_edit_replaces_text_and_keyboard(bot: Bot, anna: Person) -> None:
    """An edit without a keyboard takes the old one away."""
    sent = await bot.send_message(anna.id, "one", reply_markup=KEYS)

    edited = await bot.edit_message_text("two", chat_id=anna.id, message_id=sent.message_id)

    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    assert (anna.sees()[-1]["text"], anna.sees()[-1]["buttons"]) == ("two", [])


async def test_an_edit_must_change_something(bot: Bot, anna: Person) -> None:
    """The same text, entities and keyboard are "not modified"; markup that means the same is too."""
    sent = await bot.send_message(anna.id, "<b>x</b>", parse_mode="HTML", reply_markup=KEYS)

    with pytest.raises(TelegramBadRequest) as error:
        await bot.edit_message_text(
            "<strong>x</strong>",
            parse_mode="HTML",
            reply_markup=KEYS,
            chat_id=anna.id,
            message_id=sent.message_id,
        )
    assert error.value.message == NOT_MODIFIED
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(
            reply_markup=KEYS, chat_id=anna.id, message_id=sent.message_id
        )
    await bot.edit_message_reply_markup(chat_id=anna.id, message_id=sent.message_id)
    assert anna.sees()[-1]["buttons"] == []


async def test_captions_and_texts_are_edited_by_their_own_methods(bot: Bot, anna: Person) -> None:
    """A text has no caption, and a photo has no text."""
    text = await bot.send_message(anna.id, "text")
    picture = await bot.send_photo(anna.id, photo(), caption="old")

    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=anna.id, message_id=text.message_id, caption="x")
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("x", chat_id=anna.id, message_id=picture.message_id)
    await bot.edit_message_caption(chat_id=anna.id, message_id=picture.message_id, caption="new")
    assert anna.sees()[-1]["caption"] == "new"


async def test_media_is_exchanged(bot: Bot, anna: Person) -> None:
    """A photo becomes another; a text becomes a photo; the same upload is "not modified"."""
    sent = await bot.send_photo(anna.id, photo())
    text = await bot.send_message(anna.id, "text")

    await bot.edit_message_media(
        InputMediaPhoto(media=photo(30), caption="c"), chat_id=anna.id, message_id=sent.message_id
    )
    await bot.edit_message_media(
        InputMediaPhoto(media=photo()), chat_id=anna.id, message_id=text.message_id
    )

    first, second = anna.sees()[-2:]
    assert (first["media"]["width"], first["caption"]) == (30, "c")
    assert (second["media"]["kind"], second["text"]) == ("photo", None)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_media(
            InputMediaPhoto(media=photo()), chat_id=anna.id, message_id=text.message_id
        )


async def test_only_own_inline_messages_can_be_edited(bot: Bot, anna: Person) -> None:
    """A person's message, and one with a reply keyboard, stay as they are."""
    theirs = anna.says("mine")["message_id"]
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]])
    asked = await bot.send_message(anna.id, "Sure?", reply_markup=keys)

    for message_id in (theirs, asked.message_id):
        with pytest.raises(TelegramBadRequest, match="message can't be edited"):
            await bot.edit_message_text("x", chat_id=anna.id, message_id=message_id)
    with pytest.raises(TelegramBadRequest, match="Bad Request: message to edit not found"):
        await bot.edit_message_text("x", chat_id=anna.id, message_id=999_999)


async def test_a_deleted_message_is_gone_for_both(bot: Bot, anna: Person) -> None:
    """A bot may delete what either wrote; what is gone cannot be deleted or edited."""
    sent = await bot.send_message(anna.id, "x")

    await bot.delete_message(anna.id, sent.message_id)
    await bot.delete_message(anna.id, anna.sees()[0]["message_id"])

    assert anna.sees() == []
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(anna.id, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("y", chat_id=anna.id, message_id=sent.message_id)


async def test_many_are_deleted_at_once(bot: Bot, anna: Person) -> None:
    """Messages that are gone already are passed over."""
    numbers = [(await bot.send_message(anna.id, str(n))).message_id for n in range(3)]

    await bot.delete_messages(anna.id, [*numbers, 999_999])

    assert len(anna.sees()) == 1


async def test_old_messages_cannot_be_deleted(bot: Bot, anna: Person, emulator: Emulator) -> None:
    """After 48 hours a message stays."""
    sent = await bot.send_message(anna.id, "x")
    message = next(
        m for m in emulator.world.private_chats[bot.id, anna.id].messages.values() if m.from_bot
    )

    message.data["date"] -= 49 * 3600

    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(anna.id, sent.message_id)


async def test_pinning_and_reacting(bot: Bot, anna: Person) -> None:
    """Pins and reactions are seen, and end."""
    sent = await bot.send_message(anna.id, "x")

    await bot.pin_chat_message(anna.id, sent.message_id)
    await bot.set_message_reaction(
        anna.id, sent.message_id, reaction=[ReactionTypeEmoji(emoji="👍")]
    )

    assert anna.sees()[-1]["pinned"] is True
    assert anna.sees()[-1]["reactions"] == [{"type": "emoji", "emoji": "👍"}]
    chat = await bot.get_chat(anna.id)
    assert chat.pinned_message is not None
    await bot.unpin_chat_message(anna.id)
    await bot.unpin_all_chat_messages(anna.id)
    assert anna.sees()[-1]["pinned"] is False
    with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
        await bot.unpin_chat_message(anna.id)


async def test_a_poll_can_be_stopped_once(bot: Bot, anna: Person) -> None:
    """A stopped poll is closed, and cannot be stopped again."""
    sent = await bot.send_poll(anna.id, "Tea?", ["yes", "no"])

    poll = await bot.stop_poll(anna.id, sent.message_id)

    assert poll.is_closed
    with pytest.raises(TelegramBadRequest, match="poll has already been closed"):
        await bot.stop_poll(anna.id, sent.message_id)
