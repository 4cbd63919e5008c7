"""A migrated database, settings for a small bot, and the command line as a program."""

import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from engine.emulator import Emulator, run_emulator
from engine.emulator import Settings as EmulatorSettings
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.service.catalog import load_catalog
from engine.service.cli import main
from engine.service.settings import Settings
from storage import database
from tests import servers
from tests.servers import Run
from tests.service.inner_pytest import run_inner

ROOT = Path(__file__).parents[2]
DESK = Path(__file__).parent / "desk"
type Usher = Callable[..., subprocess.CompletedProcess[str]]
type RunPytest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
async def migrated_url(
    new_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[str]:
    """Give the URL of a migrated database that only these tests use."""
    async with new_database() as url:
        yield url


@pytest.fixture(scope="session")
async def service_engine(migrated_url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on the migrated database."""
    engine = database.create_engine(migrated_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def sessions(service_engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Give a factory of sessions on the migrated database."""
    return database.create_sessions(service_engine)


@pytest.fixture(scope="session")
def desk() -> Bot:
    """Give a small checked bot: a menu for all and a back office for administrators."""
    checked = check_flows(DESK, load_catalog())
    assert checked.bot is not None, checked.problems
    return checked.bot


@pytest.fixture
def bot_token() -> str:
    """Give the token of a bot that no other test has: each emulator numbers its updates from the start."""
    return f"{10**9 + secrets.randbelow(10**9)}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
async def emulator(bot_token: str) -> AsyncIterator[Emulator]:
    """Give a Telegram that knows the test's bot."""
    async with run_emulator(settings=EmulatorSettings(token=bot_token, only_token=True)) as running:
        yield running


@pytest.fixture
async def people(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the emulator's control API."""
    url = f"{emulator.base_url}/_emulator/"
    async with httpx.AsyncClient(base_url=url, timeout=10) as client:
        yield client


@pytest.fixture
def make_settings(migrated_url: str, redis_url: str, bot_token: str) -> Callable[..., Settings]:
    """Give a maker of settings that work, but for what it is told."""

    def make(**values: Any) -> Settings:
        given: dict[str, Any] = {
            "bot_token": bot_token,
            "database_url": migrated_url,
            "redis_url": redis_url,
            "polling_timeout_seconds": 5,
            "stop_timeout_seconds": 2,
        }
        return Settings(**(given | values))

    return make


@pytest.fixture(scope="session")
def bare() -> dict[str, str]:
    """Give an environment for programs with nothing in it that the service reads; coverage may follow."""
    return {
        name: value
        for name, value in os.environ.items()
        if name == "PATH" or name.startswith(("COV_", "COVERAGE_"))
    }


@pytest.fixture
def usher(tmp_path: Path, bare: dict[str, str]) -> Usher:
    """Give the command line as a program, in an empty directory and with only the environment it is given."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {**bare, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run(
            [sys.executable, "-m", "engine.service.cli", *arguments],
            cwd=tmp_path,
            env=kept | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Usher]:
    """Give the command line within this process, which is quicker, in an empty directory and beside a loop that may run."""
    monkeypatch.chdir(tmp_path)
    with ThreadPoolExecutor(1) as thread:

        def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environment.items():
                    patch.setenv(name, value)
                code = thread.submit(_code_of, arguments).result(60)
            return subprocess.CompletedProcess(arguments, code, *capsys.readouterr())

        yield run


def _code_of(arguments: Sequence[str]) -> int:
    try:
        code: object = main(arguments)
    except SystemExit as error:
        code = error.code
    assert isinstance(code, int)
    return code


@pytest.fixture
def run_pytest(tmp_path: Path, run: Run, database_server: str, template: str) -> RunPytest:
    """Give a function that runs pytest on files in a directory of their own, with the plugin alone."""
    info = tmp_path / "installed" / "usher_plugin-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: usher-plugin\nVersion: 1\n")
    point = "[pytest11]\nusher = engine.service.pytest_plugin\n"
    (info / "entry_points.txt").write_text(point)
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\nasyncio_mode = auto\nusher_flows = {ROOT / 'flows'}\n"
    )

    def execute(*arguments: str, **files: str) -> subprocess.CompletedProcess[str]:
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml").replace(
                "_py", ".py"
            )
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        with servers.copied_database(run, database_server, template) as url:
            conftest = f"def pytest_usher_database(config):\n    return {url!r}\n"
            (tmp_path / "conftest.py").write_text(conftest)
            paths = (str(tmp_path / "installed"), str(ROOT))
            return run_inner(tmp_path, ("-p", "no:cacheprovider", *arguments), paths)

    return execute
