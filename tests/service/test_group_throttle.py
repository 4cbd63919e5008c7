"""A group as a whole is held to a rate, told once, and what is refused leaves nothing behind in the inbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from engine.emulator import Emulator, Person, run_emulator
from engine.emulator import Settings as EmulatorSettings
from engine.emulator.people import set_member
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.service.catalog import load_catalog
from engine.service.settings import Settings
from tests.service.conftest import DESK
from tests.service.watching import running

type MakeSettings = Callable[..., Settings]


@pytest.fixture
async def emulator(bot_token: str) -> AsyncIterator[Emulator]:
    """Give a Telegram that knows the test's bot."""
    async with run_emulator(settings=EmulatorSettings(token=bot_token, only_token=True)) as found:
        yield found


@pytest.fixture(scope="module")
def desk() -> Bot:
    """Give the desk with a throttle for people and one for groups."""
    sources = {path: path.read_text() for path in [*DESK.glob("*.yaml"), *DESK.glob("texts/*")]}
    sources[DESK / "bot.yaml"] += (
        '  slow_down: "Slowly, all of you."\n'
        "throttle: {messages: 4, per: 1h, group: {messages: 5, per: 1h}}\n"
    )
    german = sources[DESK / "texts" / "de.yaml"]
    sources[DESK / "texts" / "de.yaml"] = german.replace(
        "  messages:\n", '  messages:\n    slow_down: "Langsam."\n', 1
    )
    checked = check_flows(DESK, load_catalog(), sources=sources)
    assert checked.bot is not None, [str(problem) for problem in checked.problems]
    return checked.bot


def gather_group(emulator: Emulator, *numbers: int) -> list[Person]:
    """Return people in one group with the bot."""
    world = emulator.world
    (bot,) = world.bots.values()
    people = [world.put_user(number, language_code="en") for number in numbers]
    group = world.new_group("Team", supergroup=True, creator_id=numbers[0])
    set_member(world, group, bot, "member", by=people[0])
    for member in people[1:]:
        set_member(world, group, member, "member", by=people[0])
    return [emulator.person(number, chat_id=group.id, language_code="en") for number in numbers]


async def settle(
    sessions: async_sessionmaker[AsyncSession], bot_id: int, *, updates: int
) -> list[Any]:
    """Wait until so many updates are done, and return what is not."""
    counted = text("SELECT count(*) FROM inbox WHERE bot_id = :b AND done_at IS NOT NULL")
    async with asyncio.timeout(20):
        while True:
            async with sessions() as session:
                if (await session.scalar(counted, {"b": bot_id}) or 0) >= updates:
                    left = text("SELECT reason FROM inbox WHERE bot_id = :b AND done_at IS NULL")
                    return list(await session.scalars(left, {"b": bot_id}))
            await asyncio.sleep(0.05)


async def test_a_group_is_told_once(
    emulator: Emulator,
    make_settings: MakeSettings,
    desk: Bot,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    """Three people who are not too fast each are too fast together; another chat of one of them is answered."""
    (bot,) = emulator.world.bots.values()
    team = gather_group(emulator, 7611, 7612, 7613)
    told = len(bot.queue.pending)
    settings = make_settings(telegram_api_url=emulator.base_url)
    async with running(settings, desk) as client:
        for _ in range(3):
            for person in team:
                person.says("/start")
        assert await settle(sessions, bot.id, updates=9 + told) == []
        seen = [one["text"] for one in team[0].sees() if one["from_bot"]]
        assert seen.count("Slowly, all of you.") == 1
        alone = emulator.person(7611)
        alone.says("/start")
        await alone.settles(20)
        shown = (await client.get("/metrics")).text
        assert [one["text"] for one in alone.sees() if one["from_bot"]][-1].startswith("Hello")
    assert 'usher_throttled_updates_total{answer="told"} 1.0' in shown
    assert 'usher_throttled_updates_total{answer="refused"} 3.0' in shown


async def test_a_flood_leaves_nothing_open(
    emulator: Emulator,
    make_settings: MakeSettings,
    desk: Bot,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    """Hundreds of messages of one person are taken from the inbox and refused in order, told of once."""
    (bot,) = emulator.world.bots.values()
    eve = emulator.person(7621, first_name="Eve", language_code="en")
    for _ in range(300):
        eve.says("/start")
    async with running(make_settings(telegram_api_url=emulator.base_url), desk):
        assert await settle(sessions, bot.id, updates=300) == []
    texts = [one["text"] for one in eve.sees() if one["from_bot"]]
    assert texts.count("Slowly, all of you.") == 1
    assert [text_ for text_ in texts if text_.startswith("Hello")] == ["Hello Eve."] * 4
