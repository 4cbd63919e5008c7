"""Opens what every process has between the outbox and Telegram: the writer of notices and the loop that delivers them.

It knows nothing of who writes messages.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from engine.service.delivering import Deliveries
from engine.service.intake import background

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from aiogram import Bot

    from engine.service.delivering import Writer
    from engine.service.metrics import Metrics
    from engine.service.outbox import Outbox


@asynccontextmanager
async def deliver_messages(
    outbox: Outbox, writer: Writer, bot: Bot, metrics: Metrics, *, news: asyncio.Event
) -> AsyncIterator[Deliveries]:
    """Deliver what is in the outbox until the block ends; then finish what is on its way, within bounds."""
    deliveries = Deliveries(outbox, writer, bot, metrics, news=news)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(deliveries.finish, _FINISH_SECONDS)
        await stack.enter_async_context(background(deliveries.run()))
        yield deliveries


_FINISH_SECONDS = 5.0
