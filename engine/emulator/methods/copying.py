"""Methods that send again what is already there.

Knows nothing of what a message holds but that some kinds cannot be sent again.
"""

from collections.abc import Callable
from typing import Any

from engine.emulator.content import MEDIA_KINDS
from engine.emulator.errors import bad_request
from engine.emulator.keyboards import Markup, read_markup
from engine.emulator.model import Chat, Json, Message
from engine.emulator.posting import post_to
from engine.emulator.request import Request

MAX_AT_ONCE = 100
_CONTENT = frozenset(
    (
        *MEDIA_KINDS,
        "text",
        "entities",
        "caption",
        "caption_entities",
        "link_preview_options",
        "location",
        "venue",
        "contact",
        "dice",
        "poll",
        "has_media_spoiler",
        "show_caption_above_media",
        "media_group_id",
    )
)


def copy_message(request: Request) -> Json:
    """Send a copy of a message, with another caption if one is given; return its number."""
    chat, source = request.writable_chat(), request.chat("from_chat_id")
    message = request.message(source, "message to copy")
    content = _copyable(message, "copied")
    if request.arguments.has("caption") and "text" not in content:
        formatted = request.arguments.formatted("caption", "caption_entities")
        content |= {"caption": formatted.text, "caption_entities": formatted.entities}
    sent = post_to(request, chat, content, markup=read_markup(request.arguments))
    return {"message_id": sent["message_id"]}


def copy_messages(request: Request) -> list[Json]:
    """Send copies of messages, leaving out what cannot be copied; return their numbers."""
    chat, source = request.writable_chat(), request.chat("from_chat_id")
    sent = []
    for message in _found(request, source, "copy"):
        content = _content(message)
        if content:
            sent.append(post_to(request, chat, content, markup=Markup()))
    return [{"message_id": message["message_id"]} for message in sent]


def forward_message(request: Request) -> Json:
    """Send a message on, with a note whose it was."""
    chat, source = request.writable_chat(), request.chat("from_chat_id")
    message = request.message(source, "message to forward")
    return _forward(request, chat, message, _copyable(message, "forwarded"))


def forward_messages(request: Request) -> list[Json]:
    """Send messages on, leaving out what cannot be sent; return their numbers."""
    chat, source = request.writable_chat(), request.chat("from_chat_id")
    sent = [
        _forward(request, chat, message, _content(message))
        for message in _found(request, source, "forward")
        if _content(message)
    ]
    return [{"message_id": message["message_id"]} for message in sent]


def _forward(request: Request, chat: Chat, message: Message, content: Json) -> Json:
    origin = message.data.get("forward_origin") or {
        "type": "user",
        "date": message.data["date"],
        "sender_user": message.data["from"],
    }
    legacy = {"forward_from": origin.get("sender_user"), "forward_date": origin["date"]}
    return post_to(request, chat, content | {"forward_origin": origin} | legacy, markup=Markup())


def _found(request: Request, chat: Chat, what: str) -> list[Message]:
    numbers = read_message_ids(request)
    found = [chat.messages[number] for number in numbers if number in chat.messages]
    if not found:
        raise bad_request(f"there are no messages to {what}")
    return found


def read_message_ids(request: Request) -> list[int]:
    """Return the numbers in `message_ids`, at most a hundred."""
    numbers = request.arguments.array("message_ids", "message_ids", "message identifiers")
    if not numbers:
        raise bad_request("Message identifiers are not specified")
    if len(numbers) > MAX_AT_ONCE:
        raise bad_request("Too many message identifiers specified")
    try:
        return [int(number) for number in numbers]
    except (TypeError, ValueError) as error:
        raise bad_request("Message identifier must be a Number") from error


def _copyable(message: Message, done: str) -> Json:
    if message.data.get("has_protected_content") or not _content(message):
        raise bad_request(f"message can't be {done}")
    return _content(message)


def _content(message: Message) -> Json:
    return {name: value for name, value in message.data.items() if name in _CONTENT}


METHODS: dict[str, Callable[[Request], Any]] = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
