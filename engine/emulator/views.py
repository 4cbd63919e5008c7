"""What a person sees: messages, keyboards, answers to presses, the menu of commands.

Knows nothing of HTTP; returns plain values ready for JSON.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from engine.emulator.content import MEDIA_KINDS
from engine.emulator.methods.profile import DEFAULT_SCOPE, scope_key
from engine.emulator.model import Bot, Chat, ChatType, Json, Message, User
from engine.emulator.people import Place
from engine.emulator.topics import begins_topic
from engine.emulator.world import World

_CARRIED = [
    "location",
    "venue",
    "contact",
    "dice",
    "poll",
    "story",
    "checklist",
    "users_shared",
    "chat_shared",
    "managed_bot_created",
    "invoice",
    "successful_payment",
    "media_group_id",
    "forward_origin",
    "web_app_data",
    "message_thread_id",
    "is_topic_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "has_media_spoiler",
    "show_caption_above_media",
    "link_preview_options",
    "has_protected_content",
    "effect_id",
    "edit_date",
]


def user_json(world: World, user: User) -> Json:
    """Return a person as the control API lists one."""
    return user.to_json() | {
        "phone_number": user.phone_number,
        "is_deactivated": user.is_deactivated,
        "chats": [
            {"id": c.id, "type": str(c.type), "title": c.title}
            for c in world.chats_of_user(user.id)
        ],
    }


def bot_json(bot: Bot) -> Json:
    """Return a bot as the control API lists one; without its token."""
    hook = bot.queue.webhook
    return bot.to_json() | {
        "description": bot.texts.get(("description", ""), ""),
        "privacy_mode": bot.privacy_mode,
        "pending_update_count": len(bot.queue.pending),
        "webhook": hook is not None,
    }


def chat_view(place: Place) -> Json:
    """Return all a person sees in a chat."""
    world, chat, user = place.world, place.chat, place.user
    return {
        "user": user_json(world, user),
        "chat": world.chat_json(chat),
        "members": _members(world, chat),
        "bot": _bot(place.bot) if place.bot is not None else None,
        "started": chat.started or chat.type is not ChatType.PRIVATE,
        "blocked": chat.blocked,
        "messages": messages_view(place),
        "keyboard": _keyboard(chat, user.id),
        "typing": world.is_typing(chat),
        "pinned": chat.pinned,
        "commands": commands_for(place),
        "menu_button": _menu_button(place),
        "alerts": alerts_view(place),
    }


def messages_view(place: Place) -> list[Json]:
    """Return what a person sees in a chat now, oldest first."""
    return _views(place, place.chat.messages.values())


def newest_view(place: Place, count: int) -> list[Json]:
    """Return the last messages that a person sees of the bot, oldest first; quick however long the chat is."""
    said = (one for one in reversed(place.chat.messages.values()) if one.from_bot)
    return _views(place, [*islice(said, count)][::-1])


def _views(place: Place, messages: Iterable[Message]) -> list[Json]:
    shown = place.chat.keyboards.get(place.user.id)
    views = []
    for message in messages:
        view = message_view(message)
        view["pinned"] = message.id in place.chat.pinned
        view["keyboard"] = None
        if shown is not None and shown[0] == message.id:
            view["keyboard"] = shown[1].get("keyboard")
        views.append(view)
    return views


def message_view(message: Message) -> Json:
    """Return one message as a person sees it."""
    data = message.data
    replied = data.get("reply_to_message", {})
    view: Json = {
        "message_id": message.id,
        "chat_id": data["chat"]["id"],
        "from_bot": message.from_bot,
        "from": data["from"],
        "date": data["date"],
        "text": data.get("text"),
        "caption": data.get("caption"),
        "entities": data.get("entities") or data.get("caption_entities") or [],
        "media": _media(data),
        "buttons": data.get("reply_markup", {}).get("inline_keyboard", []),
        "reply_to_message_id": None if begins_topic(replied) else replied.get("message_id"),
        "reactions": message.reactions,
        "is_silent": message.is_silent,
    }
    return view | {name: data[name] for name in _CARRIED if name in data}


def alerts_view(place: Place) -> list[Json]:
    """Return a person's presses in a chat, oldest first, with the bot's answers."""
    return [
        query.to_json()
        for query in place.world.presses_of(place.user.id, place.chat.id)
        if (not place.private or query.bot_id == place.require_bot().id)
    ]


def commands_for(place: Place) -> list[Json]:
    """Return the commands a person is offered, by Telegram's order of scopes and languages."""
    if place.bot is None:
        return []
    language = place.user.language_code or ""
    for scope in _scopes(place.chat, place.user):
        for code in dict.fromkeys((language, language.partition("-")[0], "")):
            commands = place.bot.commands.get((scope_key(scope), code))
            if commands:
                return commands
    return []


def _scopes(chat: Chat, user: User) -> list[Json]:
    if chat.type is ChatType.PRIVATE:
        return [{"type": "chat", "chat_id": chat.id}, {"type": "all_private_chats"}, DEFAULT_SCOPE]
    administers = chat.members.get(user.id) in {"administrator", "creator"}
    member: Json = {"type": "chat_member", "chat_id": chat.id, "user_id": user.id}
    scopes = [member]
    if administers:
        scopes.append({"type": "chat_administrators", "chat_id": chat.id})
    scopes.append({"type": "chat", "chat_id": chat.id})
    if administers:
        scopes.append({"type": "all_chat_administrators"})
    return [*scopes, {"type": "all_group_chats"}, DEFAULT_SCOPE]


def _menu_button(place: Place) -> Json:
    buttons = place.bot.menu_buttons if place.bot is not None else {}
    return buttons.get(place.chat.id) or buttons.get(None) or {"type": "default"}


def _keyboard(chat: Chat, user_id: int) -> Json | None:
    shown = chat.keyboards.get(user_id)
    return shown[1] if shown is not None else None


def _members(world: World, chat: Chat) -> list[Json]:
    """Return who is in a group; nobody in a private chat."""
    if chat.type is ChatType.PRIVATE:
        return []
    people: dict[int, User | Bot] = {**world.users, **world.bots}
    inside = [n for n, status in chat.members.items() if status not in {"left", "kicked"}]
    shown = (people[number].to_json() for number in inside if number in people)
    return [{"id": one["id"], "first_name": one["first_name"]} for one in shown]


def _bot(bot: Bot) -> Json:
    """Return a bot as a person sees it: without what changes behind the scenes."""
    return bot.to_json() | {"description": bot.texts.get(("description", ""), "")}


def _media(data: Json) -> Json | None:
    for kind in MEDIA_KINDS:
        value: Any = data.get(kind)
        if value:
            first = value[-1] if isinstance(value, list) else value
            return {"kind": kind, "url": f"/_emulator/files/{first['file_id']}", **first}
    return None
