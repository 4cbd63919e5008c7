"""Topics of a forum: a conversation in each, and what is said in one stays there."""

from typing import Any

import pytest

from engine.dialog.turns import TurnResult
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


async def begin(make_chat: Any) -> tuple[Any, list[int]]:
    """Open a forum with two topics in which nothing has happened yet."""
    chat = make_chat(main=FLOW, card=CARD)
    body = {"creator_id": chat.user_id, "is_forum": True}
    chat.chat_id = (await chat.client.post("/_emulator/groups", json=body)).json()["id"]
    topics = f"/_emulator/groups/{chat.chat_id}/topics"
    made = [await chat.client.post(topics, json={"name": name}) for name in ("One", "Two")]
    noted = await chat.bot.get_updates(timeout=0)
    await chat.bot.get_updates(offset=noted[-1].update_id + 1, timeout=0)
    return chat, [one.json()["message_thread_id"] for one in made]


async def write(chat: Any, text: str, topic: int) -> None:
    """Write in a topic to the bot, which reads it as an answer to what it said there last."""
    said = [
        one["message_id"]
        for one in await chat.messages()
        if one["from_bot"] and one.get("message_thread_id") == topic
    ]
    reply = {"reply_to_message_id": said[-1]} if said else {}
    await chat.send(text, message_thread_id=topic, **reply)


async def test_each_topic_has_its_own_conversation(make_chat: Any, sent: Any) -> None:
    """Somebody stands at a question in one topic and at another window in the second; each answer is in its topic."""
    chat, (one, two) = await begin(make_chat)
    await write(chat, "/main", one)
    await write(chat, "/main", two)
    await write(chat, "Ann", one)

    asked = "Your name?"
    assert sent() == [(str(one), asked), (str(two), asked), (str(one), "Ann.")]
    assert {key.thread_id for key in chat.store.kept} == {one, two}


async def test_a_timeout_speaks_in_its_topic(make_chat: Any, sent: Any) -> None:
    """What follows from silence is said where the question was asked."""
    chat, (one, _) = await begin(make_chat)
    await write(chat, "/main", one)
    await chat.wait(minutes=16)

    assert sent()[-1] == (str(one), "nobody.")


async def test_presses_stay_in_their_topic(make_chat: Any, sent: Any) -> None:
    """A card that is opened beside, an old button and a press of a shared screen are of the topic of their message."""
    chat, (one, two) = await begin(make_chat)
    for topic, name in ((one, "Ann"), (two, "Bea")):
        await write(chat, "/main", topic)
        await write(chat, name, topic)
    sent()
    window = next(m for m in await chat.messages() if m["text"] == "Ann.")
    await chat.press("Card", message_id=window["message_id"])
    assert sent() == [(str(one), "A card.")]

    card = next(m for m in await chat.messages() if m["text"] == "A card.")
    await chat.press("Close", message_id=card["message_id"])
    assert {key.thread_id for key in chat.store.kept} == {one, two}
    await chat.press("Again", message_id=window["message_id"])
    texts = {m["text"]: m.get("message_thread_id") for m in await chat.messages() if m["buttons"]}
    assert texts == {"Bea.": two}


async def test_a_topic_that_is_gone_is_no_failure(make_chat: Any, sent: Any) -> None:
    """What can be said nowhere any more ends like other refusals: the timeout is taken, and nothing is said elsewhere."""
    chat, (one, two) = await begin(make_chat)
    await write(chat, "/main", one)
    await write(chat, "/main", two)
    topics = f"/_emulator/groups/{chat.chat_id}/topics"
    await chat.client.delete(f"{topics}/{one}")
    await chat.client.put(f"{topics}/{two}", json={"is_closed": True})
    sent()

    assert await chat.wait(minutes=16) == [TurnResult.HANDLED] * 2
    assert {topic for topic, _ in sent()} == {str(one), str(two)}
    assert not [m for m in await chat.messages() if m["text"] == "nobody."]
