"""`usher run`: the bot in production, until a signal.

It knows nothing of what the service is made of.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from engine.service.app import open_service
from engine.service.catalog import load_catalog
from engine.service.commands.check import require_flows
from engine.service.logs import configure_logs
from engine.service.serving import listen, serve_web, stop_signals, wait_for_end
from engine.service.settings import Settings, load_settings
from engine.service.web import create_web

if TYPE_CHECKING:
    from argparse import Namespace

    from engine.flow.check import Bot


def run(options: Namespace) -> int:
    """Check the flows, then serve; return 1 when they have problems."""
    settings = load_settings(Settings, env_file=options.env_file)
    configure_logs(
        level=settings.log_level,
        style=settings.log_format,
        secrets=settings.secret_values(),
        stream=sys.stdout,
    )
    checked = require_flows(settings.flows_dir, load_catalog(settings.actions))
    if checked is None:
        return 1
    asyncio.run(serve(settings, checked))
    return 0


async def serve(settings: Settings, checked: Bot) -> None:
    """Run the service and its web pages until a signal, or until Telegram refuses it."""
    with stop_signals() as stop, listen(settings.host, settings.port) as listener:
        async with (
            open_service(settings, checked) as service,
            serve_web(create_web(service), listener),
        ):
            await wait_for_end(stop, service.polling)
