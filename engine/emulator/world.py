"""The simulated Telegram: who exists, which chats there are, and what is in them.

Knows nothing of HTTP, of methods' arguments or of the page; every change is announced to those who wait for one.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.emulator.calls import CallLog
from engine.emulator.errors import ApiError
from engine.emulator.faults import FaultPlan
from engine.emulator.files import FileStore
from engine.emulator.model import Bot, CallbackQuery, Chat, ChatType, Json, Message, User
from engine.emulator.payments import Payments
from engine.emulator.story import Story
from engine.emulator.updates import FIRST_UPDATE_ID, UpdateQueue

DEFAULT_TOKEN = (
    "4242424242:EMULATED-BOT-NOT-A-SECRET"  # noqa: S105 - it opens nothing but this emulator
)
"""Token of the bot an emulator has when none is named."""

_TOKEN = re.compile(r"(\d{1,16}):[A-Za-z0-9_-]{1,200}")
_SUPERGROUP_BASE = -1_000_000_000_000

type Clock = Callable[[], float]


class Scribe(Protocol):
    """Writes what was done in the chats as a scenario; the emulator has none of its own."""

    async def begin(self) -> None:
        """Take note of who there is, as the story begins."""

    async def write(self, name: str) -> Json:
        """Return the scenario by its name: its `text`, how many `lines` it has, and its `differences` from the chat."""


@dataclass(frozen=True)
class Settings:
    """What does not change while an emulator runs."""

    token: str | None = DEFAULT_TOKEN
    """Token of the bot there is from the start; None for none."""
    only_token: bool = False
    """Refuse every other token."""
    privacy_mode: bool = True
    """In groups, new bots see only commands, replies to them and mentions, as Telegram sets up new bots."""
    callback_lifetime_seconds: float = 900.0
    """How long a press may be answered; Telegram does not name its own number."""
    webhook_retry_seconds: float = 1.0
    """Wait before the first repeat of a failed delivery; doubles up to a minute."""
    clock: Clock = time.time
    first_update_id: int = FIRST_UPDATE_ID
    """The number of a bot's first update."""
    keeps_story: bool = False
    """Remember what people did, so that it can be told again."""


class World:
    """Everything the emulator remembers."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.changes = Changes()
        self.on_new_bot: Callable[[Bot], None] = lambda _bot: None
        self.scribe: Scribe | None = None
        self.bots: dict[int, Bot] = {}
        self.clear()

    def clear(self) -> None:
        """Forget everything but the bots and where their updates go."""
        self.users: dict[int, User] = {}
        self.private_chats: dict[tuple[int, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.files = FileStore()
        self.callbacks: dict[str, CallbackQuery] = {}
        self._presses: dict[tuple[int, int], list[CallbackQuery]] = {}
        self.inline_queries: dict[str, list[Json] | None] = {}
        self.payments = Payments()
        self.faults = FaultPlan()
        self.calls = CallLog()
        self.story = Story(self, is_kept=self.settings.keeps_story)
        self._message_ids = itertools.count(1)
        self._callback_ids = itertools.count(4_000_000_001)
        self._group_ids = itertools.count(1_001)
        for bot in self.bots.values():
            bot.queue.drop()
        if self.settings.token is not None and not self.bots:
            self.bot_of_token(self.settings.token)
        self.changes.announce()

    def now(self) -> int:
        """Return the time in whole seconds, as messages carry it."""
        return int(self.settings.clock())

    def bot_of_token(self, token: str) -> Bot:
        """Return the bot of a token, which comes into being with its first call.

        Raises:
            ApiError: the token is malformed, or not the one allowed.
        """
        match = _TOKEN.fullmatch(token)
        known = self.bots.get(int(match[1])) if match else None
        refused = self.settings.only_token and token != self.settings.token
        if match is None or refused or (known is not None and known.token != token):
            raise ApiError(401, "Unauthorized: invalid token specified")
        if known is not None:
            return known
        number = int(match[1])
        bot = Bot(
            id=number,
            token=token,
            name="Emulated Bot",
            username=f"emulated_{number}_bot",
            queue=UpdateQueue(self.settings.first_update_id),
            privacy_mode=self.settings.privacy_mode,
        )
        self.bots[number] = bot
        self.on_new_bot(bot)
        self.changes.announce()
        return bot

    def put_user(self, user_id: int, **fields: str | None) -> User:
        """Return a person, made up when new, with the given fields changed."""
        user = self.users.get(user_id)
        if user is None:
            user = self.users[user_id] = User(user_id, f"User {user_id}", language_code="en")
        for name, value in fields.items():
            setattr(user, name, value)
        self.changes.announce()
        return user

    def private_chat(self, bot: Bot, user_id: int) -> Chat:
        """Return the conversation of a person with a bot, opened when there is none."""
        key = (bot.id, user_id)
        if key not in self.private_chats:
            members = {user_id: "member", bot.id: "member"}
            self.private_chats[key] = Chat(user_id, ChatType.PRIVATE, {bot.id}, members=members)
        return self.private_chats[key]

    def new_group(self, title: str, *, supergroup: bool, creator_id: int) -> Chat:
        """Make a group with one person in it."""
        number = next(self._group_ids)
        chat_id = _SUPERGROUP_BASE - number if supergroup else -number
        kind = ChatType.SUPERGROUP if supergroup else ChatType.GROUP
        chat = Chat(chat_id, kind, set(), title=title, members={creator_id: "creator"})
        self.groups[chat_id] = chat
        self.changes.announce()
        return chat

    def chat_json(self, chat: Chat) -> Json:
        """Return the Bot API's Chat."""
        return chat.to_json(self.users.get(chat.id))

    def chats_of_user(self, user_id: int) -> list[Chat]:
        """Return every chat a person is in: conversations with bots, then groups."""
        private = [chat for (_, user), chat in self.private_chats.items() if user == user_id]
        inside = {"member", "administrator", "creator"}
        return private + [c for c in self.groups.values() if c.members.get(user_id) in inside]

    def next_message_id(self, chat: Chat) -> int:
        """Return a number for a new message; supergroups count for themselves."""
        if chat.type is ChatType.SUPERGROUP:
            return max(chat.messages, default=0) + 1
        return next(self._message_ids)

    def add_message(self, chat: Chat, message: Message) -> Message:
        """Put a message into a chat."""
        chat.messages[message.id] = message
        if message.from_bot:
            chat.typing = None
        self.changes.announce()
        return message

    def delete_message(self, chat: Chat, message_id: int) -> None:
        """Take a message away from everybody in a chat, with the keyboard it brought."""
        del chat.messages[message_id]
        chat.pinned = [number for number in chat.pinned if number != message_id]
        chat.keyboards = {
            user: shown for user, shown in chat.keyboards.items() if shown[0] != message_id
        }
        self.changes.announce()

    def new_callback(
        self, bot: Bot, user: User, message: Message, *, data: str, button_text: str | None
    ) -> CallbackQuery:
        """Note a press."""
        query = CallbackQuery(
            id=str(next(self._callback_ids)),
            bot_id=bot.id,
            user_id=user.id,
            chat_id=message.data["chat"]["id"],
            message_id=message.id,
            data=data,
            button_text=button_text,
            pressed_at=self.settings.clock(),
        )
        self.callbacks[query.id] = query
        self._presses.setdefault((user.id, query.chat_id), []).append(query)
        self.changes.announce()
        return query

    def presses_of(self, user_id: int, chat_id: int) -> Sequence[CallbackQuery]:
        """Return a person's presses in a chat, oldest first."""
        return self._presses.get((user_id, chat_id), [])

    def is_typing(self, chat: Chat) -> str | None:
        """Return what the bot is doing in a chat ("typing", …), or None."""
        if chat.typing is None or self.settings.clock() > chat.typing[1]:
            return None
        return chat.typing[0]

    def close(self) -> None:
        """Let everything that waits answer at once."""
        for bot in self.bots.values():
            bot.queue.close()
        self.changes.close()


class Changes:
    """A count of changes that others can wait for."""

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._event = asyncio.Event()

    def announce(self) -> None:
        """Tell everybody who waits that something changed."""
        self.version += 1
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> bool:
        """Return True at the next change, False when there was none in time."""
        if self.closed:
            return False
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let everybody go, now and from now on."""
        self.closed = True
        self._event.set()
