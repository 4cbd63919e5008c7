"""Updates come by polling, to one process at a time; none is confirmed before it is kept, and trouble is told once."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.emulator import Emulator
from engine.emulator.faults import Fault
from engine.emulator.people import enter, write
from engine.service import polling as polling_module
from engine.service.errors import ServiceError
from engine.service.inbox import InboxUnavailableError
from engine.service.metrics import Metrics
from engine.service.polling import Poller
from engine.service.settings import Settings
from engine.service.telegram import create_bot

type MakeSettings = Callable[..., Settings]


class Kept:
    """An inbox that keeps what is put into it in memory, and while it is `away`, nothing."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.is_away = False

    async def put(self, updates: Sequence[Any]) -> None:
        """Keep updates.

        Raises:
            InboxUnavailableError: it is away.
        """
        if self.is_away:
            raise InboxUnavailableError("ConnectionRefusedError")
        self.updates += updates

    @property
    def texts(self) -> list[str]:
        """Return the texts that were put."""
        return [update["message"]["text"] for update in self.updates]


class Told:
    """Notes the texts of those who were told that it takes a moment."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_over = False

    async def tell(self, updates: Sequence[Any]) -> None:
        """Tell people."""
        self.is_over = False
        self.texts += [update["message"]["text"] for update in updates]

    def over(self) -> None:
        """Note that it is over."""
        self.is_over = True


class Lead:
    """A keeper that leads when it is told to; `away` is why it is not present."""

    def __init__(self) -> None:
        self.away: str | None = None
        self.led = asyncio.Event()
        self._lost = asyncio.Event()
        self.take()

    def take(self) -> None:
        """Lead from now on."""
        self.stands_by = False
        self._lost.clear()
        self.led.set()

    def lose(self) -> None:
        """Lead no more."""
        self.stands_by = True
        self.led.clear()
        self._lost.set()

    def trouble(self) -> str | None:
        """Tell why it is not present."""
        return self.away

    async def lead_lost(self) -> None:
        """Return when it leads no more."""
        await self._lost.wait()


@dataclass
class Polling:
    """A poller that runs, with what stands around it."""

    poller: Poller
    inbox: Any
    lead: Any
    task: asyncio.Task[None]
    metrics: Metrics
    told: Told


@asynccontextmanager
async def polling(settings: Settings, lead: Lead | None = None) -> AsyncIterator[Polling]:
    """Poll until the block ends."""
    metrics = Metrics()
    inbox: Any = Kept()
    keeper: Any = lead or Lead()
    told: Any = Told()
    bot = create_bot(settings, metrics)
    poller = Poller(
        bot,
        inbox,
        keeper,
        metrics,
        told,
        allowed_updates=["message"],
        timeout_seconds=settings.polling_timeout_seconds,
        own_webhook=settings.webhook_url,
    )
    task = asyncio.create_task(poller.run())
    try:
        yield Polling(poller, inbox, keeper, task, metrics, told)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ServiceError):
            await task
        await bot.session.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds, for five seconds at the most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0.01)


def say(emulator: Emulator, *texts: str, user_id: int = 5) -> None:
    """Let somebody write to the bot."""
    for text in texts:
        write(enter(emulator.world, user_id), {"text": text})


def pending(emulator: Emulator) -> list[str]:
    """Return the texts that Telegram would deliver again."""
    (bot,) = emulator.world.bots.values()
    return [update["message"]["text"] for update in bot.queue.pending.values()]


async def test_updates_are_confirmed_when_they_are_kept(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Telegram is told of an update only after the inbox has it, as it came."""
    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        running.inbox.is_away = True
        say(emulator, "one", "two")
        await until(lambda: "does not take updates" in (running.poller.trouble() or ""))
        assert pending(emulator) == ["one", "two"]
        await until(lambda: running.told.texts[:2] == ["one", "two"])
        running.inbox.is_away = False
        await until(lambda: running.inbox.texts == ["one", "two"])
        await until(lambda: pending(emulator) == [])
        assert running.poller.trouble() is None
        assert running.told.is_over


async def test_who_led_last_tells_those_who_wait_while_postgresql_is_gone(
    emulator: Emulator, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without PostgreSQL nobody leads: people are looked for at Telegram, nothing is confirmed, and nothing kept."""
    monkeypatch.setattr(polling_module, "AWAY_SECONDS", 0.02)
    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        say(emulator, "one")
        await until(lambda: running.inbox.texts == ["one"])
        await asyncio.sleep(0.1)
        running.lead.away = "PostgreSQL is gone"
        running.lead.lose()
        say(emulator, "two")
        await until(lambda: "two" in running.told.texts)
        assert (running.told.texts[0], pending(emulator)) == ("two", ["two"])

        fault = Fault(method="getUpdates", error=409)
        emulator.world.faults.add(fault)
        await asyncio.sleep(0.2)
        told = len(running.told.texts)
        await asyncio.sleep(0.2)
        assert len(running.told.texts) == told
        running.lead.away = None
        running.lead.take()
        await until(lambda: running.inbox.texts == ["one", "two"])


async def test_who_stands_by_asks_for_nothing_while_postgresql_is_gone(
    emulator: Emulator, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many processes one alone looks who waits."""
    monkeypatch.setattr(polling_module, "AWAY_SECONDS", 0.02)
    lead = Lead()
    lead.lose()
    async with polling(make_settings(telegram_api_url=emulator.base_url), lead) as standby:
        await asyncio.sleep(0.1)
        lead.away = "PostgreSQL is gone"
        say(emulator, "one")
        await asyncio.sleep(0.2)
        assert standby.told.texts == []


async def test_only_the_leader_polls(emulator: Emulator, make_settings: MakeSettings) -> None:
    """Who does not lead asks for nothing, is well, and begins when the lead comes, with what nobody has confirmed."""
    (bot,) = emulator.world.bots.values()
    lead = Lead()
    lead.lose()
    async with polling(make_settings(telegram_api_url=emulator.base_url), lead) as standby:
        say(emulator, "one")
        await asyncio.sleep(0.1)
        assert standby.poller.trouble() is None
        assert standby.inbox.texts == []
        assert "usher_polling_leader 0.0" in standby.metrics.render().decode()
        assert "usher_polling_seconds_ago 0.0" in standby.metrics.render().decode()
        lead.take()
        await until(lambda: standby.inbox.texts == ["one"])
        assert "usher_polling_leader 1.0" in standby.metrics.render().decode()
    assert bot.queue.webhook is None


async def test_a_lost_lead_ends_the_poll_at_once(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A poll that Telegram holds open is cut, so that two never ask; with the lead back it goes on."""
    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        say(emulator, "one")
        await until(lambda: running.inbox.texts == ["one"])
        running.lead.lose()
        await asyncio.sleep(0.1)
        say(emulator, "two")
        await asyncio.sleep(0.1)
        assert running.inbox.texts == ["one"]
        running.lead.take()
        await until(lambda: running.inbox.texts[-1] == "two")


async def test_only_wanted_kinds_are_asked_for(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Telegram is told which kinds of update have a handler, and sends no others."""
    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        await until(lambda: running.poller.trouble() is None)

    (bot,) = emulator.world.bots.values()
    assert bot.queue.allowed == ["message"]


async def test_trouble_is_told_once_and_passes(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A failing Telegram is one warning, however often it fails, and polling goes on when it is back."""
    emulator.world.faults.add(Fault(method="getUpdates", times=3, error=500))

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
            await until(lambda: running.poller.trouble() is None)

    warned = [log["reason"] for log in logs if log["event"] == "polling_fails"]
    assert warned == ["Telegram does not answer (TelegramServerError)"]
    assert [log["event"] for log in logs].count("polling") == 1


async def test_another_poller_is_told_once(emulator: Emulator, make_settings: MakeSettings) -> None:
    """When somebody else polls too, readiness says so, and the log does not fill."""
    emulator.world.faults.add(Fault(method="getUpdates", times=2, error=409))

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
            await until(lambda: "another process polls" in (running.poller.trouble() or ""))
            await until(lambda: running.poller.trouble() is None)

    assert [log["event"] for log in logs].count("polling_fails") == 1


async def test_a_bot_that_is_not_there_is_told(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Telegram's "Not Found" is explained by the two settings that lead to it; it may be a proxy's, so polling goes on."""
    emulator.world.faults.add(Fault(method="getUpdates", error=404))

    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        await until(lambda: "BOT_TOKEN is cut off" in (running.poller.trouble() or ""))
        await until(lambda: running.poller.trouble() is None)


async def test_a_proxy_in_front_of_telegram_is_no_end(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A page of HTML in the place of an answer is trouble that passes, as is being told to wait."""
    emulator.world.faults.add(Fault(method="getUpdates", error=502, html=True))
    emulator.world.faults.add(Fault(method="getUpdates", error=429, retry_after=1))

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
            await until(lambda: running.poller.trouble() is None)

    assert [log["reason"] for log in logs if log["event"] == "polling_fails"] == [
        "Telegram does not answer (ClientDecodeError)",
        "Telegram does not answer (TelegramRetryAfter)",
    ]


async def test_a_long_silence_is_trouble(
    emulator: Emulator, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no poll has been answered for longer than one may take, readiness says for how long."""
    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        await until(lambda: running.poller.trouble() is None)
        now = time.monotonic()
        monkeypatch.setattr("engine.service.polling.monotonic", lambda: now + 60)

        assert re.fullmatch(r"Telegram last answered (59|60) s ago", running.poller.trouble() or "")


async def test_a_refused_token_ends_polling(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """There is nothing to wait for when Telegram does not know the bot."""
    settings = make_settings(telegram_api_url=emulator.base_url, bot_token="987654321:" + "x" * 35)

    async with polling(settings) as running:
        with pytest.raises(ServiceError, match=r"^Telegram refuses BOT_TOKEN"):
            await asyncio.wait_for(running.task, 5)
        assert running.poller.trouble() == "polling has stopped"


async def test_an_update_is_kept_as_it_came(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """What this version cannot read, and half of a character, hold up nobody."""
    (bot,) = emulator.world.bots.values()
    bot.queue.push("message", {"message_id": "of another kind", "text": "\ud800"})
    say(emulator, "after")
    async with polling(make_settings(telegram_api_url=emulator.base_url)) as running:
        await until(lambda: running.inbox.texts == ["\ud800", "after"])
        await until(lambda: bot.queue.pending == {})
