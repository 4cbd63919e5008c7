"""What is told of a turn to whoever watches: the moves it took, and what was shown, judged and answered on the way.

It does not know who watches, nor what they make of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.actions import User
    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.graph import MoveKind
    from engine.flow.model.flow import EntryKind
    from engine.flow.model.written import Code


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of a flow's graph was taken, which `step`, `kind` and `cause` tell from all others of the flow.

    Where another flow is run, that is when it comes back.
    """

    flow: str
    step: str
    kind: MoveKind
    cause: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A step was entered, whether it waits or not."""

    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The window of a step was shown to somebody of a role, in a language."""

    flow: str
    step: str
    locale: str
    role: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition was asked; `step` is None for the access of a flow, which is asked before there is one."""

    flow: str
    step: str | None
    code: Code
    holds: bool


@dataclass(frozen=True, slots=True)
class TextAsked:
    """A condition of a text, as it is written there, was asked as the text was filled in; `path` is that of the text."""

    flow: str
    path: str
    condition: str
    holds: bool


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """A command of a step ended with an outcome, None where it returned; each try of a `retry` ends on its own.

    `step` is None for what is carried out as the flow is left.
    """

    flow: str
    step: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class AnswerRefused:
    """An answer was wrong, by the key that it breaks."""

    flow: str
    step: str
    cause: str


class Way(StrEnum):
    """How a line of `anytime` is meant, and the answer that leaves things as they are."""

    COMMAND = "command"
    WORD = "word"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A line of `anytime` was meant at a step, or its question answered with no."""

    flow: str
    step: str
    label: str
    way: Way


@dataclass(frozen=True, slots=True)
class Opened:
    """A flow was opened from outside, by one of its entries."""

    flow: str
    kind: EntryKind
    value: str


type Note = (
    Moved
    | Entered
    | Shown
    | Judged
    | TextAsked
    | CommandEnded
    | AnswerRefused
    | Interrupted
    | Opened
)


class Trail(Protocol):
    """Is told of each turn that has moved and is kept; one that failed is not told of."""

    def note(self, user: User, notes: tuple[Note, ...]) -> None:
        """Take in what happened in a turn of a person, in order."""


def note_move(turn: Turn, data: FlowData, kind: MoveKind, cause: str = "") -> None:
    """Note that a move leaves the step in which the flow is now."""
    if turn.notes is not None:
        turn.notes.append(Moved(data.flow.flow.name, data.step, kind, cause))


def note_entry(turn: Turn, data: FlowData) -> None:
    """Note that the step in which the flow is now was entered."""
    if turn.notes is not None:
        turn.notes.append(Entered(data.flow.flow.name, data.step))


def note_shown(turn: Turn, data: FlowData) -> None:
    """Note that the window of the step in which the flow is now is shown."""
    if turn.notes is not None:
        seen = Shown(data.flow.flow.name, data.step, turn.user.locale, turn.user.role)
        turn.notes.append(seen)


def note_outcome(turn: Turn, flow: str, step: str | None, outcome: str | None) -> None:
    """Note how a command ended."""
    if turn.notes is not None:
        turn.notes.append(CommandEnded(flow, step, outcome))


def note_refusal(turn: Turn, data: FlowData, cause: str) -> None:
    """Note that an answer was wrong."""
    if turn.notes is not None:
        turn.notes.append(AnswerRefused(data.flow.flow.name, data.step, cause))


def note_interruption(turn: Turn, data: FlowData, label: str, way: Way) -> None:
    """Note that a line of `anytime` was meant."""
    if turn.notes is not None:
        turn.notes.append(Interrupted(data.flow.flow.name, data.step, label, way))


def note_opening(turn: Turn, flow: str, kind: EntryKind, value: str) -> None:
    """Note that a flow was opened from outside."""
    if turn.notes is not None:
        turn.notes.append(Opened(flow, kind, value))
