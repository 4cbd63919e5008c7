"""`usher webhook info|delete`: where Telegram calls, and having it call no more.

It knows nothing of what is called; setting a webhook is up to the process that runs.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

from engine.service.errors import ServiceError
from engine.service.metrics import Metrics
from engine.service.settings import Settings, Updates, load_settings
from engine.service.telegram import create_bot
from engine.service.webhook_rules import host_of

if TYPE_CHECKING:
    from argparse import Namespace

    from aiogram import Bot
    from aiogram.types import WebhookInfo


def run(options: Namespace) -> int:
    """Do what was asked and say what came of it."""
    settings = load_settings(Settings, env_file=options.env_file)
    sys.stdout.write(asyncio.run(_ask(settings, options.action)))
    return 0


async def _ask(settings: Settings, action: str) -> str:
    bot = create_bot(settings, Metrics())
    try:
        return await (_delete(bot, settings) if action == "delete" else _describe(bot, settings))
    except (TelegramNotFound, TelegramUnauthorizedError) as error:
        raise ServiceError("Telegram refuses BOT_TOKEN") from error
    except AiogramError as error:
        raise ServiceError(f"Telegram does not answer ({type(error).__name__})") from error
    finally:
        await bot.session.close()


async def _delete(bot: Bot, settings: Settings) -> str:
    info = await bot.get_webhook_info()
    if not info.url:
        return "there is no webhook\n"
    await bot.delete_webhook()
    said = f"the webhook at {_shown(info, settings)} is deleted; {_waiting(info)}\n"
    if settings.updates is Updates.WEBHOOK:
        said += "a process that runs with UPDATES=webhook sets its own within half a minute\n"
    return said


async def _describe(bot: Bot, settings: Settings) -> str:
    info = await bot.get_webhook_info()
    if not info.url:
        return f"there is no webhook; {_waiting(info)}\n"
    lines = [f"Telegram calls {_shown(info, settings)}; {_waiting(info)}"]
    if info.last_error_date is not None:
        at = info.last_error_date.strftime("%Y-%m-%d %H:%M:%S")
        lines.append(f"a call failed at {at} UTC: {info.last_error_message}")
    return "".join(f"{line}\n" for line in lines)


def _shown(info: WebhookInfo, settings: Settings) -> str:
    """Say whose it is; the path of a stranger's may hold a token."""
    if info.url == settings.webhook_url:
        return f"{info.url}, which is WEBHOOK_URL"
    return f'an address at host "{host_of(info.url)}", which is not WEBHOOK_URL'


def _waiting(info: WebhookInfo) -> str:
    count = info.pending_update_count
    return "1 update waits at Telegram" if count == 1 else f"{count} updates wait at Telegram"
