"""The bot as the operating system sees it: a process of its own, stopped and killed by its number.

It knows nothing of what goes wrong around it.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.forking import Forked, fork_usher

READY_SECONDS = 60.0


@dataclass
class BotProcess:
    """One `usher run`."""

    popen: Forked
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Give the address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    async def wait_until_ready(self) -> None:
        """Wait until it says that it can serve.

        Raises:
            RuntimeError: it has ended, or takes too long.
        """
        async with asyncio.timeout(READY_SECONDS):
            while not await self.is_ready():
                if self.popen.poll() is not None:
                    raise RuntimeError(f"the bot has ended:\n{self.log.read_text()[-3000:]}")
                await asyncio.sleep(0.05)

    async def is_ready(self) -> bool:
        """Tell whether it says that it can serve."""
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get(f"{self.url}/health/ready")).is_success
        except httpx.HTTPError:
            return False

    async def kill(self) -> None:
        """Kill it at once, as a lack of memory does."""
        self.popen.kill()
        await asyncio.to_thread(self.popen.wait)

    async def stop(self, seconds: float = 30.0) -> int:
        """Ask it to stop and return its exit code."""
        if self.popen.poll() is None:
            os.kill(self.popen.pid, signal.SIGTERM)
        return await asyncio.to_thread(self.popen.wait, seconds)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.popen.pid, number)

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """Return what it has logged, of one kind or all."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]
        return [line for line in lines if name is None or line.get("event") == name]


def start_bot(log: Path, environment: Mapping[str, str]) -> BotProcess:
    """Start a bot with the settings given and nothing else; its log goes to a file."""
    port = _free_port()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME"} or name.startswith(("COV_", "COVERAGE_"))
    }
    variables = {
        **inherited,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        **environment,
    }
    return BotProcess(fork_usher(["run"], variables, log), port, log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
