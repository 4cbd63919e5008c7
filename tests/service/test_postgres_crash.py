"""PostgreSQL crashes under the running service, which goes on by itself when it is back."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from engine.emulator import Emulator
from engine.flow.checked import Bot
from engine.service.embedded import embedded_postgres
from engine.service.settings import Settings
from storage import migrations
from storage.database import direct_options
from tests.service.watching import running, seen_by, until_ready


@pytest.fixture
def own_url(tmp_path: Path) -> Iterator[str]:
    """Give the URL of a PostgreSQL that writes to the disk, and may crash without harm to other tests."""
    with embedded_postgres(tmp_path / "postgres") as url:
        yield url


async def crash(url: str) -> None:
    """Kill one backend, upon which PostgreSQL ends all connections and recovers."""
    connection = await asyncpg.connect(**direct_options(url))
    os.kill(await connection.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
    connection.terminate()


async def test_what_is_said_while_postgresql_recovers_is_answered(
    emulator: Emulator, make_settings: Callable[..., Settings], desk: Bot, own_url: str
) -> None:
    """Three crashes, each followed by a message: all are answered, and the service is ready again without a restart."""
    await migrations.upgrade(own_url)
    settings = make_settings(telegram_api_url=emulator.base_url, database_url=own_url)
    url = f"{emulator.base_url}/_emulator/"
    async with (
        httpx.AsyncClient(base_url=url, timeout=10) as people,
        running(settings, desk) as client,
    ):
        for user_id in (811, 812, 813):
            await until_ready(client)
            await crash(own_url)
            await people.put(f"users/{user_id}", json={"first_name": "Ada"})
            await people.post(f"users/{user_id}/messages", json={"text": "/start"})
            await seen_by(people, user_id, "Hello Ada.")
            await asyncio.sleep(0.1)
        await until_ready(client)
        shown = (await client.get("/metrics")).text

    assert "usher_updates_set_aside_total 0.0" in shown
