"""Delivers what is in the outbox: claims what is due, has it written and sent, and obeys Telegram's answers.

It knows nothing of where messages are kept, nor of what they say.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from engine.dialog.ports import UnavailableError
from engine.service.notices import UnsendableError
from engine.service.outbox import OutboxUnavailableError
from engine.service.sending import Answer, send
from storage.outbox import MAY_REPEAT, Fate

if TYPE_CHECKING:
    from aiogram import Bot

    from engine.service.metrics import Metrics
    from engine.service.outbox import Outbox
    from engine.service.sending import Sent, Words
    from storage.outbox import Message

_logger = structlog.get_logger(__name__)

CONCURRENT: Final = 30
"""Messages on their way at once; Telegram takes some 30 a second of a bot."""

LOOK_SECONDS: Final = 0.5
"""How long to wait before looking again when nothing was due."""

BUSY_SECONDS: Final = 0.1
"""How long to wait before more is claimed."""

BACKOFF_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0)
"""How long a message that failed rests, and its chat with it; after one more it is dead."""

PAUSES_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 15.0)
"""How long the whole bot rests while Telegram is away."""

AWAY_AFTER: Final = 3
"""Messages in a row that did not arrive before Telegram is taken for away."""


class Writer(Protocol):
    """Puts messages into words."""

    async def write(self, message: Message) -> Words:
        """Return what a message says; raise `UnsendableError` when it is not to be sent."""

    async def note_unreachable(self, message: Message, *, is_shut_out: bool) -> None:
        """See to what follows when a message cannot reach its recipient."""


class Deliveries:
    """A loop of its own, in every process; `news` is set when there may be something to send."""

    def __init__(
        self, outbox: Outbox, writer: Writer, bot: Bot, metrics: Metrics, *, news: asyncio.Event
    ) -> None:
        self._outbox = outbox
        self._writer = writer
        self._bot = bot
        self._metrics = metrics
        self._news = news
        self._sending: set[asyncio.Task[None]] = set()
        self._lost_in_a_row = 0
        self._pauses = 0
        self._resumes_at = 0.0
        self._told_to_wait = (0, 0.0)

    async def run(self) -> None:
        """Deliver until cancelled; what is on its way goes on."""
        while True:
            self._news.clear()
            room = CONCURRENT - len(self._sending)
            claimed = await self._claim(1 if self._is_away and room else room)
            seconds = BUSY_SECONDS if claimed or not room else LOOK_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await (asyncio.sleep(seconds) if claimed else self._news.wait())

    async def finish(self, timeout_seconds: float) -> None:
        """Wait for what is on its way, within bounds; what nobody waits for ends as its policy says."""
        if self._sending:
            _, left = await asyncio.wait(self._sending, timeout=timeout_seconds)
            for task in left:
                task.cancel()
            if left:
                _logger.warning("messages_given_up", messages=len(left))

    async def deliver(self, message: Message) -> None:
        """Have one claimed message written and sent, and do what follows from Telegram's answer."""
        try:
            words = await self._writer.write(message)
        except UnsendableError as error:
            await self._end_message(message, error.fate, str(error))
        except UnavailableError as error:
            await self._outbox.postpone(message, seconds=1, failed=False, reason=str(error))
        except Exception as error:
            _logger.exception("notice_not_written", notice=message.notice, message=message.id)
            await self._fail(message, type(error).__name__)
        else:
            if self._outbox.holds(message):
                await self._obey(message, await send(self._bot, message.chat_id, words))

    @property
    def _is_away(self) -> bool:
        return self._lost_in_a_row >= AWAY_AFTER

    async def _claim(self, room: int) -> int:
        try:
            claimed = await self._outbox.claim(room)
        except OutboxUnavailableError as error:
            _logger.info("outbox_unavailable", reason=str(error))
            return 0
        for message in claimed:
            task = asyncio.create_task(self.deliver(message))
            self._sending.add(task)
            task.add_done_callback(self._end)
        return len(claimed)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _logger.error("delivery_failed", exc_info=error)

    async def _obey(self, message: Message, sent: Sent) -> None:
        """Do what follows from Telegram's answer."""
        if sent.answer not in (Answer.UNWELL, Answer.UNKNOWN):
            self._lost_in_a_row = self._pauses = 0
        match sent.answer:
            case Answer.SENT:
                await self._outbox.end(message, Fate.DELIVERED, message_id=sent.number)
                self._count(message, Fate.DELIVERED, None)
            case Answer.WAIT:
                await self._wait(message, sent)
            case Answer.MOVED:
                await self._outbox.move_chat(message, sent.number)
                await self._outbox.postpone(message, seconds=0, failed=False, reason=sent.reason)
            case Answer.SHUT_OUT | Answer.REFUSED:
                await self._give_up(message, sent)
            case Answer.UNKNOWN if message.policy != MAY_REPEAT:
                reason = f"{sent.reason}; it may have arrived"
                await self._end_message(message, Fate.DEAD, reason)
            case _:
                await self._lose(message, sent.reason)

    async def _wait(self, message: Message, sent: Sent) -> None:
        """Let the chat wait as long as Telegram wants; if it says so to several chats at once, it means the bot."""
        chat_id, since = self._told_to_wait
        self._told_to_wait = (message.chat_id, monotonic())
        await self._outbox.postpone(message, seconds=sent.number, failed=False, reason=sent.reason)
        if chat_id not in (0, message.chat_id) and monotonic() - since < 1:
            await self._pause(sent.number)
        _logger.info("delivery_waits", seconds=sent.number)

    async def _give_up(self, message: Message, sent: Sent) -> None:
        """End what cannot reach its recipient, after what the notice has for that."""
        try:
            is_shut_out = sent.answer is Answer.SHUT_OUT
            await self._writer.note_unreachable(message, is_shut_out=is_shut_out)
        except UnavailableError as error:
            await self._outbox.postpone(message, seconds=1, failed=False, reason=str(error))
            return
        except Exception:
            _logger.exception("unreachable_not_told", notice=message.notice, message=message.id)
        await self._end_message(message, Fate.DEAD, sent.reason)

    async def _lose(self, message: Message, reason: str) -> None:
        """Try again later what did not arrive; while Telegram is away, no message is to blame."""
        self._lost_in_a_row += 1
        if not self._is_away:
            await self._fail(message, reason)
            return
        await self._outbox.postpone(message, seconds=0.5, failed=False, reason=reason)
        if monotonic() >= self._resumes_at:  # many are on their way at once, and it is one trouble
            seconds = PAUSES_SECONDS[min(self._pauses, len(PAUSES_SECONDS) - 1)]
            self._pauses += 1
            self._resumes_at = monotonic() + seconds
            _logger.warning("telegram_away", seconds=seconds, reason=reason)
            await self._pause(seconds)

    async def _fail(self, message: Message, reason: str) -> None:
        if message.attempts > len(BACKOFF_SECONDS):
            await self._end_message(message, Fate.DEAD, reason)
            return
        seconds = BACKOFF_SECONDS[message.attempts - 1]
        self._metrics.notices.labels(message.notice, "tried_again").inc()
        await self._outbox.postpone(message, seconds=seconds, failed=True, reason=reason)

    async def _pause(self, seconds: float) -> None:
        with suppress(OutboxUnavailableError):
            await self._outbox.pause(seconds)

    async def _end_message(self, message: Message, fate: Fate, reason: str) -> None:
        await self._outbox.end(message, fate, reason=reason[:500])
        self._count(message, fate, reason)

    def _count(self, message: Message, fate: Fate, reason: str | None) -> None:
        late = max((datetime.now(UTC) - message.due_at).total_seconds(), 0)
        self._metrics.notices.labels(message.notice, fate.value).inc()
        if fate is Fate.DELIVERED:
            self._metrics.notice_late_seconds.observe(late)
        log = _logger.warning if fate is Fate.DEAD else _logger.info
        log(
            f"message_{fate.value}",
            message=message.id,
            notice=message.notice,
            attempts=message.attempts,
            late_seconds=round(late, 1),
            reason=reason,
        )
