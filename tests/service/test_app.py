"""The whole service, on real stores and an emulated Telegram: it starts, answers, tells how it is, and stops."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import storage
from engine.emulator import Emulator
from engine.emulator.faults import Fault
from engine.flow.checked import Bot
from engine.service.app import open_service
from engine.service.embedded import embedded_valkey
from engine.service.errors import ServiceError, SettingsError
from engine.service.serving import wait_for_end
from engine.service.settings import Settings
from storage.values import Role
from tests.service.watching import running, seen_by, until, until_ready

type MakeSettings = Callable[..., Settings]


async def test_a_person_is_answered(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: MakeSettings,
    desk: Bot,
    bot_token: str,
) -> None:
    """A message goes through HTTP, the flow, PostgreSQL and Redis, and a press changes what is seen."""
    await people.put("users/501", json={"first_name": "Ada", "language_code": "en"})
    async with running(make_settings(telegram_api_url=emulator.base_url), desk) as client:
        await until_ready(client)
        await people.post("users/501/messages", json={"text": "/start"})
        await seen_by(people, 501, "Hello Ada.")
        await people.post("users/501/presses", json={"text": "Deutsch"})
        await seen_by(people, 501, "Hallo Ada.")
        shown = (await client.get("/metrics")).text

    assert 'usher_commands_total{command="users.set_locale",outcome="done"} 1.0' in shown
    assert 'usher_updates_total{kind="callback_query",result="handled"} 1.0' in shown
    assert 'usher_api_calls_total{method="sendMessage"} 1.0' in shown
    assert "usher_build_info{version=" in shown
    assert bot_token not in shown


async def test_a_conversation_survives_a_restart(
    emulator: Emulator, people: httpx.AsyncClient, make_settings: MakeSettings, desk: Bot
) -> None:
    """Who pressed nothing while the service was down goes on with the button on the screen."""
    settings = make_settings(telegram_api_url=emulator.base_url)
    await people.put("users/502", json={"first_name": "Grace", "language_code": "en"})
    async with running(settings, desk):
        await people.post("users/502/messages", json={"text": "/start"})
        await seen_by(people, 502, "Hello Grace.")
    async with running(settings, desk):
        await people.post("users/502/presses", json={"text": "Deutsch"})
        await seen_by(people, 502, "Hallo Grace.")


async def test_health_tells_each_part(
    emulator: Emulator, make_settings: MakeSettings, desk: Bot
) -> None:
    """Live means that the process answers; ready, that it can do its work."""
    async with running(make_settings(telegram_api_url=emulator.base_url), desk) as client:
        live = await client.get("/health/live")
        ready = await until_ready(client)

    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert ready["status"] == "ready"
    assert set(ready["parts"]) == {"postgresql", "redis", "inbox", "flows", "polling"}


async def test_a_telegram_away_is_no_reason_to_end(make_settings: MakeSettings, desk: Bot) -> None:
    """The service starts without Telegram, lives, and says that it is not ready."""
    async with running(make_settings(telegram_api_url="http://127.0.0.1:9"), desk) as client:
        live = await client.get("/health/live")
        ready = await client.get("/health/ready")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["status"] == "not ready"
    assert not ready.json()["parts"]["polling"]["ok"]
    assert ready.json()["parts"]["postgresql"]["ok"]


async def test_commands_are_announced_by_language(
    emulator: Emulator, make_settings: MakeSettings, desk: Bot
) -> None:
    """Each language has its menu, of the flows a stranger may enter."""
    async with running(make_settings(telegram_api_url=emulator.base_url), desk):
        (bot,) = emulator.world.bots.values()

        def shown() -> dict[str, Any]:
            return {
                language: commands
                for (scope, language), commands in bot.commands.items()
                if "default" in scope
            }

        async def announced() -> bool:
            return len(shown()) == 2

        await until(announced)

    assert shown() == {
        "": [{"command": "start", "description": "Menu"}],
        "de": [{"command": "start", "description": "Menü"}],
    }


async def test_a_stop_is_quick_while_a_poll_waits(
    emulator: Emulator, make_settings: MakeSettings, desk: Bot
) -> None:
    """A poll that Telegram holds open for long is not waited for."""
    settings = make_settings(telegram_api_url=emulator.base_url, polling_timeout_seconds=50)
    async with running(settings, desk) as client:
        await until_ready(client)
        stopping = asyncio.get_running_loop().time()

    assert asyncio.get_running_loop().time() - stopping < 3


async def test_an_update_in_work_is_answered_before_a_stop(
    emulator: Emulator, people: httpx.AsyncClient, make_settings: MakeSettings, desk: Bot
) -> None:
    """A deploy in the middle of an answer does not swallow it."""
    await people.put("users/503", json={"first_name": "Joan", "language_code": "en"})
    async with running(make_settings(telegram_api_url=emulator.base_url), desk) as client:
        await until_ready(client)
        emulator.world.faults.add(Fault(method="sendMessage", delay_seconds=0.5))
        await people.post("users/503/messages", json={"text": "/start"})

        async def in_work() -> bool:
            return "usher_updates_in_work 1.0" in (await client.get("/metrics")).text

        await until(in_work)

    await seen_by(people, 503, "Hello Joan.")


async def test_the_owner_of_the_settings_enters(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: MakeSettings,
    desk: Bot,
) -> None:
    """OWNER_ID opens what only administrators may see, from the first message on."""
    settings = make_settings(telegram_api_url=emulator.base_url, owner_id=504)
    await people.put("users/504", json={"first_name": "Olga", "language_code": "en"})
    async with running(settings, desk):
        await people.post("users/504/messages", json={"text": "/office"})
        await seen_by(people, 504, "The back office.")


async def test_a_role_granted_later_counts_at_once(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: MakeSettings,
    desk: Bot,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    """Roles are read at every update, so that granting one needs no restart."""
    await people.put("users/505", json={"first_name": "Rosa", "language_code": "en"})
    async with running(make_settings(telegram_api_url=emulator.base_url), desk):
        await people.post("users/505/messages", json={"text": "/office"})
        await seen_by(people, 505, "Not for you.")
        async with sessions.begin() as session:
            await storage.users.grant_role(session, 505, Role.ADMIN)
        await people.post("users/505/messages", json={"text": "/office"})
        await seen_by(people, 505, "The back office.")


async def test_a_crowd_is_answered(
    emulator: Emulator, people: httpx.AsyncClient, make_settings: MakeSettings, desk: Bot
) -> None:
    """More people at once than there are connections to either store wait for their turn, and none in vain."""
    crowd = range(6000, 6150)
    async with running(make_settings(telegram_api_url=emulator.base_url), desk):
        for number in crowd:
            await people.post(f"users/{number}/messages", json={"text": "/start"})
        for number in crowd:
            await seen_by(people, number, "Hello User")


async def test_a_redis_that_dies_is_told_and_lived_with(
    emulator: Emulator, people: httpx.AsyncClient, make_settings: MakeSettings, desk: Bot
) -> None:
    """Without Redis the person is told that nothing was done, readiness says why, and the process lives."""
    with ExitStack() as valkey:
        url = valkey.enter_context(embedded_valkey())
        settings = make_settings(telegram_api_url=emulator.base_url, redis_url=url)
        async with running(settings, desk) as client:
            await until_ready(client)
            await asyncio.to_thread(valkey.close)
            await people.post("users/506/messages", json={"text": "/start"})
            await seen_by(people, 506, "Something broke.")
            ready = await client.get("/health/ready")
            live = await client.get("/health/live")
            shown = (await client.get("/metrics")).text

    assert (live.status_code, ready.status_code) == (200, 503)
    assert {name: part["ok"] for name, part in ready.json()["parts"].items()} == {
        "postgresql": True,
        "redis": False,
        "inbox": True,
        "flows": True,
        "polling": True,
    }
    assert 'usher_conversation_store_failures_total{call="load",error="ConnectionError"}' in shown


async def test_a_refused_token_ends_the_service(
    emulator: Emulator, make_settings: MakeSettings, desk: Bot
) -> None:
    """A bot that Telegram does not know cannot run, and whoever waits for its end is told why."""
    settings = make_settings(telegram_api_url=emulator.base_url, bot_token="987654321:" + "x" * 35)
    async with open_service(settings, desk) as service:
        with pytest.raises(ServiceError, match=r"^Telegram refuses BOT_TOKEN"):
            await asyncio.wait_for(wait_for_end(asyncio.Event(), service.arrivals), 5)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"database_url": "postgresql://usher:hunter2@127.0.0.1:9/usher"},
            "PostgreSQL at DATABASE_URL cannot be reached: ",
        ),
        ({"redis_url": "redis://127.0.0.1:9"}, "Redis at REDIS_URL cannot be reached: "),
    ],
)
async def test_a_store_that_cannot_be_reached_is_named(
    values: dict[str, str], sentence: str, make_settings: MakeSettings, desk: Bot
) -> None:
    """The service does not start half: the sentence says which store is missing, without its password."""
    with pytest.raises(ServiceError) as caught:
        async with open_service(make_settings(**values), desk):
            pytest.fail("it started")

    assert str(caught.value).startswith(sentence)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["redis://:hunter2@127.0.0.1:9x", "redis://127.0.0.1/0?bogus=1"])
async def test_a_redis_url_is_read_to_its_end(
    url: str, make_settings: MakeSettings, desk: Bot
) -> None:
    """A port that is no number and an option that nobody knows are told before anything connects."""
    with pytest.raises(SettingsError, match=r"^REDIS_URL is not a Redis URL") as caught:
        async with open_service(make_settings(redis_url=url), desk):
            pytest.fail("it started")

    assert "hunter2" not in str(caught.value)


async def test_a_database_without_tables_is_told(
    empty_database_url: str, make_settings: MakeSettings, desk: Bot
) -> None:
    """Who forgot the migration is told the command."""
    with pytest.raises(ServiceError, match=r'the database is empty.*run "usher db upgrade"$'):
        async with open_service(make_settings(database_url=empty_database_url), desk):
            pytest.fail("it started")


async def test_a_default_locale_must_be_one_of_the_bot(
    make_settings: MakeSettings, desk: Bot
) -> None:
    """A language that nobody wrote texts for is refused at the start, not at the first message."""
    with pytest.raises(SettingsError) as caught:
        async with open_service(make_settings(locale_default="fi"), desk):
            pytest.fail("it started")

    assert str(caught.value) == 'LOCALE_DEFAULT is "fi", but the bot has "de", "en"'
