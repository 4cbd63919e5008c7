"""The composition root: opens everything the service is made of, in order, and closes it in reverse.

It knows nothing of processes, signals or the command line.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog
from aiogram import Dispatcher
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError

from engine.dialog.conversations import Conversations
from engine.dialog.registry import FlowRegistry
from engine.service import health, schema_state
from engine.service.arrivals import open_arrivals
from engine.service.directory import PeopleDirectory, grant_owner, list_roles
from engine.service.downloads import SentFiles
from engine.service.errors import ServiceError, SettingsError
from engine.service.in_force import InForce
from engine.service.intake import Surroundings, background, open_intake
from engine.service.kept import PersonalValues
from engine.service.mailing import deliver_messages
from engine.service.metrics import Metrics
from engine.service.moving import GroupMoves
from engine.service.notices import NoticeWriter
from engine.service.outbox import CommandOutbox
from engine.service.paying import payment_token, require_payment_token
from engine.service.profile import Announcer, RoleMenus
from engine.service.reload import Reloader
from engine.service.runner import TransactionRunner
from engine.service.store import RedisConversations
from engine.service.telegram import create_bot
from engine.service.throttle import Throttle
from engine.service.timeouts import Timeouts
from storage.conversations import ConversationStore, create_client
from storage.database import create_engine, create_sessions
from storage.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from aiogram import Bot
    from pydantic import SecretStr
    from redis.asyncio import Redis
    from sqlalchemy.ext.asyncio import AsyncEngine

    from engine.flow.checked import Bot as CheckedBot
    from engine.service.outbox import PostgresOutbox
    from engine.service.settings import Settings
    from engine.service.webhook import WebhookReceiver

_logger = structlog.get_logger(__name__)

_SPARE_CONNECTIONS = 10
"""Connections to Redis beyond one for each update in work; the client refuses more rather than wait."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: what can be asked of it from outside."""

    metrics: Metrics
    checks: Mapping[str, health.Check]
    arrivals: asyncio.Task[None]
    """Ends only when updates can arrive no more; awaiting it raises why."""
    vital: Sequence[asyncio.Task[None]]
    """What must not end either."""
    reloader: Reloader
    webhook: WebhookReceiver | None = None
    """What Telegram calls, where it does."""
    outbox: PostgresOutbox | None = None
    """Where messages wait to be sent."""
    admin_token: SecretStr | None = None
    """What administrators have to know, where anything is served for them."""


@asynccontextmanager
async def open_service(settings: Settings, checked: CheckedBot) -> AsyncIterator[Service]:
    """Run the bot until the block ends; then finish the updates in work and close everything.

    Raises:
        ServiceError: PostgreSQL or Redis cannot be reached, or does not fit.
    """
    locale = _accept(settings, checked)
    async with AsyncExitStack() as stack:
        metrics = Metrics()
        engine = await stack.enter_async_context(_open_database(settings))
        redis = await stack.enter_async_context(_open_redis(settings))
        bot = await stack.enter_async_context(_open_bot(settings, metrics))
        sessions = create_sessions(engine)
        if settings.owner_id is not None:
            await grant_owner(sessions, settings.owner_id)
        in_force = InForce(checked)
        menus = RoleMenus(bot, checked)
        for user_id, role in (await list_roles(sessions, checked.file)).items():
            menus.note(user_id, role)
        kept, timetable = ConversationStore(redis), Timetable(redis)
        store = RedisConversations(kept, timetable, metrics)
        posted = asyncio.Event()
        registry = FlowRegistry(checked)
        directory = PeopleDirectory(sessions, checked.file, locale=locale, see=menus.see)
        runner = (
            TransactionRunner(
                sessions,
                metrics,
                timeout_seconds=settings.action_timeout_seconds,
                outbox=CommandOutbox(bot.id, checked.catalog, posted),
                takes_payments=settings.payment_token is not None,
            )
            .reading(SentFiles(bot))
            .speaking(checked.file.languages)
        )
        conversations = Conversations(
            registry=registry,
            store=store,
            directory=directory,
            runner=runner,
            kept=PersonalValues(sessions),
            payment_token=payment_token(settings),
        )
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.include_router(conversations.router())
        throttle = Throttle(redis, metrics, checked, locale=locale)
        dispatcher.message.outer_middleware(throttle)
        dispatcher.callback_query.outer_middleware(throttle)
        moves = GroupMoves(kept, timetable)
        dispatcher.message.outer_middleware(moves)
        dispatcher.callback_query.outer_middleware(moves)
        around = Surroundings(
            bot, dispatcher, conversations, sessions, metrics, checked.catalog.jobs.values()
        )
        intake = await stack.enter_async_context(open_intake(settings, around, leads=True))
        writer = NoticeWriter(
            bot, lambda: registry.bot, sessions, directory=directory, runner=runner
        )
        await stack.enter_async_context(
            deliver_messages(intake.outbox, writer, bot, metrics, news=posted)
        )
        announcer = Announcer(bot, checked)
        reloader = Reloader(
            settings.flows_dir,
            checked.catalog,
            registry,
            in_force,
            metrics,
            accept=partial(_accept, settings),
        )
        in_force.follow(menus.replace, announcer.replace)
        in_force.follow(lambda now: runner.speaking(now.file.languages))
        in_force.follow(lambda now: directory.replace(now.file, _default_locale(settings, now)))
        in_force.follow(lambda now: throttle.replace(now, _default_locale(settings, now)))
        await stack.enter_async_context(background(reloader.run()))
        if settings.watch:
            await stack.enter_async_context(background(reloader.watch()))
        await stack.enter_async_context(background(announcer.run()))
        await stack.enter_async_context(background(menus.run()))
        timeouts = Timeouts(bot.id, intake.inbox, store, intake.keeper)
        await stack.enter_async_context(background(timeouts.run()))
        arrivals = await stack.enter_async_context(
            open_arrivals(settings, bot, intake, metrics, dispatcher.resolve_used_update_types())
        )
        checks = {
            "postgresql": health.database_check(engine),
            "redis": health.redis_check(redis),
            "inbox": intake.check,
            "flows": health.note_check(reloader.note),
            arrivals.part: health.trouble_check(arrivals.trouble),
        }
        _logger.info("started", flows=sorted(checked.flows))
        yield Service(
            metrics,
            checks,
            arrivals.task,
            intake.vital,
            reloader,
            arrivals.receiver,
            intake.outbox,
            settings.admin_token,
        )
        _logger.info("stopping")


@asynccontextmanager
async def _open_database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(settings.database_url.get_secret_value())
    try:
        await schema_state.require_newest(engine)
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def _open_redis(settings: Settings) -> AsyncIterator[Redis]:
    redis = _create_redis(settings)
    redis.set_retry(Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), 2))
    try:
        try:
            await health.redis_check(redis)()
        except (RedisError, OSError) as error:
            raise ServiceError(f"Redis at REDIS_URL cannot be reached: {error}") from error
        yield redis
    finally:
        await redis.aclose()


def _create_redis(settings: Settings) -> Redis:
    try:
        redis = create_client(
            settings.redis_url.get_secret_value(),
            connections=settings.concurrent_updates + _SPARE_CONNECTIONS,
        )
        pool = redis.connection_pool
        pool.connection_class(**pool.connection_kwargs)  # refuses options that it does not know
    except (TypeError, ValueError, RedisError):  # what they say may quote a password
        raise SettingsError(
            "REDIS_URL is not a Redis URL, such as redis://host:6379/0, or has an option that is not known"
        ) from None
    return redis


@asynccontextmanager
async def _open_bot(settings: Settings, metrics: Metrics) -> AsyncIterator[Bot]:
    bot = create_bot(settings, metrics)
    try:
        yield bot
    finally:
        await bot.session.close()


def _accept(settings: Settings, checked: CheckedBot) -> str:
    """Return the locale of strangers of a bot that fits the settings."""
    require_payment_token(settings, checked)
    return _default_locale(settings, checked)


def _default_locale(settings: Settings, checked: CheckedBot) -> str:
    locale = settings.locale_default or checked.file.locale
    if locale not in checked.file.locales:
        known = ", ".join(f'"{one}"' for one in sorted(checked.file.locales))
        raise SettingsError(f'LOCALE_DEFAULT is "{locale}", but the bot has {known}')
    return locale
