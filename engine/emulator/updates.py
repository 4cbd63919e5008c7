"""The queue of updates of one bot, with getUpdates' offset semantics and the webhook's settings.

Knows nothing of what an update holds, nor of HTTP.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.emulator.errors import ApiError, conflict

if TYPE_CHECKING:
    from collections.abc import Callable

type Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of update a bot gets only when it names them in `allowed_updates`."""

FIRST_UPDATE_ID = 1_000_001


@dataclass
class Webhook:
    """Where and how updates are delivered."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass
class _Poll:
    done: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by: ApiError | None = None


class UpdateQueue:
    """Updates that a bot has not yet confirmed, oldest first."""

    def __init__(self, first_id: int = FIRST_UPDATE_ID) -> None:
        self.pending: dict[int, Json] = {}
        self.allowed: list[str] | None = None
        self.webhook: Webhook | None = None
        self.changed: Callable[[], None] = lambda: None
        self._next_id = first_id
        self._poll: _Poll | None = None
        self._closed = False

    def push(self, kind: str, payload: Json) -> int | None:
        """Queue an update; return its number, or None when the bot does not want that kind."""
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if not wanted:
            return None
        update_id = self._next_id
        self._next_id += 1
        self.pending[update_id] = {"update_id": update_id, kind: payload}
        self._wake()
        return update_id

    def redeliver(self, update: Json) -> None:
        """Queue an update again under the number it had."""
        self.pending[update["update_id"]] = update
        self.pending = dict(sorted(self.pending.items()))
        self._wake()

    def drop(self) -> None:
        """Forget everything that is waiting."""
        self.pending.clear()

    def confirm(self, offset: int) -> None:
        """Forget what lies before an offset; a negative one keeps that many of the newest."""
        if offset < 0:
            offset = next(iter(list(self.pending)[offset:]), 0)
        self.pending = {number: u for number, u in self.pending.items() if number >= offset}

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[Json]:
        """Return up to `limit` updates from `offset` on, waiting for the first one.

        Raises:
            ApiError: a webhook is set, or another poll or a webhook ended this one.
        """
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self.end_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        self.confirm(offset)
        if not self.pending and timeout_seconds > 0 and not self._closed:
            await self._wait(timeout_seconds)
        return list(self.pending.values())[:limit]

    def end_poll(self, reason: str) -> None:
        """Answer a poll that is waiting with a conflict."""
        if self._poll is not None:
            self._poll.ended_by = conflict(reason)
            self._poll.done.set()

    def close(self) -> None:
        """Let waiting polls answer at once, now and from now on."""
        self._closed = True
        self._wake()

    async def _wait(self, timeout_seconds: float) -> None:
        poll = self._poll = _Poll()
        try:
            async with asyncio.timeout(timeout_seconds):
                await poll.done.wait()
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None
        if poll.ended_by is not None:
            raise poll.ended_by

    def _wake(self) -> None:
        if self._poll is not None:
            self._poll.done.set()
        self.changed()
