"""Runs a service in this process: its web pages under uvicorn, until a signal or until it cannot go on.

It knows nothing of what the service does.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Iterator

    from fastapi import FastAPI

_WEB_STOP_SECONDS = 1


@contextlib.asynccontextmanager
async def serve_web(web: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    """Serve web pages until the block ends; returns once they can be fetched."""
    server = _Server(
        uvicorn.Config(
            web,
            lifespan="off",
            ws="none",
            log_config=None,
            server_header=False,
            proxy_headers=False,  # nothing here depends on who asks, and anybody can write them
            timeout_graceful_shutdown=_WEB_STOP_SECONDS,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        # uvicorn has no event for it
        while not server.started and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await task


@contextlib.contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set, for as long as the block lasts."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def wait_for_end(stop: asyncio.Event, *vital: asyncio.Task[None]) -> None:
    """Wait for the stop event; raise what a vital task raises, if one ends first."""
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({stopped, *vital}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    finally:
        stopped.cancel()


class _Server(uvicorn.Server):
    """A server that leaves signals to the process it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
