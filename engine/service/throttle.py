"""Keeps one person, or one group, from taking the bot's time: updates above the rates that bot.yaml allows go no further.

It knows nothing of conversations; other people's updates are not touched, and where Redis fails all pass. What is refused is
handled with that: its place in the inbox is free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from redis.exceptions import RedisError

from engine.dialog.delivery import answer_callback, deliver
from engine.flow.locales import choose_locale
from engine.service.telegram import stranger
from storage.throttle import Rate, TokenBuckets, Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram.types import Chat, TelegramObject, Update
    from redis.asyncio import Redis

    from engine.flow.checked import Bot as CheckedBot
    from engine.flow.model.bot import Throttle as Allowed
    from engine.service.metrics import Metrics

_logger = structlog.get_logger(__name__)


class Throttle(BaseMiddleware):
    """Lets an update pass, or refuses it: with the message `slow_down` once for each bucket emptied, then in silence.

    In groups only commands and presses count, for other people's talk is none of the bot's business. Payments always pass.
    """

    def __init__(self, redis: Redis, metrics: Metrics, checked: CheckedBot, *, locale: str) -> None:
        self._redis = redis
        self._metrics = metrics
        self.replace(checked, locale)

    def replace(self, checked: CheckedBot, locale: str) -> None:
        """Let pass what another bot allows."""
        allowed = checked.file.throttle
        self._people = _buckets(self._redis, allowed) if allowed else None
        group = allowed.group if allowed else None
        self._groups = _buckets(self._redis, group) if group else None
        self._checked = checked
        self._locale = locale

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Handle the update, if its sender may, and its group."""
        if isinstance(event, CallbackQuery | Message) and _counts(event):
            sender = event.from_user.id if event.from_user else 0
            verdict = await self._ask(self._people, sender, data)
            if verdict is not Verdict.PASSES:
                return await self._refuse(event, verdict, data)
            group = _group_of(event)
            verdict = await self._ask(self._groups, group.id, data) if group else verdict
            if group is not None and verdict is not Verdict.PASSES:
                return await self._refuse_group(event, group, verdict, data)
        return await handler(event, data)

    async def _ask(self, buckets: TokenBuckets | None, whose: int, data: dict[str, Any]) -> Verdict:
        update: Update = data["event_update"]
        if buckets is None:
            return Verdict.PASSES
        try:
            return await buckets.take(data["bot"].id, whose, update.update_id)
        except RedisError as error:
            _logger.warning("throttle_unavailable", reason=type(error).__name__)
            return Verdict.PASSES

    async def _refuse(
        self, event: CallbackQuery | Message, verdict: Verdict, data: dict[str, Any]
    ) -> None:
        self._metrics.throttled.labels(verdict.value).inc()
        words = self._words(event) if verdict is Verdict.TOLD else None
        if isinstance(event, CallbackQuery):
            await answer_callback(data["bot"], event, words)
        elif words is not None:
            await _say(event.chat.id, words, data)

    async def _refuse_group(
        self, event: CallbackQuery | Message, group: Chat, verdict: Verdict, data: dict[str, Any]
    ) -> None:
        """Tell all of a group, not only whoever pressed."""
        self._metrics.throttled.labels(verdict.value).inc()
        if isinstance(event, CallbackQuery):
            await answer_callback(data["bot"], event, None)
        if verdict is Verdict.TOLD:
            await _say(group.id, self._words(event), data)

    def _words(self, event: CallbackQuery | Message) -> str:
        person = event.from_user
        wish = person.language_code if person else None
        locale = choose_locale(self._checked.file.locales, [wish]) or self._locale
        name = person.first_name if person else ""
        environment = stranger(self._checked, locale, first_name=name)
        return self._checked.messages["slow_down"][locale].render(environment)


def _buckets(redis: Redis, allowed: Allowed) -> TokenBuckets:
    return TokenBuckets(redis, Rate(allowed.messages, allowed.period_milliseconds))


def _counts(event: CallbackQuery | Message) -> bool:
    if event.from_user is None or (isinstance(event, Message) and event.successful_payment):
        return False
    if isinstance(event, CallbackQuery) or event.chat.type == ChatType.PRIVATE:
        return True
    return (event.text or "").startswith("/")


def _group_of(event: CallbackQuery | Message) -> Chat | None:
    message = event if isinstance(event, Message) else event.message
    if message is None or message.chat.type == ChatType.PRIVATE:
        return None
    return message.chat


async def _say(chat_id: int, words: str, data: dict[str, Any]) -> None:
    await deliver(lambda: data["bot"].send_message(chat_id, words, parse_mode=None))
