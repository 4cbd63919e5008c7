"""Methods about a chat and the people in it.

Knows nothing of messages.
"""

from collections.abc import Callable
from typing import Any

from engine.emulator.errors import bad_request
from engine.emulator.members import member_json
from engine.emulator.model import Chat, ChatType, Json
from engine.emulator.request import Request

_INSIDE = frozenset({"member", "administrator", "creator"})


def get_chat(request: Request) -> Json:
    """Return a chat in full."""
    chat = request.chat()
    shown = request.world.chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if chat.pinned and chat.pinned[-1] in chat.messages:
        shown["pinned_message"] = chat.messages[chat.pinned[-1]].data
    return shown


def get_chat_member(request: Request) -> Json:
    """Return one member of a chat."""
    chat = request.chat()
    user_id = request.arguments.integer("user_id")
    if not request.arguments.has("user_id"):
        raise bad_request("Invalid user_id specified")
    if user_id not in request.world.users and user_id not in request.world.bots:
        raise bad_request("user not found")
    return _member(request, chat, user_id)


def get_chat_member_count(request: Request) -> int:
    """Return how many are in a chat."""
    return sum(status in _INSIDE for status in request.chat().members.values())


def get_chat_administrators(request: Request) -> list[Json]:
    """Return who runs a group, other bots left out."""
    chat = request.chat()
    if chat.type is ChatType.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    return [
        _member(request, chat, user_id)
        for user_id, status in chat.members.items()
        if status in {"creator", "administrator"}
        and user_id in {request.bot.id, *request.world.users}
    ]


def leave_chat(request: Request) -> bool:
    """Leave a group."""
    chat = request.writable_chat()
    if chat.type is ChatType.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    chat.members[request.bot.id] = "left"
    chat.bot_ids.discard(request.bot.id)
    request.world.changes.announce()
    return True


def get_user_profile_photos(_request: Request) -> Json:
    """Return no photos: people here have none."""
    return {"total_count": 0, "photos": []}


def _member(request: Request, chat: Chat, user_id: int) -> Json:
    world = request.world
    person = world.users.get(user_id) or world.bots[user_id]
    return member_json(person.to_json(), chat.members.get(user_id, "left"))


METHODS: dict[str, Callable[[Request], Any]] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "getChatMembersCount": get_chat_member_count,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "getUserProfilePhotos": get_user_profile_photos,
}
