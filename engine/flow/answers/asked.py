"""What can be asked for: the words of `ask`, the types of their answers and the keys that bound them.

It does not know how an answer is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from engine.actions import Contact, File, FileKind, Location
from engine.flow.annotations import type_of
from engine.flow.types import Kind, Scalar

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

ASK_TYPES: Final = (*WRITTEN_WORDS, "contact", "location", *FILE_WORDS)
"""The words of `ask`."""

_BOUNDED: Final = frozenset(
    {"text", "int", "decimal", "money", "date", "time", "datetime", "duration"}
)
_FILES: Final = frozenset(FILE_WORDS)
COUNTED: Final = frozenset({"text", "int", "decimal", "money"})
"""Answers that a whole number can bound; of others it would be a value of another type."""

KEYS: Final[Mapping[str, frozenset[str]]] = {
    "min": _BOUNDED,
    "max": _BOUNDED,
    "pattern": frozenset({"text", "phone", "email"}),
    "max_size": _FILES,
    "types": frozenset({"document", "file"}),
    "own": frozenset({"contact"}),
}
"""Keys of an ask that bound only some answers, with the words of those."""

SHARED: Final = frozenset({"contact", "location", "phone"})
"""Answers that a key under the chat can share."""

PICKED: Final[Mapping[str, frozenset[str]]] = {
    "calendar": frozenset({"date"}),
    "picker": frozenset({"time"}),
}
"""Keys of an ask that offer answers to press, with the words of those."""

CAUSES: Final = ("ask", *KEYS, "allow", "else")
"""Why an answer is wrong, by the key that it breaks; `ask` is no such answer at all, `else` any other cause."""


def answer_type_of(word: str, low: int | None = None, high: int | None = None) -> Type:
    """Give the type of an answer to an ask."""
    if word in _FILES:
        return _FILE
    return _SENT.get(word) or Scalar(Kind(word), low, high)


_FILE: Final = type_of(File)
_SENT: Final[Mapping[str, Type]] = {"contact": type_of(Contact), "location": type_of(Location)}
