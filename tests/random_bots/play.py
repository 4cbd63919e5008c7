"""A random person plays a bot that checks clean, and after each turn all that was promised is looked at.

It does not know how the bot was written.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram import Bot, Dispatcher

from engine.dialog.conversations import Conversations
from engine.dialog.flow_data import decode_value
from engine.dialog.record import unseal
from engine.dialog.registry import FlowRegistry
from engine.dialog.remembered import ASKED
from engine.emulator.payments import PROVIDER_TOKEN
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.windows import WindowStep
from engine.flow.types import Maybe
from tests.random_bots import things
from tests.random_bots.flows import mark_of
from tests.random_bots.moves import judge_moves
from tests.random_bots.person import RandomPerson
from tests.random_bots.world import RandomWorld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiogram.types import Update

    from engine.actions import User
    from engine.dialog.trail import Note
    from engine.flow.checked import Bot as CheckedBot
    from engine.flow.types import Type

TURNS: Final = 30
ALWAYS_WRONG: Final = {"turn_failed", "data_dropped", "timeout_without_time", "delivery_given_up"}
WRONG_UNLESS_ACTION_FAILED: Final = {"move_failed", "command_failed", "exit_failed"}


@dataclass
class Play:
    """One person's play of one bot.

    `_opened` are the flows that were open after the last turn, by the id of their opening; `_torn` are openings that a turn
    left before it failed, so that they are open again.
    """

    chance: Random
    bot: CheckedBot
    world: RandomWorld = field(init=False)
    person: RandomPerson = field(init=False)
    seen: list[Update] = field(default_factory=list)
    notes: list[tuple[Note, ...]] = field(default_factory=list)
    _opened: dict[str, str] = field(default_factory=dict)
    _torn: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.world = RandomWorld(self.chance)
        self.person = RandomPerson(self.chance, clock=self.world.time)
        self._telegram = Bot(self.person.token, session=self.person.wire)
        self._start()

    async def take_turn(self) -> None:
        """Let the person do something, or time pass, and judge what the bot made of it."""
        self.world.has_failed = False
        if self.chance.random() < 0.05:
            self._start()
        with structlog.testing.capture_logs() as logs:
            if self.world.due and self.chance.random() < 0.15:
                await self._stay_silent()
            else:
                self.world.now += timedelta(seconds=self.chance.choice([0, 1, 600]))
                self.person.act()
                await self._deal()
        events = {str(one["event"]) for one in logs}
        allowed = WRONG_UNLESS_ACTION_FAILED if self.world.has_failed else set()
        wrong = ALWAYS_WRONG | WRONG_UNLESS_ACTION_FAILED
        assert not events & (wrong - allowed), [one for one in logs if one["event"] in wrong]
        self._judge()

    def _start(self) -> None:
        """Start the bot, as after a restart: nothing is known but what is kept."""
        self._talk = Conversations(
            registry=FlowRegistry(self.bot),
            store=self.world,
            directory=self.world,
            runner=self.world,
            kept=self.world,
            clock=lambda: self.world.now,
            trail=self,
            payment_token=PROVIDER_TOKEN,
        )
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.include_router(self._talk.router())

    def note(self, _user: User, notes: tuple[Note, ...]) -> None:
        """Keep what a turn did, until the bot is judged."""
        self.notes.append(notes)

    async def _deal(self) -> None:
        """Deal with what the person did, all of it at once, sometimes with what was dealt with before."""
        updates = await self._telegram.get_updates(timeout=0)
        await self._telegram.get_updates(offset=updates[-1].update_id + 1, timeout=0)
        self.seen = [*self.seen, *updates][-5:]
        again = [self.chance.choice(self.seen)] if self.chance.random() < 0.1 else []
        feed = self._dispatcher.feed_update
        dealt = [*updates, *again]
        await asyncio.gather(*(feed(self._telegram, update) for update in dealt))
        self._judge_answers(dealt)

    async def _stay_silent(self) -> None:
        self.world.now += timedelta(hours=2)
        for claimed in await self.world.claim_due(self._telegram.id, now=self.world.now, limit=1):
            await self.world.settle(claimed)
            await self._talk.expire(self._telegram, claimed.key)

    def _judge_answers(self, updates: Sequence[Update]) -> None:
        """See that each press that was dealt with was answered, each time once."""
        pressed = [one.callback_query.id for one in updates if one.callback_query]
        answered = self.person.wire.answered
        for press in set(pressed):
            assert answered.pop(press) == pressed.count(press), f"answers to press {press}"
        assert not answered, f"answers to presses of the past {answered}"

    def _judge(self) -> None:
        """See that Telegram took everything, and that the person sees where they are and can go on."""
        assert not self.person.wire.broken, self.person.wire.broken
        for notes in self.notes:
            judge_moves(self.bot, notes)
        self.notes.clear()
        (stored,) = self.world.kept.values()
        contexts = json.loads(unseal(stored.value)[1])["contexts"]
        self._judge_exits({one["id"]: one["state"].partition("@")[0] for one in contexts})
        for context in contexts:
            self._judge_values(context)
        top = contexts[-1]
        name, step = self._place_of(top)
        shown = self.person.newest()
        assert any(mark in shown for mark in _marks(name, step, top)), f"{name} shows {shown!r}"
        self._judge_keys(name, step)
        leaves_by_itself = isinstance(step, WindowStep) and step.timeout is not None
        assert (
            self.person.buttons(newest=True)
            or self.person.keys()
            or isinstance(step, AskStep)
            or leaves_by_itself
        ), f"no way on from {name}"

    def _judge_keys(self, name: str, step: Any) -> None:
        """See that keys stand under the chat where the step has them there, unless it hides all of its buttons now."""
        keyboard, keys = step.keyboard, self.person.keys()
        if keyboard is None or keyboard.is_reply:
            assert not keys, f"{name} has keys {keys}"
        elif isinstance(step, AskStep) and step.share:
            assert keys, f"{name} has no keys"

    def _judge_exits(self, opened: dict[str, str]) -> None:
        """See that flows that are not open any more did what they do as they are left, and those that are open did not."""
        for context_id, flow in {**self._opened, **opened}.items():
            hook = self.bot.flows[flow].flow.on_exit
            has_left = any(
                key.endswith(f":{context_id}:{flow}.on_exit") for key in self.world.asked
            )
            if hook and hook.when is None and context_id not in opened:
                assert has_left, f"flow {flow} was not left"
            if context_id in opened and not self.world.has_failed and context_id not in self._torn:
                assert not has_left, f"flow {flow} was left and is open"
            if context_id in opened and has_left:
                self._torn.add(context_id)
        self._opened = opened

    def _place_of(self, context: Mapping[str, Any]) -> tuple[str, Any]:
        flow, _, step = context["state"].partition(":")
        flow = flow.partition("@")[0]
        return f"{flow} {step}", self.bot.flows[flow].flow.steps[step]

    def _judge_values(self, context: Mapping[str, Any]) -> None:
        """See that all that is kept is of the type that was declared."""
        name, _ = self._place_of(context)
        flow = self.bot.flows[name.partition(" ")[0]]
        for declared, kept in ((flow.data, context["data"]), (flow.params, context["start"] or {})):
            for slot, value in kept.items():
                _judge_value(f"{name}: {slot}", declared[slot], value)


def _judge_value(where: str, declared: Type, value: Any) -> None:
    assert value is not None or isinstance(declared, Maybe), f"{where} is nothing"
    try:
        decode_value(declared, value)
    except ValueError as error:
        raise AssertionError(f"{where} is {value!r}") from error


def _marks(name: str, step: Any, context: Mapping[str, Any]) -> list[str]:
    """Return what the screen of a step may begin with."""
    flow, _, step_name = name.partition(" ")
    if ASKED in context["widgets"]:
        return [mark_of(flow, "anytime"), mark_of("bot", "anytime")]
    marks = [mark_of(flow, step_name)]
    if step_name.endswith("_why"):
        marks.append(mark_of("fragment", "why"))
    if isinstance(step, ChooseStep) and step.search is not None:
        marks.append("No ")
    return marks


async def play(seed: int, bot: CheckedBot) -> None:
    """Play a bot at random; whatever goes wrong is an assertion."""
    things.chance.seed(seed)
    playing = Play(Random(seed), bot)  # noqa: S311  # play, not secrets
    for _ in range(TURNS):
        await playing.take_turn()
