"""A PostgreSQL and a Valkey that keep their data, to be killed and started again.

It knows nothing of who uses them.
"""

import asyncio
import os
import signal
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from engine.service.embedded import embedded_postgres, embedded_valkey


@dataclass
class OwnServer:
    """One server with a data directory; `url` changes with each start."""

    kind: str
    data: Path
    url: str = ""
    _running: AbstractContextManager[str] | None = field(default=None)

    async def start(self) -> str:
        """Start it, on what data there are; return its URL."""
        make = embedded_postgres if self.kind == "postgres" else embedded_valkey
        self._running = make(self.data)
        self.url = await asyncio.to_thread(self._running.__enter__)
        return self.url

    async def stop(self) -> None:
        """Stop it as one should, or clear away what is left of one that was killed."""
        running, self._running = self._running, None
        if running is not None:
            await asyncio.to_thread(running.__exit__, None, None, None)

    async def kill(self) -> None:
        """Kill it at once, and wait until nothing of it is left."""
        name = "data/postmaster.pid" if self.kind == "postgres" else "valkey.pid"
        number = int((self.data / name).read_text().split()[0])
        os.kill(number, signal.SIGKILL)
        await self.stop()
