"""What an action gets beside its arguments, and the messages that it may leave for others.

It knows nothing of how a transaction is made, nor of how a message is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.actions.kinds import File, User


class Policy(StrEnum):
    """What becomes of a message of which nobody knows whether it arrived: it is sent again, or not."""

    MAY_REPEAT = "may_repeat"
    MAY_BE_LOST = "may_be_lost"


@dataclass(frozen=True, slots=True)
class Note:
    """A notice with the arguments that one message of it has; a notice gives it when it is called."""

    notice: str
    arguments: Mapping[str, Any]


class Outbox(Protocol):
    """Keeps messages, in the transaction of a session, until they are delivered."""

    async def put(  # noqa: PLR0913  # what a message is, by name
        self,
        session: AsyncSession,
        chats: Sequence[int],
        note: Note,
        *,
        due: datetime,
        until: datetime | None,
        key: str | None,
    ) -> None:
        """Write a message to each of some chats."""


class Files(Protocol):
    """Reads what people sent."""

    async def read(self, file: File) -> bytes | None:
        """Return what is in a file; None where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an action gets first: a session it must not commit, who asks, when and where.

    `now` is aware and in UTC; `time_zone` is the zone that days and wall-clock times of the user mean.
    `key` names the one effect a command may have: the same key asks for the same effect again. Where the bot has no payment
    provider, `takes_payments` is false. `locales` are the languages that it speaks, its own first.
    """

    session: AsyncSession
    user: User
    now: datetime
    time_zone: tzinfo
    key: str | None = None
    outbox: Outbox | None = field(default=None, repr=False)
    takes_payments: bool = True
    files: Files | None = field(default=None, repr=False)
    locales: Sequence[str] = ()

    async def download(self, file: File) -> bytes | None:
        """Return what is in a file that a person sent; None where Telegram does not give it out, as of one above 20 MB.

        What is kept outlasts the bot's token, as a file's id does not.

        Raises:
            RuntimeError: this is no context of a command.
        """
        if self.files is None:
            raise RuntimeError("only commands can download files")
        return await self.files.read(file)

    async def notify(
        self,
        to: int | Iterable[int],
        note: Note,
        *,
        due: datetime | None = None,
        until: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Write messages that are sent once this transaction has been committed: to people or groups, by their Telegram ids.

        They are sent when they are `due`, at once by default, and not after `until`. With a `key` each chat has one
        message of the notice, however often it is written.

        Raises:
            RuntimeError: this is no context of a command.
        """
        if self.outbox is None:
            raise RuntimeError("only commands can notify anybody")
        chats = [to] if isinstance(to, int) else list(to)
        if chats:
            await self.outbox.put(
                self.session, chats, note, due=due or self.now, until=until, key=key
            )
