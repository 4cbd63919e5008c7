"""An emulator on a real socket, and stock aiogram bots that talk to it."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from playwright.async_api import Browser, Page, async_playwright

from engine.emulator import Emulator, Person, Settings, run_emulator

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

_numbers = itertools.count(100_001)


class Now:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.time


@pytest.fixture(scope="session")
def now() -> Now:
    """Return the emulator's clock."""
    return Now()


@pytest.fixture(scope="session")
async def running(now: Now) -> AsyncIterator[Emulator]:
    """Serve one emulator for all tests."""
    settings = Settings(token=None, webhook_retry_seconds=0.02, clock=now)
    async with run_emulator(settings=settings) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    """Return the emulator with nobody in it."""
    running.world.clear()
    return running


@pytest.fixture(scope="session")
async def session(running: Emulator) -> AsyncIterator[AiohttpSession]:
    """Return aiogram's HTTP session, shared because closing one takes it a quarter of a second."""
    made = AiohttpSession(api=TelegramAPIServer.from_base(running.base_url))
    yield made
    await made.close()


@pytest.fixture
async def bot(emulator: Emulator, session: AiohttpSession) -> Bot:
    """Return a bot that no other test has used."""
    made = Bot(f"{next(_numbers)}:TEST", session=session)
    emulator.world.bot_of_token(made.token)
    return made


@pytest.fixture
def anna(emulator: Emulator, bot: Bot) -> Person:
    """Return somebody who has started the bot; her /start is confirmed already."""
    person = emulator.person(1001, bot_id=bot.id, first_name="Anna")
    person.says("/start")
    emulator.world.bots[bot.id].queue.drop()
    return person


@pytest.fixture
async def control(emulator: Emulator, bot: Bot) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the control API, for this bot."""
    url = f"{emulator.base_url}/_emulator"
    async with httpx.AsyncClient(base_url=url, params={"bot_id": bot.id}) as client:
        yield client


@pytest.fixture(scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Return a headless browser for all tests."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, emulator: Emulator, bot: Bot) -> AsyncIterator[Page]:
    """Return a page of its own, for the bot alone; errors in the page fail the test."""
    for other in [number for number in emulator.world.bots if number != bot.id]:
        del emulator.world.bots[other]
    errors: list[str] = []
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    await page.context.close()
    async with asyncio.timeout(10):
        while emulator.world.changes._event._waiters:  # noqa: ASYNC110 - until the server knows
            await asyncio.sleep(0.01)
    assert errors == []


@pytest.fixture
async def poll(bot: Bot) -> AsyncIterator[Callable[[Dispatcher], None]]:
    """Return a function that starts a dispatcher's polling, stopped after the test."""
    started: list[tuple[Dispatcher, asyncio.Task[None]]] = []

    def start(dispatcher: Dispatcher) -> None:
        polling = dispatcher.start_polling(
            bot, handle_signals=False, close_bot_session=False, polling_timeout=1
        )
        started.append((dispatcher, asyncio.create_task(polling)))

    yield start
    for dispatcher, task in started:
        with contextlib.suppress(RuntimeError):
            await dispatcher.stop_polling()
        await task
