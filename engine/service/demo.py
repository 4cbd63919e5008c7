"""The demo's insides: tables and a business, an emulated Telegram with a chat page, and the service as in production.

It knows nothing of the servers it is given, nor of how the command line was read.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import storage
from engine.emulator import Settings as EmulatorSettings
from engine.emulator import run_emulator
from engine.service import schema_state
from engine.service.app import open_service
from engine.service.scribe import open_scribe
from engine.service.serving import serve_web, stop_signals, wait_for_end
from engine.service.sockets import listen
from engine.service.web import create_web
from storage.database import create_engine, create_sessions
from storage.seeds import find_seed
from storage.values import Profile, Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from engine.emulator import Emulator
    from engine.flow.checked import Bot
    from engine.service.settings import Settings


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody one can be on the chat page; `locale` counts the bot's locales from 0."""

    id: int
    first_name: str
    locale: int = 0
    role: Role | None = None


VISITORS: Final = (
    Visitor(1001, "Emma"),
    Visitor(1002, "Lukas", locale=1),
    Visitor(1003, "Robin (admin)", role=Role.ADMIN),
    Visitor(1004, "Ines (owner)", role=Role.OWNER),
)


type Greet = Callable[[str, str], None]


async def serve(settings: Settings, checked: Bot, *, chat_port: int, greet: Greet) -> None:
    """Prepare the database, then run Telegram, the service and its web pages until a signal.

    `greet` is called once all can be reached, with the addresses of the chat page and of the service.
    """
    with stop_signals() as stop, listen(settings.host, settings.port) as listener:
        await schema_state.upgrade(settings.database_url.get_secret_value())
        await _seed(settings, checked)
        async with (
            _emulate(settings, checked, port=chat_port) as emulator,
            open_scribe(emulator.world, checked, settings),
        ):
            reachable = settings.model_copy(update={"telegram_api_url": emulator.base_url})
            async with (
                open_service(reachable, checked) as service,
                serve_web(create_web(service), listener),
            ):
                greet(
                    f"{emulator.base_url}/", f"http://{settings.host}:{listener.getsockname()[1]}/"
                )
                await wait_for_end(stop, service.arrivals, *service.vital)


async def _seed(settings: Settings, checked: Bot) -> None:
    engine = create_engine(settings.database_url.get_secret_value())
    today = datetime.now(ZoneInfo(checked.file.time_zone)).date()
    try:
        async with create_sessions(engine).begin() as session:
            await find_seed(checked.file.name)(session, today=today)
            for visitor in VISITORS:
                profile = Profile(visitor.id, visitor.first_name)
                await storage.users.identify(session, profile)
                if visitor.role is not None:
                    await storage.users.grant_role(session, visitor.id, visitor.role)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _emulate(settings: Settings, checked: Bot, *, port: int) -> AsyncIterator[Emulator]:
    emulated = EmulatorSettings(
        token=settings.bot_token.get_secret_value(), only_token=True, keeps_story=True
    )
    async with run_emulator(host=settings.host, port=port, settings=emulated) as emulator:
        world = emulator.world
        for bot in world.bots.values():
            bot.name = checked.file.name.replace("_", " ").title()
            for visitor in VISITORS:
                locales = checked.file.locales
                locale = locales[visitor.locale % len(locales)]
                world.put_user(
                    visitor.id,
                    first_name=visitor.first_name,
                    language_code=locale.partition("_")[0],
                )
                world.private_chat(bot, visitor.id)
        yield emulator
