"""Updates come by polling, many at once; a stop loses none, and trouble is told once."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import Message
from structlog.testing import capture_logs

from engine.dialog.conversations import TurnResult
from engine.emulator import Emulator, run_emulator
from engine.emulator import Settings as EmulatorSettings
from engine.emulator.faults import Fault
from engine.emulator.people import enter, write
from engine.service.errors import ServiceError
from engine.service.metrics import Metrics
from engine.service.polling import Poller
from engine.service.settings import Settings
from engine.service.telegram import create_bot

type Handler = Callable[[Message], Awaitable[Any]]
type MakeSettings = Callable[..., Settings]


@pytest.fixture
async def emulator(bot_token: str) -> AsyncIterator[Emulator]:
    """Give a Telegram that knows the test's bot."""
    settings = EmulatorSettings(token=bot_token, only_token=True)
    async with run_emulator(settings=settings) as running:
        yield running


@asynccontextmanager
async def polling(
    settings: Settings, handler: Handler, metrics: Metrics | None = None
) -> AsyncIterator[tuple[Poller, asyncio.Task[None]]]:
    """Poll with one handler of messages until the block ends; nothing is finished."""
    metrics = metrics or Metrics()
    bot = create_bot(settings, metrics)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.message.register(handler)
    poller = Poller(bot, dispatcher, metrics, settings)
    task = asyncio.create_task(poller.run())
    try:
        yield poller, task
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


async def test_a_turn_that_failed_is_counted_as_such(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """What a conversation tells of its turn is what the metric says."""
    results = [TurnResult.RECOVERED, TurnResult.FAILED]

    async def handle(_message: Message) -> TurnResult:
        return results.pop()

    metrics = Metrics()
    settings = make_settings(telegram_api_url=emulator.base_url)
    async with polling(settings, handle, metrics) as (poller, _):
        say(emulator, "one", "two")
        await until(lambda: not results)
        await poller.finish(1)

    shown = metrics.render().decode()
    assert 'usher_updates_total{kind="message",result="recovered"} 1.0' in shown
    assert 'usher_updates_total{kind="message",result="failed"} 1.0' in shown


async def test_updates_are_handled_and_counted(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Each update reaches its handler, the metrics and the log; its text reaches neither of the last two."""
    metrics = Metrics()
    seen: list[str | None] = []

    async def handle(message: Message) -> None:
        seen.append(message.text)

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url), handle, metrics) as (
            poller,
            _,
        ):
            say(emulator, "my secret", "two")
            await until(lambda: len(seen) == 2)
            assert poller.trouble() is None
            await poller.finish(1)

    shown = metrics.render().decode()
    assert 'usher_updates_total{kind="message",result="handled"} 2.0' in shown
    assert 'usher_update_seconds_count{kind="message"} 2.0' in shown
    assert 'usher_api_calls_total{method="getUpdates"}' in shown
    assert "my secret" not in shown + str(logs)


async def test_only_wanted_kinds_are_asked_for(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Telegram is told which kinds of update have a handler, and sends no others."""

    async def handle(_message: Message) -> None: ...

    async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (poller, _):
        await until(lambda: poller.trouble() is None)

    (bot,) = emulator.world.bots.values()
    assert bot.queue.allowed == ["message"]


async def test_a_slow_update_holds_up_no_other(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Updates are worked on at once, up to the number the settings say."""
    gate = asyncio.Event()
    seen: list[str | None] = []

    async def handle(message: Message) -> None:
        if message.text == "slow":
            await gate.wait()
        seen.append(message.text)

    settings = make_settings(telegram_api_url=emulator.base_url, concurrent_updates=2)
    async with polling(settings, handle):
        say(emulator, "slow")
        say(emulator, "quick", user_id=6)
        await until(lambda: seen == ["quick"])
        gate.set()
        await until(lambda: seen == ["quick", "slow"])


async def test_a_stop_waits_for_updates_in_work(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """What has begun is finished within the grace time, and Telegram is told that it is done."""
    seen: list[str | None] = []
    begun = asyncio.Event()

    async def handle(message: Message) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        seen.append(message.text)

    async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (poller, task):
        say(emulator, "one")
        await begun.wait()
        task.cancel()
        await poller.finish(5)

    assert seen == ["one"]
    assert pending(emulator) == []


async def test_what_a_stop_cannot_finish_comes_again(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A stop does not confirm an update it gave up; it is lost only where a later poll had confirmed it before."""
    begun = asyncio.Event()
    ended: list[str] = []

    async def handle(_message: Message) -> None:
        emulator.world.faults.add(Fault(method="getUpdates", error=500))
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    say(emulator, "one")
    async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (poller, task):
        await begun.wait()
        await until(lambda: poller.trouble() is not None)
        task.cancel()
        await poller.finish(0.05)

    assert ended == ["cancelled"]
    assert pending(emulator) == ["one"]


async def test_a_handler_that_raises_stops_nothing(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A failed update is logged and counted, and the next one is handled."""
    metrics = Metrics()
    seen: list[str | None] = []

    async def handle(message: Message) -> None:
        seen.append(message.text)
        raise LookupError("no")

    settings = make_settings(telegram_api_url=emulator.base_url)
    with capture_logs() as logs:
        async with polling(settings, handle, metrics):
            say(emulator, "one", "two")
            await until(lambda: len(seen) == 2)

    assert [log["update_id"] for log in logs if log["event"] == "update_failed"] == [
        1_000_001,
        1_000_002,
    ]
    assert 'usher_updates_total{kind="message",result="failed"} 2.0' in metrics.render().decode()


async def test_a_handler_may_return_a_call(emulator: Emulator, make_settings: MakeSettings) -> None:
    """As in aiogram, a method that a handler returns is called."""

    async def handle(message: Message) -> SendMessage:
        return SendMessage(chat_id=message.chat.id, text="pong")

    async with polling(make_settings(telegram_api_url=emulator.base_url), handle):
        say(emulator, "ping")
        chat = enter(emulator.world, 5).chat
        await until(lambda: any(m.data.get("text") == "pong" for m in chat.messages.values()))


async def test_trouble_is_told_once_and_passes(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A failing Telegram is one warning, however often it fails, and polling goes on when it is back."""
    emulator.world.faults.add(Fault(method="getUpdates", times=3, error=500))

    async def handle(_message: Message) -> None: ...

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (
            poller,
            _,
        ):
            await until(lambda: poller.trouble() is None)

    warned = [log["reason"] for log in logs if log["event"] == "polling_fails"]
    assert warned == ["Telegram does not answer (TelegramServerError)"]
    assert [log["event"] for log in logs].count("polling") == 1


async def test_another_poller_is_told_once(emulator: Emulator, make_settings: MakeSettings) -> None:
    """When somebody else polls too, readiness says so, and the log does not fill."""
    emulator.world.faults.add(Fault(method="getUpdates", times=2, error=409))

    async def handle(_message: Message) -> None: ...

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (
            poller,
            _,
        ):
            await until(lambda: "another process polls" in (poller.trouble() or ""))
            await until(lambda: poller.trouble() is None)

    assert [log["event"] for log in logs].count("polling_fails") == 1


async def test_a_bot_that_is_not_there_is_told(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Telegram's "Not Found" is explained by the two settings that lead to it; it may be a proxy's, so polling goes on."""
    emulator.world.faults.add(Fault(method="getUpdates", error=404))

    async def handle(_message: Message) -> None: ...

    async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (poller, _):
        await until(lambda: "BOT_TOKEN is cut off" in (poller.trouble() or ""))
        await until(lambda: poller.trouble() is None)


async def test_a_proxy_in_front_of_telegram_is_no_end(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A page of HTML in the place of an answer is trouble that passes, as is being told to wait."""
    emulator.world.faults.add(Fault(method="getUpdates", error=502, html=True))
    emulator.world.faults.add(Fault(method="getUpdates", error=429, retry_after=1))

    async def handle(_message: Message) -> None: ...

    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (
            poller,
            _,
        ):
            await until(lambda: poller.trouble() is None)

    assert [log["reason"] for log in logs if log["event"] == "polling_fails"] == [
        "Telegram does not answer (ClientDecodeError)",
        "Telegram does not answer (TelegramRetryAfter)",
    ]


async def test_a_long_silence_is_trouble(
    emulator: Emulator, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no poll has been answered for longer than one may take, readiness says for how long."""

    async def handle(_message: Message) -> None: ...

    async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (poller, _):
        await until(lambda: poller.trouble() is None)
        now = time.monotonic()
        monkeypatch.setattr("engine.service.polling.monotonic", lambda: now + 60)

        assert re.fullmatch(r"Telegram last answered (59|60) s ago", poller.trouble() or "")


async def test_a_refused_token_ends_polling(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """There is nothing to wait for when Telegram does not know the bot."""
    settings = make_settings(telegram_api_url=emulator.base_url, bot_token="987654321:" + "x" * 35)

    async def handle(_message: Message) -> None: ...

    async with polling(settings, handle) as (poller, task):
        with pytest.raises(ServiceError, match=r"^Telegram refuses BOT_TOKEN"):
            await asyncio.wait_for(task, 5)
        assert poller.trouble() == "polling has stopped"


async def test_an_unreadable_update_holds_up_no_other(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """An update that this version cannot read is passed by, with its neighbours handled."""
    seen: list[str | None] = []

    async def handle(message: Message) -> None:
        seen.append(message.text)

    (bot,) = emulator.world.bots.values()
    bot.queue.push("message", {"message_id": "of another kind"})
    say(emulator, "after")
    with capture_logs() as logs:
        async with polling(make_settings(telegram_api_url=emulator.base_url), handle) as (
            poller,
            task,
        ):
            await until(lambda: seen == ["after"])
            task.cancel()
            await poller.finish(1)

    assert [log["update_id"] for log in logs if log["event"] == "update_unreadable"] == [1_000_001]
    assert pending(emulator) == []
