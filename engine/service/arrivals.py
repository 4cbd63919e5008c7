"""Lets updates arrive in the way that the settings choose: they are fetched, or Telegram brings them.

It knows nothing of what becomes of them.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.service.intake import background
from engine.service.polling import Poller
from engine.service.settings import Updates
from engine.service.webhook import WebhookReceiver
from engine.service.webhook_rules import path_of, split_secrets
from engine.service.webhook_upkeep import Wanted, WebhookUpkeep

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Sequence

    from aiogram import Bot

    from engine.service.intake import Intake
    from engine.service.metrics import Metrics
    from engine.service.settings import Settings


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How updates arrive: `task` ends only when they cannot, `part` and `trouble` are for the health page."""

    task: asyncio.Task[None]
    part: str
    trouble: Callable[[], str | None]
    receiver: WebhookReceiver | None = None


@asynccontextmanager
async def open_arrivals(
    settings: Settings, bot: Bot, intake: Intake, metrics: Metrics, allowed_updates: Sequence[str]
) -> AsyncIterator[Arrivals]:
    """Let updates arrive until the block ends."""
    if settings.updates is Updates.POLLING:
        poller = Poller(
            bot,
            intake.inbox,
            intake.keeper,
            metrics,
            intake.putting_off,
            allowed_updates=allowed_updates,
            timeout_seconds=settings.polling_timeout_seconds,
            own_webhook=settings.webhook_url,
        )
        async with background(poller.run()) as task:
            yield Arrivals(task, "polling", poller.trouble)
        return
    url, secrets = _webhook_of(settings)
    receiver = WebhookReceiver(
        intake.inbox, metrics, intake.putting_off, path=path_of(url), secrets=secrets
    )
    wanted = Wanted(url, secrets[0], settings.webhook_connections, allowed_updates)
    upkeep = WebhookUpkeep(bot, intake.keeper, metrics, wanted=wanted)
    async with background(upkeep.run()) as task:
        yield Arrivals(task, "webhook", upkeep.trouble, receiver)


def _webhook_of(settings: Settings) -> tuple[str, list[str]]:
    assert settings.webhook_url is not None  # noqa: S101 - the settings say so
    assert settings.webhook_secret is not None  # noqa: S101
    return settings.webhook_url, split_secrets(settings.webhook_secret.get_secret_value())
