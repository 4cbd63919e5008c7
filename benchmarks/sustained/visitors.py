"""People who walk through three windows in the emulator, each act as soon as the last one was answered.

They know nothing of what the bot does to answer; whoever is left without one says so.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.emulator import people, presses
from engine.emulator.control_content import message_content
from engine.emulator.control_models import MessageBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.emulator.calls import Call
    from engine.emulator.people import Place
    from engine.emulator.world import World

PATIENCE_SECONDS = 60.0
"""How long somebody waits for an answer before it counts as lost."""

_LOOK_SECONDS = 0.002
_REMEMBERED = 4
"""Messages that a chat keeps, so that the emulator does not grow."""

_SHOWING = {"sendmessage", "editmessagetext"}


@dataclass(slots=True)
class Waiting:
    """What somebody waits for: a window, and for a press its answer, too."""

    needs_window: bool = True
    callback_id: str | None = None
    at: float = 0.0
    """When the window was there."""

    def note(self, call: Call) -> bool:
        """Take an answered call into account; tell whether that was all."""
        if call.method.lower() in _SHOWING:
            self.needs_window = False
            self.at = call.finished_at or 0.0
        elif call.payload.get("callback_query_id") == self.callback_id:
            self.callback_id = None
        return not self.needs_window and self.callback_id is None


class Window:
    """Watches the calls of a bot, and tells people when theirs were answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._waiting: dict[int, tuple[Waiting, asyncio.Future[None]]] = {}
        self._people_of: dict[str, int] = {}
        self._seen = 0
        self._open: list[Call] = []

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            calls = [*self._open, *self._new()]
            self._open = [call for call in calls if call.finished_at is None]
            for call in calls:
                if call.finished_at is not None:
                    self._note(call)

    def _new(self) -> list[Call]:
        calls = self.world.calls.calls
        new = list(itertools.takewhile(lambda call: call.number > self._seen, reversed(calls)))
        self._seen = new[0].number if new else self._seen
        return [call for call in reversed(new) if call.method.lower() != "getupdates"]

    def _note(self, call: Call) -> None:
        payload = call.payload
        person = payload.get("chat_id") or self._people_of.get(
            str(payload.get("callback_query_id"))
        )
        waiting, answered = self._waiting.get(int(person or 0), (None, None))
        if waiting is not None and waiting.note(call) and answered and not answered.done():
            answered.set_result(None)

    async def answer(self, person: int, callback_id: str | None) -> float:
        """Wait for what follows on an act of somebody; return when it was there.

        Raises:
            TimeoutError: nothing did, in time.
        """
        waiting = Waiting(callback_id=callback_id)
        answered = asyncio.get_running_loop().create_future()
        if callback_id is not None:
            self._people_of[callback_id] = person
        self._waiting[person] = waiting, answered
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await answered
        finally:
            self._people_of.pop(callback_id or "", None)
        return waiting.at


@dataclass(slots=True)
class Log:
    """What people met: how long each answer took, by the minute, and what should not be."""

    begun: float
    seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    acts: int = 0

    def note(self, acted: float, answered: float) -> None:
        """Note an answer."""
        self.seconds[int((answered - self.begun) // 60)].append(answered - acted)


class Visitor:
    """One of them."""

    def __init__(self, window: Window, number: int, log: Log) -> None:
        self._window = window
        self._log = log
        self._number = number
        self._words = itertools.count(1)
        window.world.put_user(number, first_name="Ann")

    @property
    def _place(self) -> Place:
        return people.enter(self._window.world, self._number)

    async def live(self, until: float) -> None:
        """Walk the windows again and again; ends early when something is wrong."""
        try:
            await self._say("/start", "What would you like")
            while self._window.world.settings.clock() < until:
                word = f"word {next(self._words)}"
                await self._press("Service number 1", "Anything we should know")
                await self._say(word, f"\n{word}\n")
                await self._press("Confirm", "What would you like")
                self._tidy()
        except (TimeoutError, AssertionError) as error:
            self._log.wrong.append(f"{self._number}: {type(error).__name__} {error}")

    async def _say(self, text: str, expected: str) -> None:
        content = message_content(
            MessageBody(text=text), self._place.user, self._window.world.files
        )
        await self._answer(lambda: people.write(self._place, content), expected)

    async def _press(self, label: str, expected: str) -> None:
        press = presses.Press(text=label)
        await self._answer(lambda: presses.press_button(self._place, press), expected)

    async def _answer(self, act: Callable[[], Any], expected: str) -> None:
        acted = self._window.world.settings.clock()
        self._log.acts += 1
        made = act()
        callback_id = made["callback_query_id"] if isinstance(made, dict) else None
        self._log.note(acted, await self._window.answer(self._number, callback_id))
        shown = [one for one in self._place.chat.messages.values() if one.from_bot][-1]
        if expected not in shown.data["text"]:
            raise AssertionError(f"{shown.data['text']!r} instead of {expected!r}")

    def _tidy(self) -> None:
        messages = self._place.chat.messages
        for number in list(messages)[:-_REMEMBERED]:
            del messages[number]
        callbacks = self._window.world.callbacks
        for name in [key for key, one in callbacks.items() if one.user_id == self._number]:
            del callbacks[name]
