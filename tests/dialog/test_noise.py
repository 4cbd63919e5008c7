"""Albums and Telegram's own notes: one answer, and silence."""

from typing import Any

import pytest
from aiogram.types import Update

from tests.dialog.conftest import NOW

FLOW = """\
flow: main
version: 1
title: Main
data: {name: {type: text, optional: true}}
steps:
  picture:
    ask: photo
    text: A picture?
    save: {name: it.unique_id}
  more:
    ask: text
    text: "Got {{ data.name }}. A name?"
    save: {name: it}
  done:
    show: "{{ data.name | default('-') }}"
    buttons: [{text: Again, go: picture}]
"""
PHOTO = {"file_id": "A", "width": 9, "height": 9, "file_size": 9}


async def start(make_chat: Any) -> Any:
    """Open a chat at the question."""
    chat = make_chat(main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def deliver(chat: Any, number: int, **content: Any) -> None:
    """Give the bot a message that the emulator's people cannot send."""
    person = {"id": chat.user_id, "is_bot": False, "first_name": "Ann"}
    message = {
        "message_id": 900 + number,
        "date": int(NOW.timestamp()),
        "chat": {"id": chat.user_id, "type": "private"},
        "from": person,
        **content,
    }
    update = Update.model_validate(
        {"update_id": 10**6 + number, "message": message}, context={"bot": chat.bot}
    )
    await chat.dispatcher.feed_update(chat.bot, update)


async def test_an_album_is_one_answer(make_chat: Any) -> None:
    """The first picture counts; the others of the album answer neither this question nor the next, even after a restart."""
    chat = await start(make_chat)
    for number, unique in enumerate(("one", "two")):
        photo = [{**PHOTO, "file_unique_id": unique}]
        await deliver(chat, number, photo=photo, media_group_id="7")
    after = [message["text"] for message in await chat.messages()]
    fresh = make_chat(main=FLOW)
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept

    await deliver(fresh, 3, photo=[{**PHOTO, "file_unique_id": "three"}], media_group_id="7")

    assert after[-1] == "Got one. A name?"
    assert [message["text"] for message in await chat.messages()] == after


async def test_an_album_is_one_wrong_answer(make_chat: Any) -> None:
    """An album where a text is asked for is refused once."""
    chat = await start(make_chat)
    await deliver(chat, 0, photo=[{**PHOTO, "file_unique_id": "one"}])
    for number in (1, 2, 3):
        photo = [{**PHOTO, "file_unique_id": f"n{number}"}]
        await deliver(chat, number, photo=photo, media_group_id="8")

    said = [one["text"] for one in await chat.messages() if str(one["text"]).startswith("Not that")]
    assert said == ["Not that.\n\nGot one. A name?"]


@pytest.mark.parametrize(
    "note",
    [
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}}},
    ],
)
async def test_notes_about_the_chat_are_no_answers(make_chat: Any, note: dict[str, Any]) -> None:
    """What Telegram notes in a chat is neither an answer nor a wrong one."""
    chat = await start(make_chat)
    before, writes = await chat.messages(), chat.store.writes

    await deliver(chat, 0, **note)

    assert await chat.messages() == before
    assert chat.store.writes == writes


async def test_what_is_forwarded_is_said_by_who_forwards_it(make_chat: Any) -> None:
    """A picture that was forwarded is an answer."""
    chat = await start(make_chat)
    origin = {"type": "hidden_user", "date": int(NOW.timestamp()), "sender_user_name": "Bob"}

    await deliver(
        chat, 0, photo=[{**PHOTO, "file_unique_id": "one"}], forward_origin=origin, caption="Look"
    )

    assert await chat.text() == "Got one. A name?"
