"""Customers of the salon who book, move and cancel at random, look at what they are shown, and never give up by themselves.

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
from tests.faults.site import Site, Visitor, days_of, labels_of, text_of

PATIENCE_SECONDS = 60.0
"""How long somebody waits for any change before they count as stuck."""

LOOK_SECONDS = 0.05
"""How often somebody who waits looks; often enough for seconds, seldom enough that looking is not the load."""

STEADY = ("Confirm ✅", "Skip", "Yes, cancel it", "Yes, move it")
"""What everybody presses where it is to be pressed."""

ERRANDS = ("make", "Move to another time", "Cancel this booking")
"""What somebody does when they begin anew, one after the other: make a booking, or press this at one of those they have."""

TOLD = re.compile(r"(Booked|Moved)! № (\d+)\n.*\n(.*)\n")
"""What somebody is told of a booking: its number, and after a line on what it is, its time."""


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
    booked: dict[int, str] = field(default_factory=dict)
    """The time of each booking that they were told of, as it was told last."""
    moves: set[int] = field(default_factory=set)
    """The messages that told them of a move."""
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
        text, labels = text_of(last or {}), labels_of(last or {})
        items = [
            one
            for one in labels
            if not one.startswith(("«", "📅", "🕘", "✨", "More", "Back", "🏠"))
        ]
        errand = ERRANDS[(self.rounds - 1) % len(ERRANDS)]
        for label in (*STEADY, errand):
            if label in labels and not text.startswith("It was possible"):
                return self._press(last, label)
        if text.startswith("What would you like") and items:
            return self._press(last, next(one for one in items if "Consultation" in one))
        if "Which day" in text:
            items = days_of(last or {})
        if items and re.search(r"^Your bookings|Where would|Who would|Which day|Free times", text):
            return self._press(last, self.choice.choice(items))
        self.rounds += 1
        errand = ERRANDS[(self.rounds - 1) % len(ERRANDS)]
        return self._say("/book" if errand == "make" else "/mybookings")

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
        """Remember the bookings they were told of, and when these are."""
        for message in self.visitor.person.newest(8):
            if found := TOLD.search(text_of(message)):
                self.booked[int(found[2])] = " ".join(found[3].split())
                if found[1] == "Moved":
                    self.moves.add(message["message_id"])


def make_customers(site: Site, count: int, seed: int) -> list[Customer]:
    """Return people nobody has met, who choose by chance but the same for the same seed."""
    choices = [random.Random(seed * 10_000 + number) for number in range(count)]  # noqa: S311
    return [
        Customer(site.person(f"Customer {number}"), choice) for number, choice in enumerate(choices)
    ]
