"""The demo's scribe: what people did on the chat page as a scenario, played in a simulation on the demo's own database server.

It knows the salon that simulations begin with, and who the visitors are; how a scenario is written is the recording's.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import storage
from engine.flow.locales import choose_locale
from engine.service.directory import choose_role
from engine.service.scenario_databases import scenario_database
from engine.service.simulation import open_backstage
from engine.simulate.memory import BEGINNING
from engine.simulate.recording.record import Told, record
from engine.simulate.stage import Given, Simulator, Someone
from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.emulator.model import Json, User
    from engine.emulator.story import Deed
    from engine.emulator.world import World
    from engine.flow.checked import Bot
    from storage.values import Person

_NO_NAME: Final = re.compile(r"^[^a-z]+|[^a-z0-9]+")
_MARKS: Final = re.compile("[\u0300-\u036f]")


@dataclass(slots=True)
class SalonScribe:
    """Writes scenarios of the emulator's story; the simulation is opened when the first one is wanted."""

    world: World
    checked: Bot
    database_url: str
    opened: AsyncExitStack
    _known: Mapping[int, Person] = field(default_factory=dict)
    _simulator: Simulator | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self) -> None:
        """Take note of the role and language of everybody whom the service knows."""
        engine = create_engine(self.database_url)
        try:
            async with create_sessions(engine)() as session:
                self._known = await storage.users.find_all(session, list(self.world.users))
        finally:
            await engine.dispose()

    async def write(self, name: str) -> Json:
        """Write the story as a scenario of this name."""
        async with self._lock:
            simulator = self._simulator or await self._simulate()
            recording = await record(simulator, self._tell(), name=name)
        return {
            "text": recording.text,
            "lines": recording.lines,
            "differences": list(recording.differences),
        }

    async def _simulate(self) -> Simulator:
        url = await self.opened.enter_async_context(scenario_database(self.database_url))
        backstage = await self.opened.enter_async_context(open_backstage(url, _seed))
        self._simulator = Simulator(self.checked, backstage)
        return self._simulator

    def _tell(self) -> Told:
        deeds = tuple(self.world.story.deeds())
        users = [self.world.users[number] for number in _people(deeds)]
        names = _names(users)
        people = {names[user.id]: self._someone(user) for user in users}
        return Told(deeds, names, Given(people=people), self.world.settings.clock())

    def _someone(self, user: User) -> Someone:
        known, file = self._known.get(user.id), self.checked.file
        role = choose_role(file.roles, known.role) if known else file.roles[0]
        wishes = (known.locale if known else None, user.language_code)
        locale = choose_locale(file.locales, wishes) or file.locale
        return Someone(
            user.first_name,
            role=None if role == file.roles[0] else role,
            locale=None if locale == file.locale else locale,
        )


@asynccontextmanager
async def open_scribe(world: World, checked: Bot, database_url: str) -> AsyncIterator[None]:
    """Let a world's story be written as scenarios, for as long as the block lasts."""
    async with AsyncExitStack() as opened:
        scribe = SalonScribe(world, checked, database_url, opened)
        await scribe.begin()
        world.scribe = scribe
        try:
            yield
        finally:
            world.scribe = None


async def _seed(session: AsyncSession) -> None:
    await seed_salon(session, today=BEGINNING.date())


def _people(deeds: Iterable[Deed]) -> Sequence[int]:
    """Return who did or saw anything, the first one first."""
    acting = dict.fromkeys(deed.user_id for deed in deeds)
    return list(acting | dict.fromkeys(one for deed in deeds for one in deed.shown))


def _names(users: Iterable[User]) -> Mapping[int, str]:
    """Return a name for each person that scenarios can use: their own in small letters, numbered where two have the same."""
    names: dict[int, str] = {}
    for user in users:
        plain = unicodedata.normalize("NFKD", user.first_name.partition("(")[0]).lower()
        own = _NO_NAME.sub("_", _MARKS.sub("", plain)).strip("_") or "somebody"
        taken = set(names.values())
        numbered = (f"{own}_{number}" for number in range(2, len(taken) + 3))
        names[user.id] = own if own not in taken else next(n for n in numbered if n not in taken)
    return names
