"""A running service, and what people see of it.

It knows nothing of what a test expects.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from engine.flow.checked import Bot
from engine.service.app import open_service
from engine.service.serving import serve_web
from engine.service.settings import Settings
from engine.service.sockets import listen
from engine.service.web import create_web


@asynccontextmanager
async def running(settings: Settings, desk: Bot) -> AsyncIterator[httpx.AsyncClient]:
    """Run the service and give a client of its web pages."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        async with (
            open_service(settings, desk) as service,
            serve_web(create_web(service), listener),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            yield client


async def seen_by(people: httpx.AsyncClient, user_id: int, text: str) -> dict[str, Any]:
    """Wait until somebody sees a message that begins with a text, and return it."""
    async with asyncio.timeout(10):
        while True:
            messages = (await people.get(f"users/{user_id}/messages")).json()
            for message in reversed(messages):
                if message["from_bot"] and message["text"].startswith(text):
                    return dict(message)
            await asyncio.sleep(0.02)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds, for ten seconds at the most."""
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0.02)


async def until_ready(client: httpx.AsyncClient) -> dict[str, Any]:
    """Wait until the service is ready and return what it says."""

    async def ready() -> bool:
        return (await client.get("/health/ready")).is_success

    await until(ready)
    return dict((await client.get("/health/ready")).json())
