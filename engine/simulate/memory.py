"""Conversations in memory, and a clock that is turned by hand.

It knows nothing of what a conversation holds, nor of who tells the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from engine.dialog.ports import (
    ConversationKey,
    DueConversation,
    StaleConversationError,
    StoredConversation,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGINNING: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""The moment at which simulations begin when nothing else is said: a Monday morning."""


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is turned; aware and in UTC."""

    now: datetime = BEGINNING

    def __call__(self) -> datetime:
        """Return the present."""
        return self.now

    def timestamp(self) -> float:
        """Return the present in seconds, as Telegram has it."""
        return self.now.timestamp()


@dataclass(slots=True)
class MemoryConversations:
    """Conversations in a dict, with revisions as the real store has them."""

    kept: dict[ConversationKey, StoredConversation] = field(default_factory=dict)
    due: dict[ConversationKey, datetime] = field(default_factory=dict)

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return the newest state, or None where nothing is kept."""
        return self.kept.get(key)

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> None:
        """Write the state that follows the one of `expected_revision`, None where nothing is kept.

        Raises:
            StaleConversationError: the kept revision is another one.
        """
        kept = self.kept.get(key)
        if (kept.revision if kept else None) != expected_revision:
            raise StaleConversationError("somebody else wrote the conversation")
        self.kept[key] = StoredConversation((expected_revision or 0) + 1, value)

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when a conversation is due, in the place of what was noted before."""
        self.due[key] = due

    async def next_due(self, bot_id: int) -> datetime | None:
        """Return when the first conversation of a bot is due."""
        return min((at for key, at in self.due.items() if key.bot_id == bot_id), default=None)

    async def claim_due(
        self, bot_id: int, *, now: datetime, limit: int
    ) -> Sequence[DueConversation]:
        """Return conversations that are due, the first one first."""
        due = [(at, key) for key, at in self.due.items() if key.bot_id == bot_id and at <= now]
        ordered = sorted(due, key=lambda one: one[0])
        return [DueConversation(key, 0) for _, key in ordered[:limit]]

    async def settle(self, claimed: DueConversation) -> None:
        """Forget a conversation that was claimed."""
        self.due.pop(claimed.key, None)

    async def forget(self) -> None:
        """Forget all conversations, and when they are due."""
        self.kept.clear()
        self.due.clear()
