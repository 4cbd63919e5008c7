"""The pytest plugin: collects scenario files as tests, and gives Python tests a simulated chat.

It knows pytest; what a scenario is and how it is played is imported when the first one is collected.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from engine.service import pytest_coverage, pytest_hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from engine.service.studio import Studio
    from engine.simulate.chat import Chat
    from engine.simulate.scenarios.model import Scenario

_STUDIO = pytest.StashKey["Studio"]()

type Simulate = Callable[..., AbstractAsyncContextManager[Chat]]
"""Opens a chat with the bot: `async with simulate(given) as chat`."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let a conftest.py give a database and fill it."""
    pluginmanager.add_hookspecs(pytest_hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the directory of the flows be another one."""
    parser.addini("usher_flows", "directory of the flows that scenarios play", default="flows")
    parser.addini(
        "usher_invariants",
        "queries that must give no rows, for lines that are `sound`",
        default="tests/invariants.sql",
    )
    pytest_coverage.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Count what conversations take, if that is asked for."""
    pytest_coverage.configure(config, lambda: _studio(config).bot)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect each YAML file of a directory named scenarios."""
    if file_path.suffix == ".yaml" and file_path.parent.name == "scenarios":
        file: ScenarioYaml = ScenarioYaml.from_parent(parent, path=file_path)
        return file
    return None


@pytest.fixture
def simulate(request: pytest.FixtureRequest) -> Simulate:
    """Give a function that opens a chat with the bot; all that is done in it is undone at its end."""
    return _studio(request.config).simulate


class ScenarioYaml(pytest.File):
    """A scenario file."""

    def collect(self) -> Iterable[pytest.Item]:
        """Read the file; its problems are told as errors of the collection.

        Raises:
            CollectError: the file has problems.
        """
        from engine.flow.problems import render_problems  # noqa: PLC0415 - see the module

        path = self.path
        if path.is_relative_to(self.config.rootpath):
            path = path.relative_to(self.config.rootpath)
        text = self.path.read_text(encoding="utf-8")
        read = _studio(self.config).reader.read(path.as_posix(), text, self.path.parent)
        if read.problems:
            raise self.CollectError(render_problems(read.problems, sources={path: text}))
        for scenario in read.scenarios:
            yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, **fields: Any) -> None:
        super().__init__(**fields)
        self._scenario = scenario

    def runtest(self) -> None:
        """Play it."""
        _studio(self.config).play(self._scenario)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """Tell which line does not hold, and the conversation so far."""
        from engine.simulate.scenarios.play import ScenarioFailedError  # noqa: PLC0415 - as above

        if isinstance(excinfo.value, ScenarioFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Give the line of the scenario, counted from 0."""
        return self.path, self._scenario.position.line - 1, self.name


def _studio(config: pytest.Config) -> Studio:
    from engine.service.studio import Studio  # noqa: PLC0415 - Telegram's types take seconds

    if _STUDIO not in config.stash:
        config.stash[_STUDIO] = Studio(config, partial(pytest_coverage.find_recorder, config))
    return config.stash[_STUDIO]
