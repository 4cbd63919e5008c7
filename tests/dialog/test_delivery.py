"""Screens reach people through what Telegram does wrong."""

from typing import Any

import pytest

PAIR = """\
flow: main
version: 1
title: Pair
start: [/pair]
steps:
  one:
    show: "One."
    buttons: [{text: "Two", go: two}]
  two:
    show: "Two."
    buttons: [{text: "One", go: one}]
"""


async def _fault(chat: Any, **fault: Any) -> None:
    response = await chat.client.post("/_emulator/faults", json=fault)
    assert response.is_success, response.text


@pytest.fixture
async def chat(make_chat: Any) -> Any:
    """Give a chat that stands at the first of two windows, and no fault left behind."""
    chat = make_chat(main=PAIR)
    await chat.send("/pair")
    yield chat
    await chat.client.delete("/_emulator/faults")


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: MESSAGE_ID_INVALID",
        "Bad Request: there is no text in the message to edit",
    ],
)
async def test_an_edit_that_cannot_be_becomes_a_new_message(chat: Any, description: str) -> None:
    """For each of Telegram's reasons the screen appears below, and goes on working."""
    await _fault(chat, method="editMessageText", error=400, description=description)
    await chat.press("Two")
    assert await chat.text() == "Two."
    await chat.press("One")
    assert await chat.text() == "One."


async def test_a_deleted_message_comes_back(chat: Any) -> None:
    """A press that arrives after its message was deleted shows the screen anew."""
    message = (await chat.messages())[-1]
    await chat.act("presses", {"text": "Two"})
    await chat.client.delete(f"/_emulator/users/{chat.user_id}/messages/{message['message_id']}")
    await chat.deal()
    assert await chat.text() == "Two."


async def test_a_wait_that_telegram_asks_for_is_kept(chat: Any) -> None:
    """429 on an edit delays the screen, and loses nothing."""
    await _fault(chat, method="editMessageText", error=429, retry_after=1)
    await chat.press("Two")
    assert await chat.text() == "Two."


@pytest.mark.parametrize("fault", [{"error": 500}, {"error": 502, "html": True}, {"cut": "before"}])
async def test_a_server_error_is_tried_again(chat: Any, fault: dict[str, Any]) -> None:
    """A failure of Telegram's, or of the way there, is not noticed when the next try succeeds."""
    await _fault(chat, method="editMessageText", **fault)
    await chat.press("Two")
    assert await chat.text() == "Two."


async def test_an_answer_that_comes_too_late_is_no_failure(chat: Any) -> None:
    """The screen is shown though the callback can no longer be answered."""
    description = (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    await _fault(chat, method="answerCallbackQuery", error=400, description=description)
    await chat.press("Two")
    assert await chat.text() == "Two."


async def test_a_screen_that_was_lost_is_shown_at_the_next_press(chat: Any) -> None:
    """The state moved though the screen did not; the next press on the old screen shows the true one."""
    await _fault(chat, method="editMessageText", error=400, description="Bad Request: odd")
    await chat.press("Two")
    assert await chat.text() == "One."
    await chat.press("Two")
    assert await chat.text() == "Two."


async def test_somebody_who_blocked_the_bot_fails_nothing(chat: Any) -> None:
    """403 on showing is the end of it: the update is done."""
    await chat.act("messages", {"text": "/pair"})
    await chat.client.post(f"/_emulator/users/{chat.user_id}/block")
    await chat.deal()
    await chat.client.post(f"/_emulator/users/{chat.user_id}/unblock")
    await chat.send("/pair")
    assert await chat.text() == "One."
