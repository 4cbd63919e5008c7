"""What can be asked for: the words of `ask`, the types of their answers and the keys that bound them.

It does not know how an answer is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from engine.actions import (
    Checklist,
    Contact,
    Dice,
    File,
    FileKind,
    Location,
    ManagedBot,
    Person,
    Poll,
    Sent,
    SharedChat,
    Story,
    Venue,
)
from engine.flow.annotations import type_of
from engine.flow.types import Kind, ListOf, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.types import Type

WRITTEN_WORDS: Final = (
    "text",
    "int",
    "decimal",
    "money",
    "date",
    "time",
    "datetime",
    "duration",
    "phone",
    "email",
)
"""Answers that are written."""

FILE_WORDS: Final[tuple[str, ...]] = (*get_args(FileKind.__value__), "file")
"""Answers that are files of one kind; `file` is one of any kind."""

PART_WORDS: Final = ("contact", "location", "venue", "dice", "poll", "story", "checklist")
"""Answers that are no files and not written, and that anybody can send."""

CHOSEN_WORDS: Final = ("user", "users", "chat", "web_app", "managed_bot")
"""Answers that nobody can send but by a key that asks for them."""

ALBUMS: Final[Mapping[str, str | None]] = {
    "photos": "photo",
    "videos": "video",
    "documents": "document",
    "files": None,
}
"""Answers that are several files at once, with the kind of each; of any kind where there is none."""

ANY: Final = "any"
"""A message of any kind, or of one of several."""

ASK_TYPES: Final = (*WRITTEN_WORDS, *PART_WORDS, *CHOSEN_WORDS, *FILE_WORDS, *ALBUMS, ANY)
"""The words of `ask`."""

CONTENT_WORDS: Final = ("text", *PART_WORDS, *FILE_WORDS[:-1])
"""What a message can be, of which `ask` can list several."""

_BOUNDED: Final = frozenset(
    {
        *("text", "int", "decimal", "money", "date", "time", "datetime", "duration"),
        *("users", "web_app", *ALBUMS),
    }
)
_FILES: Final = frozenset({*FILE_WORDS, *ALBUMS})
LISTED: Final[Mapping[str, int]] = {"users": 10, **dict.fromkeys(ALBUMS, 10)}
"""Answers that are lists, and how many they have at most."""

MEASURED: Final = frozenset({"text", "web_app", *LISTED})
"""Answers whose bounds are lengths."""

COUNTED: Final = frozenset({"int", "decimal", "money", *MEASURED})
"""Answers that a whole number can bound; of others it would be a value of another type."""

KEYS: Final[Mapping[str, frozenset[str]]] = {
    "min": _BOUNDED,
    "max": _BOUNDED,
    "pattern": frozenset({"text", "phone", "email", "web_app"}),
    "max_size": _FILES,
    "types": frozenset({"document", "file", "documents", "files"}),
    "own": frozenset({"contact"}),
}
"""Keys of an ask that bound only some answers, with the words of those."""

SHARED: Final = frozenset({"contact", "location", "phone", "poll", *CHOSEN_WORDS})
"""Answers that a key under the chat can share."""

PICKED: Final[Mapping[str, frozenset[str]]] = {
    "calendar": frozenset({"date", "datetime"}),
    "picker": frozenset({"time", "datetime"}),
}
"""Keys of an ask that offer answers to press, with the words of those."""
REQUESTS: Final[Mapping[str, frozenset[str]]] = {
    "bots": frozenset({"user", "users"}),
    "premium": frozenset({"user", "users"}),
    "channel": frozenset({"chat"}),
    "forum": frozenset({"chat"}),
    "public": frozenset({"chat"}),
    "created": frozenset({"chat"}),
    "member": frozenset({"chat"}),
    "rights": frozenset({"chat"}),
    "bot_rights": frozenset({"chat"}),
    "kind": frozenset({"poll"}),
    "url": frozenset({"web_app"}),
    "suggest": frozenset({"managed_bot"}),
    "username": frozenset({"managed_bot"}),
}
"""What a key that shares can ask for beyond its kind, with the words of the answers that it shares."""

CAUSES: Final = ("ask", *KEYS, "allow", "else")
"""Why an answer is wrong, by the key that it breaks; `ask` is no such answer at all, `else` any other cause."""


def answer_type_of(word: str, low: int | None = None, high: int | None = None) -> Type:
    """Give the type of an answer to an ask."""
    if word in LISTED:
        item = FILE_TYPE if word in ALBUMS else type_of(Person)
        return ListOf(item, LISTED[word] if high is None else high)
    if word in _FILES:
        return FILE_TYPE
    if word == "web_app":
        return Scalar(Kind.TEXT, low, high)
    return type_of(_SENT[word]) if word in _SENT else Scalar(Kind(word), low, high)


FILE_TYPE: Final = type_of(File)
"""The type of a file that a person sends."""

_SENT: Final[Mapping[str, type]] = {
    "contact": Contact,
    "location": Location,
    "venue": Venue,
    "dice": Dice,
    "poll": Poll,
    "story": Story,
    "checklist": Checklist,
    "user": Person,
    "chat": SharedChat,
    "managed_bot": ManagedBot,
    ANY: Sent,
}
