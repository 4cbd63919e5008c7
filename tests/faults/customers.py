"""Customers of the salon who book and cancel at random, look at what they are shown, and never give up by themselves.

They know nothing of what goes wrong; whoever is left without a way on says so.
"""

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from engine.emulator.people import ImpossibleError, write
from engine.emulator.presses import Press, press_button
from tests.faults.site import Site, Visitor

PATIENCE_SECONDS = 60.0
"""How long somebody waits for any change before they count as stuck."""

LOOK_SECONDS = 0.05
"""How often somebody who waits looks; often enough for seconds, seldom enough that looking is not the load."""

STEADY = ("Confirm ✅", "Skip", "Yes, cancel it", "Cancel this booking")
"""What everybody presses where it is to be pressed."""

CANCEL_EVERY = 2
"""Every second time that somebody begins anew they cancel a booking instead of making one."""

BOOKED = re.compile(r"Booked! № (\d+)")


@dataclass(frozen=True, order=True)
class Wait:
    """How long somebody waited, since when, who, and for an answer to what."""

    seconds: float
    since: str
    person: int
    act: str


@dataclass
class Customer:
    """One person, what they have been told, and how long each answer took."""

    visitor: Visitor
    choice: random.Random
    booked: set[int] = field(default_factory=set)
    waits: list[Wait] = field(default_factory=list)
    acts: int = 0
    rounds: int = 0
    stuck: list[str] = field(default_factory=list)

    async def live(self) -> None:
        """Go on acting until cancelled, or until nothing follows."""
        while not self.stuck:
            await self.act()
            await asyncio.sleep(self.choice.uniform(0.05, 0.3))

    async def act(self) -> None:
        """Do one thing that a person would do now, and wait until it is answered.

        Who went on at any change would press again before the screen has followed the answer to a press: the slower the bot, the
        more there would be to do.
        """
        began, since = monotonic(), datetime.now(UTC).strftime("%H:%M:%S")
        what, is_answered = self._do(self.visitor.last())
        self.acts += 1
        while not is_answered():
            if monotonic() - began > PATIENCE_SECONDS:
                self.stuck.append(f"nothing follows on {what} of {since} UTC")
                return
            await asyncio.sleep(LOOK_SECONDS)
        self.waits.append(Wait(monotonic() - began, since, self.visitor.id, what))
        self.note()

    def _do(self, last: dict[str, Any] | None) -> tuple[str, Callable[[], bool]]:
        """Act; return what was done, and what tells that it is answered."""
        text = str((last or {}).get("text") or "")
        rows = (last or {}).get("buttons") or []
        labels = [button["text"] for row in rows for button in row]
        items = [
            one for one in labels if not one.startswith(("«", "📅", "✨", "More", "Back", "🏠"))
        ]
        for label in STEADY:
            if label in labels:
                return self._press(last, label)
        if text.startswith("What would you like") and items:
            return self._press(last, next(one for one in items if "Consultation" in one))
        if (text.startswith("Your bookings") and items) or (
            re.search(r"Where would|Who would|Which day|Free times", text) and items
        ):
            return self._press(last, self.choice.choice(items))
        self.rounds += 1
        return self._say("/mybookings" if self.rounds % CANCEL_EVERY == 0 else "/book")

    # Not by `Visitor.says` and `Visitor.presses`, which look at the whole chat each time.
    def _press(self, last: dict[str, Any] | None, label: str) -> tuple[str, Callable[[], bool]]:
        place = self.visitor.person._place
        try:
            press = Press(text=label, message_id=(last or {})["message_id"])
            pressed = press_button(place, press)["callback_query_id"]
        except ImpossibleError:
            return self._say("/start")
        waiting = place.world.callbacks[pressed]
        return f'a press on "{label}"', lambda: waiting.answered_at is not None

    def _say(self, text: str) -> tuple[str, Callable[[], bool]]:
        said = write(self.visitor.person._place, {"text": text}).id
        return text, lambda: (self.visitor.last() or {"message_id": 0})["message_id"] > said

    def note(self) -> None:
        """Remember the bookings they were told of."""
        for text in (str(one["text"]) for one in self.visitor.person.newest(8)):
            if found := BOOKED.search(text):
                self.booked.add(int(found[1]))


def make_customers(site: Site, count: int, seed: int) -> list[Customer]:
    """Return people nobody has met, who choose by chance but the same for the same seed."""
    choices = [random.Random(seed * 10_000 + number) for number in range(count)]  # noqa: S311
    return [
        Customer(site.person(f"Customer {number}"), choice) for number, choice in enumerate(choices)
    ]
