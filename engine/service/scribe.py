"""The demo's scribe: what people did on the chat page as a scenario, played in a simulation on the demo's own database server.

It knows the salon that simulations begin with, and who the visitors are; how a scenario is written is the recording's.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import storage
from engine.dialog.bring_along import split_state
from engine.dialog.record import read_contexts
from engine.flow.locales import choose_locale
from engine.service.directory import choose_role
from engine.service.filling import DEFAULT_FILL, load_fill
from engine.service.scenario_databases import scenario_database
from engine.service.simulation import open_backstage
from engine.simulate.recording.record import record
from engine.simulate.recording.told import Told
from engine.simulate.stage import Given, Simulator, Someone
from engine.simulate.start import Start, find_misfits
from storage.conversations import ConversationKey, ConversationStore, create_client
from storage.database import create_engine, create_sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from engine.emulator.model import Json, User
    from engine.emulator.story import Deed
    from engine.emulator.world import World
    from engine.flow.checked import Bot
    from engine.service.settings import Settings
    from storage.values import Person

_NO_NAME: Final = re.compile(r"^[^a-z]+|[^a-z0-9]+")
_MARKS: Final = re.compile("[\u0300-\u036f]")


@dataclass(slots=True)
class SalonScribe:
    """Writes scenarios of the emulator's story; the simulation is opened when the first one is wanted."""

    world: World
    checked: Bot
    settings: Settings
    opened: AsyncExitStack
    _known: Mapping[int, Person] = field(default_factory=dict)
    _starts: Mapping[int, Start] = field(default_factory=dict)
    _simulator: Simulator | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self) -> None:
        """Take note of the role and language of everybody whom the service knows, and of where they stand."""
        engine = create_engine(self.settings.database_url.get_secret_value())
        try:
            async with create_sessions(engine)() as session:
                self._known = await storage.users.find_all(session, list(self.world.users))
        finally:
            await engine.dispose()
        self._starts = await self._find_starts()

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

    async def _find_starts(self) -> Mapping[int, Start]:
        bot_id = int(self.settings.bot_token.get_secret_value().partition(":")[0])
        redis = create_client(self.settings.redis_url.get_secret_value(), connections=2)
        store, starts = ConversationStore(redis), {}
        try:
            for user_id in self.world.users:
                stored = await store.load(ConversationKey(bot_id, user_id, user_id))
                if stored and (start := _start_of(self.checked, stored.value)):
                    starts[user_id] = start
        finally:
            await redis.aclose()
        return starts

    async def _simulate(self) -> Simulator:
        server = self.settings.database_url.get_secret_value()
        url = await self.opened.enter_async_context(scenario_database(server))
        seed = load_fill(DEFAULT_FILL)
        backstage = await self.opened.enter_async_context(open_backstage(url, seed))
        self._simulator = Simulator(self.checked, backstage)
        return self._simulator

    def _tell(self) -> Told:
        deeds = tuple(self.world.story.deeds())
        users = [self.world.users[number] for number in _people(deeds)]
        names = _names(users)
        people = {names[user.id]: self._someone(user) for user in users}
        first = deeds[0]
        start = self._starts.get(first.user_id) if _begins_in_the_middle(first) else None
        given = Given(people=people, start=start)
        return Told(deeds, names, given, self.world.settings.clock())

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
async def open_scribe(world: World, checked: Bot, settings: Settings) -> AsyncIterator[None]:
    """Let a world's story be written as scenarios, for as long as the block lasts."""
    async with AsyncExitStack() as opened:
        scribe = SalonScribe(world, checked, settings, opened)
        await scribe.begin()
        world.scribe = scribe
        try:
            yield
        finally:
            world.scribe = None


def _start_of(bot: Bot, value: bytes) -> Start | None:
    """Return where somebody stands, of whom this is kept, as a scenario can begin there; None where it cannot."""
    contexts = read_contexts(value)
    if not contexts:
        return None
    kept = contexts[-1]
    flow, _, step = split_state(kept["state"])
    data, params = kept["data"] or {}, kept["start"] or {}
    start = Start(f"{flow}.{step}", _set(data), _set(params))
    return None if list(find_misfits(start, bot)) else start


def _set(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _begins_in_the_middle(deed: Deed) -> bool:
    """Tell whether an act depends on where the person stands; a command hardly does."""
    return not str(deed.content.get("text", "")).startswith("/")


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
