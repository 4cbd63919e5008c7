"""Tells people whose updates cannot be kept for now that it takes a moment; Telegram keeps the updates.

It knows nothing of how updates arrive, nor why they cannot be kept.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.types import Update
from pydantic import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiogram import Bot

    from engine.dialog.apology import Apologies

_logger = structlog.get_logger(__name__)

SAY_SECONDS: Final = 5.0
"""How long telling may take; updates are not asked for again, or refused, meanwhile."""


class PuttingOff:
    """Tells each conversation once until updates can be kept again, and answers each press once."""

    def __init__(self, bot: Bot, apologies: Apologies) -> None:
        self._bot = bot
        self._apologies = apologies
        self._told: set[int] = set()

    async def tell(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Tell the people of updates that were not kept."""
        new = [one for one in updates if one["update_id"] not in self._told]
        self._told.update(one["update_id"] for one in new)
        if new:
            _logger.info("put_off", updates=len(new))
            with suppress(TimeoutError):
                async with asyncio.timeout(SAY_SECONDS):
                    await asyncio.gather(*(self._say(one) for one in new))

    def over(self) -> None:
        """Note that updates are kept again; whose conversation is reached then hears of the next trouble anew."""
        self._told.clear()

    async def _say(self, raw: Mapping[str, Any]) -> None:
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError:
            return
        press = update.callback_query
        event = update.message or (press if press and press.message else None)
        if event is not None and event.from_user is not None:
            await self._apologies.say_unavailable(event, self._bot)
