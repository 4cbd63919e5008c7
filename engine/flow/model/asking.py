"""The step that asks for an answer: its type, its limits, and what becomes of wrong ones.

It knows nothing of how an answer is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.calendars import Calendar, Picker
    from engine.flow.model.moves import Target
    from engine.flow.model.requests import Request
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position


class Deletes(StrEnum):
    """Which messages of the person are deleted: those that were taken, or wrong ones, too."""

    TAKEN = "taken"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class GiveUp:
    """After so many wrong answers in a row, move on."""

    after: int
    go: Target


@dataclass(frozen=True, slots=True)
class DefaultAnswer:
    """An answer that is offered as a button, where it would be a right one."""

    value: Code
    text: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStep(WindowStep):
    """A window waiting for an answer of `type`; `it` is the parsed answer in `allow` and `save`.

    `min` and `max` are whole numbers as written, `least` and `most` the same keys where they are expressions. `invalid`
    are texts by the cause of a wrong answer, those of the first, second, … one in a row; the last one repeats. `max_size`
    is in bytes, `types` are MIME types; with `share` the keyboard is one under the chat. `kinds` are those of
    which a message of `any` kind has to be one, if any are listed. `keys` are the places of its keys, `invalid.max` that of a cause.
    """

    type: str
    go: Target
    save: Mapping[str, Code]
    min: int | None = None
    max: int | None = None
    least: Code | None = None
    most: Code | None = None
    pattern: str | None = None
    max_size: int | None = None
    types: tuple[str, ...] = ()
    own: bool = True
    calendar: Calendar | None = None
    picker: Picker | None = None
    kinds: tuple[str, ...] = ()
    deletes: Deletes | None = None
    share: Wording | None = None
    request: Request | None = None
    default: DefaultAnswer | None = None
    allow: Code | None = None
    invalid: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    give_up: GiveUp | None = None
    keys: Mapping[str, Position] = field(default_factory=dict)
