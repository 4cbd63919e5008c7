"""What scenarios of one pytest process share: the checked bot, the database, and the loop that all of them run on.

It knows nothing of pytest's items.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.flow.problems import render_problems
from engine.service.commands.check import catalog_in_use, check_directory
from engine.service.scenario_databases import scenario_database
from engine.service.scenario_screens import compare_screens, screens_path
from engine.service.scenario_stores import Keeping, scenario_store
from engine.service.simulation import open_backstage
from engine.simulate.chat import simulate
from engine.simulate.invariants import read_invariants
from engine.simulate.memory import BEGINNING
from engine.simulate.scenarios.play import play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.screens import Screens
from engine.simulate.stage import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.dialog.trail import Trail
    from engine.flow.checked import Bot
    from engine.service.simulation import Fill, PostgresBackstage, Seed
    from engine.simulate.chat import Chat
    from engine.simulate.invariants import Invariant
    from engine.simulate.scenarios.model import Scenario, ScenarioFile
    from engine.simulate.stage import Given


class Studio:
    """Plays scenarios; everything is opened when it is first wanted.

    `find_trail` gives who is told of each turn, `flows` is the directory of the flows, `find_hook` gives what calls the conftest.py files that have a
    say: each time anew, as pytest leaves out only those of other directories that it has read by then.
    """

    def __init__(
        self,
        config: pytest.Config,
        find_trail: Callable[[], Trail | None],
        *,
        find_hook: Callable[[], Any],
        flows: str,
    ) -> None:
        self._config = config
        self._find_hook = find_hook
        self._flows = flows
        self._find_trail = find_trail
        self._loop = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._opened = AsyncExitStack()
        self._files: dict[Path, ScenarioFile] = {}
        self._is_seen_to = False

    @cached_property
    def bot(self) -> Bot:
        """The checked bot.

        Raises:
            UsageError: its flows have problems.
        """
        directory = Path(self._config.rootpath / self._flows)
        checked = check_directory(directory, catalog_in_use())
        if checked.bot is None:
            raise pytest.UsageError("\n" + render_problems(checked.problems))
        return checked.bot

    def read(self, path: Path) -> ScenarioFile:
        """Read a scenario file; its positions are relative to the root of the tests."""
        if path not in self._files:
            self._files[path] = self._reader.read(
                self.shown(path), path.read_text(encoding="utf-8"), path.parent
            )
        return self._files[path]

    def shown(self, path: Path) -> str:
        """Return a path as messages have it: relative to the root of the tests where it is below it."""
        root = self._config.rootpath
        return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()

    @cached_property
    def database_url(self) -> str:
        """The database of this process, with what every simulation finds in it."""
        given: str | None = self._find_hook().pytest_usher_database(config=self._config)
        if not self._is_seen_to:
            self._config.add_cleanup(self._close)  # before the database is, which may have its own
            self._is_seen_to = True
        url = given or self._loop.run(self._opened.enter_async_context(scenario_database()))
        self._loop.run(_fill(url, self._seed))
        return url

    def play(self, scenario: Scenario, path: Path) -> None:
        """Play a scenario of a file.

        Raises:
            ScenarioFailedError: a line does not hold.
            ScreensDifferError: people see something else than is kept beside the file.
        """
        screens = Screens() if scenario.screens else None
        self._loop.run(play_scenario(self._simulator, scenario, screens))
        if screens is not None:
            kept = screens_path(path, scenario.name)
            update = bool(self._config.getoption("update_goldens"))
            compare_screens(kept, screens.render(), shown_as=self.shown(kept), update=update)

    @asynccontextmanager
    async def simulate(self, given: Given | None = None) -> AsyncIterator[Chat]:
        """Open a chat with the bot on the loop that runs now, on a connection of its own."""
        url = await asyncio.to_thread(lambda: self.database_url)
        async with (
            self._open(url) as backstage,
            simulate(Simulator(self.bot, backstage, self._find_trail()), given=given) as chat,
        ):
            yield chat

    def _close(self) -> None:
        """Close whatever was opened."""
        with self._loop as loop:
            loop.run(self._opened.aclose())

    @cached_property
    def _reader(self) -> ScenarioReader:
        return ScenarioReader(self.bot, databases=self._databases)

    @cached_property
    def _simulator(self) -> Simulator:
        return Simulator(self.bot, self._backstage, self._find_trail(), invariants=self._invariants)

    @cached_property
    def _invariants(self) -> tuple[Invariant, ...]:
        path = Path(self._config.rootpath / self._config.getini("usher_invariants"))
        try:
            return read_invariants(path.read_text(encoding="utf-8")) if path.exists() else ()
        except ValueError as error:
            raise pytest.UsageError(f"{path}: {error}") from error

    @cached_property
    def _backstage(self) -> PostgresBackstage:
        return self._loop.run(self._opened.enter_async_context(self._open(self.database_url)))

    @asynccontextmanager
    async def _open(self, url: str) -> AsyncIterator[PostgresBackstage]:
        async with (
            scenario_store(self._keeping) as make_store,
            open_backstage(url, make_store=make_store, databases=self._databases) as backstage,
        ):
            yield backstage

    @property
    def _keeping(self) -> Keeping:
        written: str = self._config.getini("usher_store")
        if written not in set(Keeping):
            known = ", ".join(f'"{one}"' for one in Keeping)
            raise pytest.UsageError(f'usher_store is "{written}"; stores are {known}')
        return Keeping(written)

    def _databases(self) -> Mapping[str, Fill]:
        """Give what the conftest.py files that were read until now can add to the database."""
        found: dict[str, Fill] = {}
        for given in self._find_hook().pytest_usher_databases(config=self._config):
            found |= given
        return found

    @property
    def _seed(self) -> Seed:
        return partial(_seed, self._find_hook())


async def _fill(url: str, seed: Seed) -> None:
    async with open_backstage(url, seed):
        pass


async def _seed(hook: Any, session: AsyncSession) -> None:
    seeding = hook.pytest_usher_seed(session=session, now=BEGINNING)
    if seeding is not None:
        await seeding
