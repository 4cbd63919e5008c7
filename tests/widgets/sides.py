"""Somebody with one of two bots: what they do, and what that makes the bot ask of the Bot API.

It does not know what the other bot did.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from aiogram.types import Update

from engine.emulator.people import ImpossibleError, set_member
from engine.emulator.topics import open_topic
from engine.emulator.waiting import wait_until_idle
from tests.widgets.calls import Call, Messages, normalise, visible

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from aiogram import Bot, Dispatcher

    from engine.emulator import Emulator, Person
    from engine.emulator.model import Chat, Json

_user_ids = count(700_001)
QUIET_SECONDS = 0.03


@dataclass(frozen=True)
class Act:
    """Something done in the chat, said in a few words; `do` is given the side on which it is done."""

    said: str
    do: Callable[[Side], Awaitable[None] | None]


@dataclass
class Side:
    """A bot, and a person with it whose every act waits until the bot has dealt with it."""

    name: str
    emulator: Emulator
    bot: Bot
    dispatcher: Dispatcher
    works_on: bool = False
    """Whether the bot does things after an update is handled, for which each act then waits."""
    group: Sequence[str] | None = None
    """Who else is in the group in which all happens; without it everybody has a chat of their own with the bot."""
    in_topic: bool = False
    """Whether the group is a forum, and all happens in one of its topics."""
    topic: int | None = None
    greet: Callable[[str, int], None] = lambda _name, _user_id: None
    """Called with the name and the id of everybody who comes."""
    language: str = "en"
    """The language that everybody has chosen in Telegram."""
    let_pass: Callable[[float], Awaitable[object]] | None = None
    """Lets so many seconds pass for the bot."""
    persons: dict[str, Person] = field(default_factory=dict)
    carried: dict[str, tuple[int, str]] = field(default_factory=dict)
    """What buttons carried when they were last seen, by label: the message and the data."""
    carried_first: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The same, of when they were seen first."""

    def begin_anew(self) -> None:
        """Let somebody come who was never there."""
        self.persons.clear()
        self.carried.clear()
        self.carried_first.clear()
        if self.group is not None:
            self._open_group(("Anna", *self.group))

    def person(self, name: str = "Anna") -> Person:
        """Return somebody who talks to the bot."""
        if name not in self.persons:
            assert self.group is None, f"{name} is not in the group"
            self._come(name, next(_user_ids))
        return self.persons[name]

    def _open_group(self, names: Sequence[str]) -> None:
        """Bring people and the bot together in a supergroup that the first of them has made."""
        world = self.emulator.world
        members = [world.put_user(next(_user_ids), first_name=name) for name in names]
        chat = world.new_group("Team", supergroup=True, creator_id=members[0].id)
        set_member(world, chat, world.bots[self.bot.id], "member", by=members[0])
        for member in members[1:]:
            set_member(world, chat, member, "member", by=members[0])
        if self.in_topic:
            chat.is_forum = True
            self.topic = open_topic(world, chat, members[0], "Tables").id
        for name, member in zip(names, members, strict=True):
            self._come(name, member.id, chat)
        world.bots[self.bot.id].queue.drop()

    def _come(self, name: str, user_id: int, chat: Chat | None = None) -> None:
        chat_id = chat.id if chat else None
        self.persons[name] = self.emulator.person(
            user_id,
            bot_id=self.bot.id,
            chat_id=chat_id,
            first_name=name,
            language_code=self.language,
        )
        self.greet(name, user_id)

    async def play(self, act: Act) -> list[Call]:
        """Do something, and return what the bot asked for until it was done with it."""
        log = self.emulator.world.calls
        before, messages = log.calls[-1].number if log.calls else 0, self._messages()
        try:
            done = act.do(self)
            if done is not None:
                await done
        except ImpossibleError as error:
            raise AssertionError(f"{self.name}: {act.said} is not possible: {error}") from error
        raised = await self._deal()
        self._see()
        made = [call for call in log.find(after=before) if call.bot_id == self.bot.id]
        return [*normalise(made, self.emulator.world.files, messages), *raised]

    def buttons(self) -> list[list[Json]]:
        """Return the rows of buttons that are live: those of the newest message that has some, else the keys under the chat."""
        seen = list(reversed(self.person().sees()))
        inline: list[list[list[Json]]] = [one["buttons"] for one in seen if one["buttons"]]
        below: list[list[list[Json]]] = [one["keyboard"] for one in seen if one["keyboard"]]
        return (below or inline or [[]])[0]

    def message_with(self, label: str, by: str = "Anna") -> tuple[int, Json] | None:
        """Return the newest message that somebody sees with an inline button of this label, and the button."""
        for message in reversed(self.person(by).sees()):
            for row in message["buttons"]:
                for button in row:
                    if button["text"] == label:
                        return message["message_id"], button
        return None

    def key(self, label: str, by: str = "Anna") -> str:
        """Return the whole text of the key under somebody's chat that shows a label."""
        for message in self.person(by).sees():
            for row in message["keyboard"] or []:
                for key in row:
                    text = key["text"] if isinstance(key, dict) else key
                    if visible(text) == label:
                        return str(text)
        shown = [[visible(one["text"]) for one in row] for row in self.buttons()]
        raise AssertionError(f'{self.name}: there is no button "{label}"; there are {shown}')

    async def _deal(self) -> list[Call]:
        """Let the bot take its updates one by one; what is raised is told as if it had been asked for."""
        raised = []
        queue = self.emulator.world.bots[self.bot.id].queue
        while queue.pending:
            waiting = list(queue.pending.values())
            queue.drop()
            for update in waiting:
                given = Update.model_validate(update, context={"bot": self.bot})
                try:
                    await self.dispatcher.feed_update(self.bot, given)
                except Exception as error:  # noqa: BLE001  # whatever a bot raises is what it did
                    traceback.print_exception(error)
                    raised.append(Call("raised", {"error": type(error).__name__}))
        if self.works_on:
            await wait_until_idle(self.emulator.world, 5.0, QUIET_SECONDS)
        return raised

    def _messages(self) -> Messages:
        seen = self.person().sees() if self.persons else []
        return Messages(
            [one["message_id"] for one in seen if one["from_bot"]],
            [one["message_id"] for one in seen if not one["from_bot"]],
        )

    def _see(self) -> None:
        for message in self.person().sees():
            for button in (one for row in message["buttons"] for one in row):
                if "callback_data" in button:
                    carried = message["message_id"], button["callback_data"]
                    self.carried[button["text"]] = carried
                    self.carried_first.setdefault(button["text"], carried)


def labels(side: Side) -> list[tuple[int, int]]:
    """Return the places, row and column, of all live buttons."""
    rows: Sequence[Sequence[Any]] = side.buttons()
    return [(row, column) for row, keys in enumerate(rows) for column, _ in enumerate(keys)]
