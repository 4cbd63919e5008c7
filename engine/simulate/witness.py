"""What one person must see and where they must stand, and how a failure is told: what was seen instead, and the story so far.

It knows a simulation as it is now; it makes nothing happen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.dialog.conversation import MAIN
from engine.flow.formats import Formats
from engine.simulate.buttons import hint
from engine.simulate.sight import draw, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.simulate.sight import Sight
    from engine.simulate.stage import Stage


class SimulationError(AssertionError):
    """A conversation went another way than a test says; the text tells what was seen instead, and the story so far."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one person must see."""

    name: str
    stage: Stage
    strand: str = MAIN
    """Which of the person's conversations is looked at."""

    @property
    def sight(self) -> Sight:
        """What the person sees now."""
        return self.stage.sights[self.name]

    @property
    def text(self) -> str:
        """The text of what the last act led to; several messages stand apart by an empty line."""
        return "\n\n".join(message.text for message in self.sight.shown())

    @property
    def buttons(self) -> Sequence[str]:
        """The labels that can be pressed now, without those of older messages."""
        return [button.text for button in self.sight.screen()]

    async def asker(self) -> dict[str, Any]:
        """Give what an expression reads of the person, who has said something.

        Raises:
            SimulationError: they have not.
        """
        user = await self.stage.ports.directory.find(self.sight.place.user.id)
        if user is None:
            raise self._failure(f"{self.name} has not said anything yet, so that nobody knows them")
        zone, currency = ZoneInfo(user.time_zone), self.stage.registry.bot.file.currency
        return {"user": user, "formats": Formats(user.locale, zone, currency, self.stage.clock.now)}

    def sees(  # noqa: PLR0913 - each is one thing that can be seen, by name
        self,
        text: str | None = None,
        *,
        pattern: str | None = None,
        buttons: Iterable[str] = (),
        absent: Iterable[str] = (),
        alert: str | None = None,
        media: str | None = None,
        new: bool | None = None,
    ) -> None:
        """See that what the last act led to has a text in it, fits a pattern, has buttons, and lacks others.

        Where it led to nothing, that is the newest message. Each kind of space is like the one that people type. `alert` is the answer to a press, `media` the kind of what is
        shown above the text; `new` tells whether anything came or changed at all.

        Raises:
            SimulationError: it is not so.
        """
        shown = self.sight.shown()
        if new is False and self.sight.fresh:
            raise self._failure("something came or changed, and nothing should")
        if new and not self.sight.fresh:
            raise self._failure("nothing came or changed")
        if text is not None and not any(plain(text) in plain(one.text) for one in shown):
            raise self._failure(f'{self.name} does not see "{text}"')
        if pattern is not None and not any(re.search(pattern, plain(one.text)) for one in shown):
            raise self._failure(f'nothing that {self.name} sees fits the pattern "{pattern}"')
        if media is not None and not any(message.media == media for message in shown):
            raise self._failure(f"{self.name} sees no {media}")
        if alert is not None and not any(
            plain(alert) in plain(answer) for answer in self.sight.answers
        ):
            told = ", ".join(f'"{one}"' for one in self.sight.answers) or "nothing"
            raise self._failure(f'{self.name} is not told "{alert}", but {told}')
        self._see_buttons(buttons, absent)

    async def at(self, place: str) -> None:
        """See that the person stands in a step, named `flow.step`.

        Raises:
            SimulationError: they stand elsewhere.
        """
        found = await self.place()
        if found != place:
            where = f'in "{found}"' if found else "in no flow"
            raise self._failure(f'{self.name} is {where}, not in "{place}"')

    async def ended(self, flow: str) -> None:
        """See that the person is not in a flow, nor in one that it runs.

        Raises:
            SimulationError: they are.
        """
        if flow in await self.stage.open_flows(self.sight, self.strand):
            raise self._failure(
                f'flow "{flow}" has not ended; {self.name} is in "{await self.place()}"'
            )

    def called(self, command: str, /, **arguments: Any) -> None:
        """See that the last act carried a command out, with these arguments, as JSON, among others.

        Raises:
            SimulationError: it did not, or with others.
        """
        calls = self.stage.runner.called
        for call in calls:
            if call.name == command and fits(arguments, call.arguments):
                return
        told = "; ".join(f"{one.name}({_listed(one.arguments)})" for one in calls)
        wanted = f"{command}({_listed(arguments)})"
        raise self._failure(f"{wanted} was not carried out, but {told or 'nothing'}")

    def called_nothing(self) -> None:
        """See that the last act carried no command out.

        Raises:
            SimulationError: it did.
        """
        if calls := self.stage.runner.called:
            told = "; ".join(f"{one.name}({_listed(one.arguments)})" for one in calls)
            raise self._failure(f"{told} was carried out, and nothing should be")

    def fail(self, fact: str) -> SimulationError:
        """Return a failure that tells a fact and the story so far."""
        return self._failure(fact)

    def _see_buttons(self, buttons: Iterable[str], absent: Iterable[str]) -> None:
        labels = self.buttons
        known = {plain(label) for label in labels}
        for label in buttons:
            if plain(label) not in known:
                raise self._failure(f'{self.name} sees no button "{label}"{hint(label, labels)}')
        for label in absent:
            if plain(label) in known:
                raise self._failure(
                    f'{self.name} sees a button "{label}", which should not be there'
                )

    async def place(self) -> str | None:
        """Return where the person stands, named `flow.step`; None where no flow is open."""
        context = await self.stage.where(self.sight, self.strand)
        if context is None:
            return None
        group, _, step = str(context.state.state).partition(":")
        return f"{group.partition('@')[0]}.{step}"

    def _failure(self, fact: str) -> SimulationError:
        seen = [line for message in self.sight.shown() for line in draw(message, "  ")]
        parts = [fact, f"{self.name} sees:", *(seen or ["  nothing"]), "so far:"]
        story = [f"  {line}" for line in self.stage.transcript.render().splitlines()]
        return SimulationError("\n".join([*parts, *story]))


def fits(wanted: Any, found: Any) -> bool:
    """Tell whether JSON has all that is wanted: of a group of keys those named, of anything else the same."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and fits(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(fits, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)


def _listed(arguments: Any) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
