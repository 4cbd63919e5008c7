"""Telegram's words for what a bot gets wrong, method by method."""

import asyncio
import json
import signal
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from aiogram import Bot

from engine.emulator import Emulator, Person
from engine.emulator.files import image_size, sample_photo

PLACE = {"latitude": 1, "longitude": 2}
POLL = {"question": "q", "options": ["a", "b"]}
PRICE = {"title": "t", "description": "d", "payload": "p", "currency": "EUR"}


type Call = Callable[[str, dict[str, object]], Awaitable[dict[str, object]]]


@pytest.fixture
async def call(bot: Bot, emulator: Emulator) -> AsyncIterator[Call]:
    """Return a function that calls a method with anything at all."""
    async with httpx.AsyncClient(base_url=f"{emulator.base_url}/bot{bot.token}") as client:

        async def post(method: str, arguments: dict[str, object]) -> dict[str, object]:
            answer: dict[str, object] = (await client.post(f"/{method}", json=arguments)).json()
            return answer

        yield post


def keyboard(button: object) -> dict[str, object]:
    """Return arguments with one inline button."""
    return {"text": "x", "reply_markup": {"inline_keyboard": [[button]]}}


@pytest.mark.parametrize(
    ("method", "arguments", "description"),
    [
        ("sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": -100500, "text": "x"}, "chat not found"),
        ("sendMessage", {"text": "x" * 40_000}, "text is too long"),
        ("sendMessage", {"text": "x", "parse_mode": "bb"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"text": "x", "entities": [{"offset": 0, "length": 1, "type": "loud"}]},
            "can't parse MessageEntity: Unsupported type specified",
        ),
        (
            "sendMessage",
            {"text": "x", "entities": [{"length": 1, "type": "bold"}]},
            "can't parse MessageEntity: Can't find field \"offset\"",
        ),
        ("sendMessage", {"text": "x", "entities": "{}"}, "expected an Array of MessageEntity"),
        ("sendMessage", {"text": "x", "entities": "["}, "can't parse entities JSON object"),
        (
            "sendMessage",
            {"text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        ("sendMessage", {"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"inline_keyboard": [{}]}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            "sendMessage",
            keyboard("a"),
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            "sendMessage",
            keyboard({"url": "https://a.b"}),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendMessage",
            keyboard({"text": "", "callback_data": "a"}),
            "inline keyboard button text must be non-empty",
        ),
        (
            "sendMessage",
            keyboard({"text": "a", "web_app": {"url": "http://a.b"}}),
            (
                "inline keyboard button Web App URL 'http://a.b' is invalid: "
                "Only HTTPS links are allowed"
            ),
        ),
        (
            "sendMessage",
            keyboard({"text": "a", "copy_text": {"text": ""}}),
            "BUTTON_COPY_TEXT_INVALID",
        ),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"keyboard": ["a"]}},
            'field "keyboard" must be an Array of Arrays',
        ),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"keyboard": [[1]]}},
            "can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
        (
            "sendMessage",
            {"text": "x", "reply_parameters": "[1]"},
            "object expected as reply parameters",
        ),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendVideoNote", {}, "there is no video note in the request"),
        ("sendPhoto", {"photo": "attach://lost"}, "there is no photo in the request"),
        ("sendDocument", {"document": "http://"}, "wrong HTTP URL specified"),
        ("sendLocation", {"longitude": 1}, "latitude is empty"),
        ("sendLocation", {"latitude": 91, "longitude": 1}, "wrong location specified"),
        ("sendVenue", PLACE, "venue title must be non-empty"),
        ("sendContact", {"first_name": "A"}, "phone number must be non-empty"),
        ("sendDice", {"emoji": "x"}, "DICE_EMOJI_INVALID"),
        ("sendPoll", {"options": ["a"]}, "poll question must be non-empty"),
        ("sendPoll", {"question": "q"}, "poll must have at least 1 option"),
        ("sendPoll", {**POLL, "options": ["a"] * 13}, "poll can't have more than 12 options"),
        ("sendPoll", {**POLL, "options": ["x" * 101]}, "poll options length must not exceed 100"),
        ("sendPoll", {**POLL, "question": "x" * 301}, "poll question length must not exceed 300"),
        ("sendMediaGroup", {}, "there must be at least one media in the request"),
        (
            "sendMediaGroup",
            {"media": [{"type": "voice", "media": "x"}] * 2},
            "can't parse InputMedia: type \"voice\" can't be used in sendMediaGroup",
        ),
        ("sendInvoice", {"title": "t"}, 'parameter "description" is required'),
        (
            "sendInvoice",
            {**PRICE, "prices": [1]},
            "can't parse labeled price: LabeledPrice must be an Object",
        ),
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"text": "x", "inline_message_id": "1"}, "MESSAGE_ID_INVALID"),
        ("editMessageMedia", {"message_id": 2}, "media is empty"),
        (
            "editMessageMedia",
            {"message_id": 2, "media": {"type": "song"}},
            'can\'t parse InputMedia: type "song" is unsupported',
        ),
        (
            "editMessageReplyMarkup",
            {"message_id": 2, "reply_markup": {"keyboard": [["a"]]}},
            "inline keyboard expected",
        ),
        ("stopPoll", {"message_id": 2}, "message is not a poll"),
        (
            "editMessageLiveLocation",
            {"message_id": 2, **PLACE},
            "there is no location in the message to edit",
        ),
        ("deleteMessages", {}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": [1] * 101}, "too many message identifiers specified"),
        ("deleteMessages", {"message_ids": ["a"]}, "message identifier must be a Number"),
        (
            "copyMessages",
            {"message_ids": [99], "from_chat_id": 1001},
            "there are no messages to copy",
        ),
        ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
        ("setMessageReaction", {"message_id": 2, "reaction": [{}, {}]}, "REACTIONS_TOO_MANY"),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        ("setMyCommands", {"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        (
            "getMyCommands",
            {"scope": {"type": "moon"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ("setMyName", {"name": "x" * 65}, "bot name is too long"),
        ("setChatMenuButton", {"menu_button": {"type": "x"}}, "menuButton has unsupported type"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("setWebhook", {"url": "no url"}, "invalid webhook URL specified"),
        (
            "setWebhook",
            {"url": "https://a.b", "secret_token": "x" * 257},
            "secret token is too long",
        ),
        ("getChatMember", {}, "invalid user_id specified"),
        ("getChatAdministrators", {}, "there are no administrators in the private chat"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
        ("answerPreCheckoutQuery", {"ok": False}, "error_message is empty"),
        ("answerShippingQuery", {"ok": True}, "there must be at least one shipping option"),
    ],
)
async def test_the_error_is_in_telegrams_words(
    call: Call, anna: Person, method: str, arguments: dict[str, object], description: str
) -> None:
    """A call that is wrong in one way is told which, and changes nothing."""
    await call("sendMessage", {"chat_id": anna.id, "text": "x"})
    before = anna.sees()

    answer = await call(method, {"chat_id": anna.id, **arguments})

    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {description}",
    }
    assert anna.sees() == before


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (sample_photo(30, 20), (30, 20)),
        (b"GIF89a" + struct.pack("<HH", 7, 9), (7, 9)),
        (b"RIFF\0\0\0\0WEBP", (512, 512)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 6, 8) + b"\0\0",
            (8, 6),
        ),
        (b"\xff\xd8\x00" + b"\0" * 20, None),
        (b"text", None),
    ],
)
def test_pictures_have_a_size(content: bytes, size: tuple[int, int] | None) -> None:
    """PNG, GIF, WebP and JPEG are told apart from everything else."""
    assert image_size(content) == size


async def test_it_runs_on_its_own() -> None:
    """`python -m engine.emulator` says where it is, answers, and ends with SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engine.emulator", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    base_url = line.split(": ", 1)[1].strip()

    async with httpx.AsyncClient(base_url=base_url) as client:
        before = await client.get("/_emulator/users/1/messages")
        me = await client.get("/bot5:ANY/getMe")
        after = await client.get("/_emulator/users/1/messages")
    process.send_signal(signal.SIGTERM)

    assert (before.status_code, me.json()["result"]["id"], after.json()) == (409, 5, [])
    assert json.loads(before.text)["error"].startswith("no bot yet")
    assert await asyncio.wait_for(process.wait(), 5) == 0
