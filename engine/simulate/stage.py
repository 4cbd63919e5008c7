"""The bot and its people in one process: updates go to it, and time passes when it is told to.

It knows how updates are dealt with; it does not judge what comes of them.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from aiogram import Bot as TelegramBot
from aiogram import Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.types import Update
from aiogram.types import User as TelegramUser
from aiogram_dialog.utils import remove_intent_id

from engine.dialog.conversation import MAIN, decode_conversation
from engine.dialog.conversations import Conversations
from engine.dialog.flow_data import FlowData
from engine.dialog.pausing import pausing
from engine.dialog.placing import Place
from engine.dialog.ports import ConversationKey
from engine.dialog.registry import FlowRegistry
from engine.dialog.turns import TurnResult
from engine.emulator.payments import PROVIDER_TOKEN
from engine.emulator.people import enter
from engine.emulator.updates import FIRST_UPDATE_ID
from engine.emulator.world import DEFAULT_TOKEN, Settings, World
from engine.simulate.memory import BEGINNING, Clock
from engine.simulate.sight import Sight, Transcript
from engine.simulate.stubs import Stub, WatchedRunner
from engine.simulate.track import Track
from engine.simulate.wire import WorldSession

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from aiogram_dialog.api.entities import Context

    from engine.dialog.conversation import Conversation
    from engine.dialog.trail import Trail
    from engine.flow.checked import Bot
    from engine.simulate.invariants import Invariant
    from engine.simulate.ports import Backstage, Ports
    from engine.simulate.sight import SeenMessage
    from engine.simulate.start import Start

FIRST_ID: Final = 6_001
"""The Telegram id of the first person; the others follow."""

_BATCH: Final = 100
_MOST_UPDATES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as a test describes them; `role` is one of the bot's, None where they have none yet."""

    first_name: str
    role: str | None = None
    locale: str | None = None

    @classmethod
    def named(cls, name: str) -> Someone:
        """Return somebody of whom no more is said than the name that a test calls them by."""
        return cls(name.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Given:
    """What holds when a conversation begins: the time, who there is, by a name, and what actions are stood in for.

    `locale` is that of people who have none of their own; `start` is where the first person stands, if they are in the middle of a flow.
    `databases` are names of rows that are added to what all simulations find.
    """

    now: datetime = BEGINNING
    locale: str | None = None
    people: Mapping[str, Someone] = field(default_factory=lambda: {"ann": Someone("Ann")})
    stubs: Mapping[str, Stub] = field(default_factory=dict)
    start: Start | None = None
    databases: tuple[str, ...] = ()


@dataclass(slots=True)
class Stage:
    """One simulation: its Telegram, its bot and its clock.

    `results` are how the turns of the last act ended, `trail` keeps what all turns did; `invariants` are truths about rows
    that hold all the time.
    """

    registry: FlowRegistry
    ports: Ports
    given: Given
    clock: Clock
    world: World
    telegram: TelegramBot
    runner: WatchedRunner
    trail: Track = field(default_factory=Track)
    invariants: Sequence[Invariant] = ()
    transcript: Transcript = field(default_factory=Transcript)
    sights: dict[str, Sight] = field(default_factory=dict)
    results: list[Any] = field(default_factory=list)
    conversations: Conversations = field(init=False)
    _dispatcher: Dispatcher = field(init=False)

    _first: Bot = field(init=False)
    _other: Trail | None = field(init=False)

    def __post_init__(self) -> None:
        self._first, self._other = self.registry.bot, self.trail.other
        self.restart()

    def restart(self) -> None:
        """Start the bot anew: nothing is known but what is kept."""
        self.conversations = Conversations(
            registry=self.registry,
            store=self.ports.store,
            directory=self.ports.directory,
            runner=self.runner,
            kept=self.ports.kept,
            clock=self.clock,
            trail=self.trail,
            payment_token=PROVIDER_TOKEN,
        )
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.include_router(self.conversations.router())

    def deploy(self, bot: Bot) -> None:
        """Start the bot anew with other flows; turns of flows from elsewhere are told to nobody else."""
        self.registry = self.registry.with_flows(bot)
        self.ports.serve(bot)
        is_same = bot.directory.resolve() == self._first.directory.resolve()
        self.trail.other = self._other if is_same else None
        self.restart()

    async def place(self, sight: Sight, start: Start, act: str) -> None:
        """Put somebody who has not said anything into the middle of a flow."""
        user = await self.ports.directory.identify(
            TelegramUser.model_validate(sight.place.user.to_json())
        )
        flow, _, step = start.step.partition(".")
        self.runner.begin()
        place = Place(flow, step, start.data, start.params)
        key = ConversationKey(self.telegram.id, sight.place.chat.id, user.id)
        sight.place.chat.started = True
        with pausing(self._let_pass):
            self._end_turns([await self.conversations.place(self.telegram, key, user, place)], act)

    async def admit(self, name: str, someone: Someone) -> Sight:
        """Let somebody in, with the role that they have."""
        user_id = FIRST_ID + len(self.sights)
        locale = someone.locale or self.given.locale or self.registry.bot.file.locale
        language = locale.replace("_", "-")
        self.world.put_user(user_id, first_name=someone.first_name, language_code=language)
        if someone.role is not None:
            await self.ports.grant(user_id, someone.role)
        sight = self.sights[name] = Sight(enter(self.world, user_id))
        return sight

    async def deal(self, act: str) -> None:
        """Let the bot deal with all that people have done and deliver what is due, and note it; what it waits for passes at once."""
        queue = self.world.bots[self.telegram.id].queue
        waiting = list(queue.pending.values())
        queue.drop()
        self.runner.begin()
        context = {"bot": self.telegram}
        updates = [Update.model_validate(one, context=context) for one in waiting]
        feed = self._dispatcher.feed_update
        with pausing(self._let_pass):
            results = await asyncio.gather(*(feed(self.telegram, update) for update in updates))
            await self._deliver()
        self._end_turns(results, act)

    async def wait(self, passed: timedelta, act: str) -> None:
        """Let time pass, and the bot take each timeout and deliver each message when it is due."""
        self.runner.begin()
        until = self.clock.now + passed
        results: list[Any] = []
        with pausing(self._let_pass):
            while (due := await self.next_due()) and due <= until:
                self.clock.now = max(self.clock.now, due)
                results += await self._expire()
                await self._deliver()
        self.clock.now = max(self.clock.now, until)
        self._end_turns(results, act)

    async def next_due(self) -> datetime | None:
        """Return when the next timeout or message to somebody is due."""
        mail = self.ports.mail
        moments = (
            await self.ports.store.next_due(self.telegram.id),
            await mail.next_due() if mail else None,
        )
        return min((one for one in moments if one is not None), default=None)

    async def _expire(self) -> list[Any]:
        store, now = self.ports.store, self.clock.now
        results = []
        for claimed in await store.claim_due(self.telegram.id, now=now, limit=_BATCH):
            await store.settle(claimed)
            results.append(await self.conversations.expire(self.telegram, claimed.key))
        return results

    async def _deliver(self) -> None:
        if self.ports.mail is not None:
            await self.ports.mail.deliver(self.telegram, self.clock)

    async def _let_pass(self, seconds: float) -> None:
        until = self.clock.now + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        self.clock.now = max(self.clock.now, until)

    def _end_turns(self, results: list[Any], act: str) -> None:
        self.results = results
        for sight in self.sights.values():
            sight.look()
        self.transcript.note(act, self.sights)
        if broken := [one for one in results if one in _BROKEN]:
            self.transcript.lines.append(f"    the turn ended as {broken[0]}")

    async def where(self, sight: Sight, strand: str = MAIN) -> Context | None:
        """Return the flow and step somebody stands in, and its data; None where no flow is open.

        It is that of their main conversation, or of the one that opened beside as a strand.
        """
        conversation = await self.conversation_of(sight)
        if conversation is None or strand not in conversation.strands:
            return None
        return conversation.top_of(conversation.strands[strand])

    async def open_flows(self, sight: Sight, strand: str = MAIN) -> list[str]:
        """Return the names of the flows that somebody is in, the one on top last."""
        conversation = await self.conversation_of(sight)
        if conversation is None or strand not in conversation.strands:
            return []
        contexts, stack = conversation.contexts, conversation.strands[strand].stack
        states = [str(contexts[intent].state.state) for intent in stack.intents]
        return [state.partition("@")[0] for state in states]

    async def strand_of(self, sight: Sight, message: SeenMessage) -> str:
        """Return the name of the strand that a message shows; that of the main conversation where it shows none."""
        conversation = await self.conversation_of(sight)
        strands = conversation.strands.values() if conversation else ()
        carried = {remove_intent_id(one.data or "")[0] for one in message.buttons}
        for strand in strands:
            if strand.stack.last_message_id == message.id or carried & set(strand.stack.intents):
                return strand.id
        return MAIN

    def key_of(self, sight: Sight) -> ConversationKey:
        """Return whose conversation somebody's is."""
        return ConversationKey(self.telegram.id, sight.place.chat.id, sight.place.user.id)

    async def conversation_of(self, sight: Sight) -> Conversation | None:
        """Return somebody's conversation as it is kept; None where none is."""
        key = self.key_of(sight)
        stored = await self.ports.store.load(key)
        if stored is None:
            return None
        return decode_conversation(
            stored.value,
            bring=partial(self.registry.bring_along, may_be_newer=False),
            find_state=self.registry.find_state,
        )

    def data_of(self, context: Context) -> FlowData:
        """Return the typed data of an open flow."""
        return FlowData(context, self.registry.flow_of(context.state))


_BROKEN: Final = frozenset({TurnResult.FAILED, TurnResult.RECOVERED, TurnResult.UNAVAILABLE})


class Simulator:
    """Opens simulations of one bot, one after the other or at once.

    `trail` is told of the turns of all of them; `invariants` are truths about rows that hold in all of them.
    """

    def __init__(
        self,
        bot: Bot,
        backstage: Backstage,
        trail: Trail | None = None,
        *,
        invariants: Sequence[Invariant] = (),
    ) -> None:
        self.bot = bot
        self._trail = trail
        self._invariants = invariants
        self._backstage = backstage
        self._registry = FlowRegistry(bot)
        # aiogram remembers updates by their number, and compares all of the same number field by field.
        self._update_ids = count(FIRST_UPDATE_ID, _MOST_UPDATES)

    def watched_by(self, trail: Trail) -> Simulator:
        """Return a simulator of the same, whose turns are told to a trail."""
        return Simulator(self.bot, self._backstage, trail)

    @asynccontextmanager
    async def open(self, given: Given | None = None) -> AsyncIterator[Stage]:
        """Open a simulation in which nobody has said anything yet."""
        given = given or Given()
        async with self._backstage.open(self.bot) as ports:
            clock = Clock(given.now)
            settings = Settings(clock=clock.timestamp, first_update_id=next(self._update_ids))
            world = World(settings)
            telegram = TelegramBot(
                DEFAULT_TOKEN,
                session=WorldSession(world),
                default=DefaultBotProperties(parse_mode=ParseMode.HTML),
            )
            ports.meet(telegram)
            await telegram.me()  # asked for when a bot starts, so that no turn has to
            stage = Stage(
                registry=self._registry,
                ports=ports,
                given=given,
                clock=clock,
                world=world,
                telegram=telegram,
                runner=WatchedRunner(ports.runner, given.stubs),
                trail=Track(self._trail),
                invariants=self._invariants,
            )
            for name in given.databases:
                if ports.fill is None:
                    raise LookupError(f'there is no database to which "{name}" could be added')
                await ports.fill(name, given.now)
            for name, someone in given.people.items():
                await stage.admit(name, someone)
            yield stage
