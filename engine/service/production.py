"""The bot in production as one process, until a signal.

It knows nothing of what the service is made of.
"""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from engine.service.app import open_service
from engine.service.serving import serve_web, stop_signals, wait_for_end
from engine.service.sockets import listen
from engine.service.web import create_web

if TYPE_CHECKING:
    from engine.flow.checked import Bot
    from engine.service.settings import Settings


async def serve(settings: Settings, checked: Bot) -> None:
    """Run the service and its web pages until a signal, or until Telegram refuses it."""
    with stop_signals() as stop, listen(settings.host, settings.port) as listener:
        async with (
            open_service(settings, checked) as service,
            serve_web(create_web(service), listener),
        ):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, service.reloader.request)
            await wait_for_end(stop, service.arrivals, *service.vital)
