"""Methods about the topics of a forum.

Knows nothing of the messages in them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.emulator.errors import bad_request
from engine.emulator.model import Chat, Json, Topic
from engine.emulator.request import Request
from engine.emulator.topics import ICON_COLORS, drop_topic, note_in, open_topic, set_closed

MAX_NAME = 128


def create_forum_topic(request: Request) -> Json:
    """Make a topic."""
    chat = _managed(request, "create a topic")
    name = _name(request)
    icon: Json = {"icon_color": request.arguments.integer("icon_color", ICON_COLORS[0])}
    if icon["icon_color"] not in ICON_COLORS:
        raise bad_request("Invalid icon color specified")
    if request.arguments.has("icon_custom_emoji_id"):
        icon["icon_custom_emoji_id"] = request.arguments.text("icon_custom_emoji_id")
    topic = open_topic(request.world, chat, request.bot, name, icon=icon)
    return topic.to_json()


def edit_forum_topic(request: Request) -> bool:
    """Give a topic another name or icon."""
    chat = _managed(request, "edit the topic")
    topic = _topic(request, chat)
    change: Json = {}
    if request.arguments.has("name") and _name(request) != topic.name:
        topic.name = change["name"] = _name(request)
    icon = request.arguments.text("icon_custom_emoji_id")
    if icon and icon != topic.icon.get("icon_custom_emoji_id"):
        topic.icon = topic.icon | {"icon_custom_emoji_id": icon}
        change["icon_custom_emoji_id"] = icon
    if not change:
        raise bad_request("TOPIC_NOT_MODIFIED")
    note_in(request.world, chat, topic, request.bot, {"forum_topic_edited": change})
    return True


def close_forum_topic(request: Request, *, closed: bool) -> bool:
    """Close or open a topic."""
    chat = _managed(request, "close or open the topic")
    topic = _topic(request, chat)
    if topic.is_closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    set_closed(request.world, chat, topic, request.bot, closed=closed)
    return True


def delete_forum_topic(request: Request) -> bool:
    """Delete a topic with its messages."""
    chat = _managed(request, "delete the topic")
    drop_topic(request.world, chat, _topic(request, chat))
    return True


def _managed(request: Request, what: str) -> Chat:
    """Return a forum in which the bot may do something with topics."""
    chat = request.writable_chat()
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not request.manages(chat):
        raise bad_request(f"Not enough rights to {what}")
    return chat


def _topic(request: Request, chat: Chat) -> Topic:
    topic = chat.topics.get(request.arguments.integer("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _name(request: Request) -> str:
    name = request.arguments.text("name").strip()
    if not name:
        raise bad_request("Title must be non-empty")
    return name[:MAX_NAME]


METHODS: dict[str, Callable[[Request], Any]] = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": partial(close_forum_topic, closed=True),
    "reopenForumTopic": partial(close_forum_topic, closed=False),
    "deleteForumTopic": delete_forum_topic,
}
