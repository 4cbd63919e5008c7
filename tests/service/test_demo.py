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


def answer(chat: str, user_id: int) -> dict[str, Any]:
    """Write /start as somebody and return what the bot answers."""
    with httpx.Client(base_url=f"{chat}_emulator/", timeout=10) as people:
        people.post(f"users/{user_id}/messages", json={"text": "/start"}).raise_for_status()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for message in people.get(f"users/{user_id}/messages").json():
                if message["from_bot"]:
                    return dict(message)
            time.sleep(0.02)
    raise AssertionError("no answer")


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
        stopping = time.monotonic()
        process.send_signal(signal.SIGINT)
        code = process.wait(30)
        seconds = time.monotonic() - stopping

    assert "<html" in page.text
    assert "Hello Emma" in client["text"]
    assert "Lukas" in german["text"]
    assert "Hello" not in german["text"]
    assert len(admin["buttons"]) > len(client["buttons"])
    assert ready.json()["status"] == "ready"
    assert 'usher_updates_total{kind="message",result="handled"} 3.0' in metrics.text
    assert code == 0
    assert seconds < 3
    assert len(said.splitlines()) == 2


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
        done = subprocess.run(
            [*DEMO, str(data_dir), "--port", str(port)],
            cwd=ROOT,
            env=bare,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == f"usher: cannot listen on 127.0.0.1:{port}: Address already in use\n"
