"""Keeps this process known to the others, and lets it lead when nobody else does.

It knows nothing of what is done by workers and leaders; it frees what dead workers had claimed.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog
from aiogram.utils.backoff import Backoff, BackoffConfig

from storage import inbox, outbox
from storage.database import AWAY
from storage.presence import open_presence

if TYPE_CHECKING:
    from storage.presence import Presence

_logger = structlog.get_logger(__name__)

BEAT_SECONDS: Final = 1.0
"""How often the dead are looked for, and the lead asked for."""

BEATS_A_LOOK: Final = 5
"""How many beats until the inbox is looked into without being told to: the net under all notices."""

_BACKOFF: Final = BackoffConfig(min_delay=0.1, max_delay=2.0, factor=2.0, jitter=0.1)


class PresenceKeeper:
    """Opens a presence, and another one when it is lost.

    `worker` is the number of the present one, None while there is none; `led` is set while this process leads, and
    `stands_by` tells that another one does.
    """

    def __init__(self, url: str, bot_id: int, *, news: asyncio.Event, leads: bool) -> None:
        self._url = url
        self._bot_id = bot_id
        self._news = news
        self._may_lead = leads
        self._presence: Presence | None = None
        self._trouble: str | None = "PostgreSQL has not answered yet"
        self.led = asyncio.Event()
        self.stands_by = False

    @property
    def worker(self) -> int | None:
        """Return the number under which this process claims."""
        presence = self._presence
        return None if presence is None or presence.lost.is_set() else presence.worker

    def trouble(self) -> str | None:
        """Tell why this process is not present, or None when it is."""
        return self._trouble

    async def lead_lost(self) -> None:
        """Return when this process leads no more."""
        if self._presence is not None and self.led.is_set():
            await self._presence.lost.wait()
        self.led.clear()

    async def run(self) -> None:
        """Be present until cancelled."""
        backoff = Backoff(_BACKOFF)
        while True:
            try:
                async with open_presence(
                    self._url, channel=inbox.CHANNEL, hear=self._hear
                ) as presence:
                    await self._stay(presence, backoff)
                    reason = "the connection ended"
            except AWAY as error:
                reason = type(error).__name__
            self._note(reason)
            await asyncio.sleep(next(backoff))

    async def _stay(self, presence: Presence, backoff: Backoff) -> None:
        self._presence = presence
        beats = 0
        try:
            while not presence.lost.is_set():
                await self._beat(presence)
                self._note(None)
                backoff.reset()
                if beats % BEATS_A_LOOK == 0:
                    self._news.set()
                beats += 1
                with suppress(TimeoutError):
                    await asyncio.wait_for(presence.lost.wait(), BEAT_SECONDS)
        finally:
            presence.lost.set()
            self._presence = None
            self.led.clear()
            self.stands_by = False

    async def _beat(self, presence: Presence) -> None:
        if freed := await inbox.free_dead(presence.connection, self._bot_id):
            _logger.warning("claims_freed", updates=freed)
            self._news.set()
        if freed := await outbox.free_dead(presence.connection, self._bot_id):
            _logger.warning("messages_freed", messages=freed)
        if self._may_lead and not self.led.is_set():
            self.stands_by = not await presence.lead(self._bot_id)
            if not self.stands_by:
                _logger.info("leads", worker=presence.worker)
                self.led.set()

    def _hear(self, told: str) -> None:
        bot_id, _, teller = told.partition(":")
        if bot_id == str(self._bot_id) and teller != str(self.worker):
            self._news.set()

    def _note(self, trouble: str | None) -> None:
        if trouble is None and self._trouble is not None:
            _logger.info("present", worker=self.worker)
        elif trouble is not None and self._trouble is None:
            _logger.warning("presence_lost", reason=trouble)
        self._trouble = None if trouble is None else f"PostgreSQL does not hold us ({trouble})"
