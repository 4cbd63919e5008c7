"""A chat with a bot made of a few flows: real checker, real run time, real Bot API over HTTP, fakes for the ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from engine.actions import Catalog, Context, Outcome, User
from engine.dialog.conversations import Conversations
from engine.dialog.ports import (
    ConversationKey,
    DueConversation,
    StaleConversationError,
    StoredConversation,
)
from engine.dialog.registry import FlowRegistry
from engine.emulator.payments import PROVIDER_TOKEN
from engine.emulator.server import Emulator, run_emulator
from engine.flow.check import check_flows

if TYPE_CHECKING:
    from aiogram.types import User as TelegramUser
    from aiogram_dialog import Dialog

    from engine.flow.checked import Bot as CheckedBot

BOT_YAML = """\
bot: test
locale: en
locales: [en]
roles: [client, admin]
home: home
time_zone: UTC
currency: EUR
messages:
  old_button: "Old button."
  no_access: "Not for you."
  error: "Broken."
  unknown_input: "Use the buttons."
  wrong_answer: "Not that."
  next_page: "More"
  previous_page: "Back"
  proceed: "OK"
"""

HOME_YAML = """\
flow: home
version: 1
title: Home
start: [/start]
steps:
  menu:
    show: "Home, {{ user.first_name }}."
    buttons:
      - {text: "Go", run: main}
"""

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test turns."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Return the present."""
        return self.now

    def turn(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)


_user_ids = count(5001)


class FakeStore:
    """Conversations in a dict, with revisions as the real store has them."""

    def __init__(self) -> None:
        self.kept: dict[ConversationKey, StoredConversation] = {}
        self.reads = 0
        self.writes = 0
        self.due: dict[ConversationKey, datetime] = {}
        self.interfere = 0

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return what is kept."""
        self.reads += 1
        await asyncio.sleep(0)
        return self.kept.get(key)

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> None:
        """Keep the next state."""
        self.writes += 1
        await asyncio.sleep(0)
        if self.interfere > 0:
            self.interfere -= 1
            raise StaleConversationError
        kept = self.kept.get(key)
        if (kept.revision if kept else None) != expected_revision:
            raise StaleConversationError
        self.kept[key] = StoredConversation((expected_revision or 0) + 1, value)

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when a conversation is due."""
        self.due[key] = due

    async def next_due(self, bot_id: int) -> datetime | None:
        """Return when the first one is due."""
        return min((at for key, at in self.due.items() if key.bot_id == bot_id), default=None)

    async def claim_due(
        self, bot_id: int, *, now: datetime, limit: int
    ) -> Sequence[DueConversation]:
        """Return what is due."""
        due = [key for key, at in self.due.items() if key.bot_id == bot_id and at <= now]
        return [DueConversation(key, 0) for key in due[:limit]]

    async def settle(self, claimed: DueConversation) -> None:
        """Forget what was claimed."""
        self.due.pop(claimed.key, None)


@dataclass
class FakeDirectory:
    """Everybody as Telegram describes them, with the roles a test gave."""

    roles: dict[int, str] = field(default_factory=dict)
    locale: str = "en"
    time_zone: str = "UTC"

    async def identify(self, person: TelegramUser) -> User:
        """Return the person."""
        role = self.roles.get(person.id, "client")
        return User(person.id, role, person.first_name, self.locale, self.time_zone)

    async def find(self, user_id: int) -> User | None:
        """Return the person, whom nobody knows the name of."""
        return User(
            user_id, self.roles.get(user_id, "client"), "Somebody", self.locale, self.time_zone
        )


@dataclass
class FakeKeptValues:
    """What is kept for people, in a dict; counts how often it is asked."""

    kept: dict[tuple[int, int], dict[tuple[str, str], Any]] = field(default_factory=dict)
    asked: int = 0

    async def recall(self, bot_id: int, user_id: int, flow: str) -> Mapping[str, Any]:
        """Return what a flow has kept."""
        self.asked += 1
        values = self.kept.get((bot_id, user_id), {})
        return {name: value for (of, name), value in values.items() if of == flow}

    async def keep(self, bot_id: int, user_id: int, values: Mapping[tuple[str, str], Any]) -> None:
        """Keep values."""
        self.kept.setdefault((bot_id, user_id), {}).update(values)


@dataclass
class FakeRunner:
    """Calls actions without a database, and notes each command."""

    commands: list[tuple[str, Mapping[str, Any], str]] = field(default_factory=list)

    async def query(
        self, call: Any, arguments: Mapping[str, Any], *, user: User, now: datetime
    ) -> Any:
        """Call the query."""
        return await call.action.function(_context(user, now), **arguments)

    async def command(
        self, call: Any, arguments: Mapping[str, Any], *, user: User, now: datetime, key: str
    ) -> Any | Outcome[str]:
        """Call the command and note it."""
        self.commands.append((call.action.name, arguments, key))
        return await call.action.function(_context(user, now), **arguments)


def _context(user: User, now: datetime) -> Context:
    session: Any = None
    return Context(session=session, user=user, now=now, time_zone=UTC)


@dataclass
class Chat:
    """One person's chat with the bot; every act waits until the bot has dealt with it."""

    user_id: int
    client: httpx.AsyncClient
    bot: Bot
    dispatcher: Dispatcher
    store: FakeStore
    directory: FakeDirectory
    runner: FakeRunner
    registry: FlowRegistry
    kept: FakeKeptValues
    conversations: Conversations
    clock: Clock
    chat_id: int | None = None
    results: list[Any] = field(default_factory=list)

    async def send(self, text: str, **body: Any) -> None:
        """Write a message."""
        await self.act("messages", {"text": text, **body} if text else body)
        await self.deal()

    async def press(self, text: str | None = None, **body: Any) -> None:
        """Press a button of the newest message that has it."""
        await self.act("presses", {"text": text, **body} if text else body)
        await self.deal()

    async def forge(self, data: str) -> None:
        """Press a button on the newest message with buttons that carries other data than it was sent with."""
        message_id = next(
            message["message_id"]
            for message in reversed(await self.messages())
            if message["buttons"]
        )
        await self.press(data=data, message_id=message_id, forge=True)

    async def act(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        """Act without waiting for the bot."""
        parameters = {"chat_id": self.chat_id} if self.chat_id else {}
        response = await self.client.post(
            f"/_emulator/users/{self.user_id}/{what}", json=body, params=parameters
        )
        assert response.status_code == httpx.codes.OK, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def deal(self) -> None:
        """Let the bot deal with all updates there are, at once."""
        updates = await self.bot.get_updates(timeout=0)
        if updates:
            await self.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
            feed = self.dispatcher.feed_update
            self.results = await asyncio.gather(*(feed(self.bot, update) for update in updates))

    async def wait(self, **passed: float) -> list[Any]:
        """Let time pass, and let the bot take the timeouts that are due then; return how their turns ended."""
        self.clock.turn(**passed)
        ended = []
        for due in await self.store.claim_due(self.bot.id, now=self.clock.now, limit=100):
            await self.store.settle(due)
            ended.append(await self.conversations.expire(self.bot, due.key))
        return ended

    async def messages(self) -> list[dict[str, Any]]:
        """Return what the person sees, oldest first."""
        parameters = {"chat_id": self.chat_id} if self.chat_id else {}
        response = await self.client.get(
            f"/_emulator/users/{self.user_id}/messages", params=parameters
        )
        seen: list[dict[str, Any]] = response.json()
        return seen

    async def alerts(self) -> list[dict[str, Any]]:
        """Return the callback answers, oldest first."""
        response = await self.client.get(f"/_emulator/users/{self.user_id}/alerts")
        seen: list[dict[str, Any]] = response.json()
        return seen

    async def text(self) -> str:
        """Return the text of the last message."""
        return str((await self.messages())[-1]["text"])

    async def buttons(self) -> list[list[str]]:
        """Return the button texts of the last message, row by row."""
        rows = (await self.messages())[-1]["buttons"]
        return [[button["text"] for button in row] for row in rows or []]

    async def data_of(self, text: str) -> str:
        """Return what a button of the last message carries."""
        rows = (await self.messages())[-1]["buttons"]
        return next(str(b["callback_data"]) for row in rows for b in row if b["text"] == text)

    def another(self, user_id: int | None = None, chat_id: int | None = None) -> Chat:
        """Return the chat of somebody else with the same bot."""
        return replace(self, user_id=user_id or next(_user_ids), chat_id=chat_id)


def check_bot(
    flows: Mapping[str, str], catalog: Catalog, beside: Path = Path("flows")
) -> CheckedBot:
    """Return the checked bot of flow texts by name; home is added unless given. `beside` has files they show."""
    home = HOME_YAML
    if "\naccess:" in flows.get("main", ""):
        home = home.removesuffix("\n") + "  # usher: ignore[weaker-access] because tests press it\n"
    texts = {"bot": BOT_YAML, "home": home, **flows}
    sources = {beside / f"{name}.yaml": text for name, text in texts.items()}
    checked = check_flows(beside, catalog, sources=sources)
    assert checked.bot is not None, [str(problem) for problem in checked.problems]
    return checked.bot


@pytest.fixture(scope="session")
async def emulator() -> AsyncIterator[Emulator]:
    """Give a Bot API server for all tests of this run."""
    async with run_emulator() as running:
        yield running


type MakeChat = Callable[..., Chat]


@pytest.fixture(scope="session")
async def bot(emulator: Emulator) -> AsyncIterator[Bot]:
    """Give a client of the Bot API; closing one takes a quarter of a second, so there is one for all tests."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(emulator.base_url))
    yield Bot(emulator.token, session=session)
    await session.close()


@pytest.fixture(scope="session")
async def client(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the emulator's control API."""
    async with httpx.AsyncClient(base_url=emulator.base_url) as control:
        yield control


def open_chat(  # what a bot is made of, by name
    bot: Bot,
    client: httpx.AsyncClient,
    /,
    *functions: Any,
    dialogs: Sequence[Dialog] = (),
    beside: Path = Path("flows"),
    store: FakeStore | None = None,
    **flows: str,
) -> Chat:
    """Start a bot from flow texts and open a chat with it."""
    checked = check_bot(flows, Catalog(functions), beside)
    store = store or FakeStore()
    directory, runner = FakeDirectory(), FakeRunner()
    clock = Clock()
    registry, kept = FlowRegistry(checked, dialogs), FakeKeptValues()
    conversations = Conversations(
        registry=registry,
        store=store,
        directory=directory,
        runner=runner,
        kept=kept,
        clock=clock,
        payment_token=PROVIDER_TOKEN,
    )
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(conversations.router())
    return Chat(
        next(_user_ids),
        client,
        bot,
        dispatcher,
        store,
        directory,
        runner,
        registry,
        kept,
        conversations,
        clock,
    )


@pytest.fixture
def make_chat(bot: Bot, client: httpx.AsyncClient) -> MakeChat:
    """Give a function that starts a bot from flow texts and opens a chat with it."""
    return partial(open_chat, bot, client)


@pytest.fixture
def redeploy() -> Callable[..., None]:
    """Give a function that puts other flows in force under a running bot."""

    def put_in_force(chat: Chat, **flows: str) -> None:
        bot = check_bot(flows, chat.registry.bot.catalog)
        chat.registry.replace(chat.registry.with_flows(bot))

    return put_in_force
