"""Topics of a forum: which there are, who may write in them, and how messages tell theirs.

Knows nothing of HTTP, nor of what messages hold.
"""

from typing import Final

from engine.emulator.errors import bad_request
from engine.emulator.model import Bot, Chat, Json, Message, Topic, User
from engine.emulator.world import World

ICON_COLORS: Final = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
"""Colours that a topic can have (core.telegram.org/bots/api#createforumtopic)."""

GENERAL_TOPIC: Final = 1
"""What bots call the general topic where they show that they type; messages to it name none."""


def open_topic(
    world: World, chat: Chat, creator: User | Bot, name: str, *, icon: Json | None = None
) -> Topic:
    """Make a topic, whose number is that of the message that says so."""
    given = icon or {"icon_color": ICON_COLORS[0]}
    topic = Topic(world.next_message_id(chat), name, creator.id, given)
    chat.topics[topic.id] = topic
    note_in(world, chat, topic, creator, {"forum_topic_created": {"name": name, **given}})
    return topic


def set_closed(world: World, chat: Chat, topic: Topic, by: User | Bot, *, closed: bool) -> None:
    """Close or open a topic, with the message that says so."""
    topic.is_closed = closed
    what = "forum_topic_closed" if closed else "forum_topic_reopened"
    note_in(world, chat, topic, by, {what: {}})


def drop_topic(world: World, chat: Chat, topic: Topic) -> None:
    """Take a topic away, with all that is said in it."""
    del chat.topics[topic.id]
    for message in [one for one in chat.messages.values() if topic_of(one) == topic.id]:
        world.delete_message(chat, message.id)


def topic_of(message: Message) -> int | None:
    """Return the number of the topic that a message is in; None in the general one."""
    found = message.data.get("message_thread_id")
    return int(found) if message.data.get("is_topic_message") and found else None


def begins_topic(data: Json) -> bool:
    """Return whether a message is the one that began a topic, to which all others in it reply."""
    return "forum_topic_created" in data


def place_in(chat: Chat, topic: Topic | None, reply: Json) -> Json:
    """Return what tells that a message is in a topic; what replies to nothing else replies to its beginning."""
    if topic is None:
        return reply
    begun = chat.messages.get(topic.id)
    root = {"reply_to_message": begun.data} if begun is not None else {}
    return {"message_thread_id": topic.id, "is_topic_message": True, **root, **reply}


def topic_for(chat: Chat, number: int, *, may_manage: bool) -> Topic | None:
    """Return the topic that a bot names for a message; None where it names none.

    Raises:
        ApiError: there is no such topic, or it is closed for the bot.
    """
    if not number:
        return None
    topic = chat.topics.get(number)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.is_closed and not may_manage:
        raise bad_request("TOPIC_CLOSED")
    return topic


def note_in(world: World, chat: Chat, topic: Topic, by: User | Bot, note: Json) -> None:
    """Put a service message into a topic, of which all bots in the group learn."""
    data = {
        "message_id": world.next_message_id(chat),
        "from": by.to_json(),
        "chat": world.chat_json(chat),
        "date": world.now(),
        "message_thread_id": topic.id,
        "is_topic_message": True,
        **note,
    }
    is_bot = isinstance(by, Bot)
    world.add_message(chat, Message(data, by.id, from_bot=is_bot, is_service=True))
    for number in chat.bot_ids - {by.id}:
        world.bots[number].queue.push("message", data)
