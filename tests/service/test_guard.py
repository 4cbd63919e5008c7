"""The guard ends its server when the one who wanted it is gone, gently first."""

import io
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from engine.service import guard

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", file=open(sys.argv[1], "w"))
time.sleep(60)
"""


def test_a_server_that_ends_by_itself_ends_the_guard() -> None:
    """The guard's exit code is the server's, so that a failed start is seen at once."""
    never, owner = os.pipe()
    with os.fdopen(never, "rb") as pipe, os.fdopen(owner, "wb"):
        assert guard.watch([sys.executable, "-c", "raise SystemExit(3)"], pipe, signal.SIGTERM) == 3


def test_a_closed_pipe_stops_the_server() -> None:
    """When nobody holds the other end any more, the server gets its signal."""
    code = guard.watch(
        [sys.executable, "-c", "import time; time.sleep(60)"], io.BytesIO(), signal.SIGTERM
    )

    assert code == -signal.SIGTERM


def test_a_server_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that ignores its signal for too long is ended all the same."""
    monkeypatch.setattr(guard, "STOP_SECONDS", 0.1)
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    gone, owner = os.pipe()

    def close_when_ready() -> None:
        ready.read_text()
        os.close(owner)

    closer = threading.Thread(target=close_when_ready)
    closer.start()
    with os.fdopen(gone, "rb") as pipe:
        code = guard.watch([sys.executable, "-c", STUBBORN, str(ready)], pipe, signal.SIGTERM)
    closer.join()

    assert code == -signal.SIGKILL


def test_the_run_directory_goes_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the server, its sockets' directory is removed and the exit code passed on."""
    run = tmp_path / "run"
    run.mkdir()
    (run / "socket").touch()
    handled: list[int] = []
    monkeypatch.setattr(signal, "signal", lambda number, _handler: handled.append(number))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    code = guard.main(["SIGTERM", str(run), sys.executable, "-c", "import time; time.sleep(60)"])

    assert code == -signal.SIGTERM
    assert not run.exists()
    assert handled == [signal.SIGINT, signal.SIGTERM]
