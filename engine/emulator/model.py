"""The things that exist in the simulated Telegram: users, bots, chats, messages, callback queries.

Plain data; who may do what to them is decided elsewhere.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.emulator.updates import UpdateQueue

type Json = dict[str, Any]


class ChatType(StrEnum):
    """The kinds of chat the emulator has."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


@dataclass
class User:
    """A person."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone_number: str | None = None
    is_deactivated: bool = False

    def to_json(self) -> Json:
        """Return the Bot API's User."""
        shown = {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {name: value for name, value in shown.items() if value is not None}


@dataclass
class Bot:
    """A bot account, known by its token."""

    id: int
    token: str
    name: str
    username: str
    queue: UpdateQueue
    privacy_mode: bool = True
    has_called: bool = False
    """Whether somebody is behind it; a token alone makes no bot."""
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return the bot as a User, as it stands in `from`."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.texts.get(("name", "")) or self.name,
            "username": self.username,
        }


@dataclass
class Message:
    """One message as the bot sees it, with what only the emulator needs to know of it."""

    data: Json
    sender_id: int
    from_bot: bool
    reply_keyboard: Json | None = None
    is_service: bool = False
    payload: str | None = None
    """Payload of an invoice, which only the bot that sent it learns, when it is paid."""
    is_paid: bool = False
    asks_for: tuple[str, ...] = ()
    """What an invoice asks of whoever pays."""
    is_silent: bool = False
    """Whether it made no sound as it arrived, which the Bot API does not tell."""
    reactions: list[Json] = field(default_factory=list)
    """Reactions of the bot."""

    @property
    def id(self) -> int:
        """Return the message's number within its chat."""
        return int(self.data["message_id"])


@dataclass
class Topic:
    """A topic of a forum; its number is that of the message that began it. The general one is none of these."""

    id: int
    name: str
    creator_id: int
    icon: Json
    is_closed: bool = False

    def to_json(self) -> Json:
        """Return the Bot API's ForumTopic."""
        return {"message_thread_id": self.id, "name": self.name, **self.icon}


@dataclass
class Chat:
    """A conversation: of one person with one bot, or a group."""

    id: int
    type: ChatType
    bot_ids: set[int]
    title: str | None = None
    username: str | None = None
    members: dict[int, str] = field(default_factory=dict)
    """Status of every member, bots included: creator, administrator, member, left or kicked."""
    messages: dict[int, Message] = field(default_factory=dict)
    keyboards: dict[int, tuple[int, Json]] = field(default_factory=dict)
    """Reply keyboard (or force-reply) a user is shown: the message that brought it, and its markup."""
    typing: tuple[str, float] | None = None
    pinned: list[int] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)

    def to_json(self, user: User | None) -> Json:
        """Return the Bot API's Chat; a private chat shows the person in it."""
        shown: Json = {"id": self.id, "type": str(self.type)}
        if user is not None:
            names = {key: getattr(user, key) for key in ("first_name", "last_name", "username")}
            shown |= {name: value for name, value in names.items() if value}
        if self.title is not None:
            shown["title"] = self.title
        if self.username is not None:
            shown["username"] = self.username
        if self.is_forum:
            shown["is_forum"] = True
        return shown


@dataclass
class CallbackQuery:
    """One press of a callback button, and the answer the person got."""

    id: str
    bot_id: int
    user_id: int
    chat_id: int
    message_id: int
    data: str
    button_text: str | None
    pressed_at: float
    answered_at: float | None = None
    text: str | None = None
    show_alert: bool = False
    url: str | None = None

    def to_json(self) -> Json:
        """Return the press as the control API lists it."""
        return {
            "callback_query_id": self.id,
            "chat_id": self.chat_id,
            "message_id": self.message_id,
            "data": self.data,
            "button_text": self.button_text,
            "answered": self.answered_at is not None,
            "text": self.text,
            "show_alert": self.show_alert,
            "url": self.url,
            "pressed_at": self.pressed_at,
            "answered_at": self.answered_at,
        }
