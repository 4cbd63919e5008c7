"""Putting a bot's message into a chat: reply, keyboards, and how the chat shows it.

Knows nothing of what the message holds.
"""

import re

from engine.emulator.arguments import Arguments
from engine.emulator.errors import bad_request
from engine.emulator.keyboards import Markup, check_requests, check_web_apps, read_markup
from engine.emulator.model import Chat, ChatType, Json, Message, Topic
from engine.emulator.payments import ORDER
from engine.emulator.request import Request
from engine.emulator.topics import place_in, topic_for

_EFFECT = re.compile("[0-9]{10,20}")
_FLAGS = {"protect_content": "has_protected_content"}


def post_to(
    request: Request,
    chat: Chat,
    content: Json,
    *,
    markup: Markup | None = None,
    payload: str | None = None,
) -> Json:
    """Send content to a chat; return the message as the bot sees it."""
    if markup is None:
        markup = read_markup(request.arguments)
    if markup.below is not None:
        check_requests(markup.below, private=chat.type is ChatType.PRIVATE)
    if markup.inline is not None:
        check_web_apps(markup.inline, private=chat.type is ChatType.PRIVATE)
    world = request.world
    reply = _reply(request, chat)
    topic = _topic(request, chat, reply)
    data: Json = {
        "message_id": 0,
        "from": request.bot.to_json(),
        "chat": world.chat_json(chat),
        "date": world.now(),
        **place_in(chat, topic, reply),
        **content,
    }
    for argument, shown in _FLAGS.items():
        if request.arguments.boolean(argument):
            data[shown] = True
    if request.arguments.has("message_effect_id"):
        data["effect_id"] = _effect(request, chat)
    if markup.inline is not None:
        data["reply_markup"] = markup.inline
    data["message_id"] = world.next_message_id(chat)
    message = Message(
        data,
        request.bot.id,
        from_bot=True,
        reply_keyboard=markup.below,
        payload=payload,
        asks_for=tuple(name for name in ORDER if request.arguments.boolean(f"need_{name}")),
        is_silent=request.arguments.boolean("disable_notification"),
    )
    _show_below(chat, message, markup)
    world.add_message(chat, message)
    return data


def _topic(request: Request, chat: Chat, reply: Json) -> Topic | None:
    """Return the topic that a message goes to: the one named, or that of the message replied to."""
    number = request.arguments.integer("message_thread_id")
    replied = reply.get("reply_to_message", {})
    if not number and replied.get("is_topic_message"):
        number = replied["message_thread_id"]
    return topic_for(chat, number, may_manage=request.manages(chat))


def _effect(request: Request, chat: Chat) -> str:
    """Return the id of an effect, which only a private chat shows."""
    effect = request.arguments.text("message_effect_id")
    if chat.type is not ChatType.PRIVATE or not _EFFECT.fullmatch(effect):
        raise bad_request("EFFECT_ID_INVALID")
    return effect


def _reply(request: Request, chat: Chat) -> Json:
    arguments = request.arguments
    parameters = arguments.json("reply_parameters", "reply parameters")
    if parameters is None and arguments.has("reply_to_message_id"):
        parameters = {
            "message_id": arguments.integer("reply_to_message_id"),
            "allow_sending_without_reply": arguments.boolean("allow_sending_without_reply"),
        }
    if not parameters:
        return {}
    if not isinstance(parameters, dict):
        raise bad_request("Object expected as reply parameters")
    original = chat.messages.get(Arguments(parameters).integer("message_id"))
    if original is None:
        if parameters.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    shown = {name: value for name, value in original.data.items() if name != "reply_to_message"}
    return {"reply_to_message": shown}


def _show_below(chat: Chat, message: Message, markup: Markup) -> None:
    """Change the keyboard that people in a chat have under it."""
    if markup.below is None and not markup.removes:
        return
    for user_id in _addressed(chat, message, markup.below or {}):
        if markup.below is None:
            chat.keyboards.pop(user_id, None)
        else:
            chat.keyboards[user_id] = (message.id, markup.below)


def _addressed(chat: Chat, message: Message, markup: Json) -> list[int]:
    """Return who is shown a keyboard; a selective one is for the author of the message replied to, and whom the text mentions."""
    people = [member for member in chat.members if member not in chat.bot_ids]
    if chat.type is ChatType.PRIVATE or not markup.get("selective"):
        return people
    replied = message.data.get("reply_to_message", {}).get("from", {}).get("id")
    entities = [*message.data.get("entities", ()), *message.data.get("caption_entities", ())]
    mentioned = {one["user"]["id"] for one in entities if "user" in one}
    return [member for member in people if member in {replied, *mentioned}]
