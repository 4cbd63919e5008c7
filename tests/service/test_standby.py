"""Two processes serve one bot: one polls, both handle, and when the one that polls is gone the other does."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from engine.emulator import Emulator
from engine.flow.checked import Bot
from engine.service.app import Service, open_service
from engine.service.presence import BEAT_SECONDS
from engine.service.settings import Settings
from storage.database import direct_options
from tests.forking import Forked, fork_usher
from tests.service.conftest import DESK
from tests.service.watching import seen_by, until
from tests.storage.test_presence import KILL

type MakeSettings = Callable[..., Settings]


def leaders(*services: Service) -> list[Service]:
    """Give the services that poll."""
    return [one for one in services if "usher_polling_leader 1.0" in one.metrics.render().decode()]


def conflicts(*services: Service) -> int:
    """Tell how many polls met another."""
    met = 'usher_api_failures_total{error="TelegramConflictError",method="getUpdates"}'
    return sum(one.metrics.render().decode().count(met) for one in services)


async def test_the_other_polls_when_the_leader_stops(
    emulator: Emulator, people: httpx.AsyncClient, make_settings: MakeSettings, desk: Bot
) -> None:
    """A rolling restart is one stop after another: people are answered throughout, and no poll meets another."""
    settings = make_settings(telegram_api_url=emulator.base_url)
    await people.put("users/801", json={"first_name": "Ada", "language_code": "en"})
    async with AsyncExitStack() as first, AsyncExitStack() as second:
        one = await first.enter_async_context(open_service(settings, desk))
        await until(lambda: _true(leaders(one) == [one]))
        other = await second.enter_async_context(open_service(settings, desk))
        await asyncio.sleep(1.2)
        assert leaders(one, other) == [one]
        for check in other.checks.values():
            await check()
        await people.post("users/801/messages", json={"text": "/start"})
        await seen_by(people, 801, "Hello Ada.")
        await first.aclose()
        await until(lambda: _true(leaders(other) == [other]))
        await people.post("users/801/presses", json={"text": "Deutsch"})
        await seen_by(people, 801, "Hallo Ada.")

    assert conflicts(one, other) == 0


async def test_a_leader_that_loses_its_connection_stops_at_once(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: MakeSettings,
    desk: Bot,
    migrated_url: str,
) -> None:
    """When PostgreSQL cuts both off, one of them leads again, never two, and nobody is left unanswered."""
    settings = make_settings(telegram_api_url=emulator.base_url)
    await people.put("users/802", json={"first_name": "Ada", "language_code": "en"})
    killer = await asyncpg.connect(**direct_options(migrated_url))
    async with open_service(settings, desk) as one, open_service(settings, desk) as other:
        for _ in range(3):
            await until(lambda: _true(len(leaders(one, other)) == 1))
            await people.post("users/802/messages", json={"text": "/start"})
            await killer.execute(KILL)
            await until(lambda: _true(len(leaders(one, other)) == 1))
        async with asyncio.timeout(10):
            while len(await answers(people, 802)) < 3:  # noqa: ASYNC110 - they come by themselves
                await asyncio.sleep(0.05)
    await killer.close()

    assert conflicts(one, other) == 0


async def answers(people: httpx.AsyncClient, user_id: int) -> list[Any]:
    """Give what the bot has said to somebody."""
    messages = (await people.get(f"users/{user_id}/messages")).json()
    return [message for message in messages if message["from_bot"]]


@contextmanager
def two_started(
    settings: Settings, bare: dict[str, str], folder: Path
) -> Iterator[list[tuple[Forked, Path]]]:
    """Run the bot as two processes, each with its log; kill them at the end."""
    environment = bare | {
        "PYTHONPATH": os.pathsep.join(["", *sys.path]),
        "BOT_TOKEN": settings.bot_token.get_secret_value(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "FLOWS_DIR": str(DESK),
        "PORT": "0",
    }
    logs = (folder / "one.log", folder / "other.log")
    for log in logs:
        log.touch()
    running = [(fork_usher(["run"], environment, log), log) for log in logs]
    try:
        yield running
    finally:
        for process, _ in running:
            process.kill()
            process.wait()


async def test_a_killed_leader_is_replaced(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: MakeSettings,
    bare: dict[str, str],
    tmp_path: Path,
) -> None:
    """After kill -9 of the process that polls, the other, which looks every second, answers what was said meanwhile."""
    assert BEAT_SECONDS <= 1
    settings = make_settings(telegram_api_url=emulator.base_url)
    await people.put("users/803", json={"first_name": "Ada", "language_code": "en"})
    with two_started(settings, bare, tmp_path) as processes:
        async with asyncio.timeout(60):
            while not all('"present"' in log.read_text() for _, log in processes):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await people.post("users/803/messages", json={"text": "/start"})
        await seen_by(people, 803, "Hello Ada.")
        (leader,) = [process for process, log in processes if '"leads"' in log.read_text()]
        leader.kill()
        await people.post("users/803/presses", json={"text": "Deutsch"})
        await seen_by(people, 803, "Hallo Ada.")


async def _true(value: bool) -> bool:  # noqa: FBT001 - what is to be true
    return value
