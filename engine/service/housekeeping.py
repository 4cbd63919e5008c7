"""Looks after what piles up: measures inbox and outbox, deletes rows that are of no more use, and does the jobs of the catalog.

It knows nothing of what the rows say.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

import storage
from engine.service.inbox import InboxUnavailableError
from engine.service.outbox import OutboxUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from engine.actions import Job
    from engine.service.inbox import PostgresInbox
    from engine.service.metrics import Metrics
    from engine.service.outbox import PostgresOutbox

_logger = structlog.get_logger(__name__)

MEASURE_SECONDS: Final = 5.0
CLEAN_SECONDS: Final = 600.0

DONE_KEPT: Final = timedelta(hours=48)
"""Twice as long as Telegram delivers an update again."""

SET_ASIDE_KEPT: Final = timedelta(days=30)

SENT_KEPT: Final = timedelta(days=14)
"""How long it can be seen what was sent; a key keeps a message from being written again for as long."""

OUTCOMES_KEPT: Final = SET_ASIDE_KEPT + timedelta(days=2)
"""Longer than any update can be handled again, so that no command is carried out twice."""

BATCH: Final = 1_000
"""Rows deleted in one statement."""


class Housekeeping:
    """A loop of its own, in every process; who comes second finds little left to do."""

    def __init__(
        self,
        inbox: PostgresInbox,
        sessions: async_sessionmaker[AsyncSession],
        metrics: Metrics,
        outbox: PostgresOutbox | None = None,
        jobs: Iterable[Job] = (),
    ) -> None:
        self._jobs = tuple(jobs)
        self._outbox = outbox
        self._inbox = inbox
        self._sessions = sessions
        self._metrics = metrics

    async def run(self) -> None:
        """Measure often and clean up now and then, until cancelled."""
        early = random.uniform(0, CLEAN_SECONDS / 10)  # noqa: S311 - not all processes at once
        clean_at = monotonic() + early
        while True:
            try:
                await self.measure()
                if monotonic() >= clean_at:
                    clean_at = monotonic() + CLEAN_SECONDS
                    await self.clean_up()
                    await self.do_jobs()
            except (
                InboxUnavailableError,
                OutboxUnavailableError,
                SQLAlchemyError,
                OSError,
            ) as error:
                _logger.info("housekeeping_waits", reason=type(error).__name__)
            await asyncio.sleep(MEASURE_SECONDS)

    async def measure(self) -> None:
        """Bring the metrics up to date."""
        depth = await self._inbox.measure()
        for state in ("waiting", "claimed", "set_aside"):
            self._metrics.inbox_updates.labels(state).set(getattr(depth, state))
        self._metrics.inbox_oldest_seconds.set(depth.oldest_seconds)
        if self._outbox is not None:
            unsent = await self._outbox.measure()
            for state in ("waiting", "due", "claimed", "dead"):
                self._metrics.outbox_messages.labels(state).set(getattr(unsent, state))
            self._metrics.outbox_oldest_seconds.set(unsent.oldest_seconds)

    async def clean_up(self) -> None:
        """Delete what is too old, batch by batch."""
        updates = await _to_the_end(
            lambda: self._inbox.clean_up(done=DONE_KEPT, set_aside=SET_ASIDE_KEPT, limit=BATCH)
        )
        outcomes = await _to_the_end(self._forget_outcomes)
        messages = await _to_the_end(self._forget_messages)
        if updates or outcomes or messages:
            _logger.info("cleaned_up", updates=updates, outcomes=outcomes, messages=messages)

    async def do_jobs(self) -> None:
        """Do each job to its end; one that fails is told of and tried again the next time, and holds up no other."""
        for job in self._jobs:
            done = 0
            try:
                while part := await self._do(job):
                    done += part
            except (SQLAlchemyError, OSError):
                raise
            except Exception:
                _logger.exception("job_failed", job=job.name)
            if done:
                _logger.info("job_done", job=job.name, done=done)

    async def _do(self, job: Job) -> int:
        async with self._sessions.begin() as session:
            return await job(session, datetime.now(UTC))

    async def _forget_messages(self) -> int:
        if self._outbox is None:
            return 0
        return await self._outbox.clean_up(ended=SENT_KEPT, dead=SET_ASIDE_KEPT, limit=BATCH)

    async def _forget_outcomes(self) -> int:
        async with self._sessions.begin() as session:
            return await storage.outcomes.forget(session, older_than=OUTCOMES_KEPT, limit=BATCH)


async def _to_the_end(delete: Callable[[], Awaitable[Any]]) -> int:
    total = 0
    while True:
        deleted: int = await delete()
        total += deleted
        if deleted < BATCH:
            return total
