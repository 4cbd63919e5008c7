"""One update is read, handled, counted and logged, and what became of it is told without a word of what it said."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from engine.dialog.apology import Apologies
from engine.dialog.ports import ConversationKey
from engine.dialog.registry import FlowRegistry
from engine.dialog.turns import TurnResult
from engine.emulator import Emulator
from engine.emulator.people import enter, write
from engine.flow.checked import Bot as CheckedBot
from engine.service.handling import Fate, UpdateHandler
from engine.service.inbox import arrival, find_lane
from engine.service.metrics import Metrics
from engine.service.settings import Settings
from engine.service.telegram import create_bot
from storage.inbox import Claimed

SENDER = {"id": 5, "is_bot": False, "first_name": "Ada", "language_code": "de"}
CHAT = {"id": 5, "type": "private", "first_name": "Ada"}
MESSAGE = {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "from": SENDER, "text": "my word"}


@pytest.fixture
def metrics() -> Metrics:
    """Give metrics of this test alone."""
    return Metrics()


@pytest.fixture
async def handler(
    emulator: Emulator,
    make_settings: Callable[..., Settings],
    metrics: Metrics,
    desk: CheckedBot,
) -> AsyncIterator[Callable[[Any], UpdateHandler]]:
    """Give a maker of handlers of messages and presses, from what these lead to."""
    bot = create_bot(make_settings(telegram_api_url=emulator.base_url), metrics)

    def make(act: Any, expire: Any = None) -> UpdateHandler:
        dispatcher = Dispatcher(disable_fsm=True)

        @dispatcher.message()
        async def on_message(message: Message, **data: Any) -> Any:
            return await act(message, data)

        @dispatcher.callback_query()
        async def on_press(press: CallbackQuery, **data: Any) -> Any:
            return await act(press, data)

        conversations: Any = SimpleNamespace(apologies=Apologies(FlowRegistry(desk)), expire=expire)
        return UpdateHandler(bot, dispatcher, metrics, conversations)

    yield make
    await bot.session.close()


def claim(**event: Any) -> Claimed:
    """Give an update as it is claimed from the inbox."""
    kept = arrival({"update_id": 3, **event})
    return Claimed(1, 2, kept.update_id, kept.lane, kept.raw, 0, datetime.now(UTC))


async def test_a_handled_update_is_counted_and_not_quoted(
    handler: Callable[[Any], UpdateHandler], metrics: Metrics
) -> None:
    """The log and the metrics tell that, how and how fast; its words are in neither."""
    seen: list[str | None] = []

    async def act(message: Message, _: Any) -> None:
        seen.append(message.text)

    with capture_logs() as logs:
        verdict = await handler(act).handle(claim(message=MESSAGE), is_last_try=False)

    assert (seen, verdict.fate) == (["my word"], Fate.DONE)
    shown = metrics.render().decode()
    assert 'usher_updates_total{kind="message",result="handled"} 1.0' in shown
    assert 'usher_update_seconds_count{kind="message"} 1.0' in shown
    assert "usher_inbox_wait_seconds_count 1.0" in shown
    assert logs[-1]["event"] == "update_handled"
    assert "my word" not in shown + str(logs)


@pytest.mark.parametrize(
    ("result", "fate"),
    [
        (TurnResult.HANDLED, Fate.DONE),
        (TurnResult.RECOVERED, Fate.DONE),
        (TurnResult.REPEATED, Fate.DONE),
        (TurnResult.FAILED, Fate.FAILED),
        (TurnResult.UNAVAILABLE, Fate.UNAVAILABLE),
    ],
)
async def test_a_turn_tells_its_fate(
    result: TurnResult, fate: Fate, handler: Callable[[Any], UpdateHandler], metrics: Metrics
) -> None:
    """How a conversation ended its turn says whether the update is done, tried again, or waits for a store."""

    async def act(_: Message, data: Any) -> TurnResult:
        assert data["is_last_try"] is True
        assert data["received_at"].tzinfo is not None
        return result

    verdict = await handler(act).handle(claim(message=MESSAGE), is_last_try=True)

    assert verdict.fate is fate
    counted = f'usher_updates_total{{kind="message",result="{result.value}"}} 1.0'
    assert counted in metrics.render().decode()


@pytest.mark.parametrize(
    ("error", "fate", "reason"),
    [
        (LookupError("my word"), Fate.FAILED, "LookupError at act:"),
        (RedisConnectionError("host"), Fate.UNAVAILABLE, "ConnectionError at act:"),
    ],
)
async def test_an_error_tells_its_fate(
    error: Exception, fate: Fate, reason: str, handler: Callable[[Any], UpdateHandler]
) -> None:
    """A store that is away is no failure of the update; the reason says where it broke, not what it was told."""

    async def act(*_: Any) -> None:
        raise error

    verdict = await handler(act).handle(claim(message=MESSAGE), is_last_try=False)

    assert verdict.fate is fate
    assert verdict.reason.startswith(reason)
    assert "my word" not in verdict.reason


async def test_the_person_is_told_on_the_last_try(
    handler: Callable[[Any], UpdateHandler], emulator: Emulator, desk: CheckedBot
) -> None:
    """Who wrote what cannot be handled hears of it once, in their language."""
    write(enter(emulator.world, 5), {"text": "hi"})
    chat = enter(emulator.world, 5).chat

    async def act(*_: Any) -> None:
        raise LookupError

    async def said() -> list[Any]:
        return [message.data.get("text") for message in chat.messages.values()][1:]

    failing = handler(act)
    await failing.handle(claim(message=MESSAGE), is_last_try=False)
    assert await said() == []
    await failing.handle(claim(message=MESSAGE), is_last_try=True)
    assert await said() == [desk.messages["error"]["de"].text]


async def test_a_press_is_answered_on_the_last_try(
    handler: Callable[[Any], UpdateHandler], metrics: Metrics
) -> None:
    """No button spins for ever."""

    async def act(*_: Any) -> None:
        raise LookupError

    press = {"id": "1", "from": SENDER, "chat_instance": "1", "message": MESSAGE, "data": "x"}
    await handler(act).handle(claim(callback_query=press), is_last_try=True)

    shown = metrics.render().decode()
    assert 'usher_api_calls_total{method="answerCallbackQuery"} 1.0' in shown


async def test_a_handler_may_return_a_call(
    handler: Callable[[Any], UpdateHandler], emulator: Emulator
) -> None:
    """As in aiogram, a method that a handler returns is called."""
    write(enter(emulator.world, 5), {"text": "ping"})
    chat = enter(emulator.world, 5).chat

    async def act(message: Message, _: Any) -> SendMessage:
        return SendMessage(chat_id=message.chat.id, text="pong")

    await handler(act).handle(claim(message=MESSAGE), is_last_try=False)

    said = [message.data.get("text") for message in chat.messages.values()]
    assert said == ["ping", "pong"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"message": {"message_id": "of another kind"}}, "cannot be read: message.message_id"),
        ({"message": None, "update_id": "x"}, "cannot be read: update_id"),
    ],
)
async def test_what_cannot_be_read_is_told(
    event: dict[str, Any], reason: str, handler: Callable[[Any], UpdateHandler]
) -> None:
    """The reason names the fields that are not as this version knows them, and quotes none."""

    async def act(*_: Any) -> None: ...

    claimed = Claimed(1, 2, 3, 0, json.dumps({"update_id": 3, **event}), 0, datetime.now(UTC))
    verdict = await handler(act).handle(claimed, is_last_try=False)

    assert verdict.fate is Fate.UNREADABLE
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    ("text", "read"), [("\ud800 half", "? half"), ("x" * 1_000_000, "x" * 1_000_000), ("\0", "\0")]
)
async def test_odd_texts_are_read(
    text: str, read: str, handler: Callable[[Any], UpdateHandler]
) -> None:
    """Half a character, a million of them, and what is none: nothing is lost but the half."""
    seen: list[str | None] = []

    async def act(message: Message, _: Any) -> None:
        seen.append(message.text)

    verdict = await handler(act).handle(claim(message=MESSAGE | {"text": text}), is_last_try=False)

    assert (seen, verdict.fate) == ([read], Fate.DONE)


async def test_a_kind_nobody_knows_is_ignored(
    handler: Callable[[Any], UpdateHandler], metrics: Metrics
) -> None:
    """What Telegram invents tomorrow is done without a word."""

    async def act(*_: Any) -> None: ...

    verdict = await handler(act).handle(claim(telepathy={"from": SENDER}), is_last_try=False)

    assert verdict.fate is Fate.DONE
    assert 'result="ignored"' in metrics.render().decode()


@pytest.mark.parametrize(
    ("event", "lane"),
    [
        ({"message": {"chat": {"id": -100}, "from": {"id": 5}}}, -100),
        ({"callback_query": {"from": {"id": 5}, "message": {"chat": {"id": -100}}}}, -100),
        ({"callback_query": {"from": {"id": 5}}}, 5),
        ({"pre_checkout_query": {"from": {"id": 5}}}, 5),
        ({"poll_answer": {"user": {"id": 5}}}, 5),
        ({"poll": {"id": "1"}}, 0),
        ({"message": {"chat": "none", "from": {"id": 2**70}}}, 0),
        ({"message": None}, 0),
    ],
)
def test_a_lane_is_a_chat_or_a_person(event: dict[str, Any], lane: int) -> None:
    """Whatever came, there is something in whose order it is handled."""
    assert find_lane({"update_id": 1, **event}) == lane


@pytest.mark.parametrize(
    ("ended", "fate", "counted"),
    [
        (TurnResult.HANDLED, Fate.DONE, "handled"),
        (None, Fate.DONE, "not_due"),
        (RedisConnectionError("host"), Fate.UNAVAILABLE, None),
        (LookupError("my word"), Fate.FAILED, "failed"),
    ],
)
async def test_a_timeout_is_handled_in_its_lane(
    ended: Any,
    fate: Fate,
    counted: str | None,
    handler: Callable[..., UpdateHandler],
    metrics: Metrics,
) -> None:
    """What the inbox has of ours is a timeout of a conversation, tried again like an update of Telegram's."""
    seen: list[Any] = []

    async def expire(_: Any, key: Any) -> Any:
        seen.append(key)
        if isinstance(ended, Exception):
            raise ended
        return ended

    told = {"chat": {"id": -5}, "from": {"id": 7}, "thread": None}
    kept = arrival({"update_id": -3, "timeout": told})
    claimed = Claimed(1, 2, kept.update_id, kept.lane, kept.raw, 0, datetime.now(UTC))

    verdict = await handler(None, expire).handle(claimed, is_last_try=False)

    assert (verdict.fate, seen) == (fate, [ConversationKey(1, -5, 7)])
    shown = metrics.render().decode()
    assert ("usher_timeouts_total{" in shown) is (counted is not None)
    assert counted is None or f'usher_timeouts_total{{result="{counted}"}} 1.0' in shown
