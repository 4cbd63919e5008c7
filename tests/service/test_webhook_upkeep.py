"""The webhook is set by one process, where it is not; nobody's is fought over, and polling and webhook take turns."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.emulator import Emulator
from engine.emulator.faults import Fault
from engine.emulator.person import Person
from engine.emulator.updates import Webhook
from engine.flow.checked import Bot
from engine.service import webhook_upkeep
from engine.service.app import open_service
from engine.service.errors import ServiceError
from engine.service.metrics import Metrics
from engine.service.serving import serve_web
from engine.service.settings import Settings
from engine.service.sockets import listen
from engine.service.telegram import create_bot
from engine.service.web import create_web
from engine.service.webhook_upkeep import Wanted, WebhookUpkeep
from tests.service.test_polling import Lead, polling, say, until

URL = "http://bot.example.org/telegram"
SECRET = "s3cret_" + "x" * 20

type MakeSettings = Callable[..., Settings]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after the webhook all the time."""
    monkeypatch.setattr(webhook_upkeep, "LOOK_SECONDS", 0.02)


@asynccontextmanager
async def upkeep(
    settings: Settings, *, lead: Any = None, url: str = URL
) -> AsyncIterator[WebhookUpkeep]:
    """Look after a webhook until the block ends."""
    metrics = Metrics()
    bot = create_bot(settings, metrics)
    wanted = Wanted(url, SECRET, 7, ["message", "callback_query"])
    keeper: Any = lead or Lead()
    kept = WebhookUpkeep(bot, keeper, metrics, wanted=wanted)
    task = asyncio.create_task(kept.run())
    try:
        yield kept
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ServiceError):
            await task
        await bot.session.close()


def hook(emulator: Emulator) -> Webhook | None:
    """Return the webhook as Telegram has it."""
    (bot,) = emulator.world.bots.values()
    return bot.queue.webhook


def calls(emulator: Emulator, method: str) -> int:
    """Count the calls of a method."""
    return len(emulator.world.calls.find(method=method))


async def test_the_webhook_is_set_once(emulator: Emulator, make_settings: MakeSettings) -> None:
    """At the start it is set with its secret and the kinds that have a handler; then only looked at."""
    async with upkeep(make_settings(telegram_api_url=emulator.base_url)) as kept:
        await until(lambda: kept.trouble() is None)
        await until(lambda: calls(emulator, "getWebhookInfo") > 3)
    found = hook(emulator)
    assert found is not None
    assert (found.url, found.secret_token, found.max_connections) == (URL, SECRET, 7)
    (bot,) = emulator.world.bots.values()
    assert bot.queue.allowed == ["message", "callback_query"]
    assert calls(emulator, "setWebhook") == 1


async def test_only_the_leader_sets_it(emulator: Emulator, make_settings: MakeSettings) -> None:
    """Who stands by is well and asks Telegram nothing; when the lead comes, it sets the webhook."""
    lead = Lead()
    lead.lose()
    async with upkeep(make_settings(telegram_api_url=emulator.base_url), lead=lead) as kept:
        await asyncio.sleep(0.1)
        assert kept.trouble() is None
        assert calls(emulator, "getWebhookInfo") == 0
        lead.take()
        await until(lambda: hook(emulator) is not None)


async def test_a_webhook_that_went_is_set_again(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """One that somebody removed, or changed in what Telegram tells, is put right while the bot runs."""
    (bot,) = emulator.world.bots.values()
    async with upkeep(make_settings(telegram_api_url=emulator.base_url)):
        await until(lambda: hook(emulator) is not None)
        bot.queue.webhook = None
        await until(lambda: hook(emulator) is not None)
        bot.queue.webhook = Webhook(URL, SECRET, max_connections=3)
        await until(lambda: hook(emulator).max_connections == 7)  # type: ignore[union-attr]
        bot.queue.allowed = ["message"]
        await until(lambda: bot.queue.allowed == ["message", "callback_query"])


async def test_a_webhook_of_somebody_else_is_not_fought_over(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """At the start the bot's own takes its place; later it stays, readiness says so, and its path is not shown."""
    (bot,) = emulator.world.bots.values()
    theirs = Webhook("https://other.example.org/123:token")
    bot.queue.webhook = theirs
    with capture_logs() as logs:
        async with upkeep(make_settings(telegram_api_url=emulator.base_url)) as kept:
            await until(lambda: kept.trouble() is None)
            assert hook(emulator).url == URL  # type: ignore[union-attr]
            bot.queue.webhook = theirs
            await until(lambda: "other.example.org" in (kept.trouble() or ""))
            await asyncio.sleep(0.1)
            assert hook(emulator) is theirs
            bot.queue.webhook = None
            await until(lambda: kept.trouble() is None)
    assert "123:token" not in str(logs)
    assert [log["former"] for log in logs if log["event"] == "webhook_set"] == [
        "other.example.org",
        None,
    ]
    assert len([log for log in logs if log["event"] == "webhook_troubled"]) == 1


async def test_what_telegram_complains_of_is_logged_once(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """What failed at Telegram's last call is one line of the log, however often it is asked for."""
    with capture_logs() as logs:
        async with upkeep(make_settings(telegram_api_url=emulator.base_url)):
            await until(lambda: hook(emulator) is not None)
            found = hook(emulator)
            assert found is not None
            found.last_error_date = 1_700_000_000
            found.last_error_message = "Wrong response from the webhook: 403 Forbidden"
            asked = calls(emulator, "getWebhookInfo")
            await until(lambda: calls(emulator, "getWebhookInfo") > asked + 3)
    told = [log["reason"] for log in logs if log["event"] == "webhook_failed"]
    assert told == ["Wrong response from the webhook: 403 Forbidden"]


async def test_a_telegram_that_fails_is_asked_again(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Trouble is told while it lasts, being told to wait is obeyed, and the webhook is set in the end."""
    emulator.world.faults.add(Fault(method="getWebhookInfo", times=1, error=502, html=True))
    emulator.world.faults.add(Fault(method="setWebhook", error=429, retry_after=1))
    async with upkeep(make_settings(telegram_api_url=emulator.base_url)) as kept:
        await until(lambda: "ClientDecodeError" in (kept.trouble() or ""))
        await until(lambda: "TelegramRetryAfter" in (kept.trouble() or ""))
        await until(lambda: kept.trouble() is None)
    assert hook(emulator) is not None


async def test_a_refused_token_ends_the_upkeep(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """There is nothing to wait for when Telegram does not know the bot."""
    token = "987654321:" + "x" * 35
    settings = make_settings(telegram_api_url=emulator.base_url, bot_token=token)
    bot = create_bot(settings, Metrics())
    lead: Any = Lead()
    kept = WebhookUpkeep(bot, lead, Metrics(), wanted=Wanted(URL, SECRET, 7, ["message"]))
    with pytest.raises(ServiceError, match=r"^Telegram refuses BOT_TOKEN"):
        await asyncio.wait_for(kept.run(), 5)
    await bot.session.close()


async def test_polling_gives_way_to_somebodys_webhook(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """A webhook that is not ours is left alone; readiness names its host and the way out, and polling waits."""
    (bot,) = emulator.world.bots.values()
    theirs = bot.queue.webhook = Webhook("https://other.example.org/123:token")
    settings = make_settings(telegram_api_url=emulator.base_url)
    with capture_logs() as logs:
        async with polling(settings) as running_poller:
            await until(lambda: "`usher webhook delete`" in (running_poller.poller.trouble() or ""))
            assert 'host "other.example.org"' in (running_poller.poller.trouble() or "")
            assert hook(emulator) is theirs
            bot.queue.webhook = None
            say(emulator, "one")
            await until(lambda: running_poller.inbox.texts == ["one"])
    assert "123:token" not in str(logs)
    assert len([log for log in logs if log["event"] == "polling_fails"]) == 1


async def test_polling_removes_the_bots_own_webhook(
    emulator: Emulator, make_settings: MakeSettings
) -> None:
    """Back in polling mode, the webhook at WEBHOOK_URL is taken away, with nothing of what waits."""
    (bot,) = emulator.world.bots.values()
    bot.queue.webhook = Webhook("http://127.0.0.1:9/hook")
    say(emulator, "one")
    settings = make_settings(
        telegram_api_url=emulator.base_url, webhook_url="http://127.0.0.1:9/hook"
    )
    async with polling(settings) as running_poller:
        await until(lambda: running_poller.inbox.texts == ["one"])
    assert hook(emulator) is None


async def test_a_service_changes_between_polling_and_webhook(
    emulator: Emulator, make_settings: MakeSettings, desk: Bot
) -> None:
    """Somebody is answered once in either mode, to what was said while the service was down, too."""
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    common = {
        "telegram_api_url": emulator.base_url,
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_secret": SECRET,
    }
    ada = emulator.person(7501, first_name="Ada", language_code="en")
    for count, updates in enumerate(("webhook", "polling", "webhook"), start=1):
        ada.says("/start")
        with listen("127.0.0.1", port) as listener:
            async with (
                open_service(make_settings(updates=updates, **common), desk) as service,
                serve_web(create_web(service), listener),
            ):
                assert updates in service.checks
                await until(lambda: _answers(ada) == count)  # noqa: B023 - awaited here
                assert (hook(emulator) is not None) == (updates == "webhook")
    assert _answers(ada) == 3


def _answers(person: Person) -> int:
    return [one["text"] for one in person.sees() if one["from_bot"]].count("Hello Ada.")
