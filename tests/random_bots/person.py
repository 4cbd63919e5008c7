"""A person's chat with a bot inside one process: Telegram's own rules, and no network.

It knows nothing of flows; what Telegram refuses, cuts or drops is noted, as no call of a bot that checks clean may be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from aiogram.client.session.base import BaseSession

from engine.emulator.arguments import Arguments
from engine.emulator.execution import execute
from engine.emulator.files import Upload
from engine.emulator.keyboards import (
    MAX_BUTTONS_IN_ROW,
    MAX_REPLY_BUTTONS,
    MAX_REPLY_BUTTONS_IN_ROW,
)
from engine.emulator.people import enter
from engine.emulator.person import Person
from engine.emulator.presses import list_buttons
from engine.emulator.world import DEFAULT_TOKEN, Settings, World

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator
    from random import Random

    from aiogram import Bot
    from aiogram.types import InputFile

    from engine.emulator.model import Json

PERSON_ID: Final = 7
MAX_URL: Final = 2048

NO_HARM: Final = (
    "message is not modified",
    "query is too old",  # a press that was delivered and answered twice
    "message to edit not found",  # a press delivered again, whose message was deleted since
    "message to delete not found",
    "there is no text in the message to edit",  # two presses at once: the first brought a picture
    "wrong file identifier",
    "file must be non-empty",
    "PHOTO_INVALID_DIMENSIONS",
    "IMAGE_PROCESS_FAILED",
)
"""What Telegram may say to a bot that does nothing wrong."""

WORDS: Final = [
    "5", "0", "99", "-7", "hello", "2026-11-05", "tomorrow", "12.5", "0.00000000000000001", "1e5",
    "99999999999999999999", "/cancel", "/help", "/ask", "/bot", "bye", "YES", "no", "Ja", "/start", "/main", "/nothing",
    "<b>&amp;", "x" * 4000, "\U0001f600" * 30, "\u2066\u202e", "+4915112345678", "a@b.example", "{{ data }}", "thing 1", "THÍNG",
    "3/4/2026", "24 Dec", "3:30", "15:30", "tomorrow 3 pm", "90 min", "12,50 €", "AB-12", "morgen",
    "/start main", "/start m-3", "/start m-99", "/start m-x", "/start c-red-2026-11-05", "/start c--", "/start \u00e9", "/MAIN@nobody", "/", "/child",
]  # fmt: skip
SENT: Final[list[dict[str, Any]]] = [
    {"contact": True},
    {"contact": {"phone_number": "110", "first_name": "Police"}},
    {"contact": {"phone_number": "4915112345678", "first_name": "Bob", "user_id": 8}},
    {"location": {"latitude": 52.5, "longitude": 13.4}},
    {"photo": True},
    {"photo": True, "caption": "/cancel"},
    {"document": {"file_name": "a.pdf", "mime_type": "application/pdf"}},
    {"document": {"file_name": "x" * 300, "base64": ""}},
    {"video": True},
    {"animation": True},
    {"audio": True},
    {"voice": True},
    {"video_note": True},
    {"sticker": True},
    {"dice": "🎲"},
    {"venue": {"latitude": 52.5, "longitude": 13.4}},
    {"poll": {}},
    {"photo": True, "media_group_id": "one"},
    {"document": True, "media_group_id": "two"},
    {"story": {"chat_id": -1001, "id": 1}},
    {"checklist": {}},
]


@dataclass
class Wire(BaseSession):
    """Takes each call of a bot to the emulator without HTTP, and notes those that broke a rule.

    `answered` counts the answers to each press.
    """

    world: World
    broken: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()

    async def make_request(
        self,
        bot: Bot,
        method: Any,
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram's signature
    ) -> Any:
        """Do what a method does to the chat."""
        del timeout
        files: dict[str, InputFile] = {}
        shown = {
            name: self.prepare_value(value, bot=bot, files=files)
            for name, value in method.model_dump(warnings=False).items()
        }
        uploads = {name: await _upload(bot, name, file) for name, file in files.items()}
        name = method.__api_method__
        if name == "answerCallbackQuery":
            self.answered[method.callback_query_id] += 1
        self.broken += [f"{name} has {fault}: {shown}" for fault in _faults(method)]
        arguments = Arguments({name: value for name, value in shown.items() if value}, uploads)
        account = self.world.bot_of_token(bot.token)
        reply = await execute(self.world, account, name, arguments)
        if reply.status != 200 and not any(text in reply.body for text in NO_HARM):
            self.broken.append(f"{name} {reply.body}: {arguments.values}")
        return self.check_response(bot, method, reply.status, reply.body).result

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Give no content."""
        yield b""

    async def close(self) -> None:
        """Close nothing."""


class RandomPerson:
    """Somebody who presses what is there and what is no more, twice or once, and writes and sends anything."""

    def __init__(self, chance: Random, clock: Callable[[], float]) -> None:
        self.world = World(Settings(clock=clock))
        self.wire = Wire(self.world)
        self.token = DEFAULT_TOKEN
        self._chance = chance
        self._person = Person(self.world, PERSON_ID, first_name="Ann <&>", username="ann")
        self._pressed: list[tuple[str, int]] = []

    def act(self) -> None:
        """Do something, sometimes two things at once."""
        for _ in range(self._chance.choice([1] * 9 + [2])):
            buttons = self.buttons(newest=self._chance.random() < 0.9)
            if buttons and self._chance.random() < 0.75:
                self._press(self._chance.choice(buttons))
            elif self._pressed and self._chance.random() < 0.1:
                data, message_id = self._chance.choice(self._pressed)
                self._person.presses(data=data, message_id=message_id, forge=True)
            else:
                self._speak()

    def newest(self) -> str:
        """Return the text of the bot's newest message."""
        message = next(one for one in reversed(self._person.sees()) if one["from_bot"])
        return str(message["text"] or "") + str(message.get("caption") or "")

    def keys(self) -> list[str]:
        """Return the keys under the chat."""
        return [one["text"] for one in self._all_buttons() if one["message_id"] is None]

    def buttons(self, *, newest: bool) -> list[Json]:
        """Return what can be pressed, of the bot's newest message or of all."""
        sent = [one["message_id"] for one in self._person.sees() if one["from_bot"]]
        return [
            one
            for one in self._all_buttons()
            if "callback_data" in one
            and one["message_id"] is not None
            and (not newest or one["message_id"] == sent[-1])
        ]

    def _all_buttons(self) -> list[Json]:
        return list_buttons(enter(self.world, PERSON_ID))

    def _press(self, button: Json) -> None:
        data, message_id = button["callback_data"], button["message_id"]
        self._pressed.append((data, message_id))
        for _ in range(self._chance.choice([1] * 9 + [2])):
            self._person.presses(data=data, message_id=message_id)

    def _speak(self) -> None:
        keys = self.keys()
        if keys and self._chance.random() < 0.6:
            self._person.presses(text=self._chance.choice(keys), web_app_data="x")
        elif self._chance.random() < 0.8:
            self._person.says(self._chance.choice(WORDS))
        else:
            self._person.says(**self._chance.choice(SENT))


async def _upload(bot: Bot, name: str, file: InputFile) -> Upload:
    content = b"".join([part async for part in file.read(bot)])
    return Upload(file.filename or name, content, "application/octet-stream")


def _faults(method: Any) -> Iterator[str]:
    """Give what Telegram would cut or drop without a word, and texts that had to be cut for it."""
    form = method.model_dump(warnings=False)
    content = form["media"] if isinstance(form.get("media"), dict) else form
    text = content.get("text") or content.get("caption")
    if "reply_markup" in form and text and text != "…" and content.get("parse_mode") is None:
        yield "a text that was cut"
    markup = form.get("reply_markup") or {}
    inline, below = markup.get("inline_keyboard") or [], markup.get("keyboard") or []
    if any(len(row) > MAX_BUTTONS_IN_ROW for row in inline):
        yield "too wide a row"
    if any(len(row) > MAX_REPLY_BUTTONS_IN_ROW for row in below) or len(below) > MAX_REPLY_BUTTONS:
        yield "too many keys"
    for button in chain.from_iterable([*inline, *below]):
        if not button["text"].strip() and button["text"] != " ":  # as a calendar's blanks
            yield "a button without a label"
        if len(button.get("url") or "") > MAX_URL:
            yield "an address that is too long"
