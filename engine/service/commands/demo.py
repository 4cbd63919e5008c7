"""`usher demo`: the whole service on embedded servers and an emulated Telegram, with a chat page in the browser.

It knows nothing of production; what it starts is what production runs, but for the servers around it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.emulator.payments import PROVIDER_TOKEN
from engine.service.commands.check import catalog_in_use, require_flows
from engine.service.embedded import EmbeddedServerError, embedded_postgres, embedded_valkey
from engine.service.errors import ServiceError, SettingsError
from engine.service.loading import load
from engine.service.logs import configure_logs
from engine.service.settings import LogFormat, LogLevel, Settings, load_settings
from engine.service.sockets import choose_port, require_port

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

HOST: Final = "127.0.0.1"
CHAT_PORT: Final = 8000
SERVICE_PORT: Final = 8080
DATA_DIR: Final = Path(".demo")
"""Each bot has a directory of its own in it."""


def run(options: Namespace) -> int:
    """Check the flows, start everything, and stop it at Ctrl-C; return 1 when the flows have problems."""
    # Another bot each time. Effects are known by bot and update; the emulator counts updates from the start again.
    token = f"{int(time.time())}:EMULATED-BOT-NOT-A-SECRET"
    configure_logs(level=_log_level(), style=LogFormat.TEXT, secrets=[token])
    checked = require_flows(options.flows, catalog_in_use())
    if checked is None:
        return 1
    chat_port = _chat_port(options.port)
    data_dir = options.data_dir or DATA_DIR / checked.file.name
    with ExitStack() as stack, ThreadPoolExecutor(1) as starter:
        servers = starter.submit(stack.enter_context, _servers(data_dir))
        demo = load("engine.service.demo")  # takes longer than the servers do
        database_url, redis_url = servers.result()
        settings = load_settings(
            Settings,
            bot_token=token,
            payment_token=PROVIDER_TOKEN,
            database_url=database_url,
            redis_url=redis_url,
            host=HOST,
            port=choose_port(HOST, SERVICE_PORT),
            stop_timeout_seconds=1,
        )
        greet = partial(_greet, options, data_dir)
        asyncio.run(demo.serve(settings, checked, chat_port=chat_port, greet=greet))
    return 0


def _log_level() -> LogLevel:
    name = os.environ.get("LOG_LEVEL") or LogLevel.WARNING
    if name not in set(LogLevel):
        known = ", ".join(f'"{level}"' for level in LogLevel)
        raise SettingsError(f'LOG_LEVEL is "{name}"; levels are {known}')
    return LogLevel(name)


def _chat_port(wanted: int | None) -> int:
    if wanted is not None:
        require_port(HOST, wanted)
        return wanted
    port = choose_port(HOST, CHAT_PORT)
    if port != CHAT_PORT:
        sys.stdout.write(f"Port {CHAT_PORT} is taken; the chat page is on a free one\n")
    return port


def _greet(options: Namespace, data_dir: Path, chat: str, service: str) -> None:
    sys.stdout.write(
        f"Chat with the bot at {chat} (Ctrl-C stops)\n"
        f"Started PostgreSQL, Valkey, a Bot API emulator and the bot, "
        f"with {service}health/ready and /metrics; data in {data_dir}\n"
    )
    sys.stdout.flush()
    if not options.no_browser and _has_screen():
        threading.Thread(target=webbrowser.open, args=(chat,), daemon=True).start()


def _has_screen() -> bool:
    """Tell whether a browser would open a window; a terminal is left to the demo."""
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))


@contextmanager
def _servers(data_dir: Path) -> Iterator[tuple[str, str]]:
    # Bookings stay from one run to the next. Conversations do not: the chats they stand in go with the emulator.
    try:
        with (
            embedded_postgres(data_dir / "postgres") as database_url,
            embedded_valkey() as redis_url,
        ):
            yield database_url, redis_url
    except EmbeddedServerError as error:
        raise ServiceError(str(error)) from error
