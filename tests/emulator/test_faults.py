"""Faults that a test asks for, and the log of calls."""

import asyncio
import time

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from engine.emulator import Person

type Control = httpx.AsyncClient


async def test_flood_names_the_wait(bot: Bot, anna: Person, control: Control) -> None:
    """A 429 has no effect, says how long to wait, and ends after its times."""
    await control.post("/faults", json={"method": "sendMessage", "error": 429, "retry_after": 7})

    with pytest.raises(TelegramRetryAfter) as error:
        await bot.send_message(anna.id, "x")

    assert error.value.retry_after == 7
    assert len(anna.sees()) == 1
    await bot.send_message(anna.id, "x")
    assert len(anna.sees()) == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"error": 500}, TelegramServerError),
        ({"error": 502, "html": True}, ClientDecodeError),
        ({"error": 403, "description": "Forbidden: user is deactivated"}, TelegramForbiddenError),
        ({"error": 400, "description": "Bad Request: MESSAGE_ID_INVALID"}, TelegramBadRequest),
        ({"cut": "before"}, TelegramNetworkError),
    ],
)
async def test_a_fault_has_no_effect(
    bot: Bot, anna: Person, control: Control, fault: dict[str, object], kind: type[Exception]
) -> None:
    """A call that fails, or is cut before delivery, shows nothing to anybody."""
    await control.post("/faults", json={"method": "sendmessage", **fault})

    with pytest.raises(kind):
        await bot.send_message(anna.id, "x")

    assert len(anna.sees()) == 1


async def test_a_cut_after_delivery_has_its_effect(
    bot: Bot, anna: Person, control: Control
) -> None:
    """The bot hears nothing, the person sees the message."""
    await control.post("/faults", json={"method": "sendMessage", "cut": "after"})

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "x")

    assert anna.sees()[-1]["text"] == "x"


async def test_faults_of_one_chat_and_delays(bot: Bot, anna: Person, control: Control) -> None:
    """A fault for another chat waits; a delay only delays."""
    await control.post("/faults", json={"chat_id": 5, "error": 500})
    await control.post("/faults", json={"method": "sendMessage", "delay_seconds": 0.1})

    started = time.monotonic()
    await bot.send_message(anna.id, "x")

    assert time.monotonic() - started >= 0.1
    left = (await control.get("/faults")).json()
    assert [fault["chat_id"] for fault in left] == [5]
    await control.delete("/faults")
    assert (await control.get("/faults")).json() == []


async def test_a_fault_for_everything_leaves_polling_alone(
    bot: Bot, anna: Person, control: Control
) -> None:
    """`*` does not meet getUpdates; naming it does."""
    await control.post("/faults", json={"error": 500})
    assert await bot.get_updates() == []
    with pytest.raises(TelegramServerError):
        await bot.send_message(anna.id, "x")

    await control.post("/faults", json={"method": "getUpdates", "error": 500})

    with pytest.raises(TelegramServerError):
        await bot.get_updates()


async def test_a_fault_must_do_something(control: Control) -> None:
    """A fault without an effect, or with a misspelt one, is refused."""
    assert (await control.post("/faults", json={"method": "sendMessage"})).status_code == 400
    assert (await control.post("/faults", json={"eror": 500})).status_code == 422


async def test_calls_are_logged_without_the_token(bot: Bot, anna: Person, control: Control) -> None:
    """The log holds method, arguments and answer, and the token nowhere."""
    waiting = asyncio.create_task(
        control.get("/calls", params={"method": "sendMessage", "wait": 5})
    )
    await bot.send_message(anna.id, "x", reply_markup=None)

    found = await waiting

    call = found.json()[-1]
    assert (call["method"], call["payload"]["text"], call["status"]) == ("sendMessage", "x", 200)
    assert call["answer"]["result"]["text"] == "x"
    assert bot.token not in found.text
    assert (await control.delete("/calls")).json() == {"calls": []}
