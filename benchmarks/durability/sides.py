"""The bots that are compared: the service with its inbox, the service without, and a bot written by hand.

It knows nothing of load or of figures.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiogram import Bot, Dispatcher
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisEventIsolation
from aiogram.types import Update

from benchmarks.conversation.__main__ import Fakes
from benchmarks.conversation.services import SERVICES, list_services
from benchmarks.conversation.wire import Person, WireSession
from benchmarks.conversation.written import make_dispatcher
from engine.actions import Catalog
from engine.dialog.conversations import Conversations
from engine.dialog.registry import FlowRegistry
from engine.flow.check import check_flows
from engine.service.directory import PeopleDirectory
from engine.service.intake import Surroundings, open_intake
from engine.service.metrics import Metrics
from engine.service.settings import Settings
from engine.service.store import RedisConversations
from engine.service.telegram import KeepsReaders
from storage.conversations import ConversationStore, create_client
from storage.database import create_engine, create_sessions
from storage.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from redis.asyncio import Redis

    from engine.flow.checked import Bot as CheckedBot

FLOWS = Path(__file__).parents[1] / "conversation" / "flows"


class RawPerson(Person):
    """Somebody whose updates are as Telegram sends them: JSON that has been read."""

    def _update(self, **event: Any) -> Any:
        return {"update_id": self.id * 1_000_000 + next(self.updates), **event}


class ServiceSession(KeepsReaders, WireSession):
    """As the service's session reads answers; the other bot's reads them as aiogram does."""


@dataclass(slots=True)
class Side:
    """One bot. `feed` returns when an update was handled and its answer was sent."""

    name: str
    bot: Bot
    session: WireSession
    redis: Redis
    feed: Callable[[Any], Awaitable[Any]]
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    statements: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    own_seconds: float = 0.0
    server_seconds: float = 0.0

    def reset(self) -> None:
        """Forget what was measured."""
        self.rates, self.latencies = [], []
        self.statements, self.commands = Counter(), Counter()
        self.own_seconds = self.server_seconds = 0.0


def by_hand(number: int, redis: Redis, session: WireSession) -> Side:
    """Return the bot that aiogram-dialog's users write, safe for several processes by a lock in Redis."""
    keys = DefaultKeyBuilder(with_destiny=True, prefix="hand")
    dispatcher = make_dispatcher(redis, SERVICES, isolation=RedisEventIsolation(redis, keys))
    return _fed_directly("by hand", _bot(number, session), redis, dispatcher)


def _fed_directly(name: str, bot: Bot, redis: Redis, dispatcher: Dispatcher) -> Side:

    async def feed(update: dict[str, Any]) -> None:
        await dispatcher.feed_update(bot, Update.model_validate(update, context={"bot": bot}))

    assert isinstance(bot.session, WireSession)
    return Side(name, bot, bot.session, redis, feed)


def _bot(number: int, session: WireSession) -> Bot:
    return Bot(f"{number}:{'b' * 35}", session=session)


class Kit:
    """What the service's sides are made of, each on connections of its own."""

    def __init__(
        self, database_url: str, redis_url: str, *, knows_people: bool, same_session: bool = False
    ) -> None:
        self._database_url = database_url
        self._redis_url = redis_url
        self._knows_people = knows_people
        self._hand_session = ServiceSession if same_session else WireSession
        checked = check_flows(FLOWS, Catalog([list_services]))
        if checked.bot is None:
            raise SystemExit("\n".join(str(problem) for problem in checked.problems))
        self._checked: CheckedBot = checked.bot

    @asynccontextmanager
    async def by_hand(self, number: int) -> AsyncIterator[Side]:
        """Give the bot written by hand."""
        async with contextlib.aclosing(create_client(self._redis_url)) as redis:
            yield by_hand(number, redis, self._hand_session())

    @asynccontextmanager
    async def without_inbox(self, number: int) -> AsyncIterator[Side]:
        """Give the service as it would be if updates went straight to the dispatcher."""
        async with self._surroundings(number) as (around, redis):
            yield _fed_directly("without inbox", around.bot, redis, around.dispatcher)

    @asynccontextmanager
    async def with_inbox(self, number: int) -> AsyncIterator[Side]:
        """Give the service as it is."""
        settings = Settings(
            bot_token=f"{number}:{'b' * 35}",
            database_url=self._database_url,
            redis_url=self._redis_url,
        )
        async with self._surroundings(number) as (around, redis):
            handled = _tell_when_handled(around.dispatcher)
            async with open_intake(settings, around, leads=True) as intake:

                async def feed(update: dict[str, Any]) -> None:
                    waiting = handled[update["update_id"]] = asyncio.Future()
                    await intake.inbox.put([update])
                    await waiting

                session = around.bot.session
                assert isinstance(session, WireSession)
                yield Side("with inbox", around.bot, session, redis, feed)

    @asynccontextmanager
    async def _surroundings(self, number: int) -> AsyncIterator[tuple[Surroundings, Redis]]:
        metrics, fakes = Metrics(), Fakes()
        async with AsyncExitStack() as stack:
            engine = create_engine(self._database_url)
            stack.push_async_callback(engine.dispose)
            redis = create_client(self._redis_url, connections=110)
            stack.push_async_callback(redis.aclose)
            sessions = create_sessions(engine)
            people = PeopleDirectory(sessions, self._checked.file)
            conversations = Conversations(
                registry=FlowRegistry(self._checked),
                store=RedisConversations(ConversationStore(redis), Timetable(redis), metrics),
                directory=people if self._knows_people else fakes,
                runner=fakes,
                kept=fakes,
            )
            dispatcher = Dispatcher(disable_fsm=True)
            dispatcher.include_router(conversations.router())
            bot = _bot(number, ServiceSession())
            yield Surroundings(bot, dispatcher, conversations, sessions, metrics), redis


def _tell_when_handled(dispatcher: Dispatcher) -> dict[int, asyncio.Future[None]]:
    """Return where to leave a future for an update that is to be waited for."""
    waiting: dict[int, asyncio.Future[None]] = {}

    async def tell(
        handler: Callable[[Any, dict[str, Any]], Awaitable[Any]], event: Any, data: dict[str, Any]
    ) -> Any:
        result = await handler(event, data)
        waiting.pop(event.update_id).set_result(None)
        return result

    dispatcher.update.outer_middleware(tell)
    return waiting
