"""Whether a turn of a bot took moves of its graphs alone, and told of each.

It does not know how the bot was played.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dialog.trail import Entered, Moved
from engine.flow.model.moves import END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.dialog.trail import Note
    from engine.flow.checked import Bot


def judge_moves(bot: Bot, notes: Sequence[Note]) -> None:
    """See that each move is just one of those enumerated, and that each step is entered by a move which leads there."""
    for note in notes:
        if isinstance(note, Moved):
            moves = bot.flows[note.flow].graph.moves
            found = [move for move in moves if move.key == (note.step, note.kind, note.cause)]
            assert len(found) == 1, f"{note} is {found}"
    walked = [note for note in notes if isinstance(note, Moved | Entered)]
    before: Moved | Entered | None = None
    for note in walked:
        if isinstance(note, Entered) and not _begins(bot, note):
            assert isinstance(before, Moved), f"{note} after {before}"
            assert before.flow == note.flow, f"{note} after {before}"
        if isinstance(note, Entered) and isinstance(before, Moved) and before.flow == note.flow:
            move = bot.flows[before.flow].graph.find(before.step, before.kind, before.cause)
            is_anew = move.target == END or move.stays  # the flow was left, and opened once more
            assert is_anew or note.step == move.target, f"{before} led to {note}"
        before = note


def _begins(bot: Bot, entered: Entered) -> bool:
    """Tell whether a step can be entered without a move: as the flow is opened, or by an error from itself."""
    flow = bot.flows[entered.flow].flow
    is_error = flow.on_error is not None and flow.on_error.step == entered.step
    return is_error or flow.first.name == entered.step
