"""Keeps one person from taking the bot's time: updates above the rate that bot.yaml allows go no further.

It knows nothing of conversations; other people's updates are not touched, and where Redis fails all pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message
from redis.exceptions import RedisError

from engine.dialog.delivery import answer_callback, deliver
from engine.service.directory import choose_locale
from engine.service.telegram import stranger
from storage.throttle import Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram.types import TelegramObject

    from engine.flow.checked import Bot as CheckedBot
    from engine.service.metrics import Metrics
    from storage.throttle import TokenBuckets

_logger = structlog.get_logger(__name__)


class Throttle(BaseMiddleware):
    """Lets an update pass, or refuses it: with the message `slow_down` once for each bucket emptied, then in silence.

    In groups only commands and presses count, for other people's talk is none of the bot's business.
    """

    def __init__(
        self, buckets: TokenBuckets, metrics: Metrics, checked: CheckedBot, locale: str
    ) -> None:
        self._buckets = buckets
        self._metrics = metrics
        self._checked = checked
        self._locale = locale

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Handle the update, if its sender may."""
        verdict = await self._ask(event, data["bot"].id)
        if verdict is Verdict.PASSES:
            return await handler(event, data)
        self._metrics.throttled.labels(verdict.value).inc()
        if isinstance(event, CallbackQuery):
            text = self._words(event) if verdict is Verdict.TOLD else None
            await answer_callback(data["bot"], event, text)
        elif isinstance(event, Message) and verdict is Verdict.TOLD:
            words, chat_id = self._words(event), event.chat.id
            await deliver(lambda: data["bot"].send_message(chat_id, words, parse_mode=None))
        return None

    async def _ask(self, event: TelegramObject, bot_id: int) -> Verdict:
        if not isinstance(event, CallbackQuery | Message) or event.from_user is None:
            return Verdict.PASSES
        is_talk = isinstance(event, Message) and not (event.text or "").startswith("/")
        if isinstance(event, Message) and event.chat.type != ChatType.PRIVATE and is_talk:
            return Verdict.PASSES
        try:
            return await self._buckets.take(bot_id, event.from_user.id)
        except RedisError as error:
            _logger.warning("throttle_unavailable", reason=type(error).__name__)
            return Verdict.PASSES

    def _words(self, event: CallbackQuery | Message) -> str:
        person = event.from_user
        wish = person.language_code if person else None
        locale = choose_locale(self._checked.file.locales, [wish]) or self._locale
        name = person.first_name if person else ""
        environment = stranger(self._checked, locale, first_name=name)
        return self._checked.messages["slow_down"][locale].render(environment)
