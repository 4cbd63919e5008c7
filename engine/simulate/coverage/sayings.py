"""Moves in words, as a report names them.

It knows nothing of whether they were taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.graph import MoveKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.graph import Move

MAX_SAID: Final = 60
"""Characters of a label or condition that are shown."""

_CAUSES: Final[Mapping[MoveKind, str]] = {
    MoveKind.BUTTON: "button {}",
    MoveKind.CONTROL: "control {}",
    MoveKind.PICK: "a choice",
    MoveKind.ANSWER: "an answer",
    MoveKind.PAID: "a payment",
    MoveKind.GIVE_UP: "giving up",
    MoveKind.EMPTY: "nothing to choose",
    MoveKind.SKIP: "passing over, by {},",
    MoveKind.NEXT: "the command's return",
    MoveKind.OUTCOME: "outcome {}",
    MoveKind.BRANCH: "row {}",
    MoveKind.ELSE: "else",
    MoveKind.RESULT: "the end of flow {}",
    MoveKind.TIMEOUT: "the timeout",
    MoveKind.REFRESH: "{}, the refresh",
    MoveKind.COMMAND: "{}",
    MoveKind.UNKNOWN: "a message that nothing takes",
    MoveKind.ERROR: "an error",
    MoveKind.WORD: "the last word",
    MoveKind.END: "its results",
}


def say_move(move: Move) -> str:
    """Say what makes a move, and where it leads."""
    cause = _CAUSES[move.kind].format(short(move.label))
    if move.kind is MoveKind.CONTROL:
        return f"{cause} keeps {' and '.join(sorted(move.sets))}"
    if move.beside:
        return f"{cause} opens a flow beside"
    if move.stays:
        cause = f"button {short(move.label)}" if move.kind is MoveKind.RESULT else cause
        return f"{cause} runs a flow that comes back"
    return f"{cause} leads to {move.target}"


def short(text: str) -> str:
    """Give a text in quotes, on one line, its end left out where it is long."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= MAX_SAID else f'"{line[: MAX_SAID - 1]}…"'
