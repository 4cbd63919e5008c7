"""The pytest plugin: collects scenario files as tests, and gives Python tests a simulated chat.

It knows pytest; what a scenario is and how it is played is imported when the first one is collected.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.service import pytest_coverage, pytest_hooks
from engine.service.scenario_screens import OPTION, ScreensDifferError, owners, scenario_file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractAsyncContextManager

    from engine.service.studio import Studio
    from engine.simulate.chat import Chat
    from engine.simulate.scenarios.model import Scenario

_STUDIOS = pytest.StashKey["dict[str, Studio]"]()
"""Who plays the scenarios, by the directory of the flows."""

type Simulate = Callable[..., AbstractAsyncContextManager[Chat]]
"""Opens a chat with the bot: `async with simulate(given) as chat`."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let a conftest.py give a database and fill it."""
    pluginmanager.add_hookspecs(pytest_hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the directory of the flows be another one, and goldens be written anew."""
    parser.addini(
        "usher_store",
        "what keeps the conversations of scenarios: memory or redis",
        default="memory",
    )
    parser.addini("usher_flows", "directory of the flows that scenarios play", default="flows")
    parser.addini(
        "usher_invariants",
        "queries that must give no rows, for lines that are `sound`",
        default="tests/invariants.sql",
    )
    pytest_coverage.add_options(parser)
    with suppress(ValueError):  # another plugin has the option, and it means the same
        parser.addoption(
            OPTION, action="store_true", help="write what tests see into their goldens"
        )


def pytest_configure(config: pytest.Config) -> None:
    """Count what conversations take, if that is asked for."""
    pytest_coverage.configure(
        config, lambda flows: _studio_for(config, lambda: config.hook, flows).bot
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect each YAML file of a directory named scenarios, and see whose the screens beside it are."""
    collected: pytest.Collector | None = None
    if file_path.suffix == ".yaml" and file_path.parent.name == "scenarios":
        collected = ScenarioYaml.from_parent(parent, path=file_path)
    elif scenario_file_of(file_path) is not None:
        collected = ScreensText.from_parent(parent, path=file_path)
    return collected


@pytest.fixture
def simulate(request: pytest.FixtureRequest) -> Simulate:
    """Give a function that opens a chat with the bot; all that is done in it is undone at its end."""
    return _studio(request.node).simulate


class ScenarioYaml(pytest.File):
    """A scenario file."""

    def collect(self) -> Iterable[pytest.Item]:
        """Read the file; its problems are told as errors of the collection.

        Raises:
            CollectError: the file has problems.
        """
        from engine.flow.problems import render_problems  # noqa: PLC0415 - see the module

        studio = _studio(self)
        read = studio.read(self.path)
        if read.problems:
            sources = {Path(studio.shown(self.path)): self.path.read_text(encoding="utf-8")}
            raise self.CollectError(render_problems(read.problems, sources=sources))
        for path, scenarios in owners(self.path, read.scenarios).items():
            if len(scenarios) > 1:
                names = " and ".join(f'"{one.name}"' for one in scenarios)
                raise self.CollectError(f"{studio.shown(path)} would have the screens of {names}")
        for scenario in read.scenarios:
            yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)


class ScreensText(pytest.File):
    """The screens of a scenario; an item only where no scenario has them."""

    def collect(self) -> Iterable[pytest.Item]:
        """Look for the scenario; a file with problems tells of them itself."""
        scenario_file = scenario_file_of(self.path)
        if scenario_file is not None and scenario_file.exists():
            read = _studio(self).read(scenario_file)
            if read.problems or self.path in owners(scenario_file, read.scenarios):
                return
        yield StaleScreensItem.from_parent(self, name="belongs to a scenario")


class StaleScreensItem(pytest.Item):
    """Screens that no scenario has."""

    def runtest(self) -> None:
        """Fail, or take the file away where goldens are written anew.

        Raises:
            ScreensDifferError: the file is still there.
        """
        if not self.config.getoption("update_goldens"):
            shown = _studio(self).shown(self.path)
            raise ScreensDifferError(f"no scenario has the screens {shown}; {OPTION} removes them")
        self.path.unlink()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """Tell whose the file is not."""
        if isinstance(excinfo.value, ScreensDifferError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, **fields: Any) -> None:
        super().__init__(**fields)
        self._scenario = scenario

    def runtest(self) -> None:
        """Play it."""
        _studio(self).play(self._scenario, self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> Any:
        """Tell which line does not hold, and the conversation so far; or which screens differ."""
        from engine.simulate.scenarios.play import ScenarioFailedError  # noqa: PLC0415 - as above

        if isinstance(excinfo.value, ScenarioFailedError | ScreensDifferError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Give the line of the scenario, counted from 0."""
        return self.path, self._scenario.position.line - 1, self.name


def _studio(node: pytest.Item | pytest.Collector) -> Studio:
    """Give who plays the scenarios of a place; the conftest.py files on the way to it say which flows, and on what."""
    flows = node.ihook.pytest_usher_flows(config=node.config)
    return _studio_for(node.config, lambda: node.ihook, flows or node.config.getini("usher_flows"))


def _studio_for(config: pytest.Config, find_hook: Callable[[], Any], flows: str) -> Studio:
    from engine.service.studio import Studio  # noqa: PLC0415 - Telegram's types take seconds

    studios = config.stash.setdefault(_STUDIOS, {})
    if flows not in studios:
        find_trail = partial(pytest_coverage.find_recorder, config, flows)
        studios[flows] = Studio(config, find_trail, find_hook=find_hook, flows=flows)
    return studios[flows]
