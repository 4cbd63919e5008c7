"""Flows are read anew while the bot runs: only those that check are served, and everybody is told of them."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from structlog.testing import capture_logs

import storage
from engine.dialog.registry import FlowRegistry
from engine.emulator import Emulator
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.service import reload
from engine.service.app import open_service
from engine.service.catalog import load_catalog
from engine.service.errors import SettingsError
from engine.service.in_force import InForce
from engine.service.metrics import Metrics
from engine.service.reload import Reloader
from engine.service.settings import Settings
from storage.values import Role
from tests.service.conftest import DESK
from tests.service.watching import until


class Running:
    """A reloader of flows in a directory, with what it serves."""

    def __init__(self, directory: Path, **options: Any) -> None:
        self.directory = directory
        catalog = load_catalog()
        checked = check_flows(directory, catalog).bot
        assert checked is not None
        self.registry, self.in_force, self.metrics = (
            FlowRegistry(checked),
            InForce(checked),
            Metrics(),
        )
        self.served: list[Bot] = []
        self.in_force.follow(self.served.append)
        self.reloader = Reloader(
            directory, catalog, self.registry, self.in_force, self.metrics, **options
        )

    def write(self, old: str, new: str, name: str = "menu.yaml") -> None:
        """Change a file."""
        path = self.directory / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    @property
    def version(self) -> int:
        """Give the version of the menu that is served."""
        return self.registry.bot.flows["menu"].flow.version


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a directory with flows of its own."""
    return Path(shutil.copytree(DESK, tmp_path / "flows"))


@pytest.fixture
def running(directory: Path) -> Running:
    """Give a reloader of it."""
    return Running(directory)


async def test_flows_that_check_are_served(running: Running) -> None:
    """The registry and all who follow have the new bot, and the versions are told."""
    running.write("version: 1", "version: 2")

    done = await running.reloader.reload()

    assert (dict(done.flows), done.problems) == ({"menu": 2, "office": 1}, ())
    assert running.version == 2
    assert running.served == [running.registry.bot] == [running.in_force.bot]
    assert 'usher_flow_reloads_total{result="done"} 1.0' in running.metrics.render().decode()


async def test_flows_that_do_not_check_are_not_taken(running: Running) -> None:
    """Nobody is told of them; the first problem is known, with its place, until the flows are mended."""
    before = running.registry.bot
    running.write("version: 1", "version: 2")
    running.write("go: hello", "go: helo")
    with capture_logs() as logs:
        refused = await running.reloader.reload()

    assert dict(refused.flows) == {"menu": 1, "office": 1}
    assert 'goes to step "helo"' in refused.problems[0]
    assert (running.registry.bot, running.served) == (before, [])
    note = running.reloader.note()
    assert note is not None
    assert note.startswith("the flows of before are served: ")
    assert "menu.yaml:13:9: " in note
    assert "usher_flows_refused 1.0" in running.metrics.render().decode()
    assert [log["event"] for log in logs] == ["flows_refused"] * len(refused.problems)

    running.write("go: helo", "go: hello")
    assert (await running.reloader.reload()).problems == ()
    assert (running.version, running.reloader.note()) == (2, None)
    assert "usher_flows_refused 0.0" in running.metrics.render().decode()


async def test_flows_that_do_not_fit_the_settings_are_not_taken(directory: Path) -> None:
    """What the settings need of a bot is asked before it is served."""

    def refuse(_: Bot) -> None:
        raise SettingsError("no such language")

    running = Running(directory, accept=refuse)
    running.write("version: 1", "version: 2")

    assert (await running.reloader.reload()).problems == ("no such language",)
    assert running.version == 1


async def test_two_asks_at_once_are_one_after_the_other(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is swapped by one while the other reads; both end with what the files say."""
    at_once, most = [0], [0]
    check = check_flows

    def count(*given: Any) -> Any:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        try:
            return check(*given)
        finally:
            at_once[0] -= 1

    monkeypatch.setattr(reload, "check_flows", count)
    running.write("version: 1", "version: 2")

    done = await asyncio.gather(running.reloader.reload(), running.reloader.reload())

    assert [one.flows["menu"] for one in done] == [2, 2]
    assert (most[0], len(running.served)) == (1, 2)


async def test_requests_are_served_together_and_survive_a_mistake(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many requests before the first is served are one reload; one that fails of ours does not end the loop."""
    calls: list[int] = []
    check = check_flows

    def fail_first(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("a mistake")
        return check(*given)

    monkeypatch.setattr(reload, "check_flows", fail_first)
    running.write("version: 1", "version: 2")
    loop = asyncio.create_task(running.reloader.run())
    with capture_logs() as logs:
        for _ in range(3):
            running.reloader.request()
        await until(lambda: _true(any(log["event"] == "reload_failed" for log in logs)))
    assert (len(calls), running.version) == (1, 1)

    running.reloader.request()
    await until(lambda: _true(running.version == 2))
    await _end(loop)


async def test_changed_files_are_seen(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written, added or deleted is a request; looking is none."""
    monkeypatch.setattr(reload, "WATCH_SECONDS", 0.01)
    requests: list[None] = []
    monkeypatch.setattr(running.reloader, "request", lambda: requests.append(None))
    watch = asyncio.create_task(running.reloader.watch())
    await asyncio.sleep(0.1)
    assert not requests
    more = running.directory / "texts" / "note.txt"
    running.write("version: 1", "version: 22")
    await until(lambda: _true(len(requests) == 1))
    more.write_text("new")
    await until(lambda: _true(len(requests) == 2))
    more.unlink()
    await until(lambda: _true(len(requests) == 3))
    await asyncio.sleep(0.1)
    assert len(requests) == 3
    await _end(watch)


async def test_telegram_is_told_of_new_flows(
    emulator: Emulator,
    make_settings: Callable[..., Settings],
    directory: Path,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    """Commands, the menus of roles and the profile are announced anew after a reload, without a restart."""
    async with sessions.begin() as session:
        await storage.users.grant_role(session, 712, Role.ADMIN)
    emulator.person(712).says("/start")
    checked = check_flows(directory, load_catalog()).bot
    assert checked is not None
    settings = make_settings(telegram_api_url=emulator.base_url, flows_dir=directory)
    (bot,) = emulator.world.bots.values()

    def commands(part: str) -> set[str]:
        found = [menu for place, menu in bot.commands.items() if part in place[0]]
        return {command["command"] for menu in found for command in menu}

    async with open_service(settings, checked) as service:
        await until(lambda: _true(commands('"chat_id": 712') == {"start", "office"}))
        assert commands("default") == {"start"}
        for name, old, new in (
            ("menu.yaml", "start: [/start]", "start: [/start, /hello]"),
            ("office.yaml", "start: [/office]", "start: [/office, /desk]"),
            ("bot.yaml", "bot: desk\n", "bot: desk\ntitle: New desk\n"),
            ("texts/de.yaml", "bot:\n", "bot:\n  title: Neuer Tisch\n"),
        ):
            path = directory / name
            path.write_text(path.read_text().replace(old, new, 1))
        assert (await service.reloader.reload()).problems == ()
        await until(lambda: _true(commands("default") == {"start", "hello"}))
        await until(
            lambda: _true(commands('"chat_id": 712') == {"start", "office", "hello", "desk"})
        )
        await until(lambda: _true(bot.texts.get(("name", "de")) == "Neuer Tisch"))
    assert bot.texts["name", ""] == "New desk"


async def _true(value: bool) -> bool:  # noqa: FBT001 - what is to be true
    return value


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
