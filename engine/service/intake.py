"""Opens what every process has between Telegram and the dispatcher: its presence, the inbox and the workers.

It knows nothing of how updates arrive.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from engine.service import health
from engine.service.handling import UpdateHandler
from engine.service.housekeeping import Housekeeping
from engine.service.inbox import open_inbox
from engine.service.outbox import open_outbox
from engine.service.presence import PresenceKeeper
from engine.service.putting_off import PuttingOff
from engine.service.settings import Updates
from engine.service.workers import Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence

    from aiogram import Bot, Dispatcher
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.actions import Job
    from engine.dialog.conversations import Conversations
    from engine.service.inbox import PostgresInbox
    from engine.service.metrics import Metrics
    from engine.service.outbox import PostgresOutbox
    from engine.service.settings import Settings

_logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What updates are handled with."""

    bot: Bot
    dispatcher: Dispatcher
    conversations: Conversations
    sessions: async_sessionmaker[AsyncSession]
    metrics: Metrics
    jobs: Iterable[Job] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """Where updates are put, once they have arrived, where messages wait to be sent, and whether this process is the one to fetch them.

    `putting_off` tells the people of updates that cannot be put.
    """

    inbox: PostgresInbox
    outbox: PostgresOutbox
    keeper: PresenceKeeper
    putting_off: PuttingOff
    check: health.Check
    vital: Sequence[asyncio.Task[None]]
    """What ends only by a mistake of ours, without which nothing is handled."""


@asynccontextmanager
async def open_intake(
    settings: Settings, around: Surroundings, *, leads: bool
) -> AsyncIterator[Intake]:
    """Handle what is put into the inbox until the block ends; then finish what is in hand, within bounds.

    A process that `leads` tells the keeper to become the leader of the bot as soon as there is none.
    """
    url, bot, metrics = settings.database_url.get_secret_value(), around.bot, around.metrics
    news = asyncio.Event()
    keeper = PresenceKeeper(url, bot.id, news=news, leads=leads)
    async with AsyncExitStack() as stack:
        present = await stack.enter_async_context(background(keeper.run()))
        inbox = await stack.enter_async_context(open_inbox(url, bot.id, keeper=keeper, news=news))
        outbox = await stack.enter_async_context(open_outbox(url, bot.id, keeper=keeper))
        handler = UpdateHandler(bot, around.dispatcher, metrics, around.conversations)
        workers = Workers(
            inbox, handler, metrics, concurrent=settings.concurrent_updates, news=news
        )
        housekeeping = Housekeeping(inbox, around.sessions, metrics, outbox, around.jobs)
        await stack.enter_async_context(background(housekeeping.run()))
        if (
            settings.updates is Updates.POLLING
        ):  # with a webhook, several processes put at the same time
            inbox.hand_over(workers)
        stack.push_async_callback(workers.finish, settings.stop_timeout_seconds)
        claiming = await stack.enter_async_context(background(workers.run()))
        check = health.trouble_check(keeper.trouble, workers.trouble)
        putting_off = PuttingOff(bot, around.conversations.apologies)
        yield Intake(inbox, outbox, keeper, putting_off, check, [present, claiming])


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Let something run until the block ends; that it ends by itself is logged."""
    task = asyncio.create_task(work)
    task.add_done_callback(_note_end)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _logger.error("background_failed", exc_info=error)
