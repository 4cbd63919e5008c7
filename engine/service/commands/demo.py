"""`usher demo`: the whole service on embedded servers and an emulated Telegram, with a chat page in the browser.

It knows nothing of production; what it starts is what production runs, but for the servers around it.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from engine.service.commands.check import catalog_in_use, require_flows
from engine.service.embedded import EmbeddedServerError, embedded_postgres, embedded_valkey
from engine.service.errors import ServiceError
from engine.service.loading import load
from engine.service.logs import configure_logs
from engine.service.settings import LogFormat, LogLevel, Settings, load_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "4242424242:EMULATED-BOT-NOT-A-SECRET"  # noqa: S105 - it opens nothing but the emulator


def run(options: Namespace) -> int:
    """Check the flows, start everything, and stop it at Ctrl-C; return 1 when the flows have problems."""
    level = LogLevel(os.environ.get("LOG_LEVEL") or LogLevel.WARNING)
    configure_logs(level=level, style=LogFormat.TEXT, secrets=[TOKEN])
    checked = require_flows(options.flows, catalog_in_use())
    if checked is None:
        return 1
    with ExitStack() as stack, ThreadPoolExecutor(1) as starter:
        servers = starter.submit(stack.enter_context, _servers(options.data_dir))
        demo = load("engine.service.demo")  # takes longer than the servers do
        database_url, redis_url = servers.result()
        settings = load_settings(
            Settings,
            bot_token=TOKEN,
            database_url=database_url,
            redis_url=redis_url,
            host="127.0.0.1",
            stop_timeout_seconds=1,
        )
        asyncio.run(demo.serve(settings, checked, options))
    return 0


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
