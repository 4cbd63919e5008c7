"""The three that hold the conversation: the simulator, aiogram-dialog's own test tools, and the service behind HTTP.

It knows nothing of what is measured.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from aiogram_dialog.test_tools import BotClient, MockMessageManager

from benchmarks.simulation.acts import BOOKING, find_label
from benchmarks.simulation.written import Desk, make_dispatcher
from engine.emulator import Settings as EmulatorSettings
from engine.emulator import people, presses, run_emulator
from engine.emulator.control_content import message_content
from engine.emulator.control_models import MessageBody
from engine.service.app import open_service
from engine.service.directory import PeopleDirectory
from engine.service.settings import Settings
from engine.service.simulation import open_backstage
from engine.simulate.chat import simulate
from engine.simulate.memory import BEGINNING
from engine.simulate.stage import Simulator
from storage.database import connect, create_engine_on, create_sessions, direct_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aiogram.types import Message

    from benchmarks.simulation.acts import Turn
    from engine.emulator.people import Place
    from engine.flow.checked import Bot

type Play = Callable[[], Awaitable[None]]
"""Holds the conversation once, and leaves nothing of it behind."""

TOKEN: Final = f"42:{'b' * 35}"
PATIENCE_SECONDS: Final = 30.0
"""How long an answer may take before it counts as lost."""

_LOOK_SECONDS: Final = 0.001
_CLEAR: Final = "TRUNCATE bookings, outbox, command_outcomes, inbox CASCADE"


@asynccontextmanager
async def simulator(bot: Bot, url: str) -> AsyncIterator[Play]:
    """Give the way to play it in the simulator."""
    async with open_backstage(url) as backstage:
        opened = Simulator(bot, backstage)

        async def play() -> None:
            async with simulate(opened) as chat:
                for turn in BOOKING:
                    if turn.says is not None:
                        await chat.send(turn.says)
                    else:
                        labels = list(chat.buttons)
                        await chat.press(labels[find_label(turn.press, labels)])
                    chat.sees(turn.sees)

        yield play


@asynccontextmanager
async def test_tools(bot: Bot, url: str) -> AsyncIterator[Play]:
    """Give the way to play the bot written by hand, as aiogram-dialog's documentation tests one."""
    connection = await connect(url)
    engine = create_engine_on(connection)
    sessions = create_sessions(engine)
    directory = PeopleDirectory(sessions, bot.file)
    messages, numbers = MockMessageManager(), itertools.count(9_001)  # type: ignore[no-untyped-call]  # untyped in the library
    dispatcher = make_dispatcher(Desk(sessions, directory, lambda: BEGINNING), messages)

    async def play() -> None:
        number = next(numbers)
        client = BotClient(dispatcher, user_id=number, chat_id=number)
        messages.reset_history()  # type: ignore[no-untyped-call]  # untyped in the library
        whole = connection.transaction()
        await whole.start()
        try:
            for turn in BOOKING:
                if turn.says is not None:
                    await client.send(turn.says)
                else:
                    await client.click(messages.last_message(), _Button(turn))
                _see(turn, messages.last_message().text)
        finally:
            await whole.rollback()

    try:
        yield play
    finally:
        await engine.dispose()


@asynccontextmanager
async def service(bot: Bot, url: str, redis_url: str) -> AsyncIterator[Play]:
    """Give the way to play it with the service as it ships, which polls an emulator over HTTP."""
    settings = EmulatorSettings(token=TOKEN, only_token=True)
    async with run_emulator(settings=settings) as emulator:
        given: dict[str, Any] = {
            "bot_token": TOKEN,
            "database_url": url,
            "redis_url": redis_url,
            "telegram_api_url": emulator.base_url,
        }
        numbers = itertools.count(20_001)
        connection = await asyncpg.connect(**direct_options(url))
        async with open_service(Settings(**given), bot):

            async def play() -> None:
                number = next(numbers)
                emulator.world.put_user(number, first_name="Ann")
                place = people.enter(emulator.world, number)
                for turn in BOOKING:
                    await _act(place, turn)
                await connection.execute(_CLEAR)

            yield play
        await connection.close()


async def _act(place: Place, turn: Turn) -> None:
    before = {one.id: one.data for one in _of_bot(place)}
    if turn.says is not None:
        said = message_content(MessageBody(text=turn.says), place.user, place.world.files)
        people.write(place, said)
    else:
        buttons = presses.list_buttons(place)
        labels = [one["text"] for one in buttons]
        press = buttons[find_label(turn.press, labels)]
        presses.press_button(
            place, presses.Press(text=press["text"], message_id=press["message_id"])
        )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not any(  # noqa: ASYNC110 - a chat tells nobody that it has changed
            before.get(one.id) != one.data and turn.sees in str(one.data.get("text"))
            for one in _of_bot(place)
        ):
            await asyncio.sleep(_LOOK_SECONDS)


def _of_bot(place: Place) -> list[Any]:
    return [one for one in place.chat.messages.values() if one.from_bot]


@dataclass(frozen=True, slots=True)
class _Button:
    """Finds the button of a turn in a message, as the library's locators do."""

    turn: Turn

    def find_button(self, message: Message) -> Any:
        """Return the button."""
        rows = message.reply_markup.inline_keyboard if message.reply_markup else []
        buttons = [button for row in rows for button in row]
        labels = [button.text for button in buttons]
        return buttons[find_label(self.turn.press, labels)]


def _see(turn: Turn, text: str | None) -> None:
    if turn.sees not in (text or ""):
        raise AssertionError(f"{text!r} instead of {turn.sees!r}")
