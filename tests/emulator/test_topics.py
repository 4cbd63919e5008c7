"""Topics of a forum: messages stay in theirs, and what does not fit is refused in Telegram's words."""

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from engine.emulator import Emulator, Person
from engine.emulator.model import Chat
from engine.emulator.people import ImpossibleError, set_member


@pytest.fixture
def forum(emulator: Emulator, bot: Bot, anna: Person) -> Chat:
    """Return a forum of Anna's with the bot as an administrator."""
    world = emulator.world
    chat = world.new_group("Forum", supergroup=True, creator_id=anna.id)
    chat.is_forum = True
    set_member(world, chat, world.bots[bot.id], "administrator", by=world.users[anna.id])
    world.bots[bot.id].queue.drop()
    return chat


async def test_messages_stay_in_their_topic(bot: Bot, emulator: Emulator, forum: Chat) -> None:
    """What is written, pressed and answered in a topic tells which; in the general one nothing does."""
    anna = emulator.person(1001, chat_id=forum.id)
    topic = await bot.create_forum_topic(forum.id, "Tables")
    anna.says("/go", message_thread_id=topic.message_thread_id)
    [asked] = [one.message for one in await bot.get_updates() if one.message]
    replied = await asked.answer("Yes?")
    elsewhere = await bot.send_message(forum.id, "General")
    anna.says("Ann", reply_to=replied.message_id)
    heard = (await bot.get_updates(offset=-1))[0].message
    assert heard
    assert asked.reply_to_message
    assert asked.reply_to_message.forum_topic_created

    places = [(one.message_thread_id, one.is_topic_message) for one in (asked, replied, heard)]
    assert places == [(topic.message_thread_id, True)] * 3
    assert asked.chat.is_forum
    assert asked.reply_to_message.forum_topic_created.name == "Tables"
    assert (elsewhere.message_thread_id, elsewhere.is_topic_message) == (None, None)
    seen = {one["message_id"]: one for one in anna.sees()}
    assert seen[replied.message_id]["message_thread_id"] == topic.message_thread_id
    assert seen[replied.message_id]["reply_to_message_id"] is None


async def test_what_is_no_topic_is_refused(bot: Bot, emulator: Emulator, forum: Chat) -> None:
    """A topic that is not there, deleted or of no forum is not found, also the general one by its number."""
    topic = await bot.create_forum_topic(forum.id, "Short")
    await bot.delete_forum_topic(forum.id, topic.message_thread_id)
    plain = emulator.world.new_group("Team", supergroup=True, creator_id=1001)
    by, me = emulator.world.users[1001], emulator.world.bots[bot.id]
    set_member(emulator.world, plain, me, "administrator", by=by)

    for chat, thread_id in ((forum, 1), (forum, topic.message_thread_id), (plain, 5)):
        with pytest.raises(TelegramBadRequest, match="Bad Request: message thread not found"):
            await bot.send_message(chat.id, "x", message_thread_id=thread_id)
    await bot.send_chat_action(forum.id, "typing", message_thread_id=1)
    with pytest.raises(TelegramBadRequest, match="Bad Request: the chat is not a forum"):
        await bot.create_forum_topic(plain.id, "x")
    with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
        await bot.close_forum_topic(forum.id, topic.message_thread_id)
    with pytest.raises(ImpossibleError, match="no topic"):
        emulator.person(1001, chat_id=forum.id).says("x", message_thread_id=9999)


async def test_topics_close_for_members(bot: Bot, emulator: Emulator, forum: Chat) -> None:
    """In a closed topic administrators write alone; closing it twice changes nothing, and a bot without rights manages none."""
    world, by = emulator.world, emulator.world.users[1001]
    set_member(world, forum, world.put_user(1002), "member", by=by)
    topic = (await bot.create_forum_topic(forum.id, "Tables")).message_thread_id
    await bot.edit_forum_topic(forum.id, topic, name="Beds")
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.edit_forum_topic(forum.id, topic, name="Beds")
    await bot.close_forum_topic(forum.id, topic)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(forum.id, topic)
    await bot.send_message(forum.id, "still here", message_thread_id=topic)
    with pytest.raises(ImpossibleError, match="closed"):
        emulator.person(1002, chat_id=forum.id).says("/go", message_thread_id=topic)

    set_member(world, forum, world.bots[bot.id], "member", by=by)
    with pytest.raises(TelegramBadRequest, match="Bad Request: TOPIC_CLOSED"):
        await bot.send_message(forum.id, "x", message_thread_id=topic)
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(forum.id, "x")


async def test_topics_by_the_control_api(bot: Bot, emulator: Emulator) -> None:
    """A test opens, closes and deletes topics, and people write in them, over HTTP."""
    async with httpx.AsyncClient(base_url=f"{emulator.base_url}/_emulator") as control:
        body = {"creator_id": 1001, "is_forum": True}
        group = (await control.post("/groups", json=body, params={"bot_id": bot.id})).json()
        topics = f"/groups/{group['id']}/topics"
        made = (await control.post(topics, json={"name": "Tables"})).json()
        number = made["message_thread_id"]
        said = {"text": "/go", "message_thread_id": number}
        where = {"chat_id": group["id"]}
        sent = (await control.post("/users/1001/messages", json=said, params=where)).json()
        closed = await control.put(f"{topics}/{number}", json={"is_closed": True})
        deleted = await control.delete(f"{topics}/{number}")
        gone = await control.delete(f"{topics}/{number}")
        none = await control.post("/groups/-5/topics", json={})

    assert (group["is_forum"], made["name"], sent["message_thread_id"]) == (True, "Tables", number)
    assert [one.status_code for one in (closed, deleted, gone, none)] == [200, 200, 404, 404]
    notes = [one.message for one in await bot.get_updates() if one.message]
    assert [one.content_type for one in notes if one.is_topic_message] == [
        "forum_topic_created",
        "text",
        "forum_topic_closed",
    ]
