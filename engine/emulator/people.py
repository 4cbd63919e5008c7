"""What a person does in Telegram: writes, blocks a bot, joins a group, and what bots learn of it.

Knows nothing of HTTP; pressing buttons and paying are in `presses` and `checkout`.
"""

from dataclasses import dataclass
from typing import Any

from engine.emulator.members import member_json
from engine.emulator.model import Bot, Chat, ChatType, Json, Message, Topic, User
from engine.emulator.story import DeedKind, said_in
from engine.emulator.topics import begins_topic, place_in
from engine.emulator.world import World

_INSIDE = frozenset({"member", "administrator", "creator"})
_MANAGING = frozenset({"administrator", "creator"})


class ImpossibleError(Exception):
    """Something a person could not do in Telegram either."""

    def __init__(self, status: int, message: str, **details: Any) -> None:
        super().__init__(f"{message} {details}" if details else message)
        self.status = status
        self.message = message
        self.details = details


@dataclass(frozen=True)
class Place:
    """A person in a chat, and the bot the chat is with; in a group, the first bot there is."""

    world: World
    user: User
    chat: Chat
    bot: Bot | None

    @property
    def private(self) -> bool:
        """Return whether this is a conversation of two."""
        return self.chat.type is ChatType.PRIVATE

    def require_bot(self) -> Bot:
        """Return the bot.

        Raises:
            ImpossibleError: there is none.
        """
        if self.bot is None:
            raise ImpossibleError(409, f"chat {self.chat.id} has no bot")
        return self.bot


def find_bot(world: World, bot_id: int | None) -> Bot:
    """Return a bot by id, or else the first that has called, or else the first.

    Raises:
        ImpossibleError: there is none.
    """
    if bot_id is not None:
        if bot_id not in world.bots:
            raise ImpossibleError(404, f"no bot {bot_id}", bots=sorted(world.bots))
        return world.bots[bot_id]
    if not world.bots:
        raise ImpossibleError(
            409, "no bot yet; start one, or name a token when starting the emulator"
        )
    bots = list(world.bots.values())
    return next((bot for bot in bots if bot.has_called), bots[0])


def enter(
    world: World, user_id: int, *, chat_id: int | None = None, bot_id: int | None = None
) -> Place:
    """Return a person's place in a group, or in the conversation with a bot.

    Raises:
        ImpossibleError: there is no such group, or the person is not in it.
    """
    user = world.users.get(user_id) or world.put_user(user_id)
    if chat_id is None or chat_id == user_id:
        bot = find_bot(world, bot_id)
        return Place(world, user, world.private_chat(bot, user_id), bot)
    chat = world.groups.get(chat_id)
    if chat is None or chat.members.get(user_id) not in _INSIDE:
        raise ImpossibleError(404, f"user {user_id} is in no chat {chat_id}")
    first = next((world.bots[number] for number in world.bots if number in chat.bot_ids), None)
    return Place(world, user, chat, world.bots.get(bot_id) if bot_id is not None else first)


def write(
    place: Place,
    content: Json,
    *,
    reply_to: int | None = None,
    pressed: str | None = None,
    topic: int | None = None,
) -> Message:
    """Send content into a chat as a person; the bots in it get a `message`. `pressed` is the key that sends it.

    In a forum it goes into a `topic`, or into that of the message replied to.

    Raises:
        ImpossibleError: the person has blocked the bot, and this is not /start, which unblocks it; or the topic is closed, or none.
    """
    world, chat = place.world, place.chat
    # Telegram itself tells of a payment, whatever the person has done since.
    is_note = "successful_payment" in content
    if place.private and not is_note:
        if chat.blocked and not str(content.get("text", "")).startswith("/start"):
            raise ImpossibleError(409, f"user {place.user.id} has blocked the bot")
        _set_blocked(place, blocked=False)
        chat.started = True
    reply = _reply(chat, reply_to)
    where = _topic(place, reply, topic)
    if not is_note:
        world.story.note(place, DeedKind.MESSAGE, _noted(chat, content, reply_to, pressed))
    data: Json = {
        "message_id": world.next_message_id(chat),
        "from": place.user.to_json(),
        "chat": world.chat_json(chat),
        "date": world.now(),
        **place_in(chat, where, reply),
        **content,
    }
    message = world.add_message(chat, Message(data, place.user.id, from_bot=False))
    _, shown = chat.keyboards.get(place.user.id, (0, {}))
    if "force_reply" in shown:
        del chat.keyboards[place.user.id]  # clients reply once
    for bot in _readers(world, chat, message):
        bot.queue.push("message", data)
    return message


def edit(place: Place, message_id: int, content: Json) -> Message:
    """Change the person's own message; the bots get an `edited_message`."""
    message = place.chat.messages.get(message_id)
    if message is None or message.sender_id != place.user.id:
        raise ImpossibleError(404, f"user {place.user.id} has no message {message_id}")
    place.world.story.note(place, DeedKind.OTHER, {"what": "edited a message"})
    message.data = message.data | content | {"edit_date": place.world.now()}
    place.world.changes.announce()
    for bot in _readers(place.world, place.chat, message):
        bot.queue.push("edited_message", message.data)
    return message


def delete(place: Place, message_id: int) -> None:
    """Delete a message for everybody in the chat, the bot's or the person's own; no bot is told."""
    message = place.chat.messages.get(message_id)
    if message is None:
        raise ImpossibleError(404, f"user {place.user.id} sees no message {message_id}")
    text = message.data.get("text") or message.data.get("caption") or ""
    note = {"text": text} if message.from_bot else {"what": "deleted a message of their own"}
    kind = DeedKind.DELETE if message.from_bot else DeedKind.OTHER
    place.world.story.note(place, kind, note)
    place.world.delete_message(place.chat, message_id)


def set_blocked(place: Place, *, blocked: bool) -> None:
    """Block or unblock the bot; it gets a `my_chat_member` when that is a change."""
    if place.chat.blocked != blocked:
        place.world.story.note(place, DeedKind.BLOCK if blocked else DeedKind.UNBLOCK, {})
        _set_blocked(place, blocked=blocked)


def set_member(world: World, chat: Chat, person: User | Bot, status: str, *, by: User) -> None:
    """Change what somebody is in a group, with the service message and the updates of it."""
    old = chat.members.get(person.id, "left")
    chat.members[person.id] = status
    is_bot = isinstance(person, Bot)
    if is_bot:
        chat.bot_ids.add(person.id)
        if status not in _INSIDE:
            chat.bot_ids.discard(person.id)
    place = Place(world, by, chat, None)
    if (old in _INSIDE) != (status in _INSIDE):
        _service_message(place, person, joined=status in _INSIDE)
    if isinstance(person, Bot):
        _push_member(person, place, old, status)
    else:
        for number in chat.bot_ids:
            _push_member(world.bots[number], place, old, status, person=person)
    world.changes.announce()


def migrate(world: World, chat: Chat) -> Chat:
    """Make a supergroup of a group, which gets another id."""
    new = world.new_group(chat.title or "", supergroup=True, creator_id=0)
    new.members = dict(chat.members)
    new.bot_ids = set(chat.bot_ids)
    chat.migrated_to = new.id
    for where, note in (
        (chat, {"migrate_to_chat_id": new.id}),
        (new, {"migrate_from_chat_id": chat.id}),
    ):
        creator = next(number for number, status in chat.members.items() if status == "creator")
        _announce(Place(world, world.users[creator], where, None), note)
    return new


def _set_blocked(place: Place, *, blocked: bool) -> None:
    if place.chat.blocked == blocked:
        return
    place.chat.blocked = blocked
    bot = place.require_bot()
    words = {False: "member", True: "kicked"}
    _push_member(bot, place, words[not blocked], words[blocked])
    place.world.changes.announce()


def _reply(chat: Chat, message_id: int | None) -> Json:
    if message_id is None:
        return {}
    original = chat.messages.get(message_id)
    if original is None:
        raise ImpossibleError(404, f"no message {message_id} to reply to")
    return {"reply_to_message": {k: v for k, v in original.data.items() if k != "reply_to_message"}}


def _service_message(place: Place, person: User | Bot, *, joined: bool) -> None:
    shown = person.to_json()
    note = {"new_chat_members": [shown]} if joined else {"left_chat_member": shown}
    _announce(place, note)


def _announce(place: Place, note: Json) -> None:
    world, chat = place.world, place.chat
    data = {
        "message_id": world.next_message_id(chat),
        "from": place.user.to_json(),
        "chat": world.chat_json(chat),
        "date": world.now(),
        **note,
    }
    world.add_message(chat, Message(data, place.user.id, from_bot=False, is_service=True))
    for number in chat.bot_ids:
        world.bots[number].queue.push("message", data)


def _push_member(bot: Bot, place: Place, old: str, new: str, *, person: User | None = None) -> None:
    world = place.world
    shown = (person or bot).to_json()
    change = {
        "chat": world.chat_json(place.chat),
        "from": place.user.to_json(),
        "date": world.now(),
        "old_chat_member": member_json(shown, old),
        "new_chat_member": member_json(shown, new),
    }
    bot.queue.push("chat_member" if person else "my_chat_member", change)


def _noted(chat: Chat, content: Json, reply_to: int | None, pressed: str | None) -> Json:
    """Return what is noted of a message: what it holds, the key that sent it, and what it replies to."""
    replied = chat.messages.get(reply_to) if reply_to is not None and pressed is None else None
    inside = said_in(chat, replied) if replied is not None and replied.from_bot else None
    return {**content, "pressed": pressed, "inside": inside}


def _topic(place: Place, reply: Json, number: int | None) -> Topic | None:
    """Return the topic that a message of a person goes to."""
    replied = reply.get("reply_to_message", {})
    if number is None and replied.get("is_topic_message"):
        number = replied["message_thread_id"]
    if number is None:
        return None
    topic = place.chat.topics.get(number)
    if topic is None:
        raise ImpossibleError(404, f"no topic {number} in chat {place.chat.id}")
    if topic.is_closed and place.chat.members.get(place.user.id) not in _MANAGING:
        raise ImpossibleError(409, f"topic {number} is closed")
    return topic


def _readers(world: World, chat: Chat, message: Message) -> list[Bot]:
    bots = [world.bots[number] for number in sorted(chat.bot_ids)]
    if chat.type is ChatType.PRIVATE:
        return bots
    return [bot for bot in bots if _reads(bot, chat, message.data)]


def _reads(bot: Bot, chat: Chat, data: Json) -> bool:
    """Return whether a bot in privacy mode gets a message (core.telegram.org/bots/features#privacy-mode)."""
    if not bot.privacy_mode or chat.members.get(bot.id) == "administrator":
        return True
    text = str(data.get("text") or data.get("caption") or "")
    if text.startswith("/"):
        _, at, name = text.split(maxsplit=1)[0].partition("@")
        return not at or name.lower() == bot.username.lower()
    replied = data.get("reply_to_message", {})
    is_reply = replied.get("from", {}).get("id") == bot.id and not begins_topic(replied)
    return is_reply or f"@{bot.username}".lower() in text.lower()
