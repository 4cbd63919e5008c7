"""The outbox as the service wants it: written by commands, claimed as fast as Telegram allows, ended by fate.

It knows nothing of what a message says, nor of how it is sent. Another queue that keeps a chat's messages in order would stand behind
the same port.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

import storage
from engine.flow.annotations import type_of
from engine.flow.values import to_json
from storage import letters
from storage import outbox as rows
from storage.database import AWAY, Limits, create_pool
from storage.outbox import Fate, NewMessage, Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.actions import Action, Catalog, Note
    from engine.service.presence import PresenceKeeper
    from storage.letters import Letter
    from storage.outbox import Depth, Message

AWAY_PAUSE_SECONDS: Final = 0.5
"""How long to wait before something is written again that PostgreSQL did not take."""

_LIMITS: Final = Limits(statement_timeout_seconds=5.0)

_PLANNER: Final = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_sort": "off",
}
"""A queue is empty when its statistics are taken and full when they are used."""


class OutboxUnavailableError(Exception):
    """PostgreSQL did not answer, or not as it should; the message says which error it was."""


class UndeclaredNoticeError(Exception):
    """A command writes a notice that it does not say it may write."""


class Outbox(Protocol):
    """Keeps messages until they are delivered. What cannot be read or written raises `OutboxUnavailableError`."""

    async def claim(self, limit: int) -> Sequence[Message]:
        """Claim messages that are due, one of a chat at a time, as many as may be sent now."""

    def holds(self, message: Message) -> bool:
        """Tell whether the claim still stands, as far as is known."""

    async def end(
        self,
        message: Message,
        fate: Fate,
        *,
        reason: str | None = None,
        message_id: int | None = None,
    ) -> None:
        """Return once it is on disk how a message ended."""

    async def postpone(
        self, message: Message, *, seconds: float, failed: bool, reason: str
    ) -> None:
        """Give a message back; its chat has nothing for so long."""

    async def pause(self, seconds: float) -> None:
        """Let the whole bot send nothing for so long."""

    async def move_chat(self, message: Message, chat_id: int) -> None:
        """Let what waits for the chat of a message go to another one."""


class CommandOutbox:
    """Writes what commands notify people of; `news` is set when something was committed."""

    def __init__(self, bot_id: int, catalog: Catalog, news: asyncio.Event) -> None:
        self._bot_id = bot_id
        self._catalog = catalog
        self._news = news

    def of(self, action: Action) -> ActionOutbox:
        """Return the outbox of one command that is carried out."""
        return ActionOutbox(self._bot_id, self._catalog, action, self._news)


class ActionOutbox:
    """Writes the notices that an action has declared, in its transaction."""

    def __init__(self, bot_id: int, catalog: Catalog, action: Action, news: asyncio.Event) -> None:
        self._bot_id = bot_id
        self._catalog = catalog
        self._action = action
        self._news = news
        self._has_written = False

    async def put(  # noqa: PLR0913  # the port of engine.actions
        self,
        session: AsyncSession,
        chats: Sequence[int],
        note: Note,
        *,
        due: datetime,
        until: datetime | None,
        key: str | None,
    ) -> None:
        """Write a message to each of some chats.

        Raises:
            UndeclaredNoticeError: the action does not say that it notifies of this.
        """
        if note.notice not in self._action.notifies:
            raise UndeclaredNoticeError(
                f'"{self._action.name}" writes notice "{note.notice}", which is not among its "notifies"'
            )
        declared = self._catalog.notices[note.notice]
        new = NewMessage(
            notice=note.notice,
            arguments={
                one.name: to_json(type_of(one.annotation), note.arguments[one.name])
                for one in declared.action.parameters
                if one.name in note.arguments
            },
            due_at=due,
            until=until,
            key=key,
            policy=declared.notice.policy.value,
            bulk=declared.notice.bulk,
        )
        await storage.outbox.put(session, self._bot_id, chats, new)
        self._has_written = True

    def committed(self) -> None:
        """Wake those who deliver, if there is anything for them."""
        if self._has_written:
            self._news.set()


class PostgresOutbox:
    """The outbox of one bot, in rows of a table."""

    def __init__(self, bot_id: int, *, pool: Any, keeper: PresenceKeeper, pace: Pace) -> None:
        self._bot_id = bot_id
        self._pool = pool
        self._keeper = keeper
        self._pace = pace
        self._has_pace = False

    async def claim(self, limit: int) -> Sequence[Message]:
        """Claim messages that are due; nothing while this process is not present."""
        worker = self._keeper.worker
        if worker is None or limit <= 0:
            return ()
        with _translated():
            if not self._has_pace:
                await rows.open_pace(self._pool, self._bot_id, burst=self._pace.burst)
                self._has_pace = True
            return await rows.claim(self._pool, self._bot_id, worker, limit=limit, pace=self._pace)

    def holds(self, message: Message) -> bool:
        """Tell whether this process is still present as the worker who claimed it."""
        return self._keeper.worker == message.worker

    async def end(
        self,
        message: Message,
        fate: Fate,
        *,
        reason: str | None = None,
        message_id: int | None = None,
    ) -> None:
        """Note how a message ended; while PostgreSQL is away, the note waits."""
        await _insist(
            lambda: rows.end(self._pool, message, fate, reason=reason, message_id=message_id)
        )

    async def postpone(
        self, message: Message, *, seconds: float, failed: bool, reason: str
    ) -> None:
        """Give a message back for so long, with its chat."""
        await _insist(
            lambda: rows.postpone(
                self._pool, message, seconds=seconds, failed=failed, reason=reason
            )
        )

    async def pause(self, seconds: float) -> None:
        """Let the whole bot rest."""
        with _translated():
            await rows.pause(self._pool, self._bot_id, seconds=seconds)

    async def move_chat(self, message: Message, chat_id: int) -> None:
        """Let what waits for a group go to the supergroup that it became."""
        await _insist(lambda: rows.move_chat(self._pool, self._bot_id, message.chat_id, chat_id))

    async def measure(self) -> Depth:
        """Return how full the outbox is."""
        with _translated():
            return await rows.measure(self._pool, self._bot_id)

    async def look(self, limit: int) -> Mapping[Fate | None, Sequence[Letter]]:
        """Return so many messages of each fate, the last ones, and of those that have none yet, the next ones."""
        with _translated():
            found: dict[Fate | None, Sequence[Letter]] = {
                fate: await letters.list_ended(self._pool, fate, self._bot_id, limit=limit)
                for fate in Fate
            }
            found[None] = await letters.list_open(self._pool, self._bot_id, limit=limit)
        return found

    async def clean_up(self, *, ended: timedelta, dead: timedelta, limit: int) -> int:
        """Delete so many rows, of all bots, that ended so long ago; return how many it deleted."""
        with _translated():
            return await rows.clean_up(self._pool, ended=ended, dead=dead, limit=limit)


@asynccontextmanager
async def open_outbox(
    url: str, bot_id: int, *, keeper: PresenceKeeper, pace: Pace | None = None
) -> AsyncIterator[PostgresOutbox]:
    """Open the outbox of a bot, on two connections."""
    pool = create_pool(url, connections=2, server_settings=_PLANNER, limits=_LIMITS)
    async with pool:
        yield PostgresOutbox(bot_id, pool=pool, keeper=keeper, pace=pace or Pace())


async def _insist(write: Callable[[], Awaitable[Any]]) -> None:
    """Write until it is written."""
    while True:
        try:
            with _translated():
                await write()
        except OutboxUnavailableError:
            await asyncio.sleep(AWAY_PAUSE_SECONDS)
        else:
            return


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise OutboxUnavailableError(type(error).__name__) from error
