"""An operator sees where Telegram calls, and has it call no more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from engine.emulator import Emulator, run_emulator
from engine.emulator import Settings as EmulatorSettings
from engine.emulator.updates import Webhook
from tests.service.conftest import Usher

OWN = "http://bot.example.org/hook"


@pytest.fixture
async def emulator(bot_token: str) -> AsyncIterator[Emulator]:
    """Give a Telegram that knows the test's bot."""
    settings = EmulatorSettings(token=bot_token, only_token=True)
    async with run_emulator(settings=settings) as running:
        yield running


@pytest.fixture
def ask(emulator: Emulator, here: Usher, bot_token: str) -> Callable[..., asyncio.Future[str]]:
    """Give `usher webhook` as a command that knows this Telegram; what it says, on either stream."""

    async def run(action: str, **environment: str) -> str:
        given = {
            "BOT_TOKEN": bot_token,
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
            "REDIS_URL": "redis://127.0.0.1:9/0",
            "TELEGRAM_API_URL": emulator.base_url,
            "WEBHOOK_URL": OWN,
        }
        done = await asyncio.to_thread(partial(here, "webhook", action, **(given | environment)))
        return f"{done.returncode} {done.stdout}{done.stderr}"

    return lambda action, **more: asyncio.ensure_future(run(action, **more))


async def test_a_webhook_is_shown_and_deleted(
    emulator: Emulator, ask: Callable[..., asyncio.Future[str]]
) -> None:
    """The bot's own is shown whole, with what waits and what failed; deleted, it leaves what waits."""
    (bot,) = emulator.world.bots.values()
    assert await ask("info") == "0 there is no webhook; 0 updates wait at Telegram\n"
    assert await ask("delete") == "0 there is no webhook\n"
    bot.queue.webhook = Webhook(
        OWN, last_error_date=1_700_000_000, last_error_message="Connection refused"
    )
    bot.queue.pending[1] = {"update_id": 1}
    assert await ask("info") == (
        f"0 Telegram calls {OWN}, which is WEBHOOK_URL; 1 update waits at Telegram\n"
        "a call failed at 2023-11-14 22:13:20 UTC: Connection refused\n"
    )
    assert (await ask("delete")).endswith("is deleted; 1 update waits at Telegram\n")
    assert bot.queue.webhook is None
    assert len(bot.queue.pending) == 1


async def test_a_strangers_webhook_is_shown_by_its_host(
    emulator: Emulator, ask: Callable[..., asyncio.Future[str]]
) -> None:
    """A path that may hold a token is not shown, and who runs in webhook mode is told what happens next."""
    (bot,) = emulator.world.bots.values()
    bot.queue.webhook = Webhook("https://other.example.org/123:token")
    said = await ask("info")
    assert 'an address at host "other.example.org", which is not WEBHOOK_URL' in said
    assert "123:token" not in said
    said = await ask("delete", UPDATES="webhook", WEBHOOK_SECRET="x" * 20)
    assert "sets its own within half a minute" in said


async def test_a_telegram_that_refuses_is_told(ask: Callable[..., asyncio.Future[str]]) -> None:
    """A token that Telegram does not know, and no Telegram at all, are one sentence each."""
    assert await ask("info", BOT_TOKEN="1:" + "x" * 35) == "1 usher: Telegram refuses BOT_TOKEN\n"
    said = await ask("info", TELEGRAM_API_URL="http://127.0.0.1:9")
    assert said == "1 usher: Telegram does not answer (TelegramNetworkError)\n"
