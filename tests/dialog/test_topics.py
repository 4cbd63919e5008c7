"""Topics of a forum: a conversation in each, and what is said in one stays there."""

from typing import Any

import pytest
from aiogram.types import Update

from engine.emulator.server import Emulator

FLOW = """\
flow: main
version: 1
title: Main
start: [/main]
data: {name: {type: text, default: "nobody"}}
steps:
  name: {ask: text, text: "Your name?", max: 20, save: {name: it}, timeout: {after: 15m, go: done}}
  done:
    show: "{{ data.name }}."
    show_as: resend
    buttons: [{text: "Again", go: name}, {text: "Card", run: card, open: beside}]
"""

CARD = """\
flow: card
version: 1
title: Card
steps:
  card: {show: "A card.", buttons: [{text: "Close", go: end}]}
"""


@pytest.fixture
def sent(emulator: Emulator) -> Any:
    """Give a function that returns the topics and texts of what was sent since it was asked last."""
    log, start = emulator.world.calls.calls, [len(emulator.world.calls.calls)]

    def since() -> list[tuple[Any, Any]]:
        found = list(log)[start[0] :]
        start[0] = len(log)
        return [
            (str(one.payload.get("message_thread_id")), one.payload.get("text"))
            for one in found
            if one.method == "sendMessage"
        ]

    return since


async def write(chat: Any, number: int, text: str, topic: int) -> None:
    """Write a message in a topic; the emulator has none, so that it is given to the bot as Telegram would."""
    group = chat.chat_id
    message = {
        "message_id": number,
        "date": int(chat.clock.now.timestamp()),
        "chat": {"id": group, "type": "supergroup", "title": "Forum", "is_forum": True},
        "from": {"id": chat.user_id, "is_bot": False, "first_name": "Ann"},
        "message_thread_id": topic,
        "is_topic_message": True,
        "text": text,
    }
    raw = {"update_id": 7_000_000 + number, "message": message}
    await chat.dispatcher.feed_update(
        chat.bot, Update.model_validate(raw, context={"bot": chat.bot})
    )


async def begin(make_chat: Any) -> Any:
    """Open a group in which nothing has happened yet."""
    chat = make_chat(main=FLOW, card=CARD)
    made = await chat.client.post("/_emulator/groups", json={"creator_id": chat.user_id})
    chat.chat_id = made.json()["id"]
    return chat


async def test_each_topic_has_its_own_conversation(make_chat: Any, sent: Any) -> None:
    """Somebody stands at a question in one topic and at another window in the second; each answer is in its topic."""
    chat = await begin(make_chat)
    await write(chat, 1, "/main", 11)
    await write(chat, 2, "/main", 12)
    await write(chat, 3, "Ann", 11)

    assert sent() == [("11", "Your name?"), ("12", "Your name?"), ("11", "Ann.")]
    assert {key.thread_id for key in chat.store.kept} == {11, 12}


async def test_a_timeout_speaks_in_its_topic(make_chat: Any, sent: Any) -> None:
    """What follows from silence is said where the question was asked."""
    chat = await begin(make_chat)
    await write(chat, 1, "/main", 11)
    await chat.wait(minutes=16)

    assert sent()[-1] == ("11", "nobody.")
