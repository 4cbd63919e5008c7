"""What Telegram shows around the conversation, and who is too fast, through the whole service."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

import storage
from actions.catalog import catalog
from engine.emulator import Emulator
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.service.settings import Settings
from storage.values import Role
from tests.service.watching import running, seen_by, until

DESK = Path(__file__).parent / "desk"
type MakeSettings = Callable[..., Settings]


@pytest.fixture
def desk() -> Bot:
    """Give the desk with a profile and a throttle, and a described command."""
    sources = {path: path.read_text() for path in [*DESK.glob("*.yaml"), *DESK.glob("texts/*")]}
    sources[DESK / "bot.yaml"] += '  slow_down: "Slowly, {{ user.first_name }}."\n'
    sources[DESK / "bot.yaml"] += "title: Desk\ndescription: We help.\nshort_description: Help.\n"
    sources[DESK / "bot.yaml"] += "throttle: {messages: 3, per: 1h}\n"
    german = sources[DESK / "texts" / "de.yaml"]
    german = german.replace(
        "bot:\n",
        "bot:\n  title: Tisch\n  description: Wir helfen.\n  short_description: Help.\n",
        1,
    )
    german = german.replace("  messages:\n", '  messages:\n    slow_down: "Langsam."\n', 1)
    german = german.replace("office:\n", "office:\n  start: {office: Zum Büro}\n", 1)
    sources[DESK / "texts" / "de.yaml"] = german
    office = sources[DESK / "office.yaml"]
    sources[DESK / "office.yaml"] = office.replace(
        "start: [/office]", 'start: [{command: /office, text: "Go to the office"}]'
    )
    checked = check_flows(DESK, catalog, sources=sources)
    assert checked.bot is not None, [str(problem) for problem in checked.problems]
    return checked.bot


async def test_the_profile_is_set_once(
    emulator: Emulator, make_settings: MakeSettings, desk: Bot
) -> None:
    """Name and descriptions come in every language, and a second start sets nothing again."""
    settings = make_settings(telegram_api_url=emulator.base_url)
    (bot,) = emulator.world.bots.values()

    async def announced() -> bool:
        return len([scope for scope, _ in bot.commands if "default" in scope]) == 2

    async with running(settings, desk):
        await until(announced)
    assert bot.texts == {
        ("name", ""): "Desk",
        ("name", "de"): "Tisch",
        ("description", ""): "We help.",
        ("description", "de"): "Wir helfen.",
        ("short_description", ""): "Help.",
    }
    del bot.commands['{"type": "default"}', "de"]
    async with running(settings, desk) as client:
        await until(announced)
        shown = (await client.get("/metrics")).text
    assert "setMyName" not in shown
    assert 'usher_api_calls_total{method="getMyName"} 2.0' in shown


async def test_a_role_has_its_own_menu(
    emulator: Emulator,
    people: httpx.AsyncClient,
    make_settings: MakeSettings,
    desk: Bot,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    """Those known to have a role get its commands at the start, others with their next message; both lose them again."""
    await people.put("users/611", json={"first_name": "Ada", "language_code": "en"})
    async with sessions.begin() as session:
        await storage.users.grant_role(session, 612, Role.ADMIN)
    (bot,) = emulator.world.bots.values()

    def menu_of(user_id: int) -> Any:
        found = [one for place, one in bot.commands.items() if f'"chat_id": {user_id}' in place[0]]
        return [[command["description"] for command in one] for one in found]

    async def known_are_served() -> bool:
        return len(menu_of(612)) == 2

    async def new_is_served() -> bool:
        return len(menu_of(611)) == 2

    async def new_has_none() -> bool:
        return not menu_of(611)

    async with running(make_settings(telegram_api_url=emulator.base_url), desk):
        await people.put("users/612", json={"first_name": "Ben", "language_code": "en"})
        await people.post("users/611/messages", json={"text": "/start"})
        await seen_by(people, 611, "Hello Ada.")
        assert not menu_of(611)
        async with sessions.begin() as session:
            await storage.users.grant_role(session, 611, Role.ADMIN)
        await people.post("users/611/messages", json={"text": "/office"})
        await until(new_is_served)
        assert menu_of(611) == [["Menu", "Go to the office"], ["Menü", "Zum Büro"]]
        async with sessions.begin() as session:
            await storage.users.revoke_role(session, 611, Role.ADMIN)
        await people.post("users/611/messages", json={"text": "/start"})
        await until(new_has_none)


async def test_whoever_is_too_fast_is_told_once(
    emulator: Emulator, people: httpx.AsyncClient, make_settings: MakeSettings, desk: Bot
) -> None:
    """Above the rate a person hears of it once, and others are answered as ever."""
    for user_id, name in ((613, "Cleo"), (614, "Dan")):
        await people.put(f"users/{user_id}", json={"first_name": name, "language_code": "en"})
    async with running(make_settings(telegram_api_url=emulator.base_url), desk) as client:
        for _ in range(6):
            await people.post("users/613/messages", json={"text": "/start"})
        await seen_by(people, 613, "Slowly, Cleo.")
        await people.post("users/614/messages", json={"text": "/start"})
        await seen_by(people, 614, "Hello Dan.")
        messages = (await people.get("users/613/messages")).json()
        shown = (await client.get("/metrics")).text

    assert [one["text"] for one in messages if one["text"].startswith("Slowly")] == [
        "Slowly, Cleo."
    ]
    assert 'usher_throttled_updates_total{answer="told"} 1.0' in shown
