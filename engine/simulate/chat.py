"""One person's chat with a simulated bot: what they do, and what goes wrong meanwhile.

It knows how each act reaches the bot; what must be seen then is the witness's.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.dialog.turns import TurnResult
from engine.emulator import checkout, people, presses
from engine.emulator.control_content import message_content
from engine.emulator.control_models import MessageBody
from engine.emulator.payments import Provider
from engine.flow.check import check_flows
from engine.flow.durations import read_duration, write_duration
from engine.flow.model.windows import WindowStep
from engine.flow.problems import render_problems
from engine.simulate.buttons import (
    NotFoundError,
    Wanted,
    carried_by,
    carried_in,
    find_button,
    find_item,
    find_old_button,
    label_of,
)
from engine.simulate.contents import ALBUM, messages_of, what_is_shared
from engine.simulate.faults import UnmetFaultError, telegram_fails
from engine.simulate.sight import PAYS, plain
from engine.simulate.stage import Given, Simulator, Someone
from engine.simulate.start import find_misfits
from engine.simulate.witness import Witness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from engine.emulator.model import Json
    from engine.flow.checked import Bot
    from engine.simulate.faults import TelegramFault
    from engine.simulate.ports import Backstage
    from engine.simulate.sight import SeenButton, SeenMessage
    from engine.simulate.start import Start

A_MOMENT: Final = timedelta(seconds=1)
"""How long what somebody else does takes, so that what was done before it is told from what is done after it."""


@dataclass(frozen=True, slots=True)
class Chat(Witness):
    """What one person does, and what they must see; an act returns when the bot has dealt with it."""

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

    async def within(self, text: str) -> Chat:
        """Return the same chat, of which the conversation is looked at whose newest message has a text in it.

        Raises:
            SimulationError: there is no such message.
        """
        message = self.sight.find_message(text, has_buttons=True) or self.sight.find_message(text)
        if message is None:
            raise self._failure(f'there is no message with "{text}" in it')
        return replace(self, strand=await self.stage.strand_of(self.sight, message))

    async def send(self, text: str, *, inside: str | None = None) -> None:
        """Write a message, or a reply to the newest message that has the text of `inside` in it.

        Raises:
            SimulationError: there is no such message.
        """
        if inside is None:
            await self._write(f'{self.name} sends "{text}"', text=text)
            return
        replied = self._message_with(inside)
        act = f'{self.name} replies "{text}" to "{_begin(replied.text)}"'
        await self._write(act, text=text, reply_to_message_id=replied.id)

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

    async def give(self, kind: str, given: Any) -> None:
        """Send something else: a file of a kind, a venue, a poll, a dice, a story, a checklist, or an album of files.

        `given` is what stands behind the word in a scenario: more about it, or True for what is usual.
        """
        group = f"album {len(self.sight.place.chat.messages)}"
        made = tuple(messages_of(kind, given, group=group))
        article = "an" if kind in (ALBUM, "animation") else "a"
        await self._write_all(f"{self.name} sends {article} {kind.replace('_', ' ')}", *made)
        due = await self.stage.next_due()
        if kind == ALBUM and due is not None and due <= self.stage.clock.now + A_MOMENT:
            await self.stage.wait(A_MOMENT, "the album is complete")

    async def press(  # noqa: PLR0913 - each is one thing that a press can have, by name
        self,
        text: str | None = None,
        *,
        pattern: str | None = None,
        path: str | None = None,
        old: bool = False,
        twice: bool = False,
        share: Mapping[str, Any] | None = None,
        inside: str | None = None,
    ) -> None:
        """Press the button that has a label, or the only one that has it in its label; or by pattern, or by its path.

        The path is that of its text, by which it is translated, such as `booking.confirm.buttons.save`. An old button is one
        that is no more on the screen: of an older message, or of a screen that the message showed before. Twice is in the same moment.
        With `inside` it is a button of the newest message with buttons that has this text in it, where several have some.

        Raises:
            SimulationError: there is no such button, or more than one.
        """
        wanted = Wanted(text, pattern, path)
        bot = self.stage.registry.bot
        with self._told():
            if old:
                former, now = self.sight.former_screens(), self.sight.screen()
                button = find_old_button(wanted, former, now, bot)
            elif inside is not None:
                screen = self.sight.screen(self._message_with(inside, has_buttons=True).id)
                button = find_button(wanted, screen, bot)
            elif path is not None:
                button = await self._button_of(path)
            else:
                button = find_button(wanted, self.sight.screen(), bot)
        act = (
            f'{self.name} presses the old "{button.text}"'
            if old
            else f'{self.name} presses "{button.text}"'
        )
        await self._press(button, act, is_old=old, is_twice=twice, share=share)

    async def pick(
        self, item: str | int, *, twice: bool = False, inside: str | None = None
    ) -> None:
        """Pick an item of a list: by its label or a part of it, or by its number on the page, from 1 on; `inside` is as for a press.

        Raises:
            SimulationError: there is no such item, or more than one.
        """
        found = self._message_with(inside, has_buttons=True) if inside is not None else None
        with self._told():
            button = find_item(item, self.sight.screen(found.id if found else None))
        await self._press(button, f'{self.name} picks "{button.text}"', is_twice=twice)

    async def pay(self, provider: Provider = Provider.TAKES) -> None:
        """Pay the newest invoice; why it is refused, if it is, counts as the answer to a press.

        Raises:
            SimulationError: there is no invoice that is not paid yet.
        """
        number = self.sight.invoice()
        if number is None:
            raise self._failure(f"{self.name} sees no invoice that could be paid")
        place = self.sight.place
        paying = asyncio.create_task(checkout.pay(place, number, provider=provider))
        await asyncio.sleep(0)
        said = {Provider.DECLINES: ", which the provider declines", Provider.SLOW: ", slowly"}
        await self.stage.deal(f"{self.name} pays{said.get(provider, '')}")
        if (await paying)["paid"]:
            await self.stage.deal("the money arrives")

    async def settle(self) -> None:
        """Let the money arrive that a slow provider has not taken yet.

        Raises:
            SimulationError: there is none.
        """
        try:
            checkout.settle(self.sight.place)
        except people.ImpossibleError as error:
            raise self._failure(str(error)) from error
        await self.stage.deal("the money arrives")

    async def delete(self, text: str | None = None) -> None:
        """Delete the newest message of the bot, or the newest one that has a text in it.

        Raises:
            SimulationError: there is none.
        """
        place = self.sight.place
        for message in reversed(self.sight.messages()):
            if text is None or plain(text) in plain(message.text):
                people.delete(place, message.id)
                await self.stage.deal(f'{self.name} deletes "{_begin(message.text)}"')
                return
        has = "has written nothing" if text is None else f'has no message with "{text}"'
        raise self._failure(f"there is nothing to delete: the bot {has}")

    async def block(self) -> None:
        """Block the bot, so that nothing that it writes arrives.

        Raises:
            SimulationError: they have already.
        """
        if self.sight.place.chat.blocked:
            raise self._failure(f"{self.name} has blocked the bot already")
        people.set_blocked(self.sight.place, blocked=True)
        await self.stage.deal(f"{self.name} blocks the bot")

    async def unblock(self) -> None:
        """Let the bot write again.

        Raises:
            SimulationError: they have not blocked it.
        """
        if not self.sight.place.chat.blocked:
            raise self._failure(f"{self.name} has not blocked the bot")
        people.set_blocked(self.sight.place, blocked=False)
        await self.stage.deal(f"{self.name} unblocks the bot")

    async def become(self, role: str) -> None:
        """Have a role of the bot's from here on, and no other, as somebody else may say at any time."""
        await self.stage.ports.grant(self.sight.place.user.id, role)
        self.stage.clock.now += A_MOMENT
        await self.stage.deal(f"{self.name} is {role} now")

    async def restart(self) -> None:
        """Start the bot anew, so that it knows only what was kept."""
        self.stage.restart()
        await self.stage.deal("the bot is started anew")

    async def forget(self) -> None:
        """Let all conversations of everybody be gone, as when Redis is emptied; what the database has stays."""
        await self.stage.ports.store.forget()
        await self.stage.deal("all conversations are forgotten")

    async def deploy(self, flows: Bot | Path) -> None:
        """Start the bot anew with other flows: checked ones, or those of a directory, with the actions that there are.

        Raises:
            SimulationError: they have problems.
        """
        if isinstance(flows, Path):
            checked = check_flows(flows, self.stage.registry.bot.catalog)
            if checked.bot is None:
                told = render_problems(checked.problems)
                raise self._failure(f'the flows of "{flows}" have problems:\n{told}')
            flows = checked.bot
        self.stage.deploy(flows)
        await self.stage.deal(f'the flows of "{flows.directory}" are deployed')

    async def start(self, start: Start) -> None:
        """Stand in the middle of a flow, before anything was said.

        Raises:
            SimulationError: nobody can stand there so.
        """
        for misfit in find_misfits(start, self.stage.registry.bot):
            raise self._failure(misfit.message)
        await self.stage.place(self.sight, start, f'{self.name} starts in "{start.step}"')
        if await self.place() != start.step:
            is_shut = self.stage.results == [TurnResult.HANDLED]
            why = f"it is not open to {self.name}" if is_shut else "something broke there"
            raise self._failure(f'{self.name} cannot start in "{start.step}": {why}')

    @contextmanager
    def telegram(self, fault: TelegramFault) -> Iterator[None]:
        """Let something go wrong with Telegram within the block.

        Raises:
            SimulationError: the bot called nothing that it could meet.
        """
        self.stage.transcript.lines.append(str(fault))
        try:
            with telegram_fails(self.stage.world, fault):
                yield
        except UnmetFaultError as error:
            raise self._failure(str(error)) from error

    async def wait(self, passed: str | timedelta) -> None:
        """Let time pass, such as `15m`; timeouts happen when they are due."""
        if isinstance(passed, str):
            passed = timedelta(milliseconds=read_duration(passed))
        written = write_duration(int(passed / timedelta(milliseconds=1)))
        await self.stage.wait(passed, f"{written} pass")

    def _message_with(self, text: str, *, has_buttons: bool = False) -> SeenMessage:
        found = self.sight.find_message(text, has_buttons=has_buttons)
        if found is None:
            having = "message with buttons" if has_buttons else "message"
            known = [one.text for one in self.sight.messages() if one.rows or not has_buttons]
            told = ", ".join(f'"{_begin(one)}"' for one in known) or "none"
            raise self._failure(f'there is no {having} that has "{text}" in it; there are {told}')
        return found

    async def _write(self, act: str, **content: Any) -> None:
        await self._write_all(act, content)

    async def _write_all(self, act: str, *contents: Json) -> None:
        place = self.sight.place
        if place.chat.blocked and not str(contents[0].get("text", "")).startswith("/start"):
            why = "has blocked the bot, and can write nothing but /start, which unblocks it"
            raise self._failure(f"{self.name} {why}")
        for content in contents:
            body = MessageBody.model_validate(content)
            made = message_content(body, place.user, place.world.files)
            people.write(place, made, reply_to=body.reply_to_message_id)
        await self.stage.deal(act)

    async def _press(
        self,
        button: SeenButton,
        act: str,
        *,
        is_old: bool = False,
        is_twice: bool = False,
        share: Mapping[str, Any] | None = None,
    ) -> None:
        if button.aside == PAYS:
            raise self._failure(f'"{button.text}" pays an invoice; write "pay: true"')
        if button.aside is not None:
            raise self._failure(f'"{button.text}" {button.aside}, which is not followed here')
        if self.sight.place.chat.blocked:
            raise self._failure(
                f"{self.name} has blocked the bot, and can press nothing before they unblock it"
            )
        if share is not None and button.asks not in share:
            asked = f'it asks for "{button.asks}"' if button.asks else "it asks for nothing"
            raise self._failure(f'"{button.text}" shares no "{next(iter(share))}"; {asked}')
        try:
            shared = what_is_shared(share, self.stage.sights)
        except LookupError as error:
            raise self._failure(str(error.args[0])) from error
        press = presses.Press(
            text=button.text, data=button.data, message_id=button.message_id, forge=is_old, **shared
        )
        for _ in range(1 + is_twice):
            presses.press_button(self.sight.place, press)
        await self.stage.deal(f"{act} twice" if is_twice else act)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell of a button that is not found with the story so far."""
        try:
            yield
        except NotFoundError as error:
            raise self._failure(str(error)) from error

    async def _button_of(self, path: str) -> SeenButton:
        context = await self.stage.where(self.sight)
        step = self.stage.registry.step_of(context.state) if context else None
        own: Mapping[str, Any] = {}
        below: str | None = None
        if context is not None and isinstance(step, WindowStep):
            own, data = carried_by(step), self.stage.data_of(context)
            environment = {**await self.asker(), "data": data.data, "params": data.params}
            below = label_of(path, step, data, environment)
        for button in self.sight.screen():
            is_below = button.message_id is None and button.text == below
            if is_below or carried_in(button) in own.get(path, ()):
                return button
        known = ", ".join(f'"{one}"' for one in own) or "none"
        raise self._failure(
            f'no button with the path "{path}" is there; those of the step are {known}'
        )


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
        chat = Chat(next(iter(stage.sights)), stage)
        if stage.given.start is not None:
            await chat.start(stage.given.start)
        yield chat


def _begin(text: str) -> str:
    """Return the first line of a text."""
    return text.partition("\n")[0]
