"""A simulated bot of a few flows, on what stands behind it in memory."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from engine.actions import Catalog
from engine.simulate.memory import MemoryConversations
from engine.simulate.ports import Ports
from engine.simulate.stage import Simulator
from tests.dialog.conftest import FakeDirectory, FakeKeptValues, FakeRunner, check_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiogram.types import User as TelegramUser

    from engine.actions import User
    from engine.flow.checked import Bot


@dataclass
class FakeAcquaintances(FakeDirectory):
    """Everybody as Telegram describes them, who are known once they have said something."""

    known: dict[int, User] = field(default_factory=dict)

    async def identify(self, person: TelegramUser) -> User:
        """Return the person, and remember them."""
        self.known[person.id] = await super().identify(person)
        return self.known[person.id]

    async def find(self, user_id: int) -> User | None:
        """Return who said something."""
        return self.known.get(user_id)


@dataclass
class MemoryBackstage:
    """Gives each simulation fakes of its own; `opened` are the stores they had."""

    opened: list[MemoryConversations] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, bot: Bot) -> AsyncIterator[Ports]:
        """Give fakes."""
        del bot
        store, directory = MemoryConversations(), FakeAcquaintances()
        self.opened.append(store)

        async def grant(user_id: int, role: str) -> None:
            directory.roles[user_id] = role

        yield Ports(store, directory, FakeRunner(), FakeKeptValues(), grant)


type MakeSimulator = Callable[..., Simulator]


@pytest.fixture
def make_simulator() -> MakeSimulator:
    """Give a function that makes a simulator of flow texts and actions."""

    def make(*functions: Any, **flows: str) -> Simulator:
        return Simulator(check_bot(flows, Catalog(functions)), MemoryBackstage())

    return make
