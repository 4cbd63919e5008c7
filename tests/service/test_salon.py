"""The shipped bot, from outside: chats over HTTP alone, real PostgreSQL and Redis, in both languages."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

import storage
from actions.catalog import catalog
from engine.emulator import DEFAULT_TOKEN, run_emulator
from engine.flow.check import check_flows
from engine.service.app import open_service
from engine.service.settings import Settings, load_settings
from storage.conversations import create_client
from storage.database import create_engine, create_sessions
from storage.seeds.salon import seed_salon
from storage.values import Profile, Role
from tests.faults.site import text_of

FLOWS = Path(__file__).parents[2] / "flows"
ADMIN = 2001
ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Chat:
    """One person's chat with the running bot, through the emulator's control API."""

    client: httpx.AsyncClient
    user_id: int

    async def send(self, text: str, then: str) -> dict[str, Any]:
        """Write a message and return the one that answers it."""
        before = await self._version()
        await self._post("messages", {"text": text})
        return await self._wait(then, before)

    async def press(self, text: str, then: str) -> dict[str, Any]:
        """Press the button of that text on the last screen, and return the screen that follows."""
        return await self._press({"text": text}, then)

    async def pick(self, screen: dict[str, Any], place: int, then: str) -> dict[str, Any]:
        """Press the button at that place of a screen, and return the screen that follows."""
        buttons = [button for row in screen["buttons"] for button in row]
        return await self._press({"data": buttons[place]["callback_data"]}, then)

    async def all_answered(self) -> bool:
        """Tell whether every press was answered."""
        alerts = (await self.client.get(f"users/{self.user_id}/alerts")).json()
        return bool(alerts) and all(alert["answered"] for alert in alerts)

    async def _press(self, body: dict[str, Any], then: str) -> dict[str, Any]:
        before = await self._version()
        await self._post("presses", body)
        return await self._wait(then, before)

    async def _post(self, what: str, body: dict[str, Any]) -> None:
        response = await self.client.post(f"users/{self.user_id}/{what}", json=body)
        assert response.is_success, response.text

    async def _version(self) -> int:
        return int((await self.client.get(f"users/{self.user_id}")).json()["version"])

    async def _wait(self, then: str, version: int) -> dict[str, Any]:
        """Wait for a last message from the bot that has this text in it."""
        seen: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(20):
                while True:
                    response = await self.client.get(
                        f"users/{self.user_id}", params={"wait": 5, "after": version}
                    )
                    version, seen = response.json()["version"], response.json()["messages"]
                    if seen and seen[-1]["from_bot"] and then in text_of(seen[-1]):
                        last: dict[str, Any] = seen[-1]
                        return last
        except TimeoutError:
            texts = [text_of(message) for message in seen[-3:]]
            pytest.fail(f"no message with {then!r}; the last ones are {texts}")


@pytest.fixture
async def salon(empty_database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the control API while the whole service runs on a freshly seeded salon."""
    await storage.migrations.upgrade(empty_database_url)
    await _seed(empty_database_url)
    async with create_client(redis_url) as client:
        await client.flushdb()  # each emulator numbers its updates from the start
    checked = check_flows(FLOWS, catalog)
    assert checked.bot is not None, checked.problems
    async with run_emulator() as emulator:
        settings = load_settings(
            Settings,
            bot_token=DEFAULT_TOKEN,
            database_url=empty_database_url,
            redis_url=redis_url,
            telegram_api_url=emulator.base_url,
            stop_timeout_seconds=1,
        )
        url = f"{emulator.base_url}/_emulator/"
        async with (
            open_service(settings, checked.bot),
            httpx.AsyncClient(base_url=url, timeout=30) as client,
        ):
            yield client


async def _seed(database_url: str) -> None:
    engine = create_engine(database_url)
    try:
        async with create_sessions(engine).begin() as session:
            await seed_salon(session, today=datetime.now(ZONE).date())
            await storage.users.identify(session, Profile(ADMIN, "Robin"))
            await storage.users.grant_role(session, ADMIN, Role.ADMIN)
    finally:
        await engine.dispose()


async def _person(salon: httpx.AsyncClient, user_id: int, name: str, language: str) -> Chat:
    body = {"first_name": name, "language_code": language}
    response = await salon.put(f"users/{user_id}", json=body)
    assert response.is_success, response.text
    return Chat(salon, user_id)


@dataclass(frozen=True)
class Words:
    """What the bot and the buttons say in a language."""

    language: str
    hello: str
    book: str
    what: str
    haircut: str
    where: str
    who: str
    anyone: str
    day: str
    time: str
    note: str
    sure: str
    confirm: str
    mine: str
    coming: str
    cancel: str
    really: str
    yes: str
    cancelled: str
    none: str


ENGLISH = Words(
    language="en",
    hello="Hello",
    book="📅 Book a visit",
    what="What would you like, Ann & <b>Bo</b>?",
    haircut="Haircut · 45 min · €42.00",
    where="Where would you like to come?",
    who="Who would you like to see?",
    anyone="✨ Anyone who is free",
    day="Which day suits you?",
    time="Free times for",
    note="Anything we should know?",
    sure="Shall we book this?",
    confirm="Confirm ✅",
    mine="🗓 My bookings",
    coming="Your bookings:",
    cancel="Cancel this booking",
    really="Cancel Haircut on",
    yes="Yes, cancel it",
    cancelled="Your booking is cancelled.",
    none="You have no bookings.",
)

GERMAN = Words(
    language="de",
    hello="Guten Tag",
    book="📅 Termin buchen",
    what="Was darf es sein, Ann & <b>Bo</b>?",
    haircut="Haarschnitt · 45 Min. · 42,00\xa0€",
    where="Wohin möchten Sie kommen?",
    who="Zu wem möchten Sie?",
    anyone="✨ Egal, wer gerade frei ist",
    day="An welchem Tag?",
    time="Freie Zeiten für",
    note="Sollten wir etwas wissen?",
    sure="Sollen wir das buchen?",
    confirm="Bestätigen ✅",
    mine="🗓 Meine Termine",
    coming="Ihre Termine:",
    cancel="Termin absagen",
    really="Haarschnitt am",
    yes="Ja, absagen",
    cancelled="Ihr Termin ist abgesagt.",
    none="Sie haben keine Termine.",
)


async def _book(chat: Chat, words: Words, note: str) -> dict[str, Any]:
    await chat.send("/start", words.hello)
    await chat.press(words.book, words.what)
    places = await chat.press(words.haircut, words.where)
    await chat.pick(places, 0, words.who)
    days = await chat.press(words.anyone, words.day)
    times = await chat.pick(days, _open_days(days)[3], words.time)
    await chat.pick(times, 0, words.note)
    return await chat.send(note, words.sure)


def _open_days(screen: dict[str, Any]) -> list[int]:
    """List the places of the buttons of a calendar that are days."""
    return [place for place, label in enumerate(_labels(screen)) if label.strip("[] ").isdecimal()]


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["english", "german"])
async def test_a_visit_is_booked_seen_and_cancelled(salon: httpx.AsyncClient, words: Words) -> None:
    """From /start over every choice to a booking, to the list of bookings, to its end."""
    chat = await _person(salon, 3001, "Ann & <b>Bo</b>", words.language)

    sure = await _book(chat, words, "Fringe <i>& all</i>")
    assert "Fringe <i>& all</i>" in sure["text"]
    await chat.press(words.confirm, words.hello)
    mine = await chat.press(words.mine, words.coming)
    details = await chat.pick(mine, 0, "Fringe <i>& all</i>")
    assert "42" in details["text"]
    await chat.press(words.cancel, words.really)
    gone = await chat.press(words.yes, words.cancelled)

    assert words.none in gone["text"]
    assert await chat.all_answered()


async def test_a_visit_half_booked_is_left_only_after_a_question(salon: httpx.AsyncClient) -> None:
    """Who sends /cancel amid a booking is asked first: no leads back to the same screen, yes books nothing."""
    chat = await _person(salon, 3003, "Ann & <b>Bo</b>", "en")
    await chat.send("/book", ENGLISH.what)
    await chat.press(ENGLISH.haircut, ENGLISH.where)

    await chat.send("/cancel", "Stop booking?")
    await chat.press("No", ENGLISH.where)
    await chat.send("/cancel", "Stop booking?")
    await chat.press("Yes", ENGLISH.hello)

    await chat.press(ENGLISH.mine, ENGLISH.none)


@dataclass(frozen=True)
class AdminWords:
    """What an administrator reads and presses in a language."""

    language: str
    menu: str
    bookings: str
    today: str
    of_day: str
    find: str
    number: str
    cancel: str
    really: str
    yes: str
    cancelled: str
    days: str
    coming: str
    planning: tuple[tuple[str, str], ...]
    until: str
    deciding: tuple[tuple[str, str], ...]
    do_it: str
    saved: str
    back: str


ADMIN_ENGLISH = AdminWords(
    language="en",
    menu="Administration",
    bookings="📋 All bookings",
    today="· today",
    of_day=" {0.day}, 2",
    find="to search all days",
    number="· №",
    cancel="Cancel this booking",
    really="Cancel this booking?",
    yes="Yes, cancel it",
    cancelled="It is cancelled, and the client is told.",
    days="🏖 Days off",
    coming="Days off and days with",
    planning=(
        ("\N{HEAVY PLUS SIGN} New", "Whose days"),
        ("👥 Everybody", "At which place"),
        ("🌍 All places", "From which day"),
    ),
    until="until which day",
    deciding=(
        ("Just that day", "What about these days"),
        ("🚫 Closed all day", "For what reason"),
        ("Skip", "Shall this be saved?"),
    ),
    do_it="Yes",
    saved="Saved.",
    back="« Back",
)

ADMIN_GERMAN = AdminWords(
    language="de",
    menu="Verwaltung",
    bookings="📋 Alle Termine",
    today="· heute",
    of_day=", {0.day}. ",
    find="um an allen Tagen zu suchen",
    number="· Nr.",
    cancel="Diesen Termin absagen",
    really="Diesen Termin absagen?",
    yes="Ja, absagen",
    cancelled="Der Termin ist abgesagt, und der Kunde weiß es.",
    days="🏖 Freie Tage",
    coming="Freie Tage und Tage mit",
    planning=(
        ("\N{HEAVY PLUS SIGN} Neu", "Um wessen Tage"),
        ("👥 Alle", "An welchem Ort"),
        ("🌍 Alle Orte", "Von welchem Tag"),
    ),
    until="bis zu welchem Tag",
    deciding=(
        ("Nur dieser Tag", "Was ist an diesen Tagen"),
        ("🚫 Ganztägig geschlossen", "Aus welchem Grund"),
        ("Ohne Grund", "Soll das gespeichert werden?"),
    ),
    do_it="Ja",
    saved="Gespeichert.",
    back="« Zurück",
)


def _labels(screen: dict[str, Any]) -> list[str]:
    return [button["text"] for row in screen["buttons"] for button in row]


@pytest.mark.parametrize("words", [ADMIN_ENGLISH, ADMIN_GERMAN], ids=["english", "german"])
async def test_an_administrator_cancels_and_closes(
    salon: httpx.AsyncClient, words: AdminWords
) -> None:
    """Bookings ahead can be cancelled one by one; a day without them can be closed."""
    chat = await _person(salon, ADMIN, "Robin", words.language)

    await chat.send("/admin", words.menu)
    await chat.press(words.bookings, words.today)
    of_day = words.of_day.format(datetime.now(ZONE) + timedelta(days=1))
    tomorrow = await chat.press("»", of_day)
    await chat.pick(tomorrow, 0, words.number)
    await chat.press(words.cancel, words.really)
    await chat.press(words.yes, words.cancelled)
    left = await chat.press(words.back, words.find)
    assert len(left["buttons"]) == len(tomorrow["buttons"]) - 1
    await chat.press(words.back, words.menu)
    days = await chat.press(words.days, words.coming)
    for label, then in words.planning:
        await chat.press(label, then)
    day = datetime.now(UTC).date() + timedelta(days=40)
    await chat.send(day.isoformat(), words.until)
    for label, then in words.deciding:
        await chat.press(label, then)
    saved = await chat.press(words.do_it, words.saved)
    assert len(saved["buttons"]) == len(days["buttons"]) + 1

    assert await chat.all_answered()


async def test_administration_is_closed_to_clients(salon: httpx.AsyncClient) -> None:
    """Neither the menu nor a command leads a client there."""
    chat = await _person(salon, 3002, "Cleo", "en")

    menu = await chat.send("/start", "Hello Cleo")
    assert not any("Administration" in label for label in _labels(menu))
    await chat.send("/admin", "This part is not open to you.")


async def test_two_people_want_the_same_time(salon: httpx.AsyncClient) -> None:
    """Both stand before the same list; one gets the time, the other is shown what is still free."""
    first = await _person(salon, 3003, "Ann & <b>Bo</b>", "en")
    second = await _person(salon, 3004, "Ann & <b>Bo</b>", "en")
    times: list[dict[str, Any]] = []
    for chat in (first, second):
        await chat.send("/start", "Hello")
        await chat.press(ENGLISH.book, ENGLISH.what)
        await chat.pick(await chat.press(ENGLISH.haircut, ENGLISH.where), 0, ENGLISH.who)
        days = await chat.press("Inês Duarte", ENGLISH.day)
        times.append(await chat.pick(days, _open_days(days)[1], ENGLISH.time))

    await first.pick(times[0], 0, ENGLISH.note)
    await second.pick(times[1], 0, ENGLISH.time)

    days = await second.press("« Other day", ENGLISH.day)
    left = await second.pick(days, _open_days(days)[1], ENGLISH.time)
    assert _labels(times[1])[0] not in _labels(left)
    await first.press("Skip", ENGLISH.sure)
    await first.press(ENGLISH.confirm, "Hello")


async def test_a_language_is_chosen_and_stays(salon: httpx.AsyncClient) -> None:
    """The choice outlives the language of the person's Telegram."""
    chat = await _person(salon, 3005, "Dora", "en")

    await chat.send("/start", "Hello Dora")
    await chat.press("🌐 Language", "Which language")
    await chat.press("Deutsch", "Guten Tag Dora")
    await chat.send("/start", "Guten Tag Dora")


async def test_a_link_shows_a_booking_to_its_owner_alone(salon: httpx.AsyncClient) -> None:
    """The link of a booking opens it for who booked; to anybody else, or cut off, it tells nothing."""
    owner = await _person(salon, 3006, "Emil", "en")
    other = await _person(salon, 3007, "Fred", "en")
    await owner.send("/book", "What would you like")
    await owner.pick(await owner.press(ENGLISH.haircut, ENGLISH.where), 0, ENGLISH.who)
    days = await owner.press("Inês Duarte", ENGLISH.day)
    await owner.pick(await owner.pick(days, _open_days(days)[1], ENGLISH.time), 0, ENGLISH.note)
    await owner.press("Skip", ENGLISH.sure)
    await owner.press(ENGLISH.confirm, "Hello Emil")
    messages = (await salon.get("users/3006")).json()["messages"]
    (number,) = re.findall(r"№ (\d+)", " ".join(text_of(message) for message in messages))

    opened = await owner.send(f"/start b-{number}", f"№ {number}")
    shown = await other.send(f"/start b-{number}", "That booking is not one of yours.")
    cut = await other.send("/start b-", "That link is not right")

    assert ENGLISH.haircut.split(" ·")[0] in opened["text"]
    assert "📅 Book a visit" in _labels(shown)
    seen = " ".join([text_of(shown), *_labels(shown)])
    assert not re.search(rf"\b{number}\b", seen)
    assert "Hello Fred" in cut["text"]
