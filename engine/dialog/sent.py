"""What people send that is neither written nor a file, and messages of any kind, as typed values.

It does not know which of them answers which question.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from engine.actions import (
    Checklist,
    Dice,
    ManagedBot,
    Person,
    Poll,
    SharedChat,
    Story,
    Venue,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiogram.types import Message

_PLACES: Final = 6
"""Digits after the point of a degree: a tenth of a metre."""

LONGEST_NAME: Final = 255
_LONGEST_TASK: Final = 200


def read_part(word: str, message: Message, request_id: int) -> tuple[Any, ...]:
    """Give what a message has of a kind, as the only way to read it; none where it has none.

    What was chosen for another question is nothing.
    """
    if word in _CHOSEN:
        return _CHOSEN[word](message, request_id)
    found = _PARTS[word](message)
    return () if found is None else (found,)


def is_part(word: str) -> bool:
    """Tell whether answers of a kind are read here."""
    return word in _PARTS or word in _CHOSEN


def degrees(value: float) -> Decimal:
    """Return degrees as they are kept."""
    return round(Decimal(str(value)), _PLACES)


def cut_name(text: str | None) -> str | None:
    """Return a name as long as names can be; None where there is none."""
    return text[:LONGEST_NAME] if text else None


def _venue(message: Message) -> Venue | None:
    sent = message.venue
    if sent is None:
        return None
    return Venue(
        degrees(sent.location.latitude),
        degrees(sent.location.longitude),
        sent.title[:LONGEST_NAME],
        sent.address[:LONGEST_NAME],
    )


def _dice(message: Message) -> Dice | None:
    sent = message.dice
    return Dice(sent.emoji, sent.value) if sent else None


def _poll(message: Message) -> Poll | None:
    sent = message.poll
    if sent is None:
        return None
    return Poll(
        sent.id,
        sent.question,
        [one.text for one in sent.options],
        "quiz" if sent.type == "quiz" else "regular",
        sent.is_anonymous,
        sent.allows_multiple_answers,
    )


def _story(message: Message) -> Story | None:
    sent = message.story
    return Story(sent.chat.id, sent.id) if sent else None


def _checklist(message: Message) -> Checklist | None:
    sent = message.checklist
    if sent is None:
        return None
    return Checklist(sent.title[:LONGEST_NAME], [one.text[:_LONGEST_TASK] for one in sent.tasks])


def _web_app(message: Message) -> str | None:
    return message.web_app_data.data if message.web_app_data else None


def _managed_bot(message: Message) -> ManagedBot | None:
    made = message.managed_bot_created
    if made is None:
        return None
    bot = made.bot_user
    return ManagedBot(bot.id, bot.first_name[:LONGEST_NAME], cut_name(bot.username))


def _people(message: Message, request_id: int) -> list[Person]:
    shared = message.users_shared
    if shared is None or shared.request_id != request_id:
        return []
    return [
        Person(
            one.user_id, cut_name(one.first_name), cut_name(one.last_name), cut_name(one.username)
        )
        for one in shared.users
    ]


def _user(message: Message, request_id: int) -> tuple[Any, ...]:
    people = _people(message, request_id)
    return tuple(people) if len(people) == 1 else ()


def _users(message: Message, request_id: int) -> tuple[Any, ...]:
    people = _people(message, request_id)
    return (people,) if people else ()


def _chat(message: Message, request_id: int) -> tuple[Any, ...]:
    shared = message.chat_shared
    if shared is None or shared.request_id != request_id:
        return ()
    return (SharedChat(shared.chat_id, cut_name(shared.title), cut_name(shared.username)),)


_PARTS: Final[Mapping[str, Callable[[Message], Any]]] = {
    "venue": _venue,
    "dice": _dice,
    "poll": _poll,
    "story": _story,
    "checklist": _checklist,
    "web_app": _web_app,
    "managed_bot": _managed_bot,
}
_CHOSEN: Final[Mapping[str, Callable[[Message, int], tuple[Any, ...]]]] = {
    "user": _user,
    "users": _users,
    "chat": _chat,
}
