"""`usher demo` is the whole service on one command: it answers in the chat, keeps its data, and stops at once."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "engine.service.cli", "demo", "--no-browser", "--data-dir"]


@contextmanager
def demo(
    data_dir: Path, environment: dict[str, str], *options: str
) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """Run the demo and give the chat page's address, all it printed so far, and the process."""
    process = subprocess.Popen(
        [*DEMO, str(data_dir), *options],
        cwd=ROOT,
        env=environment | {"LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        while "Started" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        address = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert address is not None
        yield address[0], said, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def refused(
    data_dir: Path, environment: dict[str, str], port: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run a demo that cannot start, and return how it ended."""
    return subprocess.run(
        [*DEMO, str(data_dir), "--port", str(port)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def answer(chat: str, user_id: int) -> dict[str, Any]:
    """Write /start as somebody and return what the bot answers."""
    return say(chat, user_id, "messages", "/start", then="")


def say(chat: str, user_id: int, what: str, text: str, *, then: str) -> dict[str, Any]:
    """Write or press as somebody, and return the bot's newest message once it has a text in it."""
    with httpx.Client(base_url=f"{chat}_emulator/users/{user_id}/", timeout=10) as person:
        person.post(what, json={"text": text}).raise_for_status()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            last = person.get("messages").json()[-1]
            if last["from_bot"] and then in last["text"]:
                return dict(last)
            time.sleep(0.02)
    raise AssertionError(f"no answer with {then!r}; the last message is {last['text']!r}")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory in which the demo's data stay from test to test."""
    return tmp_path_factory.mktemp("demo")


def test_the_demo_is_the_whole_service(data_dir: Path, bare: dict[str, str]) -> None:
    """The chat page, health and metrics are there, and three people may talk to the bot."""
    with demo(data_dir, bare, "--port", "0") as (chat, said, process):
        service = re.search(r"http://127\.0\.0\.1:\d+(?=/health)", said)
        assert service is not None
        page = httpx.get(chat)
        client, german, admin = (answer(chat, number) for number in (1001, 1002, 1003))
        ready = httpx.get(f"{service[0]}/health/ready")
        metrics = httpx.get(f"{service[0]}/metrics")
        process.send_signal(signal.SIGINT)
        code = process.wait(30)

    assert "<html" in page.text
    assert "Hello Emma" in client["text"]
    assert "Lukas" in german["text"]
    assert "Hello" not in german["text"]
    assert len(admin["buttons"]) > len(client["buttons"])
    assert ready.json()["status"] == "ready"
    assert 'usher_updates_total{kind="message",result="handled"} 3.0' in metrics.text
    assert code == 0
    assert len(said.splitlines()) == 2


def test_the_next_run_keeps_people_and_repeats_nothing(
    data_dir: Path, bare: dict[str, str]
) -> None:
    """What somebody chose stays over a kill; and what they do then is new, not a repeat of the run before."""
    with demo(data_dir, bare, "--port", "0") as (chat, _, process):
        say(chat, 1001, "messages", "/language", then="Which language")
        say(chat, 1001, "presses", "Deutsch", then="Guten Tag Emma")
        process.kill()
        process.wait(30)

    with demo(data_dir, bare, "--port", "0") as (chat, _, process):
        say(chat, 1001, "messages", "/language", then="Welche Sprache")
        say(chat, 1001, "presses", "Deutsch", then="Guten Tag Emma")
        say(chat, 1001, "messages", "/language", then="Welche Sprache")
        say(chat, 1001, "presses", "English", then="Hello Emma")
        second = refused(data_dir, bare)

    assert second.returncode == 1
    assert second.stderr.endswith(f"is in use by another usher (process {process.pid})\n")


def test_a_data_directory_that_cannot_be_written_is_told(
    tmp_path: Path, bare: dict[str, str]
) -> None:
    """One sentence names the directory and what is wrong with it."""
    (tmp_path / "file").write_text("")

    done = refused(tmp_path / "file", bare)

    assert done.returncode == 1
    assert done.stderr == (
        f'usher: directory "{tmp_path}/file/postgres" cannot be written: Not a directory\n'
    )


def test_a_taken_port_is_told(data_dir: Path, bare: dict[str, str]) -> None:
    """When the usual port is somebody else's, the demo says so and takes a free one."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # taken already, which is as good
        with demo(data_dir, bare) as (chat, said, _):
            page = httpx.get(chat)

    assert "Port 8000 is taken" in said
    assert ":8000/" not in chat
    assert page.is_success


def test_a_port_that_was_asked_for_is_not_replaced(data_dir: Path, bare: dict[str, str]) -> None:
    """Who names a port is told when it is taken, rather than sent elsewhere."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = refused(data_dir, bare, port)

    assert done.returncode == 1
    assert done.stderr == f"usher: cannot listen on 127.0.0.1:{port}: Address already in use\n"
