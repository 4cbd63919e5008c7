"""All that one bot lives among in a test of faults: its database, Redis and Telegram, each behind a proxy, and people.

It knows nothing of what a test breaks.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis
from sqlalchemy.engine import make_url

from engine.emulator import run_emulator
from engine.emulator.person import Person
from engine.emulator.server import Emulator
from tests.faults.process import BotProcess, start_bot
from tests.faults.proxy import (
    Proxy,
    Upstream,
    database_upstream,
    open_proxy,
    redis_through,
    redis_upstream,
    through,
)

HERE = Path(__file__).parent
ANSWER_SECONDS = 30.0
"""How long a bot may take to answer; machines may be busy."""


@dataclass
class Site:
    """A bot's surroundings; `start` runs the bot among them."""

    emulator: Emulator
    telegram: Proxy
    postgres: Proxy
    redis: Proxy
    database_url: str
    """Around the proxy."""
    redis_url: str
    """Around the proxy."""
    token: str
    directory: Path
    settings: dict[str, str]
    processes: list[BotProcess] = field(default_factory=list)

    def launch(self, **settings: str) -> BotProcess:
        """Start a bot and do not wait for it."""
        environment = {
            "BOT_TOKEN": self.token,
            "DATABASE_URL": through(self.database_url, self.postgres),
            "REDIS_URL": redis_through(self.redis_url, self.redis),
            "TELEGRAM_API_URL": f"http://127.0.0.1:{self.telegram.port}",
            "POLLING_TIMEOUT_SECONDS": "5",
            "STOP_TIMEOUT_SECONDS": "5",
            "LOG_LEVEL": "INFO",
            **self.settings,
            **settings,
        }
        process = start_bot(self.directory / f"bot{len(self.processes)}.log", environment)
        self.processes.append(process)
        return process

    async def start(self, **settings: str) -> BotProcess:
        """Start a bot and wait until it is ready."""
        process = self.launch(**settings)
        await process.wait_until_ready()
        return process

    def person(self, name: str = "Ann", *, number: int | None = None, **options: Any) -> "Visitor":
        """Return somebody nobody has met, or the person of that number."""
        number = number or 10**6 + secrets.randbelow(10**9)
        return Visitor(self.emulator.person(number, first_name=name, **options))

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        """Return the first column of a query's rows."""
        connection = await asyncpg.connect(plain_url(self.database_url))
        try:
            return [row[0] for row in await connection.fetch(query, *arguments)]
        finally:
            await connection.close()

    async def execute(self, statement: str, *arguments: Any) -> None:
        """Change the database around the bot, also one that takes no writes."""
        writing = {"default_transaction_read_only": "off"}
        connection = await asyncpg.connect(plain_url(self.database_url), server_settings=writing)
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    def redis_client(self) -> Redis:
        """Return a client of Redis around the proxy."""
        return Redis.from_url(self.redis_url)

    async def end(self) -> None:
        """Kill what still runs."""
        for process in self.processes:
            if process.popen.poll() is None:
                await process.kill()


@dataclass
class Visitor:
    """A person who waits for what they expect to see."""

    person: Person

    @property
    def id(self) -> int:
        """Give their Telegram id."""
        return self.person.id

    def says(self, text: str | None = None, **content: Any) -> None:
        """Write a message, or send something else."""
        self.person.says(text, **content)

    def presses(self, text: str | None = None, **options: Any) -> None:
        """Press a button."""
        self.person.presses(text, **options)

    async def picks_day(
        self, question: str, place: int, *, seconds: float = ANSWER_SECONDS
    ) -> None:
        """Press the free day of that place, counted from 0, turning the calendar to later months until it is there."""
        screen = await self.sees(question, seconds=seconds)
        while len(days := days_of(screen)) <= place:
            place -= len(days)
            later = next(label for label in labels_of(screen) if label.endswith(" »"))
            self.presses(later, message_id=screen["message_id"])
            before = labels_of(screen)
            while labels_of(screen) == before:
                await asyncio.sleep(0.02)
                screen = await self.sees(question, seconds=seconds)
        self.presses(days[place], message_id=screen["message_id"])

    async def sees(self, pattern: str, *, seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
        """Wait until the bot's last message says so, and return it.

        Raises:
            AssertionError: it does not, in time.
        """
        try:
            async with asyncio.timeout(seconds):
                # the emulator has no event for this
                while not (  # noqa: ASYNC110
                    (last := self.last()) and re.search(pattern, text_of(last))
                ):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            told = [text_of(message) for message in self.person.sees()[-3:]]
            raise AssertionError(f"no message with {pattern!r}; the last are {told}") from None
        return last

    async def has_seen(self, part: str, *, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until one of the bot's messages has this in it, whichever stands last.

        Raises:
            AssertionError: none has, in time.
        """
        await self.sees("", seconds=seconds)
        try:
            async with asyncio.timeout(seconds):
                # nor for this
                while not any(part in text for text in self.texts()):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"no message with {part!r} in {self.texts()}") from None

    async def is_answered(self, count: int, *, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until so many presses were answered.

        Raises:
            AssertionError: they are not, in time.
        """
        try:
            async with asyncio.timeout(seconds):
                # nor for this
                while (  # noqa: ASYNC110
                    sum(alert["answered"] for alert in self.person.alerts()) < count
                ):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(
                f"not all of {count} presses are answered: {self.person.alerts()}"
            ) from None

    def last(self) -> dict[str, Any] | None:
        """Return the bot's last message."""
        return next(iter(self.person.newest()), None)

    def texts(self) -> list[str]:
        """Return what the bot has said that is still to be seen, oldest first."""
        return [text_of(message) for message in self.person.sees() if message["from_bot"]]

    def buttons(self) -> list[str]:
        """Return the labels under the bot's last message."""
        return labels_of(self.last() or {})


def plain_url(url: str) -> str:
    """Return a URL that asyncpg itself takes."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@asynccontextmanager
async def open_site(
    database_url: str, redis_url: str, directory: Path, **settings: str
) -> AsyncIterator[Site]:
    """Give a site with a Telegram of its own, until the block ends."""
    token = f"{10**9 + secrets.randbelow(10**9)}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    async with AsyncExitStack() as stack:
        emulator = await stack.enter_async_context(run_emulator(token=token))
        port = int(emulator.base_url.rpartition(":")[2])
        site = Site(
            emulator=emulator,
            telegram=await stack.enter_async_context(open_proxy(Upstream(port=port))),
            postgres=await stack.enter_async_context(open_proxy(database_upstream(database_url))),
            redis=await stack.enter_async_context(open_proxy(redis_upstream(redis_url))),
            database_url=database_url,
            redis_url=redis_url,
            token=token,
            directory=directory,
            settings=settings,
        )
        stack.push_async_callback(site.end)
        yield site


def labels_of(message: dict[str, Any]) -> list[str]:
    """Return the labels under a message, row by row."""
    return [button["text"] for row in message.get("buttons") or [] for button in row]


def days_of(message: dict[str, Any]) -> list[str]:
    """Return the labels of the days that can be pressed in a calendar; today's has brackets around it."""
    return [label for label in labels_of(message) if re.fullmatch(r"\W*\d{1,2}\W*", label)]


def text_of(message: dict[str, Any]) -> str:
    """Return what a message says, be it below a picture or a file."""
    return str(message.get("text") or message.get("caption") or "")
