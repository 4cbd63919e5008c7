"""What a simulation needs from outside: whatever stands behind a bot, as it is when a conversation begins.

It does not know whether that is PostgreSQL and Redis or memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from engine.dialog.ports import ActionRunner, ConversationStore, Directory, KeptValues
    from engine.flow.checked import Bot

type Grant = Callable[[int, str], Awaitable[None]]
"""Gives somebody, named by their Telegram id, a role of the bot."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What a bot runs on; `grant` gives somebody a role before they have said a word."""

    store: ConversationStore
    directory: Directory
    runner: ActionRunner
    kept: KeptValues
    grant: Grant


class Backstage(Protocol):
    """Gives each simulation what its bot runs on, the same each time."""

    def open(self, bot: Bot) -> AbstractAsyncContextManager[Ports]:
        """Give ports for one simulation; when the block ends, all that was done with them is undone."""
