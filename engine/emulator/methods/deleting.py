"""Methods that take messages away, or pin them to the top.

Knows nothing of what a message holds.
"""

from collections.abc import Callable
from typing import Any

from engine.emulator.errors import bad_request
from engine.emulator.methods.copying import read_message_ids
from engine.emulator.model import Chat, ChatType, Message
from engine.emulator.request import Request

MAX_AGE_SECONDS = 48 * 3600
"""Age after which a message can no longer be deleted (core.telegram.org/bots/api#deletemessage)."""


def delete_message(request: Request) -> bool:
    """Delete one message."""
    chat = request.chat()
    message = request.message(chat, "message to delete")
    if not _may_delete(request, chat, message):
        raise bad_request("message can't be deleted for everyone")
    request.world.delete_message(chat, message.id)
    return True


def delete_messages(request: Request) -> bool:
    """Delete messages, passing over those that are gone already."""
    chat = request.chat()
    for number in read_message_ids(request):
        message = chat.messages.get(number)
        if message is not None and _may_delete(request, chat, message):
            request.world.delete_message(chat, number)
    return True


def pin_chat_message(request: Request) -> bool:
    """Pin a message."""
    chat = request.writable_chat()
    message = request.message(chat, "message to pin")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
    request.world.changes.announce()
    return True


def unpin_chat_message(request: Request) -> bool:
    """Unpin a message, the newest pinned one when none is named."""
    chat = request.writable_chat()
    number = request.arguments.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    request.world.changes.announce()
    return True


def unpin_all_chat_messages(request: Request) -> bool:
    """Unpin everything."""
    request.writable_chat().pinned.clear()
    request.world.changes.announce()
    return True


def set_message_reaction(request: Request) -> bool:
    """Show a reaction of the bot on a message."""
    chat = request.writable_chat()
    message = request.message(chat, "message to react")
    reactions = request.arguments.array("reaction", "reaction types", "ReactionType") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reactions = reactions
    request.world.changes.announce()
    return True


def _may_delete(request: Request, chat: Chat, message: Message) -> bool:
    if request.world.now() - message.data["date"] > MAX_AGE_SECONDS:
        return False
    own = message.sender_id == request.bot.id
    return own or chat.type is ChatType.PRIVATE or request.manages(chat)


METHODS: dict[str, Callable[[Request], Any]] = {
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
    "setMessageReaction": set_message_reaction,
}
