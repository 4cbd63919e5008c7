"""One person's chat with a simulated bot: what they do, and what they must see.

It knows how a failure is told: what was seen instead, the nearest button, and the story so far.
"""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aiogram_dialog.utils import remove_intent_id

from engine.dialog.callbacks import Control, decode_press, item_key
from engine.emulator import people, presses
from engine.emulator.control_content import message_content
from engine.emulator.control_models import MessageBody
from engine.flow.durations import read_duration, write_duration
from engine.flow.model.windows import WindowStep
from engine.simulate.sight import draw, nearest, plain
from engine.simulate.stage import Given, Simulator, Someone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from engine.flow.checked import Bot
    from engine.simulate.ports import Backstage
    from engine.simulate.sight import SeenButton, Sight
    from engine.simulate.stage import Stage

_ITEMS: Final = frozenset({Control.ITEM, Control.MARK, Control.UNMARK})


class SimulationError(AssertionError):
    """A conversation went another way than a test says; the text tells what was seen instead, and the story so far."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What one person does, and what they must see; an act returns when the bot has dealt with it."""

    name: str
    stage: Stage

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

    def of(self, name: str) -> Chat:
        """Return the chat of another person, who was given.

        Raises:
            SimulationError: nobody was given by that name.
        """
        if name not in self.stage.sights:
            known = ", ".join(f'"{one}"' for one in self.stage.sights)
            raise self._failure(f'nobody is called "{name}"; people are {known}')
        return Chat(name, self.stage)

    async def join(self, name: str, someone: Someone) -> Chat:
        """Let somebody else in, and return their chat."""
        await self.stage.admit(name, someone)
        return Chat(name, self.stage)

    async def send(self, text: str) -> None:
        """Write a message."""
        await self._write(f'{self.name} sends "{text}"', text=text)

    async def contact(self, phone: str | None = None) -> None:
        """Share a contact: that of a number, or one's own."""
        given = True if phone is None else {"phone_number": phone, "first_name": self.name}
        await self._write(
            f"{self.name} shares the contact {phone or 'of their own'}", contact=given
        )

    async def location(self, latitude: float, longitude: float) -> None:
        """Share a place, in degrees."""
        given = {"latitude": latitude, "longitude": longitude}
        await self._write(f"{self.name} shares the place {latitude}, {longitude}", location=given)

    async def photo(self, caption: str = "") -> None:
        """Send a picture."""
        await self._write(f"{self.name} sends a photo", photo=True, caption=caption)

    async def press(
        self, text: str | None = None, *, pattern: str | None = None, path: str | None = None
    ) -> None:
        """Press the button that has a label, or the only one that has it in its label; or by pattern, or by its path.

        The path is that of its text, by which it is translated, such as `booking.confirm.buttons.save`.

        Raises:
            SimulationError: there is no such button, or more than one.
        """
        if path is not None:
            button = await self._button_of(path)
        elif pattern is not None:
            button = self._find(pattern, self.sight.screen(), re.compile(pattern).search)
        else:
            button = self._labelled(text or "", self.sight.screen(), "button")
        await self._press(button, f'{self.name} presses "{button.text}"')

    async def pick(self, item: str | int) -> None:
        """Pick an item of a list: by its label or a part of it, or by its number on the page, from 1 on.

        Raises:
            SimulationError: there is no such item, or more than one.
        """
        items = [button for button in self.sight.screen() if _control(button) in _ITEMS]
        if isinstance(item, str):
            button = self._labelled(item, items, "item")
        elif 0 < item <= len(items):
            button = items[item - 1]
        else:
            raise self._failure(f"there is no item {item}; the list shows {len(items)}")
        await self._press(button, f'{self.name} picks "{button.text}"')

    async def wait(self, passed: str | timedelta) -> None:
        """Let time pass, such as `15m`; timeouts happen when they are due."""
        if isinstance(passed, str):
            passed = timedelta(milliseconds=read_duration(passed))
        written = write_duration(int(passed / timedelta(milliseconds=1)))
        await self.stage.wait(passed, f"{written} pass")

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
        found = await self._place()
        if found != place:
            where = f'in "{found}"' if found else "in no flow"
            raise self._failure(f'{self.name} is {where}, not in "{place}"')

    async def ended(self, flow: str) -> None:
        """See that the person is not in a flow, nor in one that it runs.

        Raises:
            SimulationError: they are.
        """
        if flow in await self.stage.open_flows(self.sight):
            raise self._failure(
                f'flow "{flow}" has not ended; {self.name} is in "{await self._place()}"'
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
                raise self._failure(f'{self.name} sees no button "{label}"{_hint(label, labels)}')
        for label in absent:
            if plain(label) in known:
                raise self._failure(
                    f'{self.name} sees a button "{label}", which should not be there'
                )

    async def _write(self, act: str, **content: Any) -> None:
        place = self.sight.place
        made = message_content(MessageBody.model_validate(content), place.user, place.world.files)
        people.write(place, made)
        await self.stage.deal(act)

    async def _press(self, button: SeenButton, act: str) -> None:
        if button.url is not None:
            raise self._failure(f'"{button.text}" opens {button.url}, which is not followed here')
        press = presses.Press(text=button.text, data=button.data, message_id=button.message_id)
        presses.press_button(self.sight.place, press)
        await self.stage.deal(act)

    def _labelled(self, text: str, buttons: Sequence[SeenButton], what: str) -> SeenButton:
        wanted = plain(text)
        exact = next((button for button in buttons if plain(button.text) == wanted), None)
        return exact or self._find(text, buttons, lambda label: wanted in label, what)

    def _find(
        self,
        wanted: str,
        buttons: Sequence[SeenButton],
        fits_label: Callable[[str], Any],
        what: str = "button",
    ) -> SeenButton:
        found = [button for button in buttons if fits_label(plain(button.text))]
        if len(found) == 1:
            return found[0]
        labels = [button.text for button in found or buttons]
        listed = ", ".join(f'"{one}"' for one in labels) or "none"
        if found:
            raise self._failure(f'"{wanted}" is in more than one {what}: {listed}')
        raise self._failure(
            f'there is no {what} "{wanted}"{_hint(wanted, labels)}; there are {listed}'
        )

    async def _button_of(self, path: str) -> SeenButton:
        context = await self.stage.where(self.sight)
        step = self.stage.registry.step_of(context.state) if context else None
        own = step.buttons if isinstance(step, WindowStep) else ()
        ids = {item_key(button.id) for button in own if button.text.path == path}
        for button in self.sight.screen():
            press = decode_press(remove_intent_id(button.data or "")[1])
            if press and press.control is Control.BUTTON and press.value in ids:
                return button
        known = ", ".join(f'"{button.text.path}"' for button in own) or "none"
        raise self._failure(
            f'no button with the path "{path}" is there; those of the step are {known}'
        )

    async def _place(self) -> str | None:
        context = await self.stage.where(self.sight)
        if context is None:
            return None
        group, _, step = str(context.state.state).partition(":")
        return f"{group.partition('@')[0]}.{step}"

    def _failure(self, fact: str) -> SimulationError:
        seen = [line for message in self.sight.shown() for line in draw(message, "  ")]
        parts = [fact, f"{self.name} sees:", *(seen or ["  nothing"]), "so far:"]
        story = [f"  {line}" for line in self.stage.transcript.render().splitlines()]
        return SimulationError("\n".join([*parts, *story]))


@asynccontextmanager
async def simulate(
    bot: Bot | Simulator, backstage: Backstage | None = None, *, given: Given | None = None
) -> AsyncIterator[Chat]:
    """Open a chat of the first person given with a bot, on what stands behind it.

    A simulator brings that along, and is quicker where one bot is simulated many times.
    """
    if not isinstance(bot, Simulator):
        if backstage is None:
            raise TypeError("a bot is simulated on something that stands behind it")
        bot = Simulator(bot, backstage)
    async with bot.open(given) as stage:
        yield Chat(next(iter(stage.sights)), stage)


def fits(wanted: Any, found: Any) -> bool:
    """Tell whether JSON has all that is wanted: of a group of keys those named, of anything else the same."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and fits(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(fits, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)


def _hint(wanted: str, labels: Iterable[str]) -> str:
    close = nearest(wanted, labels)
    return f'; the nearest is "{close}"' if close else ""


def _listed(arguments: Any) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _control(button: SeenButton) -> Control | None:
    press = decode_press(remove_intent_id(button.data or "")[1])
    return press.control if press else None
