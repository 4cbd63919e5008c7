"""The demo's insides: tables and a salon, an emulated Telegram with a chat page, and the service as in production.

It knows nothing of the servers it is given, nor of how the command line was read.
"""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
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
from engine.service.errors import ServiceError
from engine.service.serving import listen, serve_web, stop_signals, wait_for_end
from engine.service.web import create_web
from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon
from storage.values import Profile, Role

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator

    from engine.emulator import Emulator
    from engine.flow.check import Bot
    from engine.service.settings import Settings

HOST: Final = "127.0.0.1"
CHAT_PORT: Final = 8000
SERVICE_PORT: Final = 8080


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
)


async def serve(settings: Settings, checked: Bot, options: Namespace) -> None:
    """Prepare the database, then run Telegram, the service and its web pages until a signal."""
    with stop_signals() as stop, listen(HOST, _choose_port(SERVICE_PORT)) as listener:
        await schema_state.upgrade(settings.database_url.get_secret_value())
        await _seed(settings, checked)
        async with _emulate(settings, checked, port=_chat_port(options)) as emulator:
            reachable = settings.model_copy(update={"telegram_api_url": emulator.base_url})
            async with (
                open_service(reachable, checked) as service,
                serve_web(create_web(service), listener),
            ):
                _greet(emulator, listener.getsockname()[1], options)
                await wait_for_end(stop, service.polling)


async def _seed(settings: Settings, checked: Bot) -> None:
    engine = create_engine(settings.database_url.get_secret_value())
    today = datetime.now(ZoneInfo(checked.file.time_zone)).date()
    try:
        async with create_sessions(engine).begin() as session:
            await seed_salon(session, today=today)
            for visitor in VISITORS:
                profile = Profile(visitor.id, visitor.first_name)
                await storage.users.identify(session, profile)
                if visitor.role is not None:
                    await storage.users.grant_role(session, visitor.id, visitor.role)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _emulate(settings: Settings, checked: Bot, *, port: int) -> AsyncIterator[Emulator]:
    emulated = EmulatorSettings(token=settings.bot_token.get_secret_value(), only_token=True)
    async with run_emulator(host=HOST, port=port, settings=emulated) as emulator:
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


def _greet(emulator: Emulator, service_port: int, options: Namespace) -> None:
    address = f"{emulator.base_url}/"
    sys.stdout.write(
        f"Chat with the bot at {address} (Ctrl-C stops)\n"
        f"Started PostgreSQL, Valkey, a Bot API emulator and the bot, "
        f"with http://{HOST}:{service_port}/health/ready and /metrics; data in {options.data_dir}\n"
    )
    sys.stdout.flush()
    if not options.no_browser and _has_screen():
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _has_screen() -> bool:
    """Tell whether a browser would open a window; a terminal is left to the demo."""
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))


def _chat_port(options: Namespace) -> int:
    if options.port is not None:
        with listen(HOST, options.port):
            return int(options.port)
    port = _choose_port(CHAT_PORT)
    if port != CHAT_PORT:
        sys.stdout.write(f"Port {CHAT_PORT} is taken; the chat page is on a free one\n")
    return port


def _choose_port(wanted: int) -> int:
    """Return the port, or 0 for a free one when it is taken."""
    try:
        with listen(HOST, wanted):
            return wanted
    except ServiceError:
        return 0
