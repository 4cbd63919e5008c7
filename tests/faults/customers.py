"""Customers of the salon who book and cancel at random, look at what they are shown, and never give up by themselves.

They know nothing of what goes wrong; whoever is left without a way on says so.
"""

import asyncio
import random
import re
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from engine.emulator.people import ImpossibleError
from tests.faults.site import Site, Visitor

PATIENCE_SECONDS = 60.0
"""How long somebody waits for any change before they count as stuck."""

LOOK_SECONDS = 0.05
"""How often somebody who waits looks; often enough for seconds, seldom enough that looking is not the load."""

CANCEL_EVERY = 2
"""Every second time that somebody begins anew they cancel a booking instead of making one."""

BOOKED = re.compile(r"Booked! № (\d+)")


@dataclass
class Customer:
    """One person, what they have been told, and how long each answer took."""

    visitor: Visitor
    choice: random.Random
    booked: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    acts: int = 0
    rounds: int = 0
    stuck: list[str] = field(default_factory=list)

    async def live(self) -> None:
        """Go on acting until cancelled, or until nothing follows."""
        while not self.stuck:
            await self.act()
            await asyncio.sleep(self.choice.uniform(0.05, 0.3))

    async def act(self) -> None:
        """Do one thing that a person would do now, and wait until something changes."""
        before = self._state()
        self._do(self.visitor.last())
        self.acts += 1
        began = monotonic()
        while self._state() == before:
            if monotonic() - began > PATIENCE_SECONDS:
                self.stuck.append(f"nothing follows on {self.visitor.texts()[-2:]}")
                return
            await asyncio.sleep(LOOK_SECONDS)
        self.seconds.append(monotonic() - began)
        self.note()

    def _state(self) -> Any:
        """Return what a person can tell apart: the messages and how many presses were answered."""
        seen = [
            (one["message_id"], one.get("edit_date"), one["text"], one["buttons"])
            for one in self.visitor.person.newest(3)
        ]
        return seen, self.visitor.person.answered()

    def _do(self, last: dict[str, Any] | None) -> None:
        text = str((last or {}).get("text") or "")
        rows = (last or {}).get("buttons") or []
        labels = [button["text"] for row in rows for button in row]
        items = [
            one for one in labels if not one.startswith(("«", "📅", "✨", "More", "Back", "🏠"))
        ]
        if "Confirm ✅" in labels:
            self._press(last, "Confirm ✅")
        elif "Skip" in labels:
            self._press(last, "Skip")
        elif "Yes, cancel it" in labels:
            self._press(last, "Yes, cancel it")
        elif "Cancel this booking" in labels:
            self._press(last, "Cancel this booking")
        elif text.startswith("What would you like") and items:
            self._press(last, next(one for one in items if "Consultation" in one))
        elif (text.startswith("Your bookings") and items) or (
            re.search(r"Where would|Who would|Which day|Free times", text) and items
        ):
            self._press(last, self.choice.choice(items))
        else:
            self.rounds += 1
            self.visitor.says("/mybookings" if self.rounds % CANCEL_EVERY == 0 else "/book")

    def _press(self, last: dict[str, Any] | None, label: str) -> None:
        try:
            self.visitor.presses(label, message_id=(last or {})["message_id"])
        except ImpossibleError:
            self.visitor.says("/start")

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
