"""Running the emulator in the event loop that is there, on a real socket.

Knows nothing of the Bot API.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from engine.emulator.app import create_app
from engine.emulator.http_api import CUT_EXTENSION
from engine.emulator.person import Person
from engine.emulator.world import DEFAULT_TOKEN, Settings, World

_STOP_SECONDS = 2
_KEEP_ALIVE_SECONDS = (
    75  # a client that writes on a connection which is being closed is told that it was reset
)
_BACKLOG = 2048


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    base_url: str
    """Address of the chat page, and what `TelegramAPIServer.from_base` is given."""
    world: World
    """All it remembers, for tests in the same process."""
    token: str
    """A token it takes."""

    @property
    def state(self) -> World:
        """Return all it remembers."""
        return self.world

    def person(self, user_id: int, **options: Any) -> Person:
        """Return somebody to talk to the bot; `options` are those of `Person`."""
        return Person(self.world, user_id, **options)


@contextlib.asynccontextmanager
async def run_emulator(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    token: str = DEFAULT_TOKEN,
    settings: Settings | None = None,
) -> AsyncIterator[Emulator]:
    """Serve an emulator until the block ends; port 0 takes one that is free.

    `settings`, when given, holds the token too. Ends at once, also while bots wait for updates.
    """
    settings = settings or Settings(token=token)
    world = World(settings)
    with _listen(host, port) as listener:
        server = make_server(create_app(world=world))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await _wait_until_started(server, task)
            address = listener.getsockname()
            name = f"[{address[0]}]" if ":" in address[0] else address[0]
            yield Emulator(f"http://{name}:{address[1]}", world, settings.token or token)
        finally:
            world.close()
            server.should_exit = True
            await task


def make_server(app: FastAPI, **config: Any) -> uvicorn.Server:
    """Return a server that leaves signals alone and can cut connections."""
    return _Server(
        uvicorn.Config(
            app,
            http=_CuttableProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            backlog=_BACKLOG,
            **config,
        )
    )


class _Server(uvicorn.Server):
    """A server inside somebody else's process: signals are theirs."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _CuttableProtocol(H11Protocol):
    """HTTP as usual, but an application may drop the connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def cuttable(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[CUT_EXTENSION] = self._cut
            await inner(scope, receive, send)

        self.app = cuttable

    def _cut(self) -> None:
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.abort()


@contextlib.contextmanager
def _listen(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends at once; without it, every answer waits 40 ms for an acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        yield listener


async def _wait_until_started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the emulator did not start")
        await asyncio.sleep(0.005)
