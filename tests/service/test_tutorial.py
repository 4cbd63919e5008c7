"""The conversations of the tutorial, played: the whole service, real PostgreSQL and Redis, the salon that ships."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import storage
from actions.catalog import catalog
from engine.emulator import DEFAULT_TOKEN, Person, run_emulator
from engine.flow.check import check_flows
from engine.service.app import open_service
from engine.service.settings import Settings, load_settings
from storage.conversations import create_client
from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon
from tests.tutorial import Stage, Turn, stages

STAGES = [stage for stage in stages() if stage.turns]
PEOPLE = {"Emma": (3101, "en"), "Lukas": (3102, "de")}
WAIT_SECONDS = 30
ZONE = ZoneInfo("Europe/Berlin")
FRIDAY = 5


@asynccontextmanager
async def _person(stage: Stage, database_url: str, redis_url: str) -> AsyncIterator[Person]:
    """Run the service on what the reader has by then, with the shortest silence, and give the person."""
    sources = {path: text.replace("after: 15m", "after: 10s") for path, text in stage.files.items()}
    bot = check_flows(Path("flows"), catalog, sources=sources).bot
    assert bot is not None
    async with create_client(redis_url) as client:
        await client.flushdb()  # each emulator numbers its updates from the start
    async with run_emulator() as emulator:
        settings = load_settings(
            Settings,
            bot_token=DEFAULT_TOKEN,
            database_url=database_url,
            redis_url=redis_url,
            telegram_api_url=emulator.base_url,
            stop_timeout_seconds=1,
        )
        user_id, language = PEOPLE[stage.person]
        person = emulator.person(user_id, first_name=stage.person, language_code=language)
        async with open_service(settings, bot):
            yield person


async def _act(person: Person, act: str) -> dict[str, Any]:
    """Do what the page says and return the first message of the bot that changed since."""
    before = person.sees()
    match act:
        case "(wait)":
            pass
        case "(a Friday)":
            person.says(_friday().isoformat())
        case "(a time)":
            person.presses(before[-1]["buttons"][0][0]["text"])
        case _ if act.startswith("["):
            person.presses(act[1:-1].replace("0 €", "0\xa0€"))
        case _:
            person.says(act)
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            await person.settles()
            new = [one for one in person.sees() if one["from_bot"] and one not in before]
            if new and (act != "(wait)" or len(person.sees()) > len(before)):
                return dict(new[-1 if act == "(wait)" else 0])
            await asyncio.sleep(0.05)


def _friday() -> date:
    """Give a Friday after the bookings that are there from the start, and not Christmas."""
    today = datetime.now(ZONE).date()
    days = (today + timedelta(days=ahead) for ahead in range(7, 60))
    return next(
        day for day in days if day.isoweekday() == FRIDAY and (day.month, day.day) != (12, 25)
    )


def _assert_shown(turn: Turn, message: dict[str, Any]) -> None:
    text = " ".join(message["text"].split()).replace("\u202f", " ")
    place = 0
    for piece in turn.texts:
        assert piece in text[place:], turn.act
        place = text.index(piece, place) + len(piece)
    rows = [[button["text"] for button in row] for row in message["buttons"] or []]
    shown = [[label.replace("\xa0", " ") for label in row] for row in rows]
    assert not turn.rows or shown == turn.rows, turn.act


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.title)
async def test_conversation_goes_as_shown(
    stage: Stage, empty_database_url: str, redis_url: str
) -> None:
    """Whoever does what a part of the tutorial says sees what it says."""
    await storage.migrations.upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    async with create_sessions(engine).begin() as session:
        await seed_salon(session, today=datetime.now(ZONE).date())
    await engine.dispose()

    async with _person(stage, empty_database_url, redis_url) as person:
        for turn in stage.turns:
            _assert_shown(turn, await _act(person, turn.act))
