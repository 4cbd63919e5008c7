"""How updates reach a bot: polling with offsets, one poller at a time, webhooks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.emulator import Emulator, Person, Settings, run_emulator
from engine.emulator.updates import UpdateQueue


class Hook:
    """A webhook that notes what it gets."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], dict[str, object]]] = []
        self.statuses: list[int] = []
        self.answer: dict[str, object] = {}
        self.got = asyncio.Event()
        self._changed = asyncio.Condition()

    async def handle(self, request: web.Request) -> web.Response:
        """Note a delivery, and answer as told."""
        self.requests.append((dict(request.headers), await request.json()))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.got.set()
        async with self._changed:
            self._changed.notify_all()
        return web.json_response(self.answer, status=status)

    async def wait_for(self, count: int) -> None:
        """Wait until so many deliveries came."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.requests) >= count)


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    """Serve a webhook; return it with its address."""
    made = Hook()
    application = web.Application()
    application.router.add_post("/hook", made.handle)
    async with TestServer(application) as server:
        yield made, str(server.make_url("/hook"))


async def test_updates_stay_until_a_later_offset_confirms_them(bot: Bot, anna: Person) -> None:
    """The same updates come again until an offset past them is asked for."""
    for text in ("a", "b", "c"):
        anna.says(text)

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[-1].update_id + 1)

    assert [u.message and u.message.text for u in first] == ["a", "b"]
    assert [u.update_id for u in again] == [first[0].update_id + n for n in range(3)]
    assert [u.message and u.message.text for u in rest] == ["c"]
    assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize(("offset", "kept"), [(-1, 1), (-2, 2), (-9, 3)])
def test_a_negative_offset_keeps_the_newest(offset: int, kept: int) -> None:
    """An offset of -n forgets all but the last n updates."""
    queue = UpdateQueue()
    for _ in range(3):
        queue.push("message", {})

    queue.confirm(offset)

    assert len(queue.pending) == kept


async def test_a_poll_waits_for_the_first_update(bot: Bot, anna: Person) -> None:
    """A long poll answers as soon as there is something, not before and not after."""
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.05)
    assert not poll.done()

    anna.says("hi")

    assert len(await asyncio.wait_for(poll, 1)) == 1
    started = time.monotonic()
    assert await bot.get_updates(offset=-1, timeout=1)
    assert time.monotonic() - started < 0.5


async def test_a_second_poller_ends_the_first(bot: Bot, emulator: Emulator) -> None:
    """The poll that was waiting gets a conflict; the newer one goes on."""
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=20))

    with pytest.raises(TelegramConflictError) as error:
        await first
    assert error.value.message == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    emulator.person(1001, bot_id=bot.id).says("/start")
    assert len(await second) == 1


async def test_only_wanted_kinds_are_queued(bot: Bot, anna: Person) -> None:
    """`allowed_updates` holds for what comes after it."""
    await bot.get_updates(allowed_updates=["callback_query"])

    anna.says("not wanted")

    assert await bot.get_updates(allowed_updates=[]) == []
    anna.says("wanted")
    assert len(await bot.get_updates()) == 1


async def test_a_webhook_gets_updates_with_its_secret(
    bot: Bot, anna: Person, hook: tuple[Hook, str]
) -> None:
    """Deliveries carry the secret, are confirmed by a 2xx, and end with deleteWebhook."""
    handler, url = hook
    await bot.set_webhook(url, secret_token="s3cret")

    anna.says("hi")
    await asyncio.wait_for(handler.got.wait(), 2)

    headers, update = handler.requests[0]
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    assert isinstance(update["message"], dict)
    assert (await bot.get_webhook_info()).url == url
    with pytest.raises(TelegramConflictError, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_failed_delivery_is_repeated_in_order(
    bot: Bot, anna: Person, hook: tuple[Hook, str]
) -> None:
    """A 500 is tried again, and later updates of the chat wait for it."""
    handler, url = hook
    handler.statuses = [500, 502]
    await bot.set_webhook(url)

    anna.says("one")
    anna.says("two")
    await asyncio.wait_for(handler.wait_for(4), 5)

    texts = [update["message"]["text"] for _, update in handler.requests]  # type: ignore[index]  # all are messages
    assert texts == ["one", "one", "one", "two"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 502 Bad Gateway"
    await bot.delete_webhook()


async def test_a_webhook_may_answer_with_a_method(
    bot: Bot, anna: Person, hook: tuple[Hook, str]
) -> None:
    """The method in the answer of a webhook is done."""
    handler, url = hook
    handler.answer = {"method": SendMessage.__api_method__, "chat_id": anna.id, "text": "pong"}
    await bot.set_webhook(url)

    anna.says("ping")

    assert (await anna.hears())["text"] == "pong"
    await bot.delete_webhook()


async def test_setting_a_webhook_ends_a_poll(bot: Bot, hook: tuple[Hook, str]) -> None:
    """A poll that waits is told why it ends."""
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.05)

    await bot.set_webhook(hook[1])

    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook(hook[1], secret_token="a b")
    await bot.delete_webhook()


async def test_a_dispatcher_chats(
    bot: Bot, emulator: Emulator, poll: Callable[[Dispatcher], None]
) -> None:
    """A stock dispatcher polls, answers, and is stopped."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(f"You said {message.text}")

    poll(dispatcher)
    ben = emulator.person(1002, bot_id=bot.id)
    ben.says("hello")

    assert (await ben.hears())["text"] == "You said hello"
    ben.says("again")
    assert (await ben.settles())["messages"][-1]["text"] == "You said again"


async def test_tokens_have_a_form_and_belong_to_one_bot(bot: Bot, emulator: Emulator) -> None:
    """Another token with a known bot's number is refused."""
    await bot.get_me()

    other = Bot(f"{bot.id}:OTHER", session=bot.session)

    with pytest.raises(TelegramUnauthorizedError, match="invalid token specified"):
        await other.get_me()
    assert len(emulator.world.bots) >= 1


async def test_an_emulator_may_take_one_token_only() -> None:
    """`only_token` refuses every other, and the emulator stops at once while a bot polls."""
    settings = Settings(token="42:ONLY", only_token=True)
    async with run_emulator(settings=settings) as emulator:
        assert emulator.world.bot_of_token("42:ONLY").id == 42
        with pytest.raises(Exception, match="invalid token"):
            emulator.world.bot_of_token("43:OTHER")
        waiting = asyncio.create_task(emulator.world.bots[42].queue.poll(0, 100, 30))
        await asyncio.sleep(0)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    assert await waiting == []
