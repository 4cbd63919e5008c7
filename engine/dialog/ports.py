"""What the run time needs from outside: kept state, people, and the carrying out of actions.

It does not know what stands behind these: Redis, PostgreSQL or a fake in a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from aiogram.types import User as TelegramUser

    from engine.actions import Outcome, User
    from engine.flow.expressions import ActionCall


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """Whose conversation it is: one person in one chat (and topic) with one bot."""

    bot_id: int
    chat_id: int
    user_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation as kept: opaque bytes, and a number that every write changes."""

    revision: int
    value: bytes


@dataclass(frozen=True, slots=True)
class DueConversation:
    """A conversation of which a timeout seems to be due; `claim` is the mark of who deals with it."""

    key: ConversationKey
    claim: int


class StaleConversationError(Exception):
    """Somebody else wrote a newer state of this conversation since it was loaded."""


class UnavailableError(Exception):
    """What keeps state, people or data cannot work now; a turn that met it has moved nothing and can be taken later."""


class ConversationStore(Protocol):
    """Keeps conversations: one command for each call."""

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return the newest state, or None where nothing is kept."""

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> None:
        """Write the state that follows the one of `expected_revision`, None where nothing is kept.

        Raises:
            StaleConversationError: the kept revision is another one.
        """

    # When conversations are due is an index beside the state, which alone tells whether a timeout is due.

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when a conversation is due, in the place of what was noted before."""

    async def next_due(self, bot_id: int) -> datetime | None:
        """Return when the first conversation of a bot is due."""

    async def claim_due(
        self, bot_id: int, *, now: datetime, limit: int
    ) -> Sequence[DueConversation]:
        """Return conversations that are due; to others they are due again in a minute, should nobody settle them."""

    async def settle(self, claimed: DueConversation) -> None:
        """Forget a conversation that was claimed, unless it was scheduled anew."""


class KeptValues(Protocol):
    """Keeps what flows remember of a person in all chats with a bot, as JSON by flow and name."""

    async def recall(self, bot_id: int, user_id: int, flow: str) -> Mapping[str, Any]:
        """Return what a flow has kept, by name."""

    async def keep(self, bot_id: int, user_id: int, values: Mapping[tuple[str, str], Any]) -> None:
        """Keep values by flow and name, over those of before."""


class Directory(Protocol):
    """Knows people: their role, language and time zone."""

    async def identify(self, person: TelegramUser) -> User:
        """Return who this is, remembering them when they are new."""

    async def find(self, user_id: int) -> User | None:
        """Return who this is, None when they are not known."""


class ActionRunner(Protocol):
    """Carries out registered actions, each command in one transaction."""

    async def query(
        self, call: ActionCall, arguments: Mapping[str, Any], *, user: User, now: datetime
    ) -> Any:
        """Return what the query answers."""

    async def command(
        self,
        call: ActionCall,
        arguments: Mapping[str, Any],
        *,
        user: User,
        now: datetime,
        key: str,
    ) -> Any | Outcome[str]:
        """Carry out the effect named `key` once and return its result; again with that key, return the same."""
