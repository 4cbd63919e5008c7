"""Opens the Bot API: the bot with its session, and the commands its menu shows.

It knows nothing of updates.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import BotCommand

from engine.actions import User
from engine.flow.formats import Formats
from engine.flow.model import EntryKind
from engine.service.metrics import CallMeter

if TYPE_CHECKING:
    from engine.flow.check import Bot as CheckedBot
    from engine.flow.check import CompiledFlow
    from engine.service.metrics import Metrics
    from engine.service.settings import Settings

DESCRIPTION_LENGTH = 256
"""Telegram's bound on a command's description."""


def create_bot(settings: Settings, metrics: Metrics) -> Bot:
    """Make the bot; nothing connects before its first call. Close its session when done."""
    session = AiohttpSession(
        api=TelegramAPIServer.from_base(settings.telegram_api_url),
        json_loads=orjson.loads,
        json_dumps=_dumps,
        timeout=settings.request_timeout_seconds,
    )
    session.middleware(CallMeter(metrics))
    return Bot(
        settings.bot_token.get_secret_value(),
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML),
    )


async def announce_commands(bot: Bot, checked: CheckedBot) -> None:
    """Set the menu of commands, in every locale: those of flows that a stranger may enter.

    Telegram shows people the menu of their language, and that of the bot's own locale where there is none.
    """
    file = checked.file
    menus: dict[str | None, list[BotCommand]] = defaultdict(list)
    for locale in (file.locale, *(one for one in file.locales if one != file.locale)):
        language = None if locale == file.locale else locale.replace("-", "_").partition("_")[0]
        if language not in menus:
            menus[language] = list_commands(checked, locale)
    for language, commands in menus.items():
        await bot.set_my_commands(commands, language_code=language)


def list_commands(checked: CheckedBot, locale: str) -> list[BotCommand]:
    """Return the commands that open flows a stranger may enter, described by the flows' titles."""
    environment = _stranger(checked, locale)
    return [
        BotCommand(command=entry.value, description=title[:DESCRIPTION_LENGTH])
        for compiled in checked.flows.values()
        if _may_enter(compiled, environment)
        for title in [compiled.wordings[compiled.flow.title][locale].render(environment)]
        for entry in compiled.flow.start
        if entry.kind is EntryKind.COMMAND
    ]


def _stranger(checked: CheckedBot, locale: str) -> dict[str, Any]:
    file = checked.file
    user = User(id=0, role=file.roles[0], first_name="", locale=locale, time_zone=file.time_zone)
    formats = Formats(locale, ZoneInfo(file.time_zone), file.currency, datetime.now(UTC))
    return {"user": user, "formats": formats}


def _may_enter(compiled: CompiledFlow, environment: dict[str, Any]) -> bool:
    access = compiled.flow.access
    return access is None or bool(compiled.code[access].evaluate(environment))


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
