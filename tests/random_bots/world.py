"""What stands behind the ports of a random bot: a store in memory, one person, and actions that sometimes fail.

It does not know which flow asks; it judges what actions are given by their signatures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from engine.actions import Context, User
from engine.dialog.ports import (
    ConversationKey,
    DueConversation,
    StaleConversationError,
    StoredConversation,
)
from tests.random_bots.person import PERSON_ID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class FakeFailureError(Exception):
    """What an action raises when the world is against it."""


class WrongArgumentsError(AssertionError):
    """An action was given what its signature does not take."""


@dataclass
class RandomWorld:
    """Keeps one person's conversation; their role, name and language change, as does what actions make of it.

    `done` is what each command gave for the key of its effect, which is asked for once; `asked` are those that failed as well.
    """

    chance: Random
    kept: dict[ConversationKey, StoredConversation] = field(default_factory=dict)
    due: dict[ConversationKey, datetime] = field(default_factory=dict)
    now: datetime = NOW
    has_failed: bool = False
    of_person: dict[tuple[str, str], Any] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def time(self) -> float:
        """Return the time as Telegram has it."""
        return self.now.timestamp()

    async def recall(self, _bot_id: int, _user_id: int, flow: str) -> Mapping[str, Any]:
        """Return what a flow has kept for the person."""
        return {name: value for (of, name), value in self.of_person.items() if of == flow}

    async def keep(
        self, _bot_id: int, _user_id: int, values: Mapping[tuple[str, str], Any]
    ) -> None:
        """Keep values for the person."""
        self.of_person.update(values)

    async def load(self, key: ConversationKey) -> StoredConversation | None:
        """Return what is kept."""
        return self.kept.get(key)

    async def save(
        self, key: ConversationKey, value: bytes, *, expected_revision: int | None
    ) -> None:
        """Keep the next state."""
        kept = self.kept.get(key)
        if (kept.revision if kept else None) != expected_revision:
            raise StaleConversationError
        self.kept[key] = StoredConversation((expected_revision or 0) + 1, value)

    async def schedule(self, key: ConversationKey, due: datetime) -> None:
        """Note when the conversation is due."""
        self.due[key] = due

    async def next_due(self, bot_id: int) -> datetime | None:
        """Return when it is due."""
        return min((at for key, at in self.due.items() if key.bot_id == bot_id), default=None)

    async def claim_due(self, bot_id: int, *, now: datetime, limit: int) -> list[DueConversation]:
        """Return the conversation, if it may be due."""
        due = [key for key, at in self.due.items() if key.bot_id == bot_id and at <= now]
        return [DueConversation(key, 0) for key in due[:limit]]

    async def settle(self, claimed: DueConversation) -> None:
        """Forget that it was due."""
        del self.due[claimed.key]

    async def find(self, _user_id: int) -> User:
        """Return the person."""
        return await self.identify(None)

    async def identify(self, _person: Any) -> User:
        """Return the person, whose role, name and language change."""
        username = self.chance.choice([None, "ann"])
        role = self.chance.choice(["client", "client", "admin"])
        locale = self.chance.choice(["en", "en", "de"])
        return User(PERSON_ID, role, "Ann <&>", locale, "Europe/Berlin", username=username)

    async def query(
        self, call: Any, arguments: Mapping[str, Any], *, user: User, now: datetime
    ) -> Any:
        """Ask, which fails at most once a turn."""
        return await self._call(call, arguments, 0.01, _context(user, now))

    async def command(
        self, call: Any, arguments: Mapping[str, Any], *, user: User, now: datetime, key: str
    ) -> Any:
        """Do, which fails at most once a turn."""
        self.asked.add(key)
        if key not in self.done:
            self.done[key] = await self._call(call, arguments, 0.05, _context(user, now))
        return self.done[key]

    async def _call(
        self, call: Any, arguments: Mapping[str, Any], chance: float, context: Context
    ) -> Any:
        for parameter in call.action.parameters:
            if parameter.name in arguments:
                _judge(parameter.annotation, arguments[parameter.name])
        if not self.has_failed and self.chance.random() < chance:
            self.has_failed = True
            raise FakeFailureError
        return await call.action.function(context, **arguments)


def _judge(annotation: Any, value: Any) -> None:
    try:
        TypeAdapter(annotation).validate_python(value, strict=True)
    except ValueError as error:
        raise WrongArgumentsError(f"{value!r} is no {annotation}: {error}") from error


def _context(user: User, now: datetime) -> Context:
    session: Any = None
    return Context(session=session, user=user, now=now, time_zone=UTC)
