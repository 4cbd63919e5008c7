"""Sending, as stock aiogram does it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaLivePhoto,
    InputMediaPhoto,
    InputMediaVideo,
    KeyboardButton,
    LabeledPrice,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from engine.emulator import Emulator, Person
from engine.emulator.files import sample_photo

PNG = sample_photo(20, 10)
type AlbumItem = (
    InputMediaAudio | InputMediaDocument | InputMediaLivePhoto | InputMediaPhoto | InputMediaVideo
)


def inline(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    """Return a keyboard of (text, data) rows."""
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data) for text, data in row]
            for row in rows
        ]
    )


async def test_text_arrives_with_its_entities(bot: Bot, anna: Person) -> None:
    """A person sees the text without markup, and what Telegram found in it."""
    sent = await bot.send_message(anna.id, "<b>Hi</b>, try /help", parse_mode="HTML")

    seen = anna.sees()[-1]
    assert (sent.text, sent.from_user and sent.from_user.id) == ("Hi, try /help", bot.id)
    assert seen["text"] == "Hi, try /help"
    assert seen["from_bot"] is True
    assert seen["entities"] == [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "bot_command", "offset": 8, "length": 5},
    ]


async def test_every_kind_of_content_is_accepted_by_aiogram(bot: Bot, anna: Person) -> None:
    """Each send method answers with a message that aiogram can read, and the person sees it."""
    photo, data = BufferedInputFile(PNG, "a.png"), BufferedInputFile(b"data", "a.bin")
    sent = [
        await bot.send_photo(anna.id, photo, caption="c"),
        await bot.send_document(anna.id, data),
        await bot.send_video(anna.id, data, duration=3),
        await bot.send_animation(anna.id, data),
        await bot.send_audio(anna.id, data, title="t"),
        await bot.send_voice(anna.id, data),
        await bot.send_video_note(anna.id, data),
        await bot.send_sticker(anna.id, photo),
        await bot.send_location(anna.id, 52.5, 13.4),
        await bot.send_venue(anna.id, 52.5, 13.4, "Salon", "Street 1"),
        await bot.send_contact(anna.id, "+49301", "Mia"),
        await bot.send_poll(anna.id, "Tea?", ["yes", "no"]),
        await bot.send_dice(anna.id),
        await bot.send_invoice(
            anna.id, "Cut", "30 min", "p", "XTR", [LabeledPrice(label="x", amount=35)]
        ),
    ]

    assert [m.content_type for m in sent] == [
        "photo",
        "document",
        "video",
        "animation",
        "audio",
        "voice",
        "video_note",
        "sticker",
        "location",
        "venue",
        "contact",
        "poll",
        "dice",
        "invoice",
    ]
    assert [m["message_id"] for m in anna.sees()[1:]] == [m.message_id for m in sent]
    assert sent[-1].reply_markup is not None


async def test_a_file_can_be_sent_again_by_its_id_and_downloaded(bot: Bot, anna: Person) -> None:
    """A file keeps its contents under its id."""
    first = await bot.send_document(anna.id, BufferedInputFile(b"hello", "a.txt"))
    assert first.document is not None

    again = await bot.send_document(anna.id, first.document.file_id)
    assert again.document is not None
    downloaded = await bot.download(again.document.file_id)

    assert downloaded is not None
    assert downloaded.read() == b"hello"
    assert again.document.file_unique_id == first.document.file_unique_id


async def test_a_file_at_an_address_is_not_fetched(bot: Bot, anna: Person) -> None:
    """An address is kept as it is; nothing is asked of the network."""
    sent = await bot.send_photo(anna.id, "https://example.com/a.jpg")

    assert sent.photo
    assert sent.photo[0].file_size == 0


async def test_an_album_is_one_message_for_each_item(bot: Bot, anna: Person) -> None:
    """Items of an album share a group id, and files may be attached."""
    media: list[AlbumItem] = [
        InputMediaPhoto(media=BufferedInputFile(PNG, f"{n}.png")) for n in range(3)
    ]

    sent = await bot.send_media_group(anna.id, media)

    assert len({message.media_group_id for message in sent}) == 1
    assert [m["media"]["kind"] for m in anna.sees()[1:]] == ["photo"] * 3


async def test_albums_do_not_mix_documents_with_photos(bot: Bot, anna: Person) -> None:
    """An album of documents has documents only."""
    media: list[AlbumItem] = [
        InputMediaPhoto(media=BufferedInputFile(PNG, "a.png")),
        InputMediaDocument(media=BufferedInputFile(b"x", "a.txt")),
    ]

    with pytest.raises(TelegramBadRequest, match="can't be mixed with other media types"):
        await bot.send_media_group(anna.id, media)


async def test_a_reply_names_its_original(bot: Bot, anna: Person) -> None:
    """A reply shows the message it answers; a missing one is an error unless it may be missing."""
    original = anna.says("question")["message_id"]
    lost = ReplyParameters(message_id=999_999)

    reply = await bot.send_message(
        anna.id, "answer", reply_parameters=ReplyParameters(message_id=original)
    )

    assert reply.reply_to_message is not None
    assert anna.sees()[-1]["reply_to_message_id"] == original
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(anna.id, "x", reply_parameters=lost)
    lost = ReplyParameters(message_id=999_999, allow_sending_without_reply=True)
    assert (await bot.send_message(anna.id, "x", reply_parameters=lost)).reply_to_message is None


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: Bot, anna: Person) -> None:
    """The keyboard below the chat belongs to the last message that changed it."""
    keys = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes"), KeyboardButton(text="No")]])

    first = await bot.send_message(anna.id, "Sure?", reply_markup=keys)
    await bot.send_message(anna.id, "more")

    shown = {m["message_id"]: m["keyboard"] for m in anna.sees() if m["keyboard"]}
    assert shown == {first.message_id: [[{"text": "Yes"}, {"text": "No"}]]}
    await bot.send_message(anna.id, "ok", reply_markup=ReplyKeyboardRemove())
    assert all(m["keyboard"] is None for m in anna.sees())


async def test_a_forced_reply_is_shown_below(bot: Bot, anna: Person) -> None:
    """A force-reply is kept like a keyboard, without buttons."""
    markup = ForceReply(force_reply=True, input_field_placeholder="Your name")

    await bot.send_message(anna.id, "Name?", reply_markup=markup)

    view = await anna.waits()
    assert view["keyboard"]["input_field_placeholder"] == "Your name"
    assert view["messages"][-1]["keyboard"] is None


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "message text is empty"),
        (" \n ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("<b></b>", "message text is empty"),
        ("<x>hi</x>", 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    ],
)
async def test_bad_texts_are_refused(bot: Bot, anna: Person, text: str, description: str) -> None:
    """A text that Telegram would not take is refused in Telegram's words."""
    with pytest.raises(TelegramBadRequest) as error:
        await bot.send_message(anna.id, text, parse_mode="HTML")

    assert error.value.message == f"Bad Request: {description}"
    assert len(anna.sees()) == 1


async def test_limits_count_after_entities_and_in_utf16(bot: Bot, anna: Person) -> None:
    """4096 units fit, whatever the markup around them."""
    sent = await bot.send_message(anna.id, f"<b>{'😀' * 2048}</b>", parse_mode="HTML")

    assert sent.entities is not None
    assert sent.entities[0].length == 4096


async def test_captions_end_at_1024(bot: Bot, anna: Person) -> None:
    """A caption has a limit of its own."""
    photo = BufferedInputFile(PNG, "a.png")

    await bot.send_photo(anna.id, photo, caption="x" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(anna.id, photo, caption="x" * 1025)


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        (inline([("a", "x" * 65)]), "BUTTON_DATA_INVALID"),
        (inline([("a", "é" * 33)]), "BUTTON_DATA_INVALID"),
        (inline(*[[("a", "b")] * 8] * 13), "reply markup is too long"),
        (
            InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a")]]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", url="no url")]]),
            "inline keyboard button URL 'no url' is invalid: Wrong HTTP URL",
        ),
    ],
)
async def test_bad_keyboards_are_refused(
    bot: Bot, anna: Person, markup: InlineKeyboardMarkup, description: str
) -> None:
    """A keyboard over a limit, or a button that does nothing, is refused."""
    with pytest.raises(TelegramBadRequest) as error:
        await bot.send_message(anna.id, "x", reply_markup=markup)

    assert error.value.message == f"Bad Request: {description}"


async def test_limits_of_keyboards_fit(bot: Bot, anna: Person) -> None:
    """64 bytes of data and 100 buttons are accepted."""
    await bot.send_message(anna.id, "x", reply_markup=inline(*[[("a", "x" * 64)] * 4] * 25))

    assert sum(len(row) for row in anna.sees()[-1]["buttons"]) == 100


async def test_a_button_may_be_blank(bot: Bot, anna: Person) -> None:
    """A space is text enough; calendars fill their gaps with it."""
    await bot.send_message(anna.id, "x", reply_markup=inline([(" ", "nothing"), ("1", "day")]))

    assert anna.sees()[-1]["buttons"][0][0]["text"] == " "


async def test_only_people_who_started_can_be_written_to(
    bot: Bot, emulator: Emulator, anna: Person
) -> None:
    """A stranger, somebody who never started, and somebody who blocked each have their error."""
    ben = emulator.person(1002, bot_id=bot.id)

    with pytest.raises(TelegramBadRequest, match="Bad Request: chat not found"):
        await bot.send_message(424242, "x")
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(ben.id, "x")
    anna.blocks()
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(anna.id, "x")
    emulator.world.users[anna.id].is_deactivated = True
    with pytest.raises(TelegramForbiddenError, match="Forbidden: user is deactivated"):
        await bot.send_message(anna.id, "x")


async def test_a_photo_must_be_a_picture(bot: Bot, anna: Person) -> None:
    """Bytes that are no image are no photo, and a made-up id is no file."""
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(anna.id, BufferedInputFile(b"text", "a.png"))
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_photo(anna.id, "made-up")
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(anna.id, BufferedInputFile(b"", "a.txt"))


async def test_entities_may_be_given_beside_the_text(bot: Bot, anna: Person) -> None:
    """Explicit entities are kept; those that Telegram finds itself are not taken from the bot."""
    given = [
        MessageEntity(type="bold", offset=0, length=50),
        MessageEntity(type="url", offset=0, length=2),
    ]

    sent = await bot.send_message(anna.id, "text", entities=given, parse_mode=None)

    assert [(e.type, e.length) for e in sent.entities or []] == [("bold", 4)]


async def test_copies_and_forwards(bot: Bot, anna: Person) -> None:
    """A copy looks new, a forward names whose it was, and unknown messages are refused."""
    original = await bot.send_message(anna.id, "<b>x</b>", parse_mode="HTML")

    copy = await bot.copy_message(anna.id, anna.id, original.message_id)
    forward = await bot.forward_message(anna.id, anna.id, original.message_id)
    both = await bot.copy_messages(anna.id, anna.id, [original.message_id, copy.message_id])

    assert anna.sees()[2]["entities"][0]["type"] == "bold"
    assert forward.forward_origin is not None
    assert len(both) == 2
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(anna.id, anna.id, 999_999)
    with pytest.raises(TelegramBadRequest, match="message to forward not found"):
        await bot.forward_message(anna.id, anna.id, 999_999)
    with pytest.raises(TelegramBadRequest, match="there are no messages to forward"):
        await bot.forward_messages(anna.id, anna.id, [999_999])


async def test_the_bot_is_seen_typing(bot: Bot, anna: Person) -> None:
    """A chat action shows until the next message."""
    await bot.send_chat_action(anna.id, "typing")
    assert (await anna.waits())["typing"] == "typing"

    await bot.send_message(anna.id, "there")

    assert (await anna.waits())["typing"] is None
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await bot.send_chat_action(anna.id, "dancing")


async def test_unknown_methods_are_not_found(bot: Bot, emulator: Emulator) -> None:
    """A method Telegram does not have is not found; one the emulator lacks says so."""
    from aiogram.methods import SendGame  # noqa: PLC0415 - only here
    from aiogram.methods.base import TelegramMethod  # noqa: PLC0415 - only here

    class Invented(TelegramMethod[bool]):
        __returning__ = bool
        __api_method__ = "sendPigeon"

    with pytest.raises(TelegramNotFound, match="Not Found: method not found"):
        await bot(Invented())
    with pytest.raises(Exception, match="emulator does not have method sendGame"):
        await bot(SendGame(chat_id=1, game_short_name="x"))
    assert emulator.world.calls.find(method="sendpigeon")
