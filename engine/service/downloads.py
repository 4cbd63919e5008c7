"""Reads files that people sent from Telegram, for commands that keep what is in them.

It knows nothing of what a file is of, nor of actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.exceptions import TelegramBadRequest

if TYPE_CHECKING:
    from aiogram import Bot

    from engine.actions import File


class SentFiles:
    """The files that were sent to a bot; those of another bot it cannot read."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def read(self, file: File) -> bytes | None:
        """Return what is in a file; None where Telegram does not give it out, as of one above 20 MB."""
        try:
            content = await self._bot.download(file.file_id)
        except TelegramBadRequest:
            return None
        return None if content is None else content.read()
