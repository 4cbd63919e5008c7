"""Opens the Bot API: the bot with its session, and what can be said to somebody nobody knows yet.

It knows nothing of updates.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.methods import Response

from engine.actions import User
from engine.flow.formats import Formats
from engine.service.metrics import CallMeter

if TYPE_CHECKING:
    from aiogram.methods import TelegramMethod

    from engine.flow.checked import Bot as CheckedBot
    from engine.service.metrics import Metrics
    from engine.service.settings import Settings


class KeepsReaders(BaseSession):
    """Keeps what answers are read with.

    pydantic forgets the model of an answer when garbage is collected, and making it takes milliseconds: a quarter of all
    that a busy bot's process did.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._readers: dict[type[TelegramMethod[Any]], type[Response[Any]]] = {}

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        """Return what Telegram answered, or raise what it says is wrong."""
        if type(method) not in self._readers:
            self._readers[type(method)] = Response[method.__returning__]  # type: ignore[name-defined]  # at run time
        return super().check_response(bot, method, status_code, content)


class _Session(KeepsReaders, AiohttpSession):
    """The session to Telegram."""


def create_bot(settings: Settings, metrics: Metrics) -> Bot:
    """Make the bot; nothing connects before its first call. Close its session when done."""
    session = _Session(
        api=TelegramAPIServer.from_base(settings.telegram_api_url),
        json_loads=_loads,
        json_dumps=_dumps,
        timeout=settings.request_timeout_seconds,
    )
    session.middleware(CallMeter(metrics))
    return Bot(
        settings.bot_token.get_secret_value(),
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML),
    )


def stranger(
    checked: CheckedBot, locale: str, *, role: str | None = None, first_name: str = ""
) -> dict[str, Any]:
    """Return what texts and conditions read about somebody of whom only this is known; the role is a stranger's."""
    file = checked.file
    user = User(0, role or file.roles[0], first_name, locale, file.time_zone)
    formats = Formats(locale, ZoneInfo(file.time_zone), file.currency, datetime.now(UTC))
    return {"user": user, "formats": formats}


def _loads(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # half of a surrogate pair, which Telegram lets pass
        return json.loads(text)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
