"""Messages that commands of a simulation leave for people: written, sent and ended as in production, by the simulation's clock.

It knows nothing of who talks to whom; each message goes when it is due, without the pace that Telegram wants to be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from engine.service.delivering import Deliveries
from engine.service.notices import NoticeWriter
from storage import outbox as rows

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from aiogram import Bot
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.flow.checked import Bot as CheckedBot
    from engine.service.directory import PeopleDirectory
    from engine.service.metrics import Metrics
    from engine.service.runner import TransactionRunner
    from storage.outbox import Fate, Message

_WORKER: Final = 1
"""The number under which messages are claimed; nobody else claims any within the simulation's transaction."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class ClockedOutbox:
    """The outbox of a bot on one connection, in which it is as late as `now` says."""

    def __init__(self, bot_id: int, connection: Any) -> None:
        self._bot_id = bot_id
        self._connection = connection
        self._free_at: dict[int, datetime] = {}
        self._resumes_at = _LONG_AGO
        self.now = _LONG_AGO

    async def claim(self, limit: int) -> tuple[Message, ...]:
        """Claim the message that is next."""
        if limit <= 0 or self.now < self._resumes_at:
            return ()
        resting = [chat_id for chat_id, at in self._free_at.items() if at > self.now]
        taken = await rows.take(
            self._connection, self._bot_id, _WORKER, now=self.now, resting=resting
        )
        return () if taken is None else (taken,)

    def holds(self, message: Message) -> bool:
        """Tell that nobody else can have claimed it."""
        return message.worker == _WORKER

    async def end(
        self,
        message: Message,
        fate: Fate,
        *,
        reason: str | None = None,
        message_id: int | None = None,
    ) -> None:
        """Note how a message ended."""
        await rows.end(self._connection, message, fate, reason=reason, message_id=message_id)

    async def postpone(
        self, message: Message, *, seconds: float, failed: bool, reason: str
    ) -> None:
        """Give a message back for so long, with its chat."""
        await rows.postpone(
            self._connection, message, seconds=seconds, failed=failed, reason=reason
        )
        self._free_at[message.chat_id] = self.now + timedelta(seconds=seconds)

    async def pause(self, seconds: float) -> None:
        """Let the whole bot rest."""
        self._resumes_at = max(self._resumes_at, self.now + timedelta(seconds=seconds))

    async def move_chat(self, message: Message, chat_id: int) -> None:
        """Let what waits for a group go to the supergroup that it became."""
        await rows.move_chat(self._connection, self._bot_id, message.chat_id, chat_id)

    async def next_due(self) -> datetime | None:
        """Return when the next message can be claimed; None when there is none."""
        chats = await rows.list_chats(self._connection, self._bot_id)
        moments = [max(at, self._free_at.get(chat_id, at)) for chat_id, at in chats.items()]
        return max(min(moments), self._resumes_at) if moments else None


@dataclass(slots=True)
class Mailbag:
    """Delivers what is due, when it is asked to; `news` is set when a command may have left something."""

    outbox: ClockedOutbox
    sessions: async_sessionmaker[AsyncSession]
    directory: PeopleDirectory
    runner: TransactionRunner
    metrics: Metrics
    news: asyncio.Event
    checked: CheckedBot
    _due: datetime | None = None
    _deliveries: Deliveries | None = None

    async def next_due(self) -> datetime | None:
        """Return when the next message is due; None when none is left."""
        if self.news.is_set():
            self.news.clear()
            self._due = await self.outbox.next_due()
        return self._due

    async def deliver(self, telegram: Bot, clock: Callable[[], datetime]) -> None:
        """Deliver everything that is due, in the order in which it is."""
        deliveries = self._deliveries or self._open(telegram, clock)
        while (due := await self.next_due()) and due <= clock():
            self.outbox.now = clock()
            for message in await self.outbox.claim(1):
                await deliveries.deliver(message)
            self.news.set()

    def _open(self, telegram: Bot, clock: Callable[[], datetime]) -> Deliveries:
        writer = NoticeWriter(
            telegram,
            lambda: self.checked,
            self.sessions,
            directory=self.directory,
            runner=self.runner,
            clock=clock,
        )
        self._deliveries = Deliveries(self.outbox, writer, telegram, self.metrics, news=self.news)
        return self._deliveries
