"""What a simulation needs from outside: whatever stands behind a bot, as it is when a conversation begins.

It does not know whether that is PostgreSQL and Redis or memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from engine.dialog.ports import ConversationStore

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from aiogram import Bot as TelegramBot

    from engine.dialog.ports import ActionRunner, Directory, KeptValues
    from engine.flow.checked import Bot

type Grant = Callable[[int, str], Awaitable[None]]
"""Gives somebody, named by their Telegram id, a role of the bot in the place of those that they have."""

type Select = Callable[[str, datetime], Awaitable[Sequence[Mapping[str, Any]]]]
"""Gives the rows of an SQL query that may name the present, `:now`."""


type Fill = Callable[[str, datetime], Awaitable[None]]
"""Adds the rows that have a name, as of a moment; raises LookupError where there is no such name."""


class Shelf(ConversationStore, Protocol):
    """Keeps the conversations of one simulation, in which there are none at first."""

    async def forget(self) -> None:
        """Forget all of them, and when they are due."""


class Mail(Protocol):
    """What commands have left for people, until it is delivered."""

    async def next_due(self) -> datetime | None:
        """Return when the next message is due; None when none is left."""

    async def deliver(self, telegram: TelegramBot, clock: Callable[[], datetime]) -> None:
        """Deliver everything that is due by the clock, in the order in which it is."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What a bot runs on.

    `grant` gives somebody a role before they have said a word, `serve` puts other flows in force, `meet` tells as which bot files are read, `mail` is what commands leave
    for others, where they can. Where there is a database, `select` looks into it, and `fill` adds the rows that have a name.
    """

    store: Shelf
    directory: Directory
    runner: ActionRunner
    kept: KeptValues
    grant: Grant
    serve: Callable[[Bot], None] = lambda _: None
    meet: Callable[[TelegramBot], None] = lambda _: None
    mail: Mail | None = None
    select: Select | None = None
    fill: Fill | None = None


class Backstage(Protocol):
    """Gives each simulation what its bot runs on, the same each time."""

    def open(self, bot: Bot) -> AbstractAsyncContextManager[Ports]:
        """Give ports for one simulation; when the block ends, all that was done with them is undone."""
