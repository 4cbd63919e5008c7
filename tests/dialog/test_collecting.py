"""Albums as one answer, and answers that are deleted once they are taken."""

from typing import Any

import pytest

from engine.dialog.record import read_contexts

FLOW = """\
flow: main
version: 1
title: Main
data:
  pictures: {type: "list[file]", max: 4, default: []}
  name: {type: text, max: 40, default: ""}
steps:
  pictures:
    ask: photos
    text: Pictures?
    min: 2
    max: 4
    max_size: 1 MB
    delete_answer: all
    invalid: {min: Two at least., max: Four at most., ask: Pictures only.}
    save: {pictures: it}
    buttons: [{text: Skip, go: name}]
  name:
    ask: text
    text: "{{ len(data.pictures) }} pictures. Your name?"
    max: 40
    delete_answer: true
    keyboard: {under: chat}
    save: {name: it}
    buttons: [{text: None, go: done}]
  done:
    show: "{{ len(data.pictures) }} of {{ data.name | default('nobody') }}."
    buttons: [{text: Again, go: pictures}]
"""


async def start(make_chat: Any) -> Any:
    """Open a chat at the first question."""
    chat = make_chat(main=FLOW)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def album(chat: Any, count: int, name: str = "a", kind: str = "photo") -> None:
    """Send an album whose parts arrive at the same moment."""
    for _ in range(count):
        await chat.act("messages", {kind: True, "media_group_id": name})
    await chat.deal()


def kept(chat: Any) -> list[str]:
    """Return the ids of the pictures that the flow keeps, in their order."""
    (stored,) = chat.store.kept.values()
    return [one["file_id"] for one in read_contexts(stored.value)[-1]["data"].get("pictures", [])]


async def test_an_album_is_one_answer(make_chat: Any) -> None:
    """Nothing is said while parts arrive; a moment after the last of them the whole album is taken, in its order."""
    chat = await start(make_chat)
    await album(chat, 3)
    silent = [one["text"] for one in await chat.messages() if one["from_bot"]]
    sent = [one["media"]["file_id"] for one in await chat.messages() if one["media"]]
    await chat.wait(seconds=1)

    assert silent == ["Pictures?"] or silent[-1] == "Pictures?"
    assert kept(chat) == sent
    assert await chat.text() == "3 pictures. Your name?"


async def test_parts_come_in_any_order(make_chat: Any) -> None:
    """However the parts are delivered, the album has the order in which it was sent."""
    chat = await start(make_chat)
    for _ in range(3):
        await chat.act("messages", {"photo": True, "media_group_id": "x"})
    sent = [one["media"]["file_id"] for one in await chat.messages() if one["media"]]
    updates = await chat.bot.get_updates(timeout=0)
    await chat.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    for update in [updates[2], updates[0], updates[1], updates[0]]:
        await chat.dispatcher.feed_update(chat.bot, update)
    await chat.wait(seconds=1)

    assert kept(chat) == sent


async def test_parts_come_before_and_after_a_restart(make_chat: Any) -> None:
    """What has come is kept with the conversation, so that another process takes the rest and the whole."""
    chat = await start(make_chat)
    await album(chat, 1)
    fresh = make_chat(main=FLOW)
    fresh.user_id, fresh.store.kept, fresh.store.due = (
        chat.user_id,
        chat.store.kept,
        chat.store.due,
    )
    await album(fresh, 1)
    await fresh.wait(seconds=1)

    assert len(kept(fresh)) == 2
    assert await fresh.text() == "2 pictures. Your name?"


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [(1, "photo", "Two at least."), (5, "photo", "Four at most."), (2, "video", "Pictures only.")],
)
async def test_a_wrong_album_is_told_once(make_chat: Any, count: int, kind: str, told: str) -> None:
    """Too few, too many and other files are one wrong answer, and the next album is taken."""
    chat = await start(make_chat)
    await album(chat, count, kind=kind)
    await chat.wait(seconds=1)
    refused = await chat.text()
    await album(chat, 2, "b")
    await chat.wait(seconds=1)

    assert refused == f"{told}\n\nPictures?"
    assert len(kept(chat)) == 2


async def test_two_albums_in_a_row_are_one_answer(make_chat: Any) -> None:
    """Clients part what is more than ten; what comes without a pause belongs together."""
    chat = await start(make_chat)
    await album(chat, 2)
    await album(chat, 2, "b")
    await chat.wait(seconds=1)

    assert len(kept(chat)) == 4


async def test_a_file_by_itself_is_an_answer_at_once(make_chat: Any) -> None:
    """A single picture is an album of one, for which nobody waits."""
    chat = await start(make_chat)
    await chat.send("", photo=True)

    assert await chat.text() == "Two at least.\n\nPictures?"


async def test_who_leaves_leaves_the_album(make_chat: Any) -> None:
    """Parts that came before the question was left are no answer to anything."""
    chat = await start(make_chat)
    await album(chat, 2)
    await chat.send("/start")
    await chat.wait(seconds=1)

    assert await chat.text() == "Home, Somebody." or (await chat.text()).startswith("Home")


async def test_answers_are_deleted(make_chat: Any) -> None:
    """What was taken goes, with `all` what was wrong as well; a key's label counts as taken, a wrong one stays otherwise."""
    chat = await start(make_chat)
    await chat.send("words")
    await album(chat, 2)
    await chat.wait(seconds=1)
    after_album = [one["text"] for one in await chat.messages() if not one["from_bot"]]
    await chat.send("x" * 41)
    await chat.press("None")

    assert after_album == ["/start"]
    left = [one["text"] for one in await chat.messages() if not one["from_bot"]]
    assert left == ["/start", "x" * 41]
    assert await chat.text() == "2 of ."


async def test_what_cannot_be_deleted_stays(make_chat: Any) -> None:
    """Telegram may refuse, as in a group where the bot may not: the answer is taken all the same."""
    chat = await start(make_chat)
    fault = {"method": "deleteMessage", "error": 400, "description": "message can't be deleted"}
    await chat.client.post("/_emulator/faults", json={**fault, "times": 2, "chat_id": chat.user_id})
    await album(chat, 2)
    await chat.wait(seconds=1)

    assert await chat.text() == "2 pictures. Your name?"
    assert len([one for one in await chat.messages() if one["media"]]) == 2
